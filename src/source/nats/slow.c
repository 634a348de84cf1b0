#include "source/nats/nats.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"

/* Above this share of max_pending a client is soon cut off; below the other the warning ends. */
enum { NEAR_PERCENT = 75, SAFE_PERCENT = 50, MOST_PERCENT = 1000000 };

#define STALLS_GAP (600 * NS_PER_S)
#define SLOW_SPAN (600 * NS_PER_S)
#define LIST_PAUSE (200 * NS_PER_MS)
#define CLOSED_GAP (4 * NS_PER_S)
/* How long a page tells of now. */
#define PAGE_SPAN (90 * NS_PER_S)

/* Whatever its order and limit, a page of open clients costs the server a walk through all of them: about 1 ms of its CPU
 * for 500, and garbage. Above this many only a key press asks: the clock never does. A page of closed clients is cheap. */
enum { WALK_MOST = 5000 };

/* Users and subscriptions are asked for of one closed client at a time: for all that the server keeps (10,000) it copies
 * each of them first, whatever the limit. */
static const char *const look_path[LOOK_COUNT] = {
    [LOOK_PENDING] = "/connz?limit=16&sort=pending",
    [LOOK_CLOSED] = "/connz?state=closed&sort=stop&limit=100",
    [LOOK_STALLS] = "/connz?limit=16&sort=pending&auth=1",
};

static const char *const look_payload[LOOK_COUNT] = {
    [LOOK_PENDING] = "{\"sort\":\"pending\",\"limit\":16}",
    [LOOK_CLOSED] = "{\"state\":1,\"sort\":\"stop\",\"limit\":100}",
    [LOOK_STALLS] = "{\"sort\":\"pending\",\"limit\":16,\"auth\":true}",
};

void slow_path(const struct node *n, char out[LOOK_TEXT])
{
	if (n->looking == LOOK_LIST)
		snprintf(out, LOOK_TEXT, "/connz?limit=%d&offset=%lld&sort=cid&auth=1", n->list.page, (long long)n->list.offset);
	else if (n->looking == LOOK_GONE)
		snprintf(out, LOOK_TEXT, "/connz?state=closed&limit=1&subs=detail&auth=1&cid=%lld", (long long)n->gone[0].cid);
	else
		snprintf(out, LOOK_TEXT, "%s", look_path[n->looking]);
}

void slow_payload(const struct node *n, char out[LOOK_TEXT])
{
	if (n->looking == LOOK_LIST)
		snprintf(out, LOOK_TEXT, "{\"sort\":\"cid\",\"limit\":%d,\"offset\":%lld,\"auth\":true}", n->list.page,
		    (long long)n->list.offset);
	else if (n->looking == LOOK_GONE)
		snprintf(out, LOOK_TEXT,
		    "{\"state\":1,\"cid\":%lld,\"limit\":1,\"subscriptions\":true,\"subscriptions_detail\":true,\"auth\":true}",
		    (long long)n->gone[0].cid);
	else
		snprintf(out, LOOK_TEXT, "%s", look_payload[n->looking]);
}

enum look slow_next_look(const struct node *n)
{
	if (n->n_gone)
		return LOOK_GONE;
	if (n->look_closed)
		return LOOK_CLOSED;
	if (n->look_stalls && !slow_is_large(n))
		return LOOK_STALLS;
	return n->list.wanted && !n->look_near ? LOOK_LIST : LOOK_PENDING;
}

void slow_begin(struct node *n)
{
	n->looking = slow_next_look(n);
	n->list.asked = n->list.offset;
}

static bool is_large(const struct varz *v)
{
	return v && v->connections != NUM_NONE && v->connections + (v->leafnodes > 0 ? v->leafnodes : 0) > WALK_MOST;
}

bool slow_is_large(const struct node *n)
{
	return is_large(n->varz);
}

bool slow_wants(const struct node *n)
{
	return n->n_gone || n->look_closed || n->look_near || n->list.wanted || !slow_is_large(n);
}

void slow_follow(struct node *n, enum look was, int64_t now)
{
	/* The page of the backlog has its turn still. */
	if (n->n_gone)
		n->asks[ASK_CONNZ].task.next = now;
	else if (n->list.wanted)
		n->asks[ASK_CONNZ].task.next = now + LIST_PAUSE;
	else if (was == LOOK_CLOSED || was == LOOK_GONE || (was == LOOK_LIST && !slow_is_large(n)))
		n->asks[ASK_CONNZ].task.next = now;
}

static bool grew(int64_t before, int64_t after)
{
	return before != NUM_NONE && after != NUM_NONE && after > before;
}

void slow_compare(struct node *n, const struct varz *v, int64_t now)
{
	if (!n->varz)
		return;
	if (grew(n->varz->slow_consumers, v->slow_consumers)) {
		n->look_closed = true;
		n->asks[ASK_CONNZ].task.next = n->closed_at && n->closed_at + CLOSED_GAP > now ? n->closed_at + CLOSED_GAP : now;
	}
	/* Not a client: clients of a whole server may miss messages. */
	if (grew(n->varz->slow_routes, v->slow_routes))
		nats_event(n->src, n->name, _("a slow consumer is another server: its link by route, gateway or leaf node was cut"));
	/* A publisher is held back when one of its subscribers has three quarters of max_pending waiting. */
	if (!grew(n->varz->stalled_clients, v->stalled_clients) || (n->stalls_told && now - n->stalls_told <= STALLS_GAP))
		return;
	if (is_large(v)) {
		n->stalls_told = now;
		nats_event(n->src, n->name, _("holds fast publishers back because a subscriber is slow: R in the list of its clients tells whom"));
		return;
	}
	n->look_stalls = true;
	n->asks[ASK_CONNZ].task.next = now;
}

static void tell_gone(struct node *n, const char *words, int64_t now)
{
	nats_event(n->src, n->name, _("cut off %s"), words);
	snprintf(n->slow_who, sizeof(n->slow_who), "%s", words);
	n->slow_who_at = now;
}

static bool was_cut_off(const struct node *n, const struct client *one)
{
	return one->stop > n->closed_seen && one->reason && !strncmp(one->reason, "Slow Consumer", 13);
}

static const char *gone_words(const struct client *one, struct arena *a)
{
	return arena_printf(a, "%s: %s", client_words(one, a), one->reason);
}

/* Who was cut off as a slow consumer since the last look: of the newest of them more is asked for before they are told. */
static void take_closed(struct node *n, const struct connz *c, int64_t now)
{
	int64_t newest = n->closed_seen;
	size_t left = 0;
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < c->n_clients; i++)
		left += was_cut_off(n, &c->clients[i]);
	/* The oldest first, so that the newest stays. */
	for (size_t i = c->n_clients; i-- > 0;) {
		const struct client *one = &c->clients[i];

		if (one->stop > newest)
			newest = one->stop;
		if (!was_cut_off(n, one))
			continue;
		if (left-- > GONE_MAX || one->cid == NUM_NONE) {
			tell_gone(n, gone_words(one, &a), now);
			continue;
		}
		n->gone[n->n_gone].cid = one->cid;
		snprintf(n->gone[n->n_gone++].words, sizeof(n->gone[0].words), "%s", gone_words(one, &a));
	}
	n->closed_seen = newest;
	arena_release(&a);
}

/* c: more of the first in the queue; it may have left the server's memory meanwhile. */
static void take_gone(struct node *n, const struct connz *c, int64_t now)
{
	const struct client *one = c->n_clients ? &c->clients[0] : NULL;
	struct arena a;

	/* The server began anew meanwhile. */
	if (!n->n_gone)
		return;
	arena_init(&a);
	tell_gone(n, one && one->cid == n->gone[0].cid && one->reason ? gone_words(one, &a) : n->gone[0].words, now);
	memmove(n->gone, n->gone + 1, --n->n_gone * sizeof(n->gone[0]));
	arena_release(&a);
}

void slow_failed(struct node *n, int64_t now)
{
	/* One press of R, one try. */
	n->look_near = false;
	for (size_t i = 0; i < n->n_gone; i++)
		tell_gone(n, n->gone[i].words, now);
	n->n_gone = 0;
}

static const struct client *fullest(const struct node *n)
{
	const struct client *one = n->connz && n->connz->n_clients ? &n->connz->clients[0] : NULL;

	return one && one->pending > 0 && n->varz && n->varz->max_pending > 0 ? one : NULL;
}

static int64_t percent(const struct node *n, const struct client *one)
{
	double percent = 100.0 * (double)one->pending / (double)n->varz->max_pending;

	return percent < MOST_PERCENT ? (int64_t)percent : MOST_PERCENT;
}

static void take_pending(struct node *n)
{
	const struct client *one = fullest(n);
	struct arena a;
	char bytes[FMT_MAX];

	if (!one || percent(n, one) < SAFE_PERCENT)
		n->near_cid = 0;
	if (!one || percent(n, one) < NEAR_PERCENT || n->near_cid == one->cid)
		return;
	n->near_cid = one->cid;
	arena_init(&a);
	nats_event(n->src, n->name, _("%s is about to be cut off: %s wait for it, %lld%% of max_pending"), client_words(one, &a),
	    fmt_bytes(bytes, sizeof(bytes), one->pending), (long long)percent(n, one));
	arena_release(&a);
}

/* The server counts a stall with the subscriber that was too slow, not with the publisher that had to wait. */
static const struct client *most_stalls(const struct connz *c)
{
	const struct client *most = NULL;

	for (size_t i = 0; i < c->n_clients; i++)
		if (c->clients[i].stalls > 0 && (!most || c->clients[i].stalls > most->stalls))
			most = &c->clients[i];
	return most;
}

static void take_stalls(struct node *n, const struct connz *c, int64_t now)
{
	const struct client *most = most_stalls(c);
	struct arena a;

	n->stalls_told = now;
	n->look_stalls = false;
	arena_init(&a);
	if (most)
		nats_event(n->src, n->name, _("holds fast publishers back because a subscriber is slow: %s, %lld times so far"),
		    client_words(most, &a), (long long)most->stalls);
	else
		nats_event(n->src, n->name, _("holds fast publishers back because their subscribers are slow"));
	arena_release(&a);
}

void slow_take(struct node *n, struct connz *c, int64_t now)
{
	enum look was = n->looking;

	n->looking = LOOK_PENDING;
	if (was == LOOK_PENDING || was == LOOK_STALLS) {
		facts_free((struct facts *)n->connz);
		n->connz = c;
		n->connz_at = now;
		n->look_near = false;
		take_pending(n);
		if (was == LOOK_STALLS)
			take_stalls(n, c, now);
		return;
	}
	if (was == LOOK_LIST) {
		list_take(n, c, now);
	} else if (was == LOOK_GONE) {
		take_gone(n, c, now);
	} else {
		take_closed(n, c, now);
		n->look_closed = false;
		n->closed_at = now;
	}
	facts_free((struct facts *)c);
}

const struct connz *slow_clients(const struct node *n, int64_t now)
{
	return n->connz && now - n->connz_at < PAGE_SPAN ? n->connz : NULL;
}

/* Of a large server, which the clock does not ask for whom. NULL: it held nobody back. */
static const char *stalls_words(const struct node *n, struct arena *a, int64_t now)
{
	const struct connz *c = slow_clients(n, now);
	const struct client *most = c ? most_stalls(c) : NULL;
	int64_t covered;
	double times;
	char text[FMT_MAX];

	window_growth(&n->counters[COUNT_STALLED], &times, &covered);
	if (!slow_is_large(n) || !node_ok(n, ASK_VARZ) || !(times >= 1))
		return NULL;
	fmt_count(text, sizeof(text), (int64_t)times);
	if (most)
		return arena_printf(a, _("publishers were held back (%s in 10m), for %s"), text, client_words(most, a));
	return arena_printf(a, _("publishers were held back (%s in 10m) because a subscriber is slow: R tells which"), text);
}

const char *slow_why(const struct node *n, struct arena *a, int64_t now)
{
	const struct client *one = fullest(n);
	char bytes[FMT_MAX];

	if (n->slow_who[0] && now - n->slow_who_at < SLOW_SPAN)
		return arena_printf(a, _("cut off %s"), n->slow_who);
	if (one && node_ok(n, ASK_CONNZ) && now - n->connz_at < PAGE_SPAN && percent(n, one) >= SAFE_PERCENT)
		return arena_printf(a, _("%s wait for %s, %lld%% of max_pending"), fmt_bytes(bytes, sizeof(bytes), one->pending),
		    client_words(one, a), (long long)percent(n, one));
	return stalls_words(n, a, now);
}
