/*
 * NATS by its system account on real servers: with the monitoring port closed and a user that may do
 * no more than the manual says, by password, NKey, JWT and TLS. MQ_NATS_SERVER names the binary.
 */
#include "nats_cluster.h"
#include "nats_watch.h"

#include "base/buf.h"
#include "base/clock.h"
#include "certs.h"
#include "source/nats/rights.h"

#include <jansson.h>
#include <nats/nats.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static struct test_cluster cluster;
static const char *binary;
static char plan_text[8192];

/* The NKey of tests/unit/t_nats_system. */
static const char seed[] = "SUAMZK47HA2BMM5PEFT3KUUEWHYMA2DMTUQCSKT7P6AW5NPZNL3LHAWTKU";
static const char public_key[] = "UCRYPWT4HAF4YENXWGPOZ3VUNNGMFNXKAPQETTRSHQ2MQZFWFF7FG677";

static void pause_ms(int ms)
{
	nanosleep(&(struct timespec){ms / 1000, (long)(ms % 1000) * 1000000}, NULL);
}

/* The user duty has the rights of the manual and no others; half lacks one of them. */
static const char *accounts(const char *late_password)
{
	struct buf rights, less;
	char *jsz;

	buf_init(&rights, 4096);
	buf_init(&less, 4096);
	nats_rights_print(&rights, "    ");
	nats_rights_print(&less, "    ");
	jsz = strstr(less.data, ".JSZ");
	assert_non_null(jsz);
	memcpy(jsz, ".NIX", 4);
	snprintf(plan_text, sizeof(plan_text),
	    "accounts {\n  SYS { users: [\n"
	    "    { user: duty, password: pw\n%s }\n    { user: half, password: pw\n%s }\n"
	    "    { nkey: %s\n%s }\n    { user: late, password: \"%s\" }\n    { user: root, password: pw }\n  ] }\n"
	    "  APP { jetstream: enabled, users: [{ user: app, password: pw }] }\n}\nsystem_account: SYS\n",
	    rights.data, less.data, public_key, rights.data, late_password);
	buf_release(&rights);
	buf_release(&less);
	return plan_text;
}

static int setup(void **state)
{
	(void)state;
	binary = getenv("MQ_NATS_SERVER");
	if (!binary || !*binary)
		binary = "nats-server";
	setenv("MQ_TEST_PW", "pw", 1);
	cluster_start_as(&cluster, binary, "s", 3,
	    (struct cluster_plan){.jetstream = true, .no_monitor = true, .more = accounts("old")});
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	cluster_stop(&cluster);
	return 0;
}

/* Watches by the account of server 0 alone. */
static void watch_as(struct watch *w, const char *login, bool one_shot)
{
	char yaml[1024];

	snprintf(yaml, sizeof(yaml), "clusters:\n  - name: bus\n    kind: nats\n    expected_nodes: 3\n    timeout: 2s\n"
	    "    memory_limit: 512MiB\n    system: {url: \"nats://127.0.0.1:%d\", %s}\n", cluster.server[0].client, login);
	watch_start(w, yaml, one_shot);
}

static const char duty[] = "user: duty, password_env: MQ_TEST_PW";

static bool is_up(const struct cluster_view *v, size_t i)
{
	const struct broker_row *b = find_broker(v, cluster.server[i].name);

	return b && b->up.type == VALUE_BOOL && quality_now(&b->up) == QUALITY_OK && b->up.b;
}

static bool all_well(const struct cluster_view *v, void *arg)
{
	const struct cluster_row *c = cluster_facts(v);

	(void)arg;
	for (size_t i = 0; i < cluster.n; i++) {
		const struct route_row *r = find_route(v, cluster.server[i].name);

		if (!is_up(v, i) || strcmp(find_broker(v, cluster.server[i].name)->state, "up") != 0 || !r ||
		    quality_now(&r->peers) != QUALITY_OK || value_number(&r->peers) != 2 || !r->detail)
			return false;
	}
	return c && !c->trouble && quality_now(&c->system_account) == QUALITY_OK && c->controllers.type == VALUE_INT &&
	    quality_now(&c->controllers) == QUALITY_OK && c->controllers.i == 1 && v->sections[SECTION_LAG] &&
	    quality_now(&v->sections[SECTION_LAG]->listing) == QUALITY_OK;
}

/* A number of one server's own answer, for comparison; asked by a user that may do all. */
static double said(const char *id, const char *what, const char *key)
{
	natsConnection *nc = NULL;
	natsMsg *m = NULL;
	char url[80], subject[160];
	json_t *root;
	double v = -1;

	snprintf(url, sizeof(url), "nats://root:pw@127.0.0.1:%d", cluster.server[0].client);
	snprintf(subject, sizeof(subject), "$SYS.REQ.SERVER.%s.%s", id, what);
	assert_int_equal(natsConnection_ConnectTo(&nc, url), NATS_OK);
	assert_int_equal(natsConnection_RequestString(&m, nc, subject, "", 3000), NATS_OK);
	root = json_loadb(natsMsg_GetData(m), (size_t)natsMsg_GetDataLength(m), JSON_DECODE_INT_AS_REAL, NULL);
	if (root)
		v = json_number_value(json_object_get(json_object_get(root, "data"), key));
	json_decref(root);
	natsMsg_Destroy(m);
	natsConnection_Destroy(nc);
	return v;
}

static void few_rights_are_enough(void **state)
{
	static struct watch w; /* a failed test leaves its thread behind */
	const struct cluster_view *v;

	(void)state;
	watch_as(&w, duty, false);
	assert_true(watch_until(&w, 30, all_well, NULL));
	v = watch_look(&w);
	assert_string_equal(cluster_facts(v)->mode, "JetStream");
	assert_int_equal(cluster_facts(v)->brokers_up.i, 3);
	for (size_t i = 0; i < cluster.n; i++) {
		const struct broker_row *b = find_broker(v, cluster.server[i].name);
		const struct connection_row *k = find_connection(v, cluster.server[i].name);
		double subs = said(b->id, "VARZ", "subscriptions");

		assert_true(value_number(&k->max) == said(b->id, "VARZ", "max_connections"));
		/* One's own request is a subscription more. */
		assert_true(value_number(broker_metric(b, METRIC_SUBSCRIPTIONS)) <= subs + 4);
		assert_true(value_number(broker_metric(b, METRIC_SUBSCRIPTIONS)) >= subs - 40);
		assert_string_equal(broker_metric(b, METRIC_HEALTH)->s, "ok");
		assert_int_equal(quality_now(broker_metric(b, METRIC_PENDING)), QUALITY_OK);
		assert_true(b->rtt_ms.d > 0 && b->rtt_ms.d < 1000);
	}
	assert_true(watch_stop(&w) < 400);
}

static bool is_settled(const struct cluster_view *v, void *arg)
{
	struct watch *w = arg;

	(void)v;
	return atomic_load(&w->ctx.settled);
}

static void a_check_waits_for_the_servers(void **state)
{
	static struct watch w;
	const struct cluster_view *v;

	(void)state;
	watch_as(&w, duty, true);
	assert_true(watch_until(&w, 15, is_settled, &w));
	v = watch_look(&w);
	assert_true(all_well(v, NULL));
	assert_int_equal(quality_now(&find_broker(v, cluster.server[1].name)->rtt_p95_ms), QUALITY_OK);
	watch_stop(&w);
}

static void nkey_lets_in(void **state)
{
	static struct watch w;
	char path[300], login[400];
	FILE *f;

	(void)state;
	snprintf(path, sizeof(path), "%s/duty.nk", cluster.dir);
	f = fopen(path, "we");
	fprintf(f, "%s\n", seed);
	fclose(f);
	snprintf(login, sizeof(login), "nkey: %s", path);
	watch_as(&w, login, false);
	assert_true(watch_until(&w, 15, all_well, NULL));
	watch_stop(&w);
}

static bool right_is_named(const struct cluster_view *v, void *arg)
{
	const struct cluster_row *c = cluster_facts(v);
	const struct section *lag = v->sections[SECTION_LAG];

	(void)arg;
	return c && c->trouble && strstr(c->trouble, "publish $SYS.REQ.SERVER.*.JSZ") && lag &&
	    lag->listing.reason && strstr(lag->listing.reason, "publish $SYS.REQ.SERVER.*.JSZ") && is_up(v, 0) && is_up(v, 2);
}

static void missing_right_is_named(void **state)
{
	static struct watch w;

	(void)state;
	watch_as(&w, "user: half, password_env: MQ_TEST_PW", false);
	assert_true(watch_until(&w, 15, right_is_named, NULL));
	watch_stop(&w);
	/* A refusal is an answer: nothing waits for its timeout of 10 s. */
	watch_as(&w, "user: half, password_env: MQ_TEST_PW", true);
	assert_true(watch_until(&w, 7, is_settled, &w));
	assert_true(right_is_named(watch_look(&w), NULL));
	watch_stop(&w);
}

static bool login_refused(const struct cluster_view *v, void *arg)
{
	const struct cluster_row *c = cluster_facts(v);

	(void)arg;
	return c && c->trouble && strstr(c->trouble, "auth: ") && quality_now(&c->reachable) == QUALITY_ERROR;
}

/* What the library itself would not do: it ends for good after two equal auth errors. */
static void refused_logins_never_end_it(void **state)
{
	static struct watch w;

	(void)state;
	watch_as(&w, "user: late, password_env: MQ_TEST_PW", false);
	assert_true(watch_until(&w, 15, login_refused, NULL));
	/* After 0, 1 and 3 s: three were refused. */
	pause_ms(3500);
	assert_true(login_refused(watch_look(&w), NULL));
	cluster_rewrite(&cluster, accounts("pw"));
	for (size_t i = 0; i < cluster.n; i++)
		server_signal(&cluster, i, SIGHUP);
	assert_true(watch_until(&w, 20, all_well, NULL));
	watch_stop(&w);
}

static bool refusal_seen(const struct cluster_view *v, void *arg)
{
	const struct broker_row *b = find_broker(v, cluster.server[1].name);
	const struct value *n = b ? broker_metric(b, METRIC_AUTH_ERRORS) : NULL;

	return n && n->type == VALUE_INT && n->i > 0 && has_event(arg, cluster.server[1].name, "refused a login of client");
}

static bool is_gone(const struct cluster_view *v, void *arg)
{
	const size_t i = *(size_t *)arg;
	const struct broker_row *b = find_broker(v, cluster.server[i].name);

	return b && b->up.type == VALUE_BOOL && !b->up.b && is_up(v, (i + 1) % 3) && is_up(v, (i + 2) % 3);
}

static void events_and_lost_servers(void **state)
{
	static struct watch w;
	natsConnection *nc = NULL;
	char url[80];
	size_t first = 0, old;

	(void)state;
	watch_as(&w, duty, false);
	assert_true(watch_until(&w, 15, all_well, NULL));
	snprintf(url, sizeof(url), "nats://app:wrong@127.0.0.1:%d", cluster.server[1].client);
	assert_int_not_equal(natsConnection_ConnectTo(&nc, url), NATS_OK);
	assert_true(watch_until(&w, 10, refusal_seen, &w));
	/* The server that it is connected to freezes, and then dies: the others are known by now. */
	server_signal(&cluster, first, SIGSTOP);
	assert_true(watch_until(&w, 30, is_gone, &first));
	server_signal(&cluster, first, SIGKILL);
	server_start(&cluster, first);
	assert_true(watch_until(&w, 40, all_well, NULL));
	assert_true(has_event(&w, NULL, "its connection to the system account"));
	/* Whatever it is connected to now, it is not the first. */
	old = section_count(w.snap->events);
	server_signal(&cluster, first, SIGTERM);
	assert_true(watch_until(&w, 25, is_gone, &first));
	assert_true(section_count(w.snap->events) > old);
	assert_true(has_event(&w, cluster.server[first].name, "is shutting down"));
	server_signal(&cluster, first, SIGKILL);
	server_start(&cluster, first);
	assert_true(watch_until(&w, 40, all_well, NULL));
	/* Frozen: its peers still list it. */
	server_signal(&cluster, first, SIGSTOP);
	assert_true(watch_until(&w, 25, is_gone, &first));
	assert_non_null(strstr(find_broker(watch_look(&w), cluster.server[first].name)->state, "HUNG"));
	server_signal(&cluster, first, SIGCONT);
	assert_true(watch_until(&w, 40, all_well, NULL));
	if (getenv("MQ_TEST_DUMP"))
		watch_dump(&w, stdout);
	watch_stop(&w);
}

static bool all_up(const struct cluster_view *v, void *arg)
{
	(void)arg;
	for (size_t i = 0; i < cluster.n; i++)
		if (!is_up(v, i))
			return false;
	return true;
}

/* The URLs of monitoring ports that are closed: the same three servers, by the account. */
static void closed_ports_are_no_matter(void **state)
{
	static struct watch w;
	char yaml[1024];
	const struct cluster_view *v;

	(void)state;
	snprintf(yaml, sizeof(yaml), "clusters:\n  - name: bus\n    kind: nats\n    expected_nodes: 3\n    timeout: 2s\n"
	    "    monitor: [\"http://127.0.0.1:%d\", \"http://127.0.0.1:%d\", \"http://127.0.0.1:%d\"]\n"
	    "    system: {url: \"nats://127.0.0.1:%d\", %s}\n", cluster.server[0].monitor, cluster.server[1].monitor,
	    cluster.server[2].monitor, cluster.server[0].client, duty);
	watch_start(&w, yaml, true);
	assert_true(watch_until(&w, 15, is_settled, &w));
	/* On a busy machine an answer may be late for the first look. */
	assert_true(watch_until(&w, 30, all_up, NULL));
	v = watch_look(&w);
	assert_int_equal(section_count(v->sections[SECTION_BROKERS]), 3);
	for (size_t i = 0; i < cluster.n; i++) {
		assert_true(is_up(v, i));
		assert_non_null(strstr(find_broker(v, cluster.server[i].name)->state, "its monitoring port: "));
		assert_int_equal(quality_now(&find_connection(v, cluster.server[i].name)->current), QUALITY_OK);
	}
	assert_int_equal(quality_now(&v->sections[SECTION_LAG]->listing), QUALITY_OK);
	watch_stop(&w);
}

static bool one_up(const struct cluster_view *v, void *arg)
{
	const struct cluster_row *c = cluster_facts(v);

	(void)arg;
	return c && quality_now(&c->system_account) == QUALITY_OK && section_count(v->sections[SECTION_BROKERS]) == 1 &&
	    section_broker(v->sections[SECTION_BROKERS], 0)->up.b;
}

/* Operator mode: JWTs that were made once, with NATS's own library; the user has the manual's rights. */
static void credentials_let_in(void **state)
{
	static char operator_conf[8192];
	const char *top = getenv("top_srcdir");
	struct test_cluster one;
	static struct watch w;
	char yaml[1024], path[512];
	FILE *f;

	(void)state;
	snprintf(path, sizeof(path), "%s/tests/fixtures/nats/operator/operator.conf", top ? top : ".");
	f = fopen(path, "re");
	assert_non_null(f);
	operator_conf[fread(operator_conf, 1, sizeof(operator_conf) - 1, f)] = '\0';
	fclose(f);
	cluster_start_as(&one, binary, "op", 1, (struct cluster_plan){.no_monitor = true, .more = operator_conf});
	snprintf(yaml, sizeof(yaml), "clusters:\n  - name: bus\n    kind: nats\n    system: {url: \"nats://localhost:%d\", "
	    "creds: %s/tests/fixtures/nats/operator/duty.creds}\n", one.server[0].client, top ? top : ".");
	watch_start(&w, yaml, false);
	assert_true(watch_until(&w, 15, one_up, NULL));
	watch_stop(&w);
	cluster_stop(&one);
}

struct tls_case {
	const char *host, *ca; /* ca: a file of the folder */
	bool plain;
	const char *words; /* NULL: it gets in */
};

static bool says(const struct cluster_view *v, void *words)
{
	const struct cluster_row *c = cluster_facts(v);

	return c && c->trouble && strstr(c->trouble, words);
}

static void tls_checks_the_host(void **state)
{
	static const struct tls_case cases[] = {
	    {"localhost", "ca.pem", false, NULL},
	    {"127.0.0.1", "ca.pem", false, "tls: the server's certificate is not for this host name"},
	    {"localhost", "other.pem", false, "tls: an unknown authority"},
	    /* The server wants TLS: the library does what it wants, and checks. */
	    {"localhost", "ca.pem", true, "tls: an unknown authority"},
	};
	static char more[1024];
	struct test_cluster one;
	struct cert ca = make_cert(NULL, "duty CA", NULL, 10), other = make_cert(NULL, "other CA", NULL, 10);
	struct cert leaf = make_cert(&ca, "nats", "DNS:localhost", 10);
	char dir[] = "/tmp/mqduty-tls-XXXXXX", path[200], yaml[1024];

	(void)state;
	assert_non_null(mkdtemp(dir));
#define IN_DIR(name) (snprintf(path, sizeof(path), "%s/%s", dir, name), path)
	write_cert(&ca, IN_DIR("ca.pem"));
	write_cert(&other, IN_DIR("other.pem"));
	write_cert(&leaf, IN_DIR("cert.pem"));
	write_key(&leaf, IN_DIR("key.pem"));
	snprintf(more, sizeof(more), "accounts { SYS: { users: [{user: root, password: pw}] } }\nsystem_account: SYS\n"
	    "tls { cert_file: \"%s/cert.pem\", key_file: \"%s/key.pem\" }\n", dir, dir);
	cluster_start_as(&one, binary, "tls", 1, (struct cluster_plan){.no_monitor = true, .more = more});
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct tls_case *c = &cases[i];
		static struct watch w;

		snprintf(yaml, sizeof(yaml), "clusters:\n  - name: bus\n    kind: nats\n    system: {url: \"%s://%s:%d\", "
		    "user: root, password_env: MQ_TEST_PW%s%s%s%s%s}\n", c->plain ? "nats" : "tls", c->host,
		    one.server[0].client, c->plain ? "" : ", tls: {ca: ", c->plain ? "" : dir, c->plain ? "" : "/",
		    c->plain ? "" : c->ca, c->plain ? "" : "}");
		watch_start(&w, yaml, false);
		if (c->words)
			assert_true(watch_until(&w, 15, says, (char *)c->words));
		else
			assert_true(watch_until(&w, 15, one_up, NULL));
		print_message("%s, %s: %s\n", c->host, c->plain ? "plain" : c->ca,
		    cluster_facts(watch_look(&w))->trouble ? cluster_facts(watch_look(&w))->trouble : "well");
		watch_stop(&w);
	}
	cluster_stop(&one);
	unlink(IN_DIR("ca.pem"));
	unlink(IN_DIR("other.pem"));
	unlink(IN_DIR("cert.pem"));
	unlink(IN_DIR("key.pem"));
	rmdir(dir);
	free_cert(&leaf);
	free_cert(&other);
	free_cert(&ca);
}

struct https_case {
	const char *host;
	int days; /* that the certificate has left */
	const char *words; /* NULL: it is read */
};

static bool https_says(const struct cluster_view *v, void *arg)
{
	const struct https_case *c = arg;
	const struct section *s = v->sections[SECTION_BROKERS];
	const struct broker_row *b = section_count(s) ? section_broker(s, 0) : NULL;

	if (!b || b->cert_days.type != VALUE_INT || quality_now(&b->cert_days) != QUALITY_OK || b->cert_days.i != c->days)
		return false;
	if (!c->words)
		return !strcmp(b->state, "up") && quality_now(&b->version) == QUALITY_OK;
	return quality_now(&b->up) == QUALITY_ERROR && strstr(b->state, c->words);
}

/* The monitoring port over TLS: the host is checked, and how long the certificate lasts is known also
 * where it is the reason why nothing else is. */
static void https_and_its_certificate(void **state)
{
	static const struct https_case cases[] = {
	    {"localhost", 10, NULL},
	    {"127.0.0.1", 10, "TLS"},    /* the certificate names localhost alone */
	    {"localhost", -3, "expired"},
	};
	static char more[1024];
	struct cert ca = make_cert(NULL, "duty CA", NULL, 10);
	char dir[] = "/tmp/mqduty-https-XXXXXX", path[200], yaml[1024], hashed[32];

	(void)state;
	assert_non_null(mkdtemp(dir));
	write_cert(&ca, IN_DIR("ca.pem"));
	snprintf(hashed, sizeof(hashed), "%08lx.0", X509_subject_name_hash(ca.x));
	write_cert(&ca, IN_DIR(hashed));
	snprintf(more, sizeof(more), "tls { cert_file: \"%s/cert.pem\", key_file: \"%s/key.pem\" }\n", dir, dir);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cert leaf = make_cert(&ca, "nats", "DNS:localhost", cases[i].days);
		struct test_cluster one;
		static struct watch w;

		write_cert(&leaf, IN_DIR("cert.pem"));
		write_key(&leaf, IN_DIR("key.pem"));
		free_cert(&leaf);
		cluster_start_as(&one, binary, "https", 1, (struct cluster_plan){.https = true, .more = more});
		snprintf(yaml, sizeof(yaml), "clusters:\n  - name: bus\n    kind: nats\n    timeout: 2s\n"
		    "    monitor: [\"https://%s:%d\"]\n    tls: {ca: %s}\n", cases[i].host, one.server[0].monitor, i ? IN_DIR("ca.pem") : dir);
		watch_start(&w, yaml, false);
		assert_true(watch_until(&w, 15, https_says, (void *)&cases[i]));
		watch_stop(&w);
		cluster_stop(&one);
	}
	unlink(IN_DIR(hashed));
	unlink(IN_DIR("ca.pem"));
	unlink(IN_DIR("cert.pem"));
	unlink(IN_DIR("key.pem"));
	rmdir(dir);
	free_cert(&ca);
}

/* A port that takes connections and never says a word. */
static int silent_port(int *fd)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);

	*fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(*fd, (struct sockaddr *)&a, len) | listen(*fd, 16) | getsockname(*fd, (struct sockaddr *)&a, &len), 0);
	return ntohs(a.sin_port);
}

static bool only_the_account_fails(const struct cluster_view *v, void *words)
{
	const struct cluster_row *c = cluster_facts(v);
	const struct section *s = v->sections[SECTION_BROKERS];

	return c && c->reachable.type == VALUE_BOOL && c->reachable.b && section_count(s) == 1 &&
	    section_broker(s, 0)->up.type == VALUE_BOOL && section_broker(s, 0)->up.b &&
	    quality_now(&section_broker(s, 0)->version) == QUALITY_OK &&
	    quality_now(&c->system_account) == QUALITY_ERROR && strstr(c->system_account.reason, words) && c->trouble &&
	    strstr(c->trouble, words);
}

/* Whatever is wrong with the account: what the monitoring port tells stays live, and the check ends. */
static void a_broken_account_leaves_the_rest(void **state)
{
	struct broken {
		int port;
		const char *words;
	} cases[] = {
	    {0, "refused"},
	    {0, "auth: "},
	    {0, "the system account: 127.0.0.1"}, /* it speaks HTTP */
	    {0, "HUNG: the server does not finish the login"},
	};
	struct test_cluster one;
	int fd;

	(void)state;
	cluster_start_as(&one, binary, "alone", 1, (struct cluster_plan){.more = "accounts { SYS: { users: [{user: root, "
	    "password: other}] } }\nsystem_account: SYS\n"});
	cases[0].port = free_port();
	cases[1].port = one.server[0].client;
	cases[2].port = one.server[0].monitor;
	cases[3].port = silent_port(&fd);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		static struct watch w;
		char yaml[1024];

		snprintf(yaml, sizeof(yaml), "clusters:\n  - name: bus\n    kind: nats\n    timeout: 1s\n"
		    "    monitor: [\"http://127.0.0.1:%d\"]\n    system: {url: \"nats://127.0.0.1:%d\", user: root, "
		    "password_env: MQ_TEST_PW}\n", one.server[0].monitor, cases[i].port);
		watch_start(&w, yaml, true);
		assert_true(watch_until(&w, 15, only_the_account_fails, (char *)cases[i].words));
		assert_true(watch_until(&w, 5, is_settled, &w));
		print_message("%s\n", cluster_facts(watch_look(&w))->trouble);
		/* A login that hangs does not hold up the end. */
		assert_true(watch_stop(&w) < 400);
	}
	close(fd);
	cluster_stop(&one);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(few_rights_are_enough),
	    cmocka_unit_test(a_check_waits_for_the_servers),
	    cmocka_unit_test(nkey_lets_in),
	    cmocka_unit_test(missing_right_is_named),
	    cmocka_unit_test(refused_logins_never_end_it),
	    cmocka_unit_test(closed_ports_are_no_matter),
	    cmocka_unit_test(events_and_lost_servers),
	    cmocka_unit_test(credentials_let_in),
	    cmocka_unit_test(tls_checks_the_host),
	    cmocka_unit_test(https_and_its_certificate),
	    cmocka_unit_test(a_broken_account_leaves_the_rest),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
