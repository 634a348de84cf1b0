#include "source/kafka/cluster.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"

#include <stdio.h>
#include <string.h>

/* A larger reply measures the work, not the way. */
enum { SMALL_REPLY = 64 << 10 };

#define NEWS (60 * NS_PER_S)

/*
 * Five requests per broker and offset cycle are all that a broker shall ever see of us. What
 * the cycle and the slow tier leave of them goes into probes; a broken connection is seen at
 * once anyway, and silence by whatever is asked.
 */
enum { ALLOWANCE = 5, KEPT_FOR_SLOW_TIER = 2 };

int64_t liveness_period(const struct kafka *k)
{
	return k->offsets.period / 2;
}

/* A new offset cycle begins; what was overdrawn before (at the start) is paid off first. */
void liveness_refill(struct kbroker *b, int64_t now)
{
	b->allowance += ALLOWANCE;
	if (b->allowance > ALLOWANCE)
		b->allowance = ALLOWANCE;
	b->refilled_at = now;
}

/* In the first half of a cycle the slow tier is still to come. */
bool liveness_spares(const struct kbroker *b, int64_t now)
{
	bool early = now - b->refilled_at < b->k->offsets.period * 6 / 10;

	return b->allowance > (early ? KEPT_FOR_SLOW_TIER : 0);
}

static bool is_round_trip(const struct call *call, const struct answer *a)
{
	if (!a->was_idle || a->bytes > SMALL_REPLY)
		return false;
	return call->api == API_VERSIONS || call->api == API_LIST_OFFSETS ||
	       call->api == API_OFFSET_FETCH || call->api == API_LIST_GROUPS;
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
	const char *gone = b->fenced ? _("; fenced: the controller lets it lead and follow nothing")
			   : b->left_at ? _("; not in the cluster's metadata") : "";
	bool mapped = strcmp(b->conn.address, b->address) != 0;

	conn_words(&b->conn, now, words, sizeof(words));
	if (b->taken_by >= 0)
		snprintf(b->words, sizeof(b->words), _("down: broker-%d answers at its address"), b->taken_by);
	else if (!b->address[0])
		snprintf(b->words, sizeof(b->words), _("down: not registered with the cluster"));
	else if (b->up)
		snprintf(b->words, sizeof(b->words), "up%s", gone);
	else if (b->conn.hung || (!b->conn.trouble.msg[0]))
		snprintf(b->words, sizeof(b->words), "%.300s%s", words, gone);
	else
		snprintf(b->words, sizeof(b->words), "down: %.300s%s%.80s%s%s", words,
		    mapped ? " (dialled " : "", mapped ? b->conn.address : "", mapped ? ")" : "",
		    gone);
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
		model_event(k->ctx->model, k->ctx->index, b->name, _("is up again after %s"), age);
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
	/* Until anybody was told anything, listeners that want a login look like those that do not. */
	if (conn_ready(&b->conn))
		return b->conn.proven || b->k->meta.at;
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
	/* While it is on its way out of the metadata, the news is there within seconds. */
	if (!b->up && b->in_metadata && b->failed_once && now - b->changed_at < NEWS)
		b->k->want_metadata = true;
	if (conn_ready(&b->conn) && !b->conn.first && now >= liveness_due(b))
		broker_ask(b, API_VERSIONS, &none, probe_done, 0, now, NULL);
}

int64_t liveness_due(const struct kbroker *b)
{
	if (!conn_ready(&b->conn) || b->conn.first)
		return INT64_MAX;
	if (b->burst)
		return 0;
	if (!liveness_spares(b, clock_boot()))
		return INT64_MAX;
	return b->conn.heard_at + schedule_period(b->k->ctx->config, PERIOD_LIVENESS);
}
