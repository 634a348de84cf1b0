/* SCRAM by the vectors of the RFCs, and logins against a server of our own, which does its half by
 * itself. */
#include "sasl_world.h"

#include <openssl/hmac.h>

/* RFC 5802, section 5: SHA-1. */
static void test_rfc_5802(void **state)
{
	static const char server_first[] =
	    "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096";
	static const char server_final[] = "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=";
	char out[SCRAM_MESSAGE_MAX];
	struct err err = {""};
	struct scram s;

	(void)state;
	scram_init(&s, "SHA1", "user", "pencil");
	snprintf(s.nonce, sizeof(s.nonce), "fyko+d2lbbFgONRv9qkxdawL");
	assert_int_equal(scram_first(&s, out, &err), 0);
	assert_string_equal(out, "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL");
	assert_int_equal(scram_final(&s, server_first, strlen(server_first), out, &err), 0);
	assert_string_equal(out, "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"
				 "p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=");
	assert_int_equal(scram_verify(&s, server_final, strlen(server_final), &err), 0);
	assert_int_equal(scram_verify(&s, "v=AAAApqV8S7suAoZWja4dJRkFsKQ=", 30, &err), -1);
	assert_non_null(strstr(err.msg, "could not prove that it knows the password"));
}

/* RFC 7677, section 3: SHA-256. */
static void test_rfc_7677(void **state)
{
	static const char server_first[] =
	    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
	static const char server_final[] = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";
	char out[SCRAM_MESSAGE_MAX];
	struct err err = {""};
	struct scram s;

	(void)state;
	scram_init(&s, "SHA256", "user", "pencil");
	snprintf(s.nonce, sizeof(s.nonce), "rOprNGfwEbeRWgbNEkqO");
	assert_int_equal(scram_first(&s, out, &err), 0);
	assert_string_equal(out, "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
	assert_int_equal(scram_final(&s, server_first, strlen(server_first), out, &err), 0);
	assert_string_equal(out, "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
				 "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
	assert_int_equal(scram_verify(&s, server_final, strlen(server_final), &err), 0);
	scram_release(&s);
	assert_int_equal(s.signature_len, 0);
}

static void test_scram_refuses(void **state)
{
	static const struct {
		const char *message, *says;
	} wrong[] = {
	    {"", "not one"},
	    {"r=abc", "not one"},
	    {"r=oursX,s=QSXCR+Q6sek8bf92,i=x", "not one"},
	    {"r=oursX,s=QSXCR+Q6sek8bf9,i=4096", "not one"},
	    {"r=oursX,s=,i=4096", "not one"},
	    {"r=oursX,s=QSXCR+Q6sek8bf92,i=4095", "iterations"},
	    {"r=oursX,s=QSXCR+Q6sek8bf92,i=99999999", "iterations"},
	    {"r=oursX,s=QSXCR+Q6sek8bf92,i=999999999999", "not one"},
	    {"r=ours,s=QSXCR+Q6sek8bf92,i=4096", "belongs to another login"},
	    {"r=othersX,s=QSXCR+Q6sek8bf92,i=4096", "belongs to another login"},
	};
	char out[SCRAM_MESSAGE_MAX];
	struct scram s;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct err err = {""};

		scram_init(&s, "SHA256", "u", "secret");
		snprintf(s.nonce, sizeof(s.nonce), "ours");
		assert_int_equal(scram_first(&s, out, &err), 0);
		assert_int_equal(
		    scram_final(&s, wrong[i].message, strlen(wrong[i].message), out, &err), -1);
		assert_non_null(strstr(err.msg, wrong[i].says));
		/* Nor does a server get by that proves nothing. */
		assert_int_equal(scram_verify(&s, "v=", 2, &err), -1);
		assert_int_equal(scram_verify(&s, "", 0, &err), -1);
	}
	scram_init(&s, "SHA256", "a=b,c", "secret");
	assert_int_equal(scram_first(&s, out, NULL), 0);
	assert_non_null(strstr(out, "n=a=3Db=2Cc,"));
	/* Two logins never look alike. */
	assert_true(strlen(s.nonce) == 32);
}

/* The server's half. */
static struct {
	const char *password;	/* that it knows */
	const char *digest;	/* NULL: PLAIN */
	bool liar;		/* proves nothing */
	int logins;		/* seen */
	char first[1600];	/* of this login: its messages so far */
} server;

static void refuse(struct world *w, const struct request *r)
{
	put_answer(w, r, 58, "Authentication failed: invalid credentials", "");
}

static void mac(const uint8_t *key, unsigned n, const char *text, uint8_t *out)
{
	HMAC(EVP_get_digestbyname(server.digest), key, (int)n, (const uint8_t *)text, strlen(text),
	    out, NULL);
}

static void scram_challenge(struct world *w, const struct request *r, const char *message)
{
	const char *nonce = strstr(message, "r=");
	char answer[300];

	assert_memory_equal(message, "n,,n=duty,r=", 12);
	snprintf(answer, sizeof(answer), "%sSERVER,s=QSXCR+Q6sek8bf92,i=4096", nonce);
	snprintf(server.first, sizeof(server.first), "%s,%s", message + 3, answer);
	put_answer(w, r, 0, "", answer);
}

/* The proof must be what follows from the password that the server knows. */
static void scram_judge(struct world *w, const struct request *r, const char *message)
{
	uint8_t salt[16], salted[64], client[64], stored[64], signature[64], key[64], text[128];
	const EVP_MD *md = EVP_get_digestbyname(server.digest);
	unsigned n = (unsigned)EVP_MD_get_size(md);
	const char *proof = strstr(message, ",p=");
	char auth[3000], answer[200];

	EVP_DecodeBlock(salt, (const uint8_t *)"QSXCR+Q6sek8bf92", 16);
	PKCS5_PBKDF2_HMAC(
	    server.password, (int)strlen(server.password), salt, 12, 4096, md, (int)n, salted);
	snprintf(auth, sizeof(auth), "%s,%.*s", server.first, (int)(proof - message), message);
	mac(salted, n, "Client Key", client);
	EVP_Digest(client, n, stored, NULL, md, NULL);
	mac(stored, n, auth, signature);
	for (unsigned i = 0; i < n; i++)
		client[i] ^= signature[i];
	EVP_EncodeBlock(text, client, (int)n);
	if (strcmp((char *)text, proof + 3) != 0) {
		refuse(w, r);
		return;
	}
	mac(salted, n, "Server Key", key);
	mac(key, n, server.liar ? "something else" : auth, signature);
	EVP_EncodeBlock(text, signature, (int)n);
	snprintf(answer, sizeof(answer), "v=%s", (char *)text);
	server.logins++;
	put_answer(w, r, 0, "", answer);
}

static void authenticate(struct world *w, const struct request *r, const uint8_t *bytes, size_t len)
{
	char message[1024] = "";

	if (!server.digest) {
		static const char right[] = "\0duty\0correct horse";

		if (len == sizeof(right) - 1 && !memcmp(bytes, right, len)) {
			server.logins++;
			put_answer(w, r, 0, "", "");
		} else {
			refuse(w, r);
		}
		return;
	}
	memcpy(message, bytes, len);
	if (listener.round++ == 0)
		scram_challenge(w, r, message);
	else
		scram_judge(w, r, message);
}

static struct world *login_world(
    const char *mechanism, const char *password, void (*serve)(struct world *w))
{
	properties[0] = (struct text_pair){"security.protocol", "SASL_PLAINTEXT"};
	properties[1] = (struct text_pair){"sasl.mechanism", mechanism};
	properties[2] = (struct text_pair){"sasl.username", "duty"};
	conf = (struct cluster_conf){.properties = properties,
	    .n_properties = 3,
	    .password.value = password};
	return client_world(serve);
}

static void serve_as(const char *digest)
{
	memset(&server, 0, sizeof(server));
	server.digest = digest;
	server.password = "correct horse";
	listener.mechanism = !digest ? "PLAIN" : !strcmp(digest, "SHA256") ? "SCRAM-SHA-256" : "SCRAM-SHA-512";
	listener.lifetime_ms = 0;
	listener.authenticate = authenticate;
}

static void login(const char *mechanism, const char *digest)
{
	struct world *w;

	serve_as(digest);
	w = login_world(mechanism, "correct horse", serve_login);
	UNTIL(w, conn_ready(&w->c));
	ask(w);
	UNTIL(w, w->good == 1);
	assert_int_equal(server.logins, 1);
	assert_int_equal(w->accepted, 1);
	world_free(w);
}

static void test_logins(void **state)
{
	(void)state;
	login("PLAIN", NULL);
	login("SCRAM-SHA-256", "SHA256");
	login("scram-sha-512", "SHA512");
}

static void wrong_password(const char *mechanism, const char *digest)
{
	char have[ERR_MAX];
	struct world *w;

	serve_as(digest);
	w = login_world(mechanism, "tr0ub4dor", serve_login);
	expect_refusal(w, "auth: the broker refused user 'duty' with ");
	expect_words(w, "Authentication failed: invalid credentials");
	words(w, have, sizeof(have));
	assert_null(strstr(have, "tr0ub4dor"));
	assert_int_equal(server.logins, 0);
	world_free(w);
}

static void test_wrong_password(void **state)
{
	(void)state;
	wrong_password("PLAIN", NULL);
	wrong_password("SCRAM-SHA-512", "SHA512");
}

static void test_false_server(void **state)
{
	struct world *w;

	(void)state;
	serve_as("SHA256");
	server.liar = true;
	w = login_world("SCRAM-SHA-256", "correct horse", serve_login);
	expect_refusal(w, "auth: the broker could not prove that it knows the password");
	world_free(w);
}

static void test_mechanism_not_offered(void **state)
{
	struct world *w;

	(void)state;
	serve_as("SHA512");
	w = login_world("PLAIN", "correct horse", serve_login);
	expect_refusal(w, "auth: the broker does not take PLAIN; it takes SCRAM-SHA-512");
	assert_int_equal(server.logins, 0);
	world_free(w);
}

/* A listener without SASL. */
static void serve_no_sasl(struct world *w)
{
	static const uint8_t illegal[] = {0, 34, 0, 0, 0, 0};
	struct request r;

	while (next_request(w, &r)) {
		if (r.key == 18)
			put_sasl_versions(w, &r);
		else
			put_frame(w, &r, illegal, sizeof(illegal));
	}
}

static void serve_close_at_login(struct world *w)
{
	struct request r;

	while (next_request(w, &r)) {
		if (r.key == 18) {
			put_sasl_versions(w, &r);
		} else {
			hang_up(w);
			return;
		}
	}
}

static void serve_close_after_versions(struct world *w)
{
	struct request r;

	if (serve_handshake(w, &r))
		hang_up(w);
}

static void test_no_sasl(void **state)
{
	struct world *w = login_world("PLAIN", "x", serve_no_sasl);

	(void)state;
	expect_refusal(w, "takes no login (SASL): set security.protocol: PLAINTEXT");
	world_free(w);
	w = login_world("PLAIN", "x", serve_close_at_login);
	expect_refusal(w, "auth: closed by 127.0.0.1:");
	world_free(w);
	/* A broker that offers no SaslAuthenticate. */
	w = login_world("PLAIN", "x", serve_well);
	expect_refusal(w, "takes no SASL as mqduty speaks it");
	world_free(w);
	/* One that closes instead of answering what comes after the login. */
	w = login_world("PLAIN", "x", serve_close_at_login);
	security.sasl = SASL_NONE;
	w->serve = serve_close_after_versions;
	UNTIL(w, conn_ready(&w->c));
	ask(w);
	UNTIL(w, w->bad == 1);
	assert_non_null(strstr(w->error, "does this listener ask for SASL?"));
	world_free(w);
}

/* The session is renewed on the same connection; what is asked meanwhile waits its turn. */
static void test_renewal(void **state)
{
	struct world *w;

	(void)state;
	serve_as("SHA256");
	listener.lifetime_ms = 200;
	w = login_world("SCRAM-SHA-256", "correct horse", serve_login);
	UNTIL(w, conn_ready(&w->c));
	assert_true(conn_due(&w->c, clock_boot()) <= clock_boot() + 200 * NS_PER_MS);
	ask(w);
	UNTIL(w, w->c.renewing);
	ask(w);
	ask(w);
	assert_true(conn_ready(&w->c));
	UNTIL(w, server.logins == 2 && w->good == 3);
	assert_false(w->c.renewing);
	UNTIL(w, server.logins == 3);
	assert_int_equal(w->accepted, 1);
	assert_int_equal(w->bad, 0);
	world_free(w);
}

/* The password was changed meanwhile: what waits fails, in words. */
static void test_renewal_refused(void **state)
{
	struct world *w;

	(void)state;
	serve_as("SHA256");
	listener.lifetime_ms = 200;
	w = login_world("SCRAM-SHA-256", "correct horse", serve_login);
	UNTIL(w, conn_ready(&w->c));
	server.password = "battery staple";
	UNTIL(w, w->c.renewing);
	ask(w);
	UNTIL(w, w->bad == 1);
	assert_non_null(strstr(w->error, "auth: the broker refused user 'duty'"));
	expect_refusal(w, "auth: the broker refused");
	world_free(w);
}

/* Frames that are held back when everything ends are freed, too. */
static void test_released_while_renewing(void **state)
{
	struct world *w;

	(void)state;
	serve_as("SHA256");
	listener.lifetime_ms = 200;
	w = login_world("SCRAM-SHA-256", "correct horse", serve_login);
	UNTIL(w, conn_ready(&w->c));
	UNTIL(w, w->c.renewing);
	ask(w);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rfc_5802),
	    cmocka_unit_test(test_rfc_7677),
	    cmocka_unit_test(test_scram_refuses),
	    cmocka_unit_test(test_logins),
	    cmocka_unit_test(test_wrong_password),
	    cmocka_unit_test(test_false_server),
	    cmocka_unit_test(test_mechanism_not_offered),
	    cmocka_unit_test(test_no_sasl),
	    cmocka_unit_test(test_renewal),
	    cmocka_unit_test(test_renewal_refused),
	    cmocka_unit_test(test_released_while_renewing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
