/* The wire client over TLS, against a server of our own with certificates made here. */
#include "certs.h"
#include "kafka_world.h"

#include <signal.h>
#include <sys/stat.h>
#include <time.h>

static void serve_silence(struct world *w)
{
	(void)w;
}

static void serve_http(struct world *w)
{
	if (w->n_asked)
		buf_adds(&w->to_send, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
	w->n_asked = 0;
}

/* Gone without a word, once something was asked. */
static void serve_reset(struct world *w)
{
	struct request r;

	if (serve_handshake(w, &r))
		hang_up(w);
}

static char dir[] = "/tmp/mqduty-tls-XXXXXX";
static char ca_path[64], cert_path[64], key_path[64], stranger_path[64], stranger_key_path[64];
static struct cert ca, stranger_ca, server_cert, expired, other_host, client_cert, stranger;

static struct text_pair properties[8];
static struct cluster_conf conf;
static struct security security;

static void property(const char *key, const char *value)
{
	properties[conf.n_properties++] = (struct text_pair){key, value};
}

static int setup(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(ca_path, sizeof(ca_path), "%s/ca.pem", dir);
	snprintf(cert_path, sizeof(cert_path), "%s/cert.pem", dir);
	snprintf(key_path, sizeof(key_path), "%s/key.pem", dir);
	snprintf(stranger_path, sizeof(stranger_path), "%s/stranger.pem", dir);
	snprintf(stranger_key_path, sizeof(stranger_key_path), "%s/stranger.key", dir);
	ca = make_cert(NULL, "test issuer", NULL, 100);
	stranger_ca = make_cert(NULL, "another issuer", NULL, 100);
	server_cert = make_cert(&ca, "b1", "DNS:kafka-1.int,IP:127.0.0.1", 12);
	expired = make_cert(&ca, "b1", "IP:127.0.0.1", -2);
	other_host = make_cert(&ca, "b1", "DNS:kafka-9.int,DNS:*.example.org", 12);
	client_cert = make_cert(&ca, "duty", "DNS:duty", 5);
	stranger = make_cert(&stranger_ca, "duty", "DNS:duty", 5);
	write_cert(&ca, ca_path);
	write_cert(&client_cert, cert_path);
	write_key(&client_cert, key_path);
	write_cert(&stranger, stranger_path);
	write_key(&stranger, stranger_key_path);
	return 0;
}

static int teardown(void **state)
{
	const char *const paths[] = {ca_path, cert_path, key_path, stranger_path, stranger_key_path};
	struct cert *const certs[] = {
	    &ca, &stranger_ca, &server_cert, &expired, &other_host, &client_cert, &stranger};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		unlink(paths[i]);
	for (size_t i = 0; i < sizeof(certs) / sizeof(certs[0]); i++)
		free_cert(certs[i]);
	return rmdir(dir);
}

static SSL_CTX *server_ctx(const struct cert *c)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	SSL_CTX_use_certificate(ctx, c->x);
	SSL_CTX_use_PrivateKey(ctx, c->key);
	return ctx;
}

/* A world whose client wants TLS; c NULL: the server does not speak it. */
static struct world *secure_world(const struct cert *c, void (*serve)(struct world *w))
{
	struct world *w = world_new(serve);

	if (!conf.n_properties)
		property("ssl.ca.location", ca_path);
	property("security.protocol", "SSL");
	conf.properties = properties;
	security_init(&security, &conf);
	conn_secure(&w->c, &security, w->c.address);
	w->tls = c ? server_ctx(c) : NULL;
	return w;
}

static void end(struct world *w)
{
	SSL_CTX *ctx = w->tls;

	world_free(w);
	SSL_CTX_free(ctx);
	security_release(&security);
	conf = (struct cluster_conf){.n_properties = 0};
}

static void test_well(void **state)
{
	struct world *w = secure_world(&server_cert, serve_well);
	int64_t left;

	(void)state;
	UNTIL(w, conn_ready(&w->c));
	for (int i = 0; i < 3; i++)
		ask(w);
	UNTIL(w, w->good == 3);
	assert_int_equal(w->accepted, 1);
	left = w->c.cert_until - clock_wall();
	assert_true(left > 12 * 86400 * NS_PER_S && left < 13 * 86400 * NS_PER_S);
	end(w);
}

static void test_one_byte_at_a_time(void **state)
{
	struct world *w = secure_world(&server_cert, serve_well);

	(void)state;
	w->slice = 1;
	UNTIL(w, conn_ready(&w->c));
	ask(w);
	UNTIL(w, w->good == 1);
	end(w);
}

/* TLS unpacks more than is read at once: nothing of it may be forgotten. */
static void serve_large(struct world *w)
{
	struct request r;

	if (!serve_handshake(w, &r))
		return;
	put_size(w, 4 + (20 << 20));
	buf_add(&w->to_send, r.correlation, 4);
	for (int i = 0; i < 20 << 10; i++) {
		static const char zeros[1024];

		buf_add(&w->to_send, zeros, sizeof(zeros));
	}
	put_metadata(w, &r);
	w->to_send.data[w->to_send.len - sizeof(empty_metadata) - 1]++;
}

static void test_large_reply(void **state)
{
	struct world *w = secure_world(&server_cert, serve_large);

	(void)state;
	w->slice = 1 << 20;
	w->c.timeout = PATIENCE_MS * NS_PER_MS;
	UNTIL(w, conn_ready(&w->c));
	ask(w);
	ask(w);
	UNTIL(w, w->bad == 1 && w->good == 1);
	assert_int_equal(w->too_large, 1);
	end(w);
}

static void expect_failure(struct world *w, const char *part)
{
	UNTIL(w, w->c.falls);
	expect_words(w, part);
	assert_false(conn_ready(&w->c));
	/* It goes on trying, but not at once. */
	assert_true(w->c.retry_at > clock_boot() - NS_PER_S);
	assert_true(w->c.backoff > 0);
}

static void test_expired(void **state)
{
	struct world *w = secure_world(&expired, serve_well);
	char day[32];
	time_t then = time(NULL) - 2 * 86400 + 3600;

	(void)state;
	strftime(day, sizeof(day), "expired on %Y-%m-%d", gmtime(&then));
	expect_failure(w, "TLS: the certificate of 127.0.0.1 expired on ");
	expect_words(w, day);
	assert_true(w->c.cert_until && w->c.cert_until < clock_wall());
	end(w);
}

static void test_wrong_host(void **state)
{
	struct world *w = secure_world(&other_host, serve_well);

	(void)state;
	expect_failure(
	    w, "TLS: the certificate is for kafka-9.int, *.example.org, not for 127.0.0.1");
	end(w);
}

/* The name that counts is the broker's own, not the address that is dialled instead. */
static void test_mapped_name(void **state)
{
	struct world *w = secure_world(&server_cert, serve_well);

	(void)state;
	conn_secure(&w->c, &security, "kafka-1.int:9093");
	UNTIL(w, conn_ready(&w->c));
	end(w);
	w = secure_world(&server_cert, serve_well);
	conn_secure(&w->c, &security, "kafka-2.int:9093");
	expect_failure(w, "is for kafka-1.int, 127.0.0.1, not for kafka-2.int");
	end(w);
}

/* A broker without a name that can be is not taken for one of any name. */
static void test_no_name(void **state)
{
	struct world *w = secure_world(&server_cert, serve_well);

	(void)state;
	conn_secure(&w->c, &security, "kafka-1.int");
	expect_failure(w, "'' is no host name");
	end(w);
}

/* Until the year 9999, as RFC 5280 has it for what does not end: beyond what nanoseconds count. */
static void test_endless(void **state)
{
	struct cert c = make_cert(&ca, "b1", "IP:127.0.0.1", 2900000);
	struct world *w = secure_world(&c, serve_well);

	(void)state;
	UNTIL(w, conn_ready(&w->c));
	assert_true(w->c.cert_until == INT64_MAX);
	end(w);
	free_cert(&c);
}

static void test_no_host_check(void **state)
{
	struct world *w;

	(void)state;
	property("ssl.ca.location", ca_path);
	property("ssl.endpoint.identification.algorithm", "none");
	w = secure_world(&other_host, serve_well);
	UNTIL(w, conn_ready(&w->c));
	end(w);
}

static void test_unknown_issuer(void **state)
{
	struct world *w;

	(void)state;
	property("ssl.ca.location", stranger_path);
	w = secure_world(&server_cert, serve_well);
	expect_failure(w, "was issued by \"test issuer\", whom mqduty does not know: name its CA file "
			  "in ssl.ca.location");
	end(w);
	property("enable.ssl.certificate.verification", "false");
	w = secure_world(&server_cert, serve_well);
	UNTIL(w, conn_ready(&w->c));
	end(w);
}

static void require_client(struct world *w)
{
	SSL_CTX_set_verify(w->tls, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	SSL_CTX_load_verify_locations(w->tls, ca_path, NULL);
}

static void test_client_certificate(void **state)
{
	struct world *w;

	(void)state;
	property("ssl.ca.location", ca_path);
	property("ssl.certificate.location", cert_path);
	property("ssl.key.location", key_path);
	w = secure_world(&server_cert, serve_well);
	require_client(w);
	UNTIL(w, conn_ready(&w->c));
	end(w);
}

static void no_client_certificate(int version)
{
	struct world *w = secure_world(&server_cert, serve_well);

	require_client(w);
	SSL_CTX_set_max_proto_version(w->tls, version);
	expect_failure(w, "client certificate");
	expect_words(w, "TLS: ");
	expect_words(w, "ssl.certificate.location");
	end(w);
}

static void test_no_client_certificate(void **state)
{
	(void)state;
	no_client_certificate(TLS1_2_VERSION);
	no_client_certificate(TLS1_3_VERSION);
}

static void test_wrong_client_certificate(void **state)
{
	struct world *w;

	(void)state;
	property("ssl.ca.location", ca_path);
	property("ssl.certificate.location", stranger_path);
	property("ssl.key.location", stranger_key_path);
	w = secure_world(&server_cert, serve_well);
	require_client(w);
	expect_failure(w, "TLS: 127.0.0.1 did not accept our certificate");
	end(w);
}

static void test_missing_files(void **state)
{
	struct world *w;

	(void)state;
	property("ssl.ca.location", "/nonexistent/ca.pem");
	w = secure_world(&server_cert, serve_well);
	expect_failure(w, "TLS: the CA file /nonexistent/ca.pem cannot be read: No such file");
	end(w);
	property("ssl.ca.location", key_path);
	w = secure_world(&server_cert, serve_well);
	expect_failure(w, "is not usable");
	end(w);
	property("ssl.ca.location", ca_path);
	property("ssl.certificate.location", cert_path);
	property("ssl.key.location", stranger_key_path);
	w = secure_world(&server_cert, serve_well);
	expect_failure(w, "does not belong to the client certificate");
	end(w);
}

/* A CA file that is put right is read again: no restart. */
static void test_renewed_files(void **state)
{
	const struct timespec later[2] = {{time(NULL) + 9, 0}, {time(NULL) + 9, 0}};
	char path[96];
	struct world *w;

	(void)state;
	snprintf(path, sizeof(path), "%s/renewed.pem", dir);
	write_cert(&stranger_ca, path);
	property("ssl.ca.location", path);
	w = secure_world(&server_cert, serve_well);
	expect_failure(w, "whom mqduty does not know");
	write_cert(&ca, path);
	utimensat(AT_FDCWD, path, later, 0);
	UNTIL(w, conn_ready(&w->c));
	unlink(path);
	end(w);
}

static void serve_close(struct world *w)
{
	if (w->n_asked)
		hang_up(w);
}

static void test_plaintext_server(void **state)
{
	struct world *w = secure_world(NULL, serve_close);

	(void)state;
	expect_failure(w, "closed the connection during the TLS handshake: does this listener speak");
	end(w);
	w = secure_world(NULL, serve_http);
	expect_failure(w, "does not speak TLS");
	end(w);
}

static void test_tls_server(void **state)
{
	struct world *w = world_new(serve_well);

	(void)state;
	w->tls = server_ctx(&server_cert);
	expect_failure(w, "TLS");
	SSL_CTX_free(w->tls);
	world_free(w);
}

static void test_frozen(void **state)
{
	struct world *w = secure_world(NULL, serve_silence);

	(void)state;
	UNTIL(w, w->c.hung);
	expect_words(w, "HUNG: TCP ");
	expect_words(w, "TLS handshake silent");
	w->tls = server_ctx(&server_cert);
	w->serve = serve_well;
	hang_up(w);
	UNTIL(w, conn_ready(&w->c));
	assert_false(w->c.hung);
	end(w);
}

static void test_old_tls(void **state)
{
	struct world *w = secure_world(&server_cert, serve_well);

	(void)state;
	SSL_CTX_set_cipher_list(w->tls, "ALL:@SECLEVEL=0");
	SSL_CTX_set_min_proto_version(w->tls, TLS1_VERSION);
	SSL_CTX_set_max_proto_version(w->tls, TLS1_1_VERSION);
	expect_failure(w, "TLS: 127.0.0.1 speaks no version that mqduty does");
	end(w);
}

static void test_reset_in_use(void **state)
{
	struct world *w = secure_world(&server_cert, serve_reset);

	(void)state;
	UNTIL(w, conn_ready(&w->c));
	ask(w);
	UNTIL(w, w->bad == 1);
	assert_true(w->error[0] != '\0');
	w->serve = serve_well;
	UNTIL(w, conn_ready(&w->c));
	end(w);
}

/* The command carries TLS as it carries anything. */
static void test_via(void **state)
{
	static const char *const via[] = {"/bin/bash", "-c",
	    "exec 3<>/dev/tcp/127.0.0.1/$0; cat <&3 & exec cat >&3", "%p", NULL};
	struct world *w;
	char address[64];

	(void)state;
	w = secure_world(&server_cert, serve_well);
	snprintf(address, sizeof(address), "kafka-1.int:%d", w->port);
	conn_release(&w->c);
	conn_init(&w->c, w, address, via, PATIENCE_MS * NS_PER_MS);
	conn_secure(&w->c, &security, address);
	UNTIL(w, conn_ready(&w->c));
	ask(w);
	UNTIL(w, w->good == 1);
	end(w);
}

/* Of a command that says a great deal the end counts. */
static void test_last_words(void **state)
{
	static const char *const argv[] = {"/bin/bash", "-c", "for ((i = 0; i < 300; i++)); do echo \"line $i\" >&2; done", NULL};
	char words[64], rest[16];
	struct pollfd p = {.events = POLLIN};
	struct err err = {""};
	struct via v;

	(void)state;
	assert_int_equal(via_start(&v, argv, "h", "1", &err), 0);
	p.fd = v.fd;
	do
		assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
	while (read(v.fd, rest, sizeof(rest)) > 0);
	via_last_words(&v, words, sizeof(words));
	assert_string_equal(words, "line 299");
	via_end(&v);
	close(v.fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_well),
	    cmocka_unit_test(test_one_byte_at_a_time),
	    cmocka_unit_test(test_large_reply),
	    cmocka_unit_test(test_expired),
	    cmocka_unit_test(test_wrong_host),
	    cmocka_unit_test(test_mapped_name),
	    cmocka_unit_test(test_no_name),
	    cmocka_unit_test(test_endless),
	    cmocka_unit_test(test_last_words),
	    cmocka_unit_test(test_no_host_check),
	    cmocka_unit_test(test_unknown_issuer),
	    cmocka_unit_test(test_client_certificate),
	    cmocka_unit_test(test_no_client_certificate),
	    cmocka_unit_test(test_wrong_client_certificate),
	    cmocka_unit_test(test_missing_files),
	    cmocka_unit_test(test_renewed_files),
	    cmocka_unit_test(test_plaintext_server),
	    cmocka_unit_test(test_tls_server),
	    cmocka_unit_test(test_frozen),
	    cmocka_unit_test(test_old_tls),
	    cmocka_unit_test(test_reset_in_use),
	    cmocka_unit_test(test_via),
	};

	signal(SIGPIPE, SIG_IGN); /* the server's own OpenSSL writes as it pleases */
	return cmocka_run_group_tests(tests, setup, teardown);
}
