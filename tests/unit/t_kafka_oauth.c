/* OAUTHBEARER: the token and the message around it, and logins against a server of our own. */
#include "sasl_world.h"

#include <openssl/evp.h>
#include <sys/stat.h>

static char token_file[64];
static char taken[256]; /* the token that the server takes */
static char seen[2048]; /* the last message of the client */
static int logins, acknowledged;
static const char *refusal; /* the server's JSON; NULL: an error at once */
static const char *words_of_error;

static void base64url(const char *text, char *out)
{
	int n = EVP_EncodeBlock((unsigned char *)out, (const unsigned char *)text, (int)strlen(text));

	while (n && out[n - 1] == '=')
		n--;
	out[n] = '\0';
	for (char *p = out; *p; p++)
		*p = *p == '+' ? '-' : *p == '/' ? '_' : *p;
}

/* A JWT with these claims. */
static void make_token(const char *claims, char *out, size_t size)
{
	char head[64], body[512];

	base64url("{\"alg\":\"none\"}", head);
	base64url(claims, body);
	snprintf(out, size, "%s.%.400s.c2lnbmF0dXJl", head, body);
}

static void token_until(int64_t wall_s, const char *who, char *out, size_t size)
{
	char claims[200];

	snprintf(claims, sizeof(claims), "{\"sub\":\"%s\",\"exp\":%lld}", who, (long long)wall_s);
	make_token(claims, out, size);
}

static void write_token(const char *token)
{
	FILE *f = fopen(token_file, "we");

	assert_non_null(f);
	fprintf(f, "%s\n", token);
	fclose(f);
	chmod(token_file, 0600);
}

static int64_t wall(void)
{
	return clock_wall() / NS_PER_S;
}

static void test_claims(void **state)
{
	static const struct {
		const char *claims;
		int64_t ends;
	} tokens[] = {
	    {"{\"exp\":1700000000}", 1700000000},
	    {"{\"exp\":1700000000.75}", 1700000000},
	    {"{\"exp\":\"1700000000\"}", 0},
	    {"{\"exp\":-5}", 0},
	    {"{\"exp\":1e300}", 0},
	    {"{\"sub\":\"a\"}", 0},
	    {"{\"sub\":\"ab\"}", 0},
	    {"{\"sub\":\"\xc3\xbf\xc3\xbe>?\",\"exp\":7}", 7}, /* bytes that base64url writes its own way */
	    {"[1]", 0},
	    {"nonsense", 0},
	};
	static const char *const none[] = {"", ".", "..", "a.b", "a.!!!!.c", "opaque-token", "a.e30"};
	char token[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
		make_token(tokens[i].claims, token, sizeof(token));
		assert_int_equal(oauth_token_ends(token, strlen(token)), tokens[i].ends);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_int_equal(oauth_token_ends(none[i], strlen(none[i])), 0);
}

static void test_message(void **state)
{
	struct secret_conf from = {.env = "T", .value = "abc.def-_~+/=="};
	struct err err = {""};
	struct oauth o;

	(void)state;
	oauth_init(&o);
	assert_int_equal(oauth_first(&o, &from, 1000, &err), 0);
	assert_string_equal(o.message.data, "n,,\x01" "auth=Bearer abc.def-_~+/==\x01\x01");
	from.value = "abc\r\n";
	assert_int_equal(oauth_first(&o, &from, 1000, &err), 0);
	assert_string_equal(o.message.data, "n,,\x01" "auth=Bearer abc\x01\x01");
	/* What could end the message early, or is no token, never goes out. */
	from.value = "abc\x01" "auth=";
	assert_int_equal(oauth_first(&o, &from, 1000, &err), -1);
	assert_non_null(strstr(err.msg, "password_env gives none"));
	assert_null(strstr(err.msg, "abc"));
	from.value = "";
	assert_int_equal(oauth_first(&o, &from, 1000, &err), -1);
	from.value = NULL;
	assert_int_equal(oauth_first(&o, &from, 1000, &err), -1);
	from = (struct secret_conf){.file = "/nowhere/token"};
	assert_int_equal(oauth_first(&o, &from, 1000, &err), -1);
	assert_non_null(strstr(err.msg, "auth: password_file: cannot open /nowhere/token"));
	oauth_forget(&o);
	assert_int_equal(o.message.len, 0);
}

static void test_expired(void **state)
{
	char token[512];
	struct secret_conf from = {.env = "T", .value = token};
	struct err err = {""};
	struct oauth o;

	(void)state;
	oauth_init(&o);
	token_until(1000, "duty", token, sizeof(token));
	assert_int_equal(oauth_first(&o, &from, 999, &err), 0);
	assert_int_equal(oauth_first(&o, &from, 1000, &err), -1);
	assert_non_null(strstr(err.msg, "auth: the token has expired: renew it and reload"));
	oauth_forget(&o);
}

static void test_refusal(void **state)
{
	static const struct {
		const char *json, *says;
	} refusals[] = {
	    {"{\"status\":\"invalid_token\"}", "invalid_token"},
	    {"{\"status\":\"insufficient_scope\",\"scope\":\"kafka\"}",
		"insufficient_scope (it wants the scope kafka)"},
	    {"{\"status\":\"a\\u001b[2Jb\"}", "a?[2Jb"},
	    {"{\"status\":\"no to secret.token.abcdefgh\"}", "(its words repeat the token)"},
	    {"{\"status\":5}", "without saying why"},
	    {"{\"status\":\"\"}", "without saying why"},
	    {"nonsense", "without saying why"},
	    {"", "without saying why"},
	};
	struct secret_conf from = {.env = "T", .value = "secret.token.abcdefgh"};
	struct oauth o;

	(void)state;
	oauth_init(&o);
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		assert_int_equal(oauth_first(&o, &from, 1000, NULL), 0);
		assert_string_equal(o.refused, "");
		oauth_read_refusal(&o, refusals[i].json, strlen(refusals[i].json));
		assert_string_equal(o.refused, refusals[i].says);
	}
	oauth_forget(&o);
}

static void judge(struct world *w, const struct request *r, const uint8_t *bytes, size_t len)
{
	char want[512];

	if (len == 1 && bytes[0] == 1 && listener.round) {
		acknowledged++;
		put_answer(w, r, 58, words_of_error, "");
		return;
	}
	listener.round++;
	assert_true(len < sizeof(seen));
	memcpy(seen, bytes, len);
	seen[len] = '\0';
	snprintf(want, sizeof(want), "n,,\x01" "auth=Bearer %s\x01\x01", taken);
	if (!strcmp(seen, want)) {
		logins++;
		put_answer(w, r, 0, "", "");
	} else if (refusal) {
		put_answer(w, r, 0, "", refusal);
	} else {
		put_answer(w, r, 58, words_of_error, "");
	}
}

static struct world *token_world(void)
{
	logins = acknowledged = 0;
	refusal = "{\"status\":\"invalid_token\"}";
	words_of_error = "{\"status\":\"invalid_token\"}";
	listener.mechanism = "OAUTHBEARER";
	listener.lifetime_ms = 0;
	listener.authenticate = judge;
	properties[0] = (struct text_pair){"security.protocol", "SASL_PLAINTEXT"};
	properties[1] = (struct text_pair){"sasl.mechanism", "OAUTHBEARER"};
	conf = (struct cluster_conf){
	    .properties = properties, .n_properties = 2, .password.file = token_file};
	return client_world(serve_login);
}

static void test_login(void **state)
{
	struct world *w = token_world();

	(void)state;
	token_until(wall() + 3600, "duty", taken, sizeof(taken));
	write_token(taken);
	UNTIL(w, conn_ready(&w->c));
	ask(w);
	UNTIL(w, w->good == 1);
	assert_int_equal(logins, 1);
	/* Nothing of it stays in memory that is not needed. */
	assert_int_equal(w->c.oauth->message.len, 0);
	world_free(w);
}

static void test_refused(void **state)
{
	char token[256], have[ERR_MAX];
	struct world *w = token_world();

	(void)state;
	snprintf(taken, sizeof(taken), "another");
	token_until(wall() + 3600, "duty", token, sizeof(token));
	write_token(token);
	expect_refusal(w, "auth: the broker refused the token: invalid_token");
	assert_true(acknowledged >= 1);
	world_free(w);
	/* One that says so with an error alone, and repeats what it was sent. */
	w = token_world();
	refusal = NULL;
	words_of_error = token;
	expect_refusal(w, "auth: the broker refused the token: (its words repeat the token)");
	words(w, have, sizeof(have));
	assert_null(strstr(have, token));
	assert_int_equal(acknowledged, 0);
	world_free(w);
}

/* Nothing is sent while the token is no good; one that was renewed is taken within seconds. */
static void test_expired_heals(void **state)
{
	struct world *w = token_world();
	char token[256];

	(void)state;
	token_until(wall() - 5, "duty", token, sizeof(token));
	write_token(token);
	seen[0] = '\0';
	UNTIL(w, w->c.falls >= 2);
	expect_words(w, "auth: the token in /tmp/mqduty-token.");
	expect_words(w, " has expired: renew it there");
	assert_string_equal(seen, "");
	assert_true(w->c.backoff <= 5 * NS_PER_S);
	token_until(wall() + 3600, "duty", taken, sizeof(taken));
	write_token(taken);
	UNTIL(w, conn_ready(&w->c));
	world_free(w);
}

/* The session is renewed with the token that is in the file by then. */
static void test_renewal(void **state)
{
	struct world *w = token_world();

	(void)state;
	listener.lifetime_ms = 200;
	token_until(wall() + 3600, "duty", taken, sizeof(taken));
	write_token(taken);
	UNTIL(w, conn_ready(&w->c));
	token_until(wall() + 7200, "duty", taken, sizeof(taken));
	write_token(taken);
	UNTIL(w, logins >= 3);
	ask(w);
	UNTIL(w, w->good == 1);
	assert_int_equal(w->accepted, 1);
	world_free(w);
}

static int make_file(void **state)
{
	int fd;

	(void)state;
	snprintf(token_file, sizeof(token_file), "/tmp/mqduty-token.XXXXXX");
	fd = mkstemp(token_file);
	return fd < 0 ? -1 : close(fd);
}

static int drop_file(void **state)
{
	(void)state;
	return unlink(token_file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_claims),
	    cmocka_unit_test(test_message),
	    cmocka_unit_test(test_expired),
	    cmocka_unit_test(test_refusal),
	    cmocka_unit_test(test_login),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_expired_heals),
	    cmocka_unit_test(test_renewal),
	};

	return cmocka_run_group_tests(tests, make_file, drop_file);
}
