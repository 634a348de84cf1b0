#ifndef MQ_TEST_SASL_WORLD_H
#define MQ_TEST_SASL_WORLD_H

/* A broker of kafka_world.h that wants a login; what it makes of the login is the test's. */
#include "kafka_world.h"

static struct {
	const char *mechanism; /* that it takes */
	int64_t lifetime_ms;   /* of a session; 0: for good */
	int handshakes;	       /* seen */
	int round;	       /* of this login */
	void (*authenticate)(struct world *w, const struct request *r, const uint8_t *bytes, size_t len);
} listener;

static size_t put_i16(uint8_t *out, int n)
{
	out[0] = (uint8_t)(n >> 8);
	out[1] = (uint8_t)n;
	return 2;
}

/* SaslAuthenticate v1. */
static void put_answer_bytes(struct world *w, const struct request *r, int16_t error, const char *says,
    const void *bytes, size_t len)
{
	uint8_t body[4096];
	size_t n = 0, said = strlen(says);

	assert_true(len + said + 32 < sizeof(body));
	n += put_i16(body + n, error);
	n += put_i16(body + n, (int)said);
	memcpy(body + n, says, said);
	n += said;
	n += put_i16(body + n, 0);
	n += put_i16(body + n, (int)len);
	memcpy(body + n, bytes, len);
	n += len;
	for (int i = 7; i >= 0; i--)
		body[n++] = (uint8_t)(listener.lifetime_ms >> (8 * i));
	put_frame(w, r, body, n);
}

static inline void put_answer(
    struct world *w, const struct request *r, int16_t error, const char *says, const char *text)
{
	put_answer_bytes(w, r, error, says, text, strlen(text));
}

/* ApiVersions v3: itself, Metadata, SaslHandshake 0-1, SaslAuthenticate 0-1. */
static void put_sasl_versions(struct world *w, const struct request *r)
{
	static const uint8_t body[] = {0, 0, 5, 0, 18, 0, 0, 0, 3, 0, 0, 3, 0, 0, 0, 12, 0, 0, 17, 0,
	    0, 0, 1, 0, 0, 36, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0};

	put_frame(w, r, body, sizeof(body));
}

static void answer_handshake(struct world *w, const struct request *r, const uint8_t *name)
{
	const char *mechanism = listener.mechanism;
	size_t len = strlen(mechanism);
	char reply[64] = {0};

	listener.handshakes++;
	listener.round = 0;
	reply[1] = name[1] == len && !memcmp(name + 2, mechanism, len) ? 0 : 33;
	reply[5] = 1;
	reply[7] = (char)len;
	memcpy(reply + 8, mechanism, len);
	put_frame(w, r, reply, 8 + len);
}

static void serve_login(struct world *w)
{
	uint8_t frame[sizeof(w->asked)];
	/* Size, API, version, correlation, client id. */
	const uint8_t *body = frame + 4 + 8 + 2 + 6;
	struct request r;

	for (;;) {
		memcpy(frame, w->asked, sizeof(frame));
		if (!next_request(w, &r))
			return;
		if (r.key == 18)
			put_sasl_versions(w, &r);
		else if (r.key == 17)
			answer_handshake(w, &r, body);
		else if (r.key == 36)
			listener.authenticate(w, &r, body + 4, (size_t)body[2] << 8 | body[3]);
		else
			put_metadata(w, &r);
	}
}

static struct text_pair properties[6];
static struct cluster_conf conf;
static struct security security;

/* A client that is configured to log in; properties[1] on may be changed before. */
static struct world *client_world(void (*serve)(struct world *w))
{
	struct world *w = world_new(serve);

	security_init(&security, &conf);
	conn_secure(&w->c, &security, w->c.address);
	w->c.timeout = PATIENCE_MS * NS_PER_MS;
	return w;
}

static inline void expect_refusal(struct world *w, const char *part)
{
	UNTIL(w, w->c.falls >= 2);
	expect_words(w, part);
	assert_false(conn_ready(&w->c));
	/* Each further try waits longer: a locked account helps nobody. */
	assert_true(w->c.backoff >= NS_PER_S);
}

#endif
