#include "source/kafka/rd_int.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/text.h"

#include <jansson.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TOKEN_MAX = 16 << 10 };

/* What librdkafka is told beside the operator's own properties. */
static const struct text_pair ours[] = {
    {"statistics.interval.ms", "2000"},
    {"log_level", "4"},
    {"log.connection.close", "false"},
    {"isolation.level", "read_uncommitted"}, /* end offsets as all other tools have them */
    {"allow.auto.create.topics", "false"},
    {"enable.sparse.connections", "false"}, /* else a broker's state tells nothing of its life */
    {"reconnect.backoff.max.ms", "2000"},
    {"topic.metadata.refresh.interval.ms", "-1"}, /* asked for by the source */
    {"sasl.kerberos.min.time.before.relogin", "0"}, /* or it runs kinit in a shell */
};

static int set(rd_kafka_conf_t *rc, const char *key, const char *value, struct err *err)
{
	char why[256] = "";

	if (rd_kafka_conf_set(rc, key, value, why, sizeof(why)) == RD_KAFKA_CONF_OK)
		return 0;
	return err_set(err, _("property '%s' is not accepted by librdkafka %s: %s"), key,
	    rd_kafka_version_str(), why);
}

static int set_bootstrap(rd_kafka_conf_t *rc, const struct cluster_conf *conf, struct err *err)
{
	struct buf list;
	int rc2;

	buf_init(&list, 64 << 10);
	for (size_t i = 0; i < conf->n_bootstrap; i++)
		buf_addf(&list, "%s%s", i ? "," : "", conf->bootstrap[i]);
	rc2 = set(rc, "bootstrap.servers", list.data, err);
	buf_release(&list);
	return rc2;
}

static void on_log(const rd_kafka_t *rk, int level, const char *facility, const char *text)
{
	char shown[300];

	(void)rk;
	(void)level;
	text_sanitise(shown, sizeof(shown), text, strlen(text));
	log_debug("librdkafka %s: %s", facility, shown);
}

static void on_token_wanted(rd_kafka_t *rk, const char *config, void *opaque)
{
	(void)rk;
	(void)config;
	rd_give_token(opaque);
}

rd_kafka_conf_t *rd_conf(struct rd *r, const struct cluster_conf *conf, const struct security *s,
    struct err *err)
{
	rd_kafka_conf_t *rc = rd_kafka_conf_new();
	int failed = set_bootstrap(rc, conf, err);
	char timeout[24];

	for (size_t i = 0; !failed && i < sizeof(ours) / sizeof(ours[0]); i++)
		failed = set(rc, ours[i].key, ours[i].value, err);
	snprintf(timeout, sizeof(timeout), "%d", r->timeout_ms);
	failed = failed || set(rc, "socket.timeout.ms", timeout, err);
	for (size_t i = 0; !failed && i < conf->n_properties; i++)
		failed = set(rc, conf->properties[i].key, conf->properties[i].value, err);
	if (!failed && !strcasecmp(s->mechanism, "OAUTHBEARER")) {
		r->token_file = conf->password.file ? xstrdup(conf->password.file) : NULL;
		r->token = s->password ? xstrdup(s->password) : NULL;
		r->principal = s->user ? xstrdup(s->user) : NULL;
		rd_kafka_conf_set_oauthbearer_token_refresh_cb(rc, on_token_wanted);
	} else if (!failed && s->password) {
		failed = set(rc, "sasl.password", s->password, err);
	}
	if (failed) {
		rd_kafka_conf_destroy(rc);
		return NULL;
	}
	rd_kafka_conf_set_opaque(rc, r);
	rd_kafka_conf_set_stats_cb(rc, rd_on_stats);
	rd_kafka_conf_set_error_cb(rc, rd_on_error);
	rd_kafka_conf_set_log_cb(rc, on_log);
	return rc;
}

/* The claims of a token (the part between the points), or NULL. */
static json_t *claims(const char *token)
{
	const char *start = strchr(token, '.'), *stop = start ? strchr(start + 1, '.') : NULL;
	unsigned char text[TOKEN_MAX], plain[TOKEN_MAX];
	size_t n;
	int len;

	if (!stop || (size_t)(stop - start) > sizeof(text) - 8)
		return NULL;
	n = (size_t)(stop - start) - 1;
	for (size_t i = 0; i < n; i++)
		text[i] = start[1 + i] == '-'	? '+'
			  : start[1 + i] == '_' ? '/'
						: (unsigned char)start[1 + i];
	while (n % 4)
		text[n++] = '=';
	len = EVP_DecodeBlock(plain, text, (int)n);
	while (len > 0 && plain[len - 1] != '}')
		len--;
	return len > 0 ? json_loadb((const char *)plain, (size_t)len, 0, NULL) : NULL;
}

/* Files are read again each time: tokens in them are renewed. */
static char *newest_token(const struct rd *r)
{
	char *token = xcalloc(1, TOKEN_MAX);
	FILE *f = r->token_file ? fopen(r->token_file, "re") : NULL;
	size_t n = f ? fread(token, 1, TOKEN_MAX - 1, f) : 0;

	if (f)
		fclose(f);
	token[n] = '\0';
	token[strcspn(token, "\r\n ")] = '\0';
	if (!token[0] && r->token)
		snprintf(token, TOKEN_MAX, "%s", r->token);
	return token;
}

static void hand_over(struct rd *r, const char *token, struct err *err)
{
	json_t *j = claims(token);
	json_int_t until = json_integer_value(json_object_get(j, "exp"));
	const char *subject = json_string_value(json_object_get(j, "sub"));
	const char *who = r->principal ? r->principal : subject ? subject : "mqduty";
	int64_t now_s = clock_wall() / NS_PER_S;
	char why[256] = "";

	/* A token that does not say when it ends is looked at again within the hour. */
	if (!until)
		until = now_s + 3600;
	if (!token[0])
		err_set(err, _("auth: OAUTHBEARER needs a token: name one with password_file, "
			       "password_command or password_env"));
	else if (until <= now_s)
		err_set(err, _("auth: the token has expired: renew it"));
	else if (rd_kafka_oauthbearer_set_token(
		     r->rk, token, (int64_t)until * 1000, who, NULL, 0, why, sizeof(why)))
		err_set(err, _("auth: the token is not usable"));
	json_decref(j);
}

void rd_give_token(struct rd *r)
{
	struct err err = {{0}};
	char *token;

	if (!r->token && !r->token_file)
		return;
	token = newest_token(r);
	hand_over(r, token, &err);
	if (err.msg[0])
		rd_kafka_oauthbearer_set_token_failure(r->rk, err.msg);
	explicit_bzero(token, TOKEN_MAX);
	free(token);
}
