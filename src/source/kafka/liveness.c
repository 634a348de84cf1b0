#include "source/kafka/cluster.h"

#include "base/clock.h"
#include "base/fmt.h"

#include <stdio.h>
#include <string.h>

/* A larger reply measures the work, not the way. */
enum { SMALL_REPLY = 64 << 10 };

/*
 * Five requests per broker and offset cycle are all that a broker shall ever see of us, so that
 * not every liveness period can have a request of its own. A broken connection is seen at once;
 * silence is seen by whatever is asked, and a broker that was not asked for half an offset cycle
 * is asked for nothing but a sign of life.
 */
int64_t liveness_period(const struct kafka *k)
{
	/* A little more than half, so that the cycle itself is always one of the signs. */
	return k->offsets.period * 11 / 20;
}

static bool is_round_trip(const struct call *call, const struct answer *a)
{
	if (!a->was_idle || a->bytes > SMALL_REPLY)
		return false;
	return call->api == API_VERSIONS || call->api == API_LIST_OFFSETS || call->api == API_OFFSET_FETCH;
}

/* All replies but two begin with how long the broker held us back. */
static int32_t throttle_of(const struct call *call, const struct answer *a)
{
	if (call->api == API_VERSIONS || call->api == API_QUORUM)
		return 0;
	return *(const int32_t *)a->reply;
}

void liveness_heard(void *owner, const struct call *call, const struct answer *a)
{
	struct kbroker *b = owner;

	if (is_round_trip(call, a))
		probe_stats_add(&b->rtt, clock_boot(), a->ms);
	b->throttle_ms = throttle_of(call, a);
}

static void probe_done(void *owner, const struct call *call, const struct answer *a)
{
	struct kbroker *b = owner;

	(void)call;
	if (a->reply && b->burst)
		b->burst--;
}

/* How it stands, in words. */
static void describe(struct kbroker *b, int64_t now)
{
	char words[ERR_MAX];
	const char *gone = b->left_at ? "; not in the cluster's metadata" : "";
	bool mapped = strcmp(b->conn.address, b->address) != 0;

	conn_words(&b->conn, now, words, sizeof(words));
	if (!b->address[0])
		snprintf(b->words, sizeof(b->words), "down: not registered with the cluster");
	else if (b->up)
		snprintf(b->words, sizeof(b->words), "up%s", gone);
	else if (b->conn.hung || (!b->conn.trouble.msg[0]))
		snprintf(b->words, sizeof(b->words), "%.300s%s", words, gone);
	else
		snprintf(b->words, sizeof(b->words), "down: %.300s%s%.80s%s%s", words,
		    mapped ? " (dialled " : "", mapped ? b->conn.address : "", mapped ? ")" : "", gone);
}

static void note_change(struct kbroker *b, bool up, int64_t now)
{
	struct kafka *k = b->k;
	char age[FMT_MAX];

	b->up = up;
	describe(b, now);
	if (!up && b->ever_up)
		model_event(k->ctx->model, k->ctx->index, b->name, "%s", b->words);
	if (up && b->ever_up) {
		fmt_duration(age, sizeof(age), now - b->changed_at);
		model_event(k->ctx->model, k->ctx->index, b->name, "is up again after %s", age);
	}
	if (b->ever_up || !up)
		k->want_metadata = true;
	b->ever_up |= up;
	b->changed_at = now;
	k->publish_at = now;
	k->dirty_disk = true;
}

static bool is_up(const struct kbroker *b)
{
	if (conn_ready(&b->conn))
		return true;
	/* A connection that broke is made anew before its broker is called down. */
	return b->up && b->conn.falls == 1 && !b->conn.hung;
}

void liveness_step(struct kbroker *b, int64_t now)
{
	struct wire_ask none = {0};
	bool up = is_up(b);

	if (b->conn.falls)
		b->failed_once = true;
	if (up != b->up)
		note_change(b, up, now);
	describe(b, now);
	if (conn_ready(&b->conn) && !b->conn.first && now >= liveness_due(b))
		broker_ask(b, API_VERSIONS, &none, probe_done, 0, now, NULL);
}

int64_t liveness_due(const struct kbroker *b)
{
	if (!conn_ready(&b->conn) || b->conn.first)
		return INT64_MAX;
	if (b->burst)
		return 0;
	return b->conn.heard_at + liveness_period(b->k);
}
