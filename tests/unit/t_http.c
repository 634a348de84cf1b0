/* net/http against a server that misbehaves in every way there is a mode for. */
#include "net/http.h"

#include "config.h" /* MQ_SANITIZED */

#include "base/clock.h"
#include "base/thread.h"
#include "fault_server.h"
#include "net/http_words.h"

#include <curl/curl.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

struct result {
	int calls;
	enum http_fail fail;
	long status;
	size_t len;
	double connect_ms, answer_ms, total_ms;
	char phrase[ERR_MAX], body[256];
};

static void on_done(void *arg, const struct http_reply *r)
{
	struct result *out = arg;

	out->calls++;
	out->fail = r->fail;
	out->status = r->status;
	out->len = r->len;
	out->connect_ms = r->connect_ms;
	out->answer_ms = r->answer_ms;
	out->total_ms = r->total_ms;
	snprintf(out->phrase, sizeof(out->phrase), "%s", r->phrase);
	snprintf(out->body, sizeof(out->body), "%s", r->body);
}

static void run_until_done(struct http *h)
{
	int64_t deadline = clock_boot() + 30 * NS_PER_S;

	for (http_run(h); http_in_flight(h) && clock_boot() < deadline; http_run(h))
		http_wait(h, -1, clock_boot() + NS_PER_S);
	assert_int_equal(http_in_flight(h), 0);
}

static struct result get_with(struct http *h, const char *url, int64_t timeout_ms, size_t max_body)
{
	struct result r = {0};

	http_get(h, &(struct http_request){.url = url, .timeout_ms = timeout_ms, .max_body = max_body,
	    .done = on_done, .arg = &r});
	run_until_done(h);
	assert_int_equal(r.calls, 1);
	return r;
}

static struct result get_mode(const char *mode, int64_t timeout_ms)
{
	struct fault_server *s = fault_start(mode, NULL, NULL, 0);
	struct http *h = http_new(NULL);
	struct result r;
	char url[100];

	snprintf(url, sizeof(url), "http://127.0.0.1:%d/varz", fault_port(s));
	r = get_with(h, url, timeout_ms, 0);
	http_free(h);
	fault_stop(s);
	return r;
}

static void whole_reply_and_reuse(void **state)
{
	struct fault_server *s = fault_start("ok", NULL, NULL, 0);
	struct http *h = http_new(NULL);
	struct result r;
	char url[100];

	(void)state;
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/varz", fault_port(s));
	r = get_with(h, url, 10000, 0);
	assert_int_equal(r.fail, HTTP_OK);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.phrase, "");
	assert_non_null(strstr(r.body, "server_id"));
	assert_true(r.connect_ms >= 0);
	assert_true(r.answer_ms > 0 && r.answer_ms <= r.total_ms);
	r = get_with(h, url, 10000, 0);
	assert_true(r.connect_ms < 0);
	assert_int_equal(r.fail, HTTP_OK);
	assert_int_equal(fault_connections(s), 1);
	assert_int_equal(fault_requests(s), 2);
	http_free(h);
	fault_stop(s);
}

static void status_is_no_failure(void **state)
{
	static const struct {
		const char *mode;
		long status;
	} all[] = {{"401", 401}, {"404", 404}, {"503", 503}, {"redirect", 302}};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct result r = get_mode(all[i].mode, 10000);

		assert_int_equal(r.fail, HTTP_OK);
		assert_int_equal(r.status, all[i].status);
	}
}

struct expected {
	const char *mode;
	enum http_fail fail;
	const char *part; /* of the phrase */
};

static void faults_have_words(void **state)
{
	static const struct expected all[] = {
	    {"garbage", HTTP_PROTOCOL, "does not speak HTTP"},
	    {"truncated", HTTP_PROTOCOL, "was cut off after 26 of 5000 bytes"},
	    {"oversized", HTTP_TOO_LARGE, "is larger than 8 MiB"},
	    {"oversized-unsaid", HTTP_TOO_LARGE, "is larger than 8 MiB"},
	    {"never-ending", HTTP_HUNG, "did not end"},
	    {"endless-headers", HTTP_PROTOCOL, "too many headers"},
	    {"slow", HTTP_HUNG, "HUNG"},
	    {"silent", HTTP_HUNG, "API silent "},
	    {"deaf", HTTP_HUNG, "API silent "},
	    {"rst", HTTP_PROTOCOL, "broke the connection off"},
	    {"close", HTTP_PROTOCOL, "closed the connection without a reply"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		int64_t start = clock_boot();
		/* Only what hangs has to be given up early: megabytes take a busy machine its time. */
		struct result r = get_mode(all[i].mode, all[i].fail == HTTP_HUNG ? 700 : 10000);

		print_message("%-16s %-10s %s\n", all[i].mode, http_fail_name(r.fail), r.phrase);
		assert_int_equal(r.fail, all[i].fail);
		assert_non_null(strstr(r.phrase, all[i].part));
		assert_true(clock_boot() - start < 15 * NS_PER_S);
		assert_true(r.len <= HTTP_BODY_MAX);
	}
}

static void memory_stays_bounded(void **state)
{
	struct rusage before, after;

	(void)state;
	get_mode("oversized-unsaid", 20000);
	getrusage(RUSAGE_SELF, &before);
	for (int i = 0; i < 3; i++)
		assert_int_equal(get_mode("oversized-unsaid", 20000).fail, HTTP_TOO_LARGE);
	getrusage(RUSAGE_SELF, &after);
#ifndef MQ_SANITIZED
	assert_true(after.ru_maxrss - before.ru_maxrss < 40 * 1024);
#endif
}

static void smaller_bound(void **state)
{
	struct fault_server *s = fault_start("ok", NULL, NULL, 0);
	struct http *h = http_new(NULL);
	char url[100];

	(void)state;
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/varz", fault_port(s));
	assert_int_equal(get_with(h, url, 10000, 100).fail, HTTP_TOO_LARGE);
	http_free(h);
	fault_stop(s);
}

static void refused_and_dns(void **state)
{
	struct http *h = http_new(NULL);
	struct fault_server *s = fault_start("ok", NULL, NULL, 0);
	struct result r;
	char url[100];

	(void)state;
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", fault_port(s));
	fault_stop(s);
	r = get_with(h, url, 10000, 0);
	assert_int_equal(r.fail, HTTP_REFUSED);
	assert_non_null(strstr(r.phrase, "connection refused by 127.0.0.1:"));
	/* .invalid never resolves (RFC 6761); a machine without any DNS may take its time. */
	r = get_with(h, "http://mqduty-test.invalid:8222/varz", 3000, 0);
	assert_int_equal(r.fail, HTTP_DNS);
	assert_non_null(strstr(r.phrase, "dns"));
	http_free(h);
}

static void urls(void **state)
{
	struct err err = {""};
	char *address, *shown;
	struct http *h = http_new(NULL);
	struct result r;

	(void)state;
	assert_int_equal(http_url_split("http://duty:secret@n1.int/base/", &address, &shown, &err), 0);
	assert_string_equal(address, "n1.int:80");
	assert_string_equal(shown, "http://n1.int/base");
	free(address);
	free(shown);
	assert_int_equal(http_url_split("https://[::1]:8443", &address, NULL, &err), 0);
	assert_string_equal(address, "[::1]:8443");
	free(address);
	assert_int_equal(http_url_split("ftp://n1", NULL, NULL, &err), -1);
	assert_int_equal(http_url_split("http://", NULL, NULL, &err), -1);
	r = get_with(h, "http://a b:xx", 1000, 0);
	assert_int_equal(r.fail, HTTP_PROTOCOL);
	assert_true(r.phrase[0]);
	http_free(h);
}

static void address_map_and_proxy(void **state)
{
	struct fault_server *s = fault_start("ok", NULL, NULL, 0);
	char to[64];
	struct text_pair map = {"n1.invalid:8222", to};
	struct cluster_conf conf = {.address_map = &map, .n_address_map = 1};
	struct http *h;

	(void)state;
	snprintf(to, sizeof(to), "127.0.0.1:%d", fault_port(s));
	/* A proxy of the environment must not get in between. */
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	h = http_new(&conf);
	assert_int_equal(get_with(h, "http://n1.invalid:8222/varz", 10000, 0).status, 200);
	http_free(h);
	unsetenv("http_proxy");
	fault_stop(s);
}

/* `via` here is cat's cousin: a shell that answers one request by itself. */
static void via_command(void **state)
{
	const char *talks[] = {"sh", "-c", "read line; printf 'HTTP/1.1 200 OK\\r\\nContent-Length: 15\\r\\n\\r\\n%h %p'; "
	    "cat >/dev/null", NULL};
	const char *fails[] = {"sh", "-c", "echo 'jump: permission denied (publickey)' >&2; exit 1", NULL};
	struct cluster_conf conf = {.via = talks};
	struct http *h = http_new(&conf);
	struct result r = get_with(h, "http://n1.invalid:8222/varz", 3000, 0);

	(void)state;
	print_message("via: %s\n", r.phrase);
	assert_int_equal(r.fail, HTTP_OK);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.body, "n1.invalid 8222");
	http_free(h);

	conf.via = fails;
	h = http_new(&conf);
	r = get_with(h, "http://n1.invalid:8222/varz", 3000, 0);
	print_message("via: %s\n", r.phrase);
	assert_int_not_equal(r.fail, HTTP_OK);
	assert_non_null(strstr(r.phrase, "permission denied"));
	http_free(h);
}

static void wake_ends_the_wait(void **state)
{
	struct http *h = http_new(NULL);
	int fd = wake_open();
	int64_t start = clock_boot();

	(void)state;
	wake_set(fd);
	http_wait(h, fd, start + 10 * NS_PER_S);
	assert_true(clock_boot() - start < 5 * NS_PER_S);
	wake_drain(fd);
	start = clock_boot();
	http_wait(h, fd, start + 50 * NS_PER_MS);
	assert_true(clock_boot() - start >= 45 * NS_PER_MS);
	close(fd);
	http_free(h);
}

/* In flight, in DNS and waiting for a reply: dropping them does not wait. */
static void free_does_not_wait(void **state)
{
	struct fault_server *s = fault_start("silent", NULL, NULL, 0);
	struct http *h = http_new(NULL);
	struct result r = {0}, lookup = {0};
	int64_t start;
	char url[100];

	(void)state;
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/varz", fault_port(s));
	http_get(h, &(struct http_request){.url = url, .timeout_ms = 60000, .done = on_done, .arg = &r});
	/* Whether this one has failed by then depends on the machine's resolver. */
	http_get(h, &(struct http_request){.url = "http://mqduty-test.invalid/", .timeout_ms = 60000,
	    .done = on_done, .arg = &lookup});
	http_run(h);
	start = clock_boot();
	http_free(h);
	assert_true(clock_boot() - start < 200 * NS_PER_MS);
	assert_int_equal(r.calls, 0);
	fault_stop(s);
}

/* What cannot be provoked on every machine: the words alone. */
static void words(void **state)
{
	char out[ERR_MAX];
	struct http_outcome o = {.code = CURLE_COULDNT_CONNECT, .os_errno = EHOSTUNREACH, .detail = "",
	    .address = "10.0.0.9:8222", .url = "http://10.0.0.9:8222/varz", .body_expected = -1, .total_ms = 2000};

	(void)state;
	assert_int_equal(http_words(&o, out, sizeof(out)), HTTP_UNREACHABLE);
	assert_string_equal(out, "unreachable: 10.0.0.9:8222: No route to host");
	o.code = CURLE_OPERATION_TIMEDOUT;
	assert_int_equal(http_words(&o, out, sizeof(out)), HTTP_DNS);
	o.resolved = true;
	assert_int_equal(http_words(&o, out, sizeof(out)), HTTP_TIMEOUT_CONNECT);
	o.connected = true;
	o.connect_ms = 1.2;
	assert_int_equal(http_words(&o, out, sizeof(out)), HTTP_HUNG);
	assert_string_equal(out, "HUNG: TCP 1 ms, TLS silent 2.0 s");
	o.secured = true;
	assert_int_equal(http_words(&o, out, sizeof(out)), HTTP_HUNG);
	assert_string_equal(out, "HUNG: TCP 1 ms, API silent 2.0 s");
	o.code = CURLE_PEER_FAILED_VERIFICATION;
	o.detail = "certificate has expired";
	assert_int_equal(http_words(&o, out, sizeof(out)), HTTP_TLS);
	assert_string_equal(out, "TLS with 10.0.0.9:8222: certificate has expired");
	o.detail = "error:0A00010B:SSL routines::wrong version number";
	assert_int_equal(http_words(&o, out, sizeof(out)), HTTP_TLS);
	assert_string_equal(out, "TLS: 10.0.0.9:8222 answers, but not with TLS: is it http:// in place of https://?");
	o.expired = (int64_t)1795564800 * 1000000000;
	assert_int_equal(http_words(&o, out, sizeof(out)), HTTP_TLS);
	assert_string_equal(out, "TLS: the certificate of 10.0.0.9:8222 expired on 2026-11-25");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whole_reply_and_reuse),
	    cmocka_unit_test(status_is_no_failure),
	    cmocka_unit_test(faults_have_words),
	    cmocka_unit_test(memory_stays_bounded),
	    cmocka_unit_test(smaller_bound),
	    cmocka_unit_test(refused_and_dns),
	    cmocka_unit_test(urls),
	    cmocka_unit_test(address_map_and_proxy),
	    cmocka_unit_test(via_command),
	    cmocka_unit_test(wake_ends_the_wait),
	    cmocka_unit_test(free_does_not_wait),
	    cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
