#include "source/nats/facts.h"

/* What a parse has room for, and where it stands. */
struct jsz_room {
	struct jsz *j;
	size_t cap_streams, cap_consumers;
};

static int64_t at_least_0(int64_t n)
{
	return n < 0 ? NUM_NONE : n;
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
	    .push_bound = json_tri(o, "push_bound"),
	    .paused = json_tri(o, "paused"),
	    .push = TRI_UNKNOWN,
	};
	if (config)
		c->push = json_text(config, "deliver_subject") ? TRI_YES : TRI_NO;
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
		err_set(err, "the reply of %s has no server_id: is this the monitoring port of a NATS server?",
		    what);
		json_decref(root);
		return NULL;
	}
	j = xcalloc(1, sizeof(*j));
	arena_init(&j->f.arena);
	room.j = j;
	j->disabled = json_tri(root, "disabled") == TRI_YES;
	j->n_streams = json_num(root, "streams");
	j->n_consumers = json_num(root, "consumers");
	take_accounts(&room, root);
	settle(j);
	json_decref(root);
	return j;
}
