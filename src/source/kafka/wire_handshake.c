#include "source/kafka/wire_auth.h"
#include "source/kafka/wire_conn_int.h"

#include "base/clock.h"
#include "base/i18n.h"

#include <stdlib.h>
#include <string.h>

/* What happens between the TCP connection and the first request, and again when a session ends. */

static void begin_tls(struct conn *c, int64_t now)
{
	if (tls_start(&c->tls, &c->security->tls, c->fd, c->host)) {
		conn_fall(c, now, "%s", c->tls.err.msg);
		return;
	}
	c->step_until = now + c->timeout;
	if (!c->silent_since)
		c->silent_since = now;
}

void conn_tls_io(struct conn *c, int64_t now)
{
	int rc = tls_handshake(&c->tls);

	if (!rc)
		return;
	if (c->tls.cert_until)
		c->cert_until = c->tls.cert_until;
	if (rc < 0) {
		conn_fall(c, now, "%s", c->tls.err.msg);
		return;
	}
	c->step_until = 0;
	c->silent_since = 0;
	c->hung = false;
	conn_next_step(c, now);
}

static void begin_versions(struct conn *c, int64_t now)
{
	struct wire_ask none = {0};

	conn_send_step(c, API_VERSIONS, &none, now);
}

static bool wants_tls(const struct conn *c)
{
	return c->security && c->security->uses_tls;
}

static bool wants_sasl(const struct conn *c)
{
	return c->security && c->security->sasl;
}

static const struct step {
	void (*begin)(struct conn *c, int64_t now);
	bool (*wanted)(const struct conn *c); /* NULL: always */
} steps[] = {
    {begin_tls, wants_tls},
    {begin_versions, NULL},
    {auth_begin_handshake, wants_sasl},
    {auth_begin, wants_sasl},
};

enum { N_STEPS = sizeof(steps) / sizeof(steps[0]), STEP_NONE = -1, STEP_VERSIONS = 1 };

/* What was asked while the session was renewed goes out now. */
static void release_held(struct conn *c, int64_t now)
{
	c->renewing = false;
	buf_add(&c->out, c->held.data, c->held.len);
	buf_release(&c->held);
	for (struct call *call = c->held_first; call; call = call->next) {
		call->sent = now;
		call->deadline = now + c->timeout;
	}
	if (!c->held_first)
		return;
	if (c->last)
		c->last->next = c->held_first;
	else
		c->first = c->held_first;
	c->last = c->held_last;
	c->held_first = c->held_last = NULL;
}

static void run_from(struct conn *c, int step, int64_t now)
{
	for (c->step = step; c->step < N_STEPS; c->step++)
		if (!steps[c->step].wanted || steps[c->step].wanted(c)) {
			steps[c->step].begin(c, now);
			return;
		}
	if (c->renewing) {
		release_held(c, now);
		return;
	}
	c->state = CONN_READY;
	c->falls = 0;
	/* Where the last one ended upon its first request, this one has proven nothing yet. */
	if (!c->turned_away)
		c->trouble.msg[0] = '\0';
}

void conn_first_step(struct conn *c, int64_t now)
{
	c->step_until = 0;
	c->renew_at = 0;
	c->auth_begun = false;
	c->metadata_version = 0;
	for (int i = 0; i < API_COUNT; i++)
		c->version[i] = -1;
	c->version[API_VERSIONS] = kafka_apis[API_VERSIONS].max;
	run_from(c, STEP_NONE + 1, now);
}

void conn_next_step(struct conn *c, int64_t now)
{
	run_from(c, c->step + 1, now);
}

void conn_renew(struct conn *c, int64_t now)
{
	c->renewing = true;
	c->renew_at = 0;
	run_from(c, STEP_VERSIONS + 1, now);
}

static int16_t newest_version(const struct api_versions *v, int16_t key)
{
	for (size_t i = 0; i < v->n_apis; i++)
		if (v->apis[i].key == key)
			return v->apis[i].max;
	return -1;
}

static void learn_versions(struct conn *c, const struct api_versions *v)
{
	for (int api = 0; api < API_COUNT; api++)
		c->version[api] = (int16_t)wire_version(api, v);
	c->metadata_version = v->metadata_version;
	for (size_t i = 0; i < N_TELLING; i++)
		c->newest[i] = newest_version(v, conn_telling_keys[i]);
}

/* Brokers answer a version they do not know with error 35 and, from 2.4 on, with the range they do.
 */
static void versions_answered(struct conn *c, const struct api_versions *v, int64_t now)
{
	int16_t used = c->version[API_VERSIONS];
	int offered;

	if (v->error == KERR_UNSUPPORTED_VERSION && used > 0) {
		offered = wire_version(API_VERSIONS, v);
		c->version[API_VERSIONS] = (int16_t)(offered >= 0 && offered < used ? offered : 0);
		begin_versions(c, now);
		return;
	}
	if (v->error) {
		conn_fall(c, now, _("protocol: ApiVersions was answered with %s"),
		    kafka_error_name(v->error));
		return;
	}
	learn_versions(c, v);
	conn_next_step(c, now);
}

void conn_step_answered(struct conn *c, enum kafka_api api, const void *reply, int64_t now)
{
	if (api == API_VERSIONS)
		versions_answered(c, reply, now);
	else if (api == API_SASL_HANDSHAKE)
		auth_handshake_answered(c, reply, now);
	else
		auth_answered(c, reply, now);
}
