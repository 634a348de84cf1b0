#include "source/nats/facts.h"

#include "base/clock.h"
#include "base/i18n.h"

/* What a parse has room for, and where it stands. */
struct jsz_room {
	struct jsz *j;
	size_t cap_streams, cap_consumers;
};

/* Further behind, or silent for longer, it does not count for a majority. */
#define WELL_ACTIVE (10 * NS_PER_S)
enum { WELL_LAG = 10 };

struct js_peer *js_peers_parse(struct arena *a, const json_t *o, size_t *n)
{
	json_t *list = json_list(o, "replicas");
	size_t len = json_array_size(list) < JS_PEERS_MAX ? json_array_size(list) : JS_PEERS_MAX;
	struct js_peer *peers = arena_alloc(a, (len + 1) * sizeof(*peers));

	for (size_t i = 0; i < len; i++) {
		const json_t *r = json_array_get(list, i);

		peers[i].name = json_keep(a, r, "name");
		peers[i].current = json_tri(r, "current") == TRI_YES;
		peers[i].offline = json_tri(r, "offline") == TRI_YES;
		peers[i].active = json_num(r, "active");
		/* Left out where it is 0. */
		peers[i].lag = json_num(r, "lag") > 0 ? json_num(r, "lag") : 0;
		if (!peers[i].name)
			peers[i].name = "?";
	}
	*n = len;
	return peers;
}

bool js_peer_is_well(const struct js_peer *p)
{
	return !p->offline && p->active != NUM_NONE && (p->current || p->lag <= WELL_LAG) && p->active < WELL_ACTIVE;
}

static int64_t at_least_0(int64_t n)
{
	return n < 0 ? NUM_NONE : n;
}

static void take_origin(struct jsz *j, struct js_stream *s, const json_t *o, bool mirror)
{
	struct js_origin *to = &s->origins[s->n_origins];

	if (!json_text(o, "name") || s->n_origins == ORIGINS_MAX)
		return;
	s->n_origins++;
	to->name = json_keep(&j->f.arena, o, "name");
	to->mirror = mirror;
	to->lag = at_least_0(json_num(o, "lag"));
	to->active = json_num(o, "active");
	to->error = json_keep(&j->f.arena, json_sub(o, "error"), "description");
}

static void take_origins(struct jsz *j, struct js_stream *s, const json_t *o)
{
	json_t *mirror = json_sub(o, "mirror"), *sources = json_list(o, "sources");
	size_t n = json_array_size(sources) + (mirror != NULL);

	if (!n)
		return;
	s->origins = arena_alloc(&j->f.arena, (n < ORIGINS_MAX ? n : ORIGINS_MAX) * sizeof(*s->origins));
	if (mirror)
		take_origin(j, s, mirror, true);
	for (size_t i = 0; i < json_array_size(sources); i++)
		take_origin(j, s, json_array_get(sources, i), false);
}

/* By one clock, that of the server which replies. A time that lies ahead was another's. */
static int64_t ago(const struct jsz *j, const json_t *floor)
{
	int64_t then = nats_time(json_text(floor, "last_active"));

	return then < 0 || j->now < then ? -1 : j->now - then;
}

static void take_consumer(struct jsz_room *room, const json_t *o)
{
	struct jsz *j = room->j;
	const json_t *cluster = json_sub(o, "cluster"), *config = json_sub(o, "config");
	const json_t *floor = json_sub(o, "ack_floor");
	struct js_consumer *c;

	if (!json_text(o, "name"))
		return;
	if (j->n_listed_consumers == CONSUMERS_MAX) {
		j->omitted++;
		return;
	}
	array_reserve(&j->consumers, &room->cap_consumers, j->n_listed_consumers + 1,
	    sizeof(*j->consumers));
	c = &j->consumers[j->n_listed_consumers++];
	*c = (struct js_consumer){
	    .name = json_keep(&j->f.arena, o, "name"),
	    .clustered = cluster != NULL,
	    .leader = json_keep(&j->f.arena, cluster, "leader"),
	    .pending = at_least_0(json_num(o, "num_pending")),
	    .ack_pending = at_least_0(json_num(o, "num_ack_pending")),
	    .redelivered = json_num(o, "num_redelivered"),
	    .waiting = json_num(o, "num_waiting"),
	    .max_ack_pending = json_num(config, "max_ack_pending"),
	    .floor_seq = json_num(floor, "consumer_seq"),
	    .floor_stream_seq = json_num(floor, "stream_seq"),
	    .acked_ago = ago(j, floor),
	    .push_bound = json_tri(o, "push_bound"),
	    .paused = json_tri(o, "paused"),
	    .push = TRI_UNKNOWN,
	};
	c->peers = js_peers_parse(&j->f.arena, cluster, &c->n_peers);
	if (config)
		c->push = json_text(config, "deliver_subject") ? TRI_YES : TRI_NO;
}

/* What audits ask of a stream; the reply may have been asked for without configurations. */
static void take_config(struct jsz *j, struct js_stream *s, const json_t *config)
{
	const char *storage = json_text(config, "storage"), *retention = json_text(config, "retention");
	json_t *subjects = json_list(config, "subjects");

	s->replicas = json_num(config, "num_replicas");
	s->max_bytes = json_num(config, "max_bytes");
	s->max_msgs = json_num(config, "max_msgs");
	s->in_memory = !storage ? TRI_UNKNOWN : !strcmp(storage, "memory") ? TRI_YES : TRI_NO;
	s->interest = !retention ? TRI_UNKNOWN : !strcmp(retention, "limits") ? TRI_NO : TRI_YES;
	s->subject = arena_strndup(&j->f.arena, json_string_value(json_array_get(subjects, 0)), JSON_TEXT_MAX);
}

static void take_stream(struct jsz_room *room, const char *account, const json_t *o)
{
	struct jsz *j = room->j;
	const json_t *cluster = json_sub(o, "cluster"), *state = json_sub(o, "state");
	json_t *list = json_list(o, "consumer_detail");
	struct js_stream *s;
	size_t n = json_array_size(list);

	if (!json_text(o, "name"))
		return;
	if (j->n_listed_streams == STREAMS_MAX) {
		j->omitted += (int64_t)n;
		return;
	}
	array_reserve(&j->streams, &room->cap_streams, j->n_listed_streams + 1, sizeof(*j->streams));
	s = &j->streams[j->n_listed_streams++];
	*s = (struct js_stream){
	    .account = account,
	    .name = json_keep(&j->f.arena, o, "name"),
	    .clustered = cluster != NULL,
	    .leader = json_keep(&j->f.arena, cluster, "leader"),
	    .last_seq = json_num(state, "last_seq"),
	    .first_seq = json_num(state, "first_seq"),
	    .first_ts = nats_time(json_text(state, "first_ts")),
	    .last_ts = nats_time(json_text(state, "last_ts")),
	    .max_age = json_num(json_sub(o, "config"), "max_age"),
	    .messages = json_num(state, "messages"),
	    .bytes = json_num(state, "bytes"),
	    .first = j->n_listed_consumers,
	};
	s->peers = js_peers_parse(&j->f.arena, cluster, &s->n_peers);
	take_origins(j, s, o);
	take_config(j, s, json_sub(o, "config"));
	for (size_t i = 0; i < n; i++)
		take_consumer(room, json_array_get(list, i));
	s = &j->streams[j->n_listed_streams - 1];
	s->n = j->n_listed_consumers - s->first;
}

static void take_accounts(struct jsz_room *room, const json_t *root)
{
	json_t *accounts = json_list(root, "account_details");

	for (size_t i = 0; i < json_array_size(accounts); i++) {
		const json_t *a = json_array_get(accounts, i);
		json_t *streams = json_list(a, "stream_detail");
		const char *name = json_keep(&room->j->f.arena, a, "name");

		for (size_t k = 0; k < json_array_size(streams); k++)
			take_stream(room, name ? name : "", json_array_get(streams, k));
	}
}

/* The growing arrays move into the arena, so that one call frees all. */
static void settle(struct jsz *j)
{
	struct js_stream *s = j->streams;
	struct js_consumer *c = j->consumers;
	size_t size = j->n_listed_streams * sizeof(*s);

	j->streams = arena_alloc(&j->f.arena, size + 1);
	if (size)
		memcpy(j->streams, s, size);
	free(s);
	size = j->n_listed_consumers * sizeof(*c);
	j->consumers = arena_alloc(&j->f.arena, size + 1);
	if (size)
		memcpy(j->consumers, c, size);
	free(c);
}

struct jsz *jsz_parse(const char *what, const char *body, size_t len, struct err *err)
{
	json_t *root = json_read(what, body, len, err);
	struct jsz_room room = {0};
	struct jsz *j;

	if (!root)
		return NULL;
	if (!json_text(root, "server_id")) {
		err_set(err, _("the reply of %s has no server_id: is this the monitoring port of a NATS server?"),
		    what);
		json_decref(root);
		return NULL;
	}
	j = xcalloc(1, sizeof(*j));
	arena_init(&j->f.arena);
	room.j = j;
	j->now = nats_time(json_text(root, "now"));
	j->disabled = json_tri(root, "disabled") == TRI_YES;
	j->n_streams = json_num(root, "streams");
	j->n_consumers = json_num(root, "consumers");
	take_accounts(&room, root);
	settle(j);
	json_decref(root);
	return j;
}
