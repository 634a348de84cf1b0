/* GSSAPI where there is no ticket to be had: what is said of it, and that nobody waits. With a real KDC and a real broker:
 * tests/brokers/t_kafka_security. */
#include "sasl_world.h"

static char folder[64], keytab[96], krb5_conf[96];
static struct text_pair *const keytab_property = &properties[2];

static void test_layers(void **state)
{
	static const struct {
		const char *offer;
		size_t len;
		const char *says; /* NULL: taken */
	} offers[] = {
	    {"\x01\x00\x00\x00", 4, NULL},
	    {"\x07\x01\x00\x00", 4, NULL},
	    {"\x06\x01\x00\x00", 4, "wants a security layer"},
	    {"\x00\x00\x00\x00", 4, "wants a security layer"},
	    {"\x01\x00\x00", 3, "is not one"},
	    {"\x01\x00\x00\x00\x00", 5, "is not one"},
	    {"", 0, "is not one"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(offers) / sizeof(offers[0]); i++) {
		struct err err = {""};
		int rc = gss_read_layers(offers[i].offer, offers[i].len, &err);

		assert_int_equal(rc, offers[i].says ? -1 : 0);
		if (offers[i].says)
			assert_non_null(strstr(err.msg, offers[i].says));
	}
}

static void write_file(const char *path, const void *data, size_t len)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, len, f), len);
	fclose(f);
}

/* A key of duty@DUTY.TEST, which no KDC knows. */
static void write_keytab(void)
{
	static const uint8_t entry[] = "\0\1\0\11DUTY.TEST\0\4duty\0\0\0\1\0\0\0\0\1\0\22\0\40"
				       "0123456789abcdef0123456789abcdef";
	uint8_t file[6 + sizeof(entry)] = {5, 2, 0, 0, 0, sizeof(entry) - 1};

	memcpy(file + 6, entry, sizeof(entry) - 1);
	write_file(keytab, file, sizeof(file) - 1);
}

static void write_conf(int kdc_port)
{
	char text[400];
	int n = snprintf(text, sizeof(text),
	    "[libdefaults]\ndefault_realm = DUTY.TEST\ndns_lookup_kdc = false\ndns_canonicalize_hostname = false\n"
	    "rdns = false\n[realms]\nDUTY.TEST = {\nkdc = 127.0.0.1:%d\n}\n",
	    kdc_port);

	write_file(krb5_conf, text, (size_t)n);
}

static void no_message_comes(struct world *w, const struct request *r, const uint8_t *bytes, size_t len)
{
	(void)w;
	(void)r;
	(void)bytes;
	(void)len;
	fail_msg("a login without a ticket");
}

static struct world *kerberos_world(bool with_keytab)
{
	listener.mechanism = "GSSAPI";
	listener.authenticate = no_message_comes;
	properties[0] = (struct text_pair){"security.protocol", "SASL_PLAINTEXT"};
	properties[1] = (struct text_pair){"sasl.mechanism", "GSSAPI"};
	*keytab_property = (struct text_pair){"sasl.kerberos.keytab", keytab};
	conf = (struct cluster_conf){.properties = properties, .n_properties = with_keytab ? 3 : 2};
	return client_world(serve_login);
}

static void kerberos_free(struct world *w)
{
	world_free(w);
	security_release(&security);
}

static bool says(struct world *w, const char *part)
{
	char have[ERR_MAX];

	words(w, have, sizeof(have));
	return strstr(have, part);
}

static void test_no_ticket(void **state)
{
	struct world *w = kerberos_world(false);

	(void)state;
	UNTIL(w, w->c.falls >= 2);
	expect_words(w, "auth: there is no Kerberos ticket: run kinit");
	/* It may be there at any time. */
	assert_true(w->c.backoff <= 5 * NS_PER_S);
	assert_true(listener.handshakes >= 2);
	kerberos_free(w);
}

static void test_no_keytab(void **state)
{
	struct world *w = kerberos_world(true);

	(void)state;
	unlink(keytab);
	UNTIL(w, w->c.falls >= 1);
	expect_words(w, "auth: the keytab ");
	expect_words(w, "cannot be read: No such file or directory");
	kerberos_free(w);
	write_keytab();
}

static void test_kdc_down(void **state)
{
	struct world *w = kerberos_world(true);

	(void)state;
	write_conf(1);
	UNTIL(w, says(w, "auth: the KDC does not answer: is it up, and does krb5.conf name the right one? ("));
	kerberos_free(w);
}

/* A KDC that takes every question and answers none: the crank is turned all the while, and what hangs is left alone. */
static void test_kdc_hole(void **state)
{
	struct world *w = kerberos_world(true);
	uint16_t port = 0;
	int tcp = listen_on(&port), udp = socket(AF_INET, SOCK_DGRAM, 0), turns = 0;
	struct sockaddr_in a = {
	    .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	(void)state;
	assert_int_equal(bind(udp, (struct sockaddr *)&a, sizeof(a)), 0);
	write_conf(port);
	w->c.timeout = NS_PER_S;
	UNTIL(w, w->c.asks_kdc);
	for (; w->c.asks_kdc; turns++)
		turn(w);
	assert_true(turns >= 2);
	expect_words(w, "auth: the KDC does not answer (no ticket for kafka@127.0.0.1 within 1s)");
	/* The next login waits for the answer to the same question. */
	UNTIL(w, w->c.asks_kdc);
	UNTIL(w, !w->c.asks_kdc);
	expect_words(w, "auth: the KDC does not answer (");
	kerberos_free(w);
	close(tcp);
	close(udp);
}

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/mqduty-gss.XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(keytab, sizeof(keytab), "%s/keytab", folder);
	snprintf(krb5_conf, sizeof(krb5_conf), "%s/krb5.conf", folder);
	write_keytab();
	write_conf(1);
	setenv("KRB5_CONFIG", krb5_conf, 1);
	setenv("KRB5CCNAME", "FILE:/nowhere/tickets", 1);
	return 0;
}

static int drop_folder(void **state)
{
	(void)state;
	unlink(keytab);
	unlink(krb5_conf);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_layers),
	    cmocka_unit_test(test_no_ticket),
	    cmocka_unit_test(test_no_keytab),
	    cmocka_unit_test(test_kdc_down),
	    cmocka_unit_test(test_kdc_hole),
	};

	return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
