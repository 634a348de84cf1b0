/*
 * The MQTT source on a real mosquitto over TLS: certificates that are right, expired, of another
 * host or of another issuer, client certificates, passwords; each failure in words, and none of
 * them disturbs the others.
 */
#include "certs.h"
#include "mqtt_broker.h"
#include "nats_cluster.h"
#include "nats_watch.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

/* The listeners of the one mosquitto. */
enum { GOOD, EXPIRED, ELSEWHERE, STRANGER, CLIENT_CERT, PASSWORD, LISTENERS };

static struct test_broker broker;
static struct watch watch;
static bool watching;
static int ports[LISTENERS];
static char yaml[4096];

/* A name server that never answers, for one name; paho's look-ups come here too. */
static atomic_bool asked;
int getaddrinfo(const char *restrict node, const char *restrict service,
    const struct addrinfo *restrict hints, struct addrinfo **restrict out)
{
	static int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);

	if (node && !strcmp(node, "black-hole.int") && !(hints->ai_flags & AI_NUMERICHOST)) {
		atomic_store(&asked, true);
		nanosleep(&(struct timespec){.tv_sec = 60}, NULL);
		return EAI_AGAIN;
	}
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
	return real(node, service, hints, out);
}

static const char *in_dir(const char *name)
{
	static char paths[8][300];
	static unsigned at;
	char *p = paths[at++ % 8];

	snprintf(p, sizeof(paths[0]), "%s/%s", broker.dir, name);
	return p;
}

static void make_leaf(const struct cert *ca, const char *name, const char *alt, int days)
{
	struct cert leaf = make_cert(ca, name, alt, days);
	char file[100];

	snprintf(file, sizeof(file), "%s.pem", name);
	write_cert(&leaf, in_dir(file));
	snprintf(file, sizeof(file), "%s.key", name);
	write_key(&leaf, in_dir(file));
	free_cert(&leaf);
}

static void make_certificates(void)
{
	struct cert ca = make_cert(NULL, "duty CA", NULL, 40);
	struct cert other = make_cert(NULL, "other CA", NULL, 40);

	write_cert(&ca, in_dir("ca.pem"));
	make_leaf(&ca, "good", "DNS:localhost", 20);
	make_leaf(&ca, "expired", "DNS:localhost", -3);
	make_leaf(&ca, "elsewhere", "DNS:elsewhere.int", 20);
	make_leaf(&other, "stranger", "DNS:localhost", 20);
	make_leaf(&ca, "duty", "DNS:duty", 20);
	free_cert(&ca);
	free_cert(&other);
}

static size_t listener(char *conf, size_t size, int which, const char *cert, const char *more)
{
	ports[which] = free_port();
	return (size_t)snprintf(conf, size,
	    "listener %d 127.0.0.1\ncertfile %s/%s.pem\nkeyfile %s/%s.key\n%s", ports[which],
	    broker.dir, cert, broker.dir, cert, more);
}

/* All listeners of one broker: the first, plain one is the harness's own. */
static void start_broker(void)
{
	static char conf[6000];
	char more[700];
	size_t n = 0;

	broker_prepare(&broker);
	make_certificates();
	/* PBKDF2-SHA512 of "right", 101 rounds, as mosquitto_passwd would write it. */
	broker_file(&broker, "pw",
	    "duty:$7$101$AAECAwQFBgcICQoL$CmWjm9GQ0b/TFtVqI++DmxHzRaZvVjKradTSgwsqtaLZH66zJbhnLlRf"
	    "+TNl+5gPVd9Iq12DdIfQYk2veiOjDQ==\n");
	n = (size_t)snprintf(conf, sizeof(conf), "allow_anonymous true\n");
	n += listener(conf + n, sizeof(conf) - n, GOOD, "good", "allow_anonymous true\n");
	n += listener(conf + n, sizeof(conf) - n, EXPIRED, "expired", "allow_anonymous true\n");
	n += listener(conf + n, sizeof(conf) - n, ELSEWHERE, "elsewhere", "allow_anonymous true\n");
	n += listener(conf + n, sizeof(conf) - n, STRANGER, "stranger", "allow_anonymous true\n");
	snprintf(more, sizeof(more),
	    "cafile %s/ca.pem\nrequire_certificate true\nallow_anonymous true\n", broker.dir);
	n += listener(conf + n, sizeof(conf) - n, CLIENT_CERT, "good", more);
	snprintf(more, sizeof(more), "allow_anonymous false\npassword_file %s/pw\n", broker.dir);
	listener(conf + n, sizeof(conf) - n, PASSWORD, "good", more);
	broker_start(&broker, conf);
}

static void look(const char *cluster, const char *const rows[][2], size_t n)
{
	size_t at = (size_t)snprintf(yaml, sizeof(yaml),
	    "clusters:\n  - name: devices\n    kind: mqtt\n    timeout: 2s\n%s    brokers:\n",
	    cluster);

	for (size_t i = 0; i < n; i++)
		at += (size_t)snprintf(yaml + at, sizeof(yaml) - at,
		    "      - {name: %s, url: \"%s\"}\n", rows[i][0], rows[i][1]);
	watch_start(&watch, yaml, false);
	watching = true;
}

static void leave(void)
{
	watching = false;
	assert_true(watch_stop(&watch) < 300);
}

static const char *url(const char *scheme, const char *host, int port)
{
	static char urls[10][80];
	static unsigned at;
	char *p = urls[at++ % 10];

	snprintf(p, sizeof(urls[0]), "%s://%s:%d", scheme, host, port);
	return p;
}

static bool is_up(const struct cluster_view *v, void *arg)
{
	const struct broker_row *b = find_broker(v, arg);

	return b && b->up.type == VALUE_BOOL && b->up.b && b->uptime_s.type == VALUE_INT &&
	       quality_now(&b->uptime_s) == QUALITY_OK;
}

static bool until_up(const char *name)
{
	return watch_until(&watch, 15, is_up, (void *)(uintptr_t)name);
}

static bool says(const struct cluster_view *v, void *arg)
{
	const char *const *want = arg;
	const struct broker_row *b = find_broker(v, want[0]);

	return b && b->state && strstr(b->state, want[1]);
}

static void expect(const char *name, const char *words)
{
	const char *want[2] = {name, words};
	bool said = watch_until(&watch, 15, says, want);
	const struct broker_row *b = find_broker(watch_look(&watch), name);

	if (!said)
		fprintf(stderr, "%s says \"%s\"\n", name, b && b->state ? b->state : "nothing");
	assert_true(said);
}

static bool strangers_are(const struct cluster_view *v, void *arg)
{
	const struct section *s = v->sections[SECTION_FACTS];
	const int64_t *wanted = arg;

	for (size_t i = 0; i < section_count(s); i++) {
		const struct fact_row *row = section_fact(s, i);

		if (!strcmp(row->name, "security.anonymous") && quality_now(&row->v) == QUALITY_OK)
			return row->v.i == *wanted;
	}
	return false;
}

/* Whether the broker takes anybody beside us, as it is told by a connection without a name. */
static void expect_strangers(int64_t taken)
{
	if (!watch_until(&watch, 15, strangers_are, &taken)) {
		const struct section *s = watch_look(&watch)->sections[SECTION_FACTS];
		const char *why = section_count(s) && section_fact(s, 0)->v.reason ? section_fact(s, 0)->v.reason : "?";

		fail_msg("security.anonymous should be %d: %s", (int)taken, why);
	}
}

/* A port that takes connections and stays silent, as a frozen broker does. */
static int silent_port(int *fd)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);

	*fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(*fd, (struct sockaddr *)&a, len), 0);
	assert_int_equal(getsockname(*fd, (struct sockaddr *)&a, &len), 0);
	assert_int_equal(listen(*fd, 8), 0);
	return ntohs(a.sin_port);
}

static void each_certificate_is_judged_and_disturbs_no_other(void **state)
{
	int fd, silent = silent_port(&fd);
	char cluster[400];
	const char *const rows[][2] = {
	    {"good", url("mqtts", "localhost", ports[GOOD])},
	    {"expired", url("mqtts", "localhost", ports[EXPIRED])},
	    {"elsewhere", url("mqtts", "localhost", ports[ELSEWHERE])},
	    {"stranger", url("mqtts", "localhost", ports[STRANGER])},
	    {"wants-cert", url("mqtts", "localhost", ports[CLIENT_CERT])},
	    {"plain", url("mqtt", "127.0.0.1", broker.port)},
	    {"no-tls", url("mqtts", "localhost", broker.port)},
	    {"silent", url("mqtts", "127.0.0.1", silent)},
	    {"unknown", "mqtts://mqduty-no-such-host.invalid:8883"},
	    {"hole", "mqtts://black-hole.int:8883"},
	    {"plain-hole", "mqtt://black-hole.int:1883"},
	};
	const struct broker_row *b;

	(void)state;
	snprintf(cluster, sizeof(cluster), "    tls: {ca: %s}\n", in_dir("ca.pem"));
	look(cluster, rows, sizeof(rows) / sizeof(rows[0]));
	assert_true(until_up("good"));
	assert_true(until_up("plain"));
	expect("expired", "TLS: the certificate of localhost expired on ");
	expect("elsewhere", "TLS: the certificate is for elsewhere.int, not for localhost");
	expect("stranger", "was issued by \"other CA\", whom mqduty does not know: name its CA file in tls: ca");
	expect("wants-cert", "client certificate");
	expect("wants-cert", "tls: cert");
	expect("no-tls", "TLS: ");
	expect("silent", "HUNG: TCP ");
	expect("unknown", "dns");
	expect("hole", "dns: no answer for the name");
	expect("plain-hole", "dns: no answer for the name");
	/* As with the other kinds: whom no name leads to does not answer. */
	for (size_t i = 8; i <= 10; i++) {
		assert_int_equal(find_broker(watch_look(&watch), rows[i][0])->up.quality, QUALITY_OK);
		assert_false(find_broker(watch_look(&watch), rows[i][0])->up.b);
	}
	assert_true(atomic_load(&asked));
	assert_true(until_up("good"));
	b = find_broker(watch_look(&watch), "good");
	assert_int_equal(b->cert_days.type, VALUE_INT);
	assert_int_equal(b->cert_days.i, 20);
	b = find_broker(watch_look(&watch), "expired");
	assert_int_equal(b->cert_days.i, -3);
	assert_true(b->up.b); /* it answers: what is wrong is its certificate */
	assert_int_not_equal(b->uptime_s.quality, QUALITY_OK);
	assert_int_equal(find_broker(watch_look(&watch), "plain")->cert_days.quality, QUALITY_NA);
	leave();
	close(fd);
}

static void a_client_certificate_opens_the_door(void **state)
{
	const char *const rows[][2] = {{"door", url("mqtts", "localhost", ports[CLIENT_CERT])}};
	char cluster[1000];

	(void)state;
	snprintf(cluster, sizeof(cluster), "    tls: {ca: %s, cert: %s, key: %s}\n", in_dir("ca.pem"),
	    in_dir("duty.pem"), in_dir("duty.key"));
	look(cluster, rows, 1);
	assert_true(until_up("door"));
	expect_strangers(0);
	leave();
	snprintf(cluster, sizeof(cluster), "    tls: {ca: %s, cert: %s, key: %s}\n", in_dir("ca.pem"),
	    in_dir("stranger.pem"), in_dir("stranger.key"));
	look(cluster, rows, 1);
	expect("door", "did not accept our certificate");
	leave();
}

static void log_in_at(int which, const char *password, const char *host)
{
	const char *const rows[][2] = {{"door", url("mqtts", host, ports[which])}};
	char cluster[1000];

	setenv("MQ_TEST_PASSWORD", password ? password : "", 1);
	snprintf(cluster, sizeof(cluster), "%s    tls: {ca: %s}\n",
	    password ? "    username: duty\n    password_env: MQ_TEST_PASSWORD\n" : "",
	    in_dir("ca.pem"));
	look(cluster, rows, 1);
}

static void log_in(const char *password, const char *host)
{
	log_in_at(PASSWORD, password, host);
}

static void passwords_are_judged_by_the_broker(void **state)
{
	(void)state;
	log_in("wrong", "localhost");
	expect("door", "auth: ");
	assert_true(find_broker(watch_look(&watch), "door")->up.b);
	leave();
	log_in("right", "localhost");
	assert_true(until_up("door"));
	expect_strangers(0);
	leave();
	/* A listener that takes us with a password, and anybody else without one. */
	log_in_at(GOOD, "right", "localhost");
	assert_true(until_up("door"));
	expect_strangers(1);
	leave();
	log_in(NULL, "localhost");
	expect("door", "auth: not authorised");
	leave();
}

/* The certificate counts for the name that is configured, wherever the map or a command lead. */
static void the_name_survives_a_map_and_a_command(void **state)
{
	const char *const rows[][2] = {{"door", "mqtts://localhost:8883"}};
	char cluster[1000];

	(void)state;
	snprintf(cluster, sizeof(cluster),
	    "    tls: {ca: %s}\n    address_map: {\"localhost:8883\": \"127.0.0.1:%d\"}\n",
	    in_dir("ca.pem"), ports[GOOD]);
	look(cluster, rows, 1);
	assert_true(until_up("door"));
	leave();
	snprintf(cluster, sizeof(cluster),
	    "    tls: {ca: %s}\n    address_map: {\"localhost:8883\": \"127.0.0.1:%d\"}\n"
	    "    via: [bash, -c, \"exec 3<>/dev/tcp/%%h/%%p; cat <&3 & exec cat >&3\"]\n",
	    in_dir("ca.pem"), ports[GOOD]);
	look(cluster, rows, 1);
	assert_true(until_up("door"));
	leave();
}

static void a_broker_that_comes_back_is_found_again(void **state)
{
	const char *const rows[][2] = {{"good", url("mqtts", "localhost", ports[GOOD])}};
	char cluster[400];

	(void)state;
	snprintf(cluster, sizeof(cluster), "    tls: {ca: %s}\n", in_dir("ca.pem"));
	look(cluster, rows, 1);
	assert_true(until_up("good"));
	broker_signal(&broker, SIGSTOP);
	expect("good", "HUNG: TCP ");
	broker_signal(&broker, SIGCONT);
	assert_true(until_up("good"));
	broker_signal(&broker, SIGKILL);
	expect("good", "down: ");
	assert_int_not_equal(
	    quality_now(&find_broker(watch_look(&watch), "good")->cert_days), QUALITY_OK);
	broker_again(&broker);
	assert_true(until_up("good"));
	leave();
}

static int clean(void **state)
{
	(void)state;
	if (watching)
		watch_stop(&watch);
	watching = false;
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(each_certificate_is_judged_and_disturbs_no_other, clean),
	    cmocka_unit_test_teardown(a_client_certificate_opens_the_door, clean),
	    cmocka_unit_test_teardown(passwords_are_judged_by_the_broker, clean),
	    cmocka_unit_test_teardown(the_name_survives_a_map_and_a_command, clean),
	    cmocka_unit_test_teardown(a_broker_that_comes_back_is_found_again, clean),
	};
	int failed;

	start_broker();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	broker_stop(&broker);
	return failed;
}
