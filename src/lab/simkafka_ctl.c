#include "lab/simkafka.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One row per word that the control socket understands. */
enum { WORDS_MAX = 8 };

struct order {
	const char *name, *args, *help;
	int n_args;							/* at least */
	bool (*run)(struct sim *s, char **w, int n, struct buf *reply); /* false: not understood */
};

static bool number(const char *text, int64_t low, int64_t high, int64_t *out)
{
	char *end;

	*out = strtoll(text, &end, 10);
	return !*end && end != text && *out >= low && *out <= high;
}

static struct sim_broker *broker(struct sim *s, const char *text)
{
	int64_t id;

	return number(text, 1, s->n_brokers, &id) ? &s->broker[id - 1] : NULL;
}

static struct sim_partition *partition(struct sim *s, const char *topic, const char *text)
{
	int t = sim_topic_find(s, topic);
	int64_t p;

	return t >= 0 && number(text, 0, s->topics[t].n - 1, &p) ? &s->topics[t].p[p] : NULL;
}

static bool set_mode(struct sim *s, const char *who, enum sim_mode mode)
{
	struct sim_broker *b = broker(s, who);

	if (!b)
		return false;
	b->mode = mode;
	b->since = s->now;
	return true;
}

static bool o_down(struct sim *s, char **w, int n, struct buf *reply)
{
	(void)n;
	(void)reply;
	return set_mode(s, w[0], SIM_DOWN);
}

static bool o_hang(struct sim *s, char **w, int n, struct buf *reply)
{
	(void)n;
	(void)reply;
	return set_mode(s, w[0], SIM_HUNG);
}

static bool o_up(struct sim *s, char **w, int n, struct buf *reply)
{
	(void)n;
	(void)reply;
	return set_mode(s, w[0], SIM_UP);
}

static bool o_slow(struct sim *s, char **w, int n, struct buf *reply)
{
	struct sim_broker *b = broker(s, w[0]);
	int64_t ms;

	(void)n;
	(void)reply;
	if (!b || !number(w[1], 0, 600000, &ms))
		return false;
	b->slow_ms = (int)ms;
	return true;
}

static bool o_garbage(struct sim *s, char **w, int n, struct buf *reply)
{
	static const char *const kinds[] = {
	    "none", "noise", "http", "truncated", "huge", "trickle", "correlation", "short"};
	struct sim_broker *b = broker(s, w[0]);

	(void)n;
	(void)reply;
	for (size_t i = 0; b && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i], w[1]) == 0) {
			b->garbage = (enum sim_garbage)i;
			return true;
		}
	return false;
}

static bool o_disk(struct sim *s, char **w, int n, struct buf *reply)
{
	struct sim_broker *b = broker(s, w[0]);
	int64_t percent;

	(void)n;
	(void)reply;
	if (!b)
		return false;
	b->dir_offline = strcmp(w[1], "offline") == 0;
	if (b->dir_offline)
		return true;
	if (!number(w[1], 0, 100, &percent))
		return false;
	b->disk_percent = (int)percent;
	return true;
}

static bool o_leaderless(struct sim *s, char **w, int n, struct buf *reply)
{
	struct sim_partition *p = partition(s, w[0], w[1]);

	(void)n;
	(void)reply;
	if (p)
		p->leaderless = true;
	return p;
}

static bool o_leader(struct sim *s, char **w, int n, struct buf *reply)
{
	struct sim_partition *p = partition(s, w[0], w[1]);

	(void)n;
	(void)reply;
	if (p)
		p->leaderless = false;
	return p;
}

static bool o_isr(struct sim *s, char **w, int n, struct buf *reply)
{
	struct sim_partition *p = partition(s, w[0], w[1]);
	int64_t isr;

	(void)n;
	(void)reply;
	if (!p || !number(w[2], 1, s->replication, &isr))
		return false;
	p->isr = isr == s->replication ? 0 : (uint8_t)isr;
	return true;
}

static bool o_reassign(struct sim *s, char **w, int n, struct buf *reply)
{
	struct sim_partition *p = partition(s, w[0], w[1]);
	int64_t id;

	(void)n;
	(void)reply;
	if (!p || !number(w[2], 0, s->n_brokers, &id))
		return false;
	p->adding = (uint8_t)id;
	return true;
}

static bool o_group(struct sim *s, char **w, int n, struct buf *reply)
{
	int i = sim_group_find(s, w[0]);
	struct sim_group *g = i < 0 ? NULL : &s->groups[i];
	int64_t lag;

	(void)reply;
	if (g && strcmp(w[1], "stop") == 0) {
		g->frozen_at = sim_moved(s);
	} else if (g && strcmp(w[1], "start") == 0) {
		g->frozen_at = -1;
	} else if (g && strcmp(w[1], "delete") == 0) {
		g->deleted = true;
	} else if (g && n > 2 && strcmp(w[1], "lag") == 0 && number(w[2], 0, INT64_MAX, &lag)) {
		g->lag = lag;
		/* From now on it keeps pace, so that the number stays what was said. */
		g->speed = 1;
	} else {
		return false;
	}
	return true;
}

static bool o_error(struct sim *s, char **w, int n, struct buf *reply)
{
	const struct sim_api *a = sim_api_named(w[0]);
	int64_t code, count = -1;

	(void)reply;
	if (!a || !number(w[1], -1, 200, &code) || (n > 2 && !number(w[2], 1, 1000000, &count)))
		return false;
	s->error[a->key] = (struct sim_error){(int)code, count};
	return true;
}

static bool o_api(struct sim *s, char **w, int n, struct buf *reply)
{
	const struct sim_api *a = sim_api_named(w[0]);
	int64_t min = 0, max = -1;

	(void)reply;
	if (a && strcmp(w[1], "off") == 0) {
		s->range[a->key] = (struct sim_range){0, -1};
		return true;
	}
	if (!a || n < 3 || !number(w[1], a->min, a->max, &min) || !number(w[2], min, a->max, &max))
		return false;
	s->range[a->key] = (struct sim_range){(int)min, (int)max};
	return true;
}

static bool o_leads(struct sim *s, char **w, int n, struct buf *reply)
{
	struct sim_broker *b = broker(s, w[0]);

	(void)n;
	(void)reply;
	if (!b || b->id > 3)
		return false;
	s->quorum_leader = b->id;
	return true;
}

static bool o_still(struct sim *s, char **w, int n, struct buf *reply)
{
	(void)w;
	(void)n;
	(void)reply;
	if (s->stopped_at < 0)
		s->stopped_at = s->now;
	return true;
}

static bool o_move(struct sim *s, char **w, int n, struct buf *reply)
{
	(void)w;
	(void)n;
	(void)reply;
	if (s->stopped_at >= 0)
		s->stood += s->now - s->stopped_at;
	s->stopped_at = -1;
	return true;
}

static bool o_stats(struct sim *s, char **w, int n, struct buf *reply)
{
	for (int i = 0; i < s->n_brokers; i++) {
		struct sim_broker *b = &s->broker[i];

		buf_addf(reply, "broker %d connections %" PRIu64 "\n", b->id, b->accepted);
		buf_addf(reply, "broker %d bytes_in %" PRIu64 "\n", b->id, b->bytes_in);
		buf_addf(reply, "broker %d bytes_out %" PRIu64 "\n", b->id, b->bytes_out);
		for (int k = 0; k < n_sim_apis; k++)
			if (b->requests[sim_apis[k].key])
				buf_addf(reply, "broker %d %s %" PRIu64 "\n", b->id,
				    sim_apis[k].name, b->requests[sim_apis[k].key]);
		if (n > 0 && strcmp(w[0], "reset") == 0) {
			memset(b->requests, 0, sizeof(b->requests));
			b->accepted = b->bytes_in = b->bytes_out = 0;
		}
	}
	return true;
}

static bool o_lag(struct sim *s, char **w, int n, struct buf *reply)
{
	int i = sim_group_find(s, w[0]);
	int64_t lag = 0;

	(void)n;
	if (i < 0 || !s->n_topics)
		return false;
	for (int p = 0; p < s->topics[s->groups[i].topic].n; p++)
		lag += sim_end(s, s->groups[i].topic, p) - sim_committed(s, &s->groups[i], p);
	buf_addf(reply, "%s %s %" PRId64 "\n", s->groups[i].name,
	    s->topics[s->groups[i].topic].name, lag);
	return true;
}

static bool o_help(struct sim *s, char **w, int n, struct buf *reply);

static const struct order orders[] = {
    {"help", "", "this list", 0, o_help},
    {"down", "N", "broker N ends; it leaves the metadata 3 s later", 1, o_down},
    {"hang", "N", "broker N accepts connections and says nothing any more", 1, o_hang},
    {"up", "N", "broker N is there again", 1, o_up},
    {"resume", "N", "the same, after hang", 1, o_up},
    {"slow", "N MS", "broker N answers MS milliseconds late", 2, o_slow},
    {"garbage", "N KIND", "none noise http truncated huge trickle correlation short", 2, o_garbage},
    {"disk", "N PERCENT|offline", "how full the volume of broker N is", 2, o_disk},
    {"leaderless", "TOPIC P", "the partition has no leader", 2, o_leaderless},
    {"leader", "TOPIC P", "it has one again", 2, o_leader},
    {"isr", "TOPIC P N", "N of its replicas are in sync", 3, o_isr},
    {"reassign", "TOPIC P N", "it is being moved to broker N too; 0: it is not", 3, o_reassign},
    {"group", "NAME stop|start|delete|lag N", "what the consumers of a group do", 2, o_group},
    {"error", "API CODE [COUNT]", "answers of this api carry the error; 0 ends it", 2, o_error},
    {"api", "NAME off|MIN MAX", "versions that are offered", 2, o_api},
    {"leads", "N", "broker N, 1 to 3, leads the controllers", 1, o_leads},
    {"still", "", "no offset moves any more", 0, o_still},
    {"move", "", "they move again", 0, o_move},
    {"lag", "GROUP", "group, topic and lag as they are now", 1, o_lag},
    {"stats", "[reset]", "requests by broker and api, connections and bytes, since the last reset",
	0, o_stats},
};

enum { N_ORDERS = sizeof(orders) / sizeof(orders[0]) };

static bool o_help(struct sim *s, char **w, int n, struct buf *reply)
{
	(void)s;
	(void)w;
	(void)n;
	for (size_t i = 0; i < N_ORDERS; i++)
		buf_addf(reply, "%-10s %-29s %s\n", orders[i].name, orders[i].args, orders[i].help);
	return true;
}

void sim_command(struct sim *s, char *line, struct buf *reply)
{
	char *w[WORDS_MAX], *save = NULL, *word;
	struct buf more;
	int n = 0;

	for (word = strtok_r(line, " \t\r", &save); word && n < WORDS_MAX;
	     word = strtok_r(NULL, " \t\r", &save))
		w[n++] = word;
	buf_init(&more, 1 << 20);
	for (size_t i = 0; n && i < N_ORDERS; i++) {
		if (strcmp(orders[i].name, w[0]) != 0)
			continue;
		if (n - 1 >= orders[i].n_args && orders[i].run(s, w + 1, n - 1, &more)) {
			buf_adds(reply, "ok\n");
			buf_add(reply, more.data, more.len);
		} else {
			buf_addf(reply, "no: %s takes %s, and what they name must exist.\n",
			    orders[i].name, orders[i].args);
		}
		buf_release(&more);
		return;
	}
	buf_release(&more);
	buf_addf(reply, "no: there is no such word; `help` lists them.\n");
}
