#include "lab/simkafka.h"

#include <stdio.h>
#include <string.h>

/* Api handlers for consumer groups. */

enum {
	ERR_NO_COORDINATOR = 15,
	ERR_NOT_COORDINATOR = 16,
	KEY_OFFSET_FETCH = 9,
	KEY_FIND_COORDINATOR = 10,
	KEY_DESCRIBE_GROUPS = 15,
	KEY_LIST_GROUPS = 16
};

static bool runs(const struct sim_group *g)
{
	return g->frozen_at < 0;
}

static const char *state_of(const struct sim_group *g)
{
	return runs(g) ? "Stable" : "Empty";
}

/* A group that does not exist has a coordinator as well. */
static int coordinator(const struct sim *s, const char *name)
{
	int g = sim_group_find(s, name);

	return sim_coordinator(s, g < 0 ? 0 : g);
}

static void address(struct sim_call *c, int id)
{
	out_i32(c->out, id);
	out_str(c->out, id < 0 ? "" : "127.0.0.1");
	out_i32(c->out, id < 0 ? -1 : c->sim->broker[id - 1].port);
}

void api_find_coordinator(struct sim_call *c)
{
	int v = c->version, n, error = sim_take_error(c->sim, KEY_FIND_COORDINATOR), id;
	char name[256];

	if (v >= 1)
		out_i32(c->out, 0);
	if (v < 4) {
		in_str(c->in, name, sizeof(name));
		id = error ? -1 : coordinator(c->sim, name);
		out_i16(c->out, error ? error : id < 0 ? ERR_NO_COORDINATOR : 0);
		if (v >= 1)
			out_str(c->out, NULL);
		address(c, id);
		out_tags(c->out);
		return;
	}
	in_i8(c->in);
	n = in_array(c->in);
	out_array(c->out, n);
	while (n-- > 0 && !c->in->bad) {
		in_str(c->in, name, sizeof(name));
		id = error ? -1 : coordinator(c->sim, name);
		out_str(c->out, name);
		address(c, id);
		out_i16(c->out, error ? error : id < 0 ? ERR_NO_COORDINATOR : 0);
		out_str(c->out, NULL);
		out_tags(c->out);
	}
	out_tags(c->out);
}

/* No filter, or one that names it. Reads over the filter. */
static bool state_wanted(bool any, bool empty, bool stable, const struct sim_group *g)
{
	return any || (runs(g) ? stable : empty);
}

void api_list_groups(struct sim_call *c)
{
	struct sim *s = c->sim;
	int v = c->version, n, n_states = v >= 4 ? in_array(c->in) : 0;
	bool any = n_states <= 0, empty = false, stable = false;
	char word[64];

	for (int i = 0; i < n_states && !c->in->bad; i++) {
		in_str(c->in, word, sizeof(word));
		empty = empty || strcmp(word, "Empty") == 0;
		stable = stable || strcmp(word, "Stable") == 0;
	}
	n = 0;
	for (int i = 0; i < s->n_groups; i++)
		n += !s->groups[i].deleted && sim_coordinator(s, i) == c->broker &&
		     state_wanted(any, empty, stable, &s->groups[i]);
	if (v >= 1)
		out_i32(c->out, 0);
	out_i16(c->out, sim_take_error(s, KEY_LIST_GROUPS));
	out_array(c->out, n);
	for (int i = 0; i < s->n_groups; i++) {
		if (s->groups[i].deleted || sim_coordinator(s, i) != c->broker ||
		    !state_wanted(any, empty, stable, &s->groups[i]))
			continue;
		out_str(c->out, s->groups[i].name);
		out_str(c->out, "consumer");
		if (v >= 4)
			out_str(c->out, state_of(&s->groups[i]));
		if (v >= 5)
			out_str(c->out, "classic");
		out_tags(c->out);
	}
	out_tags(c->out);
}

/* The consumer protocol's own message inside the member: it is never compact. */
static void assignment(struct sim_call *c, const struct sim_group *g)
{
	const struct sim_topic *t = &c->sim->topics[g->topic];
	struct sim_out a = {.flex = false};

	buf_init(&a.b, SIM_REPLY_MAX);
	out_i16(&a, 0);
	out_array(&a, 1);
	out_str(&a, t->name);
	out_array(&a, t->n);
	for (int p = 0; p < t->n; p++)
		out_i32(&a, p);
	out_i32(&a, -1);
	out_bytes(c->out, a.b.data, a.b.len);
	buf_release(&a.b);
}

static void member(struct sim_call *c, const struct sim_group *g)
{
	char id[96];

	snprintf(id, sizeof(id), "%s-1-4f1d2c", g->name);
	out_str(c->out, id);
	if (c->version >= 4)
		out_str(c->out, NULL);
	out_str(c->out, g->name);
	out_str(c->out, "/127.0.0.1");
	out_bytes(c->out, "", 0);
	assignment(c, g);
	out_tags(c->out);
}

static void described(struct sim_call *c, const char *name, int error)
{
	int i = sim_group_find(c->sim, name);
	const struct sim_group *g = i < 0 ? NULL : &c->sim->groups[i];

	if (!error && coordinator(c->sim, name) != c->broker)
		error = ERR_NOT_COORDINATOR;
	if (error)
		g = NULL;
	out_i16(c->out, error);
	out_str(c->out, name);
	out_str(c->out, error ? "" : g ? state_of(g) : "Dead");
	out_str(c->out, g ? "consumer" : "");
	out_str(c->out, g && runs(g) ? "range" : "");
	out_array(c->out, g && runs(g) && c->sim->n_topics ? 1 : 0);
	if (g && runs(g) && c->sim->n_topics)
		member(c, g);
	if (c->version >= 3)
		out_i32(c->out, INT32_MIN);
	out_tags(c->out);
}

void api_describe_groups(struct sim_call *c)
{
	int n = in_array(c->in), error = sim_take_error(c->sim, KEY_DESCRIBE_GROUPS);
	char name[256];

	if (c->version >= 1)
		out_i32(c->out, 0);
	out_array(c->out, n);
	while (n-- > 0 && !c->in->bad) {
		in_str(c->in, name, sizeof(name));
		described(c, name, error);
	}
	out_tags(c->out);
}

static void committed(struct sim_call *c, const struct sim_group *g, int topic, int part)
{
	bool has = g && topic == g->topic && part >= 0 && part < c->sim->topics[topic].n;

	out_i32(c->out, part);
	out_i64(c->out, has ? sim_committed(c->sim, g, part) : -1);
	if (c->version >= 5)
		out_i32(c->out, -1);
	out_str(c->out, "");
	out_i16(c->out, 0);
	out_tags(c->out);
}

/* All that the group ever committed. */
static void all_committed(struct sim_call *c, const struct sim_group *g)
{
	const struct sim *s = c->sim;
	int n = g && s->n_topics ? s->topics[g->topic].n : 0;

	out_array(c->out, n ? 1 : 0);
	if (!n)
		return;
	out_str(c->out, s->topics[g->topic].name);
	out_array(c->out, n);
	for (int p = 0; p < n; p++)
		committed(c, g, g->topic, p);
	out_tags(c->out);
}

/* The topics of one group, asked and answered side by side. */
static void fetch_topics(struct sim_call *c, const struct sim_group *g, bool failed)
{
	int n = in_array(c->in), np, t;
	char name[256];

	if (n < 0 && failed) {
		out_array(c->out, 0);
	} else if (n < 0) {
		all_committed(c, g);
	} else {
		out_array(c->out, n);
		while (n-- > 0 && !c->in->bad) {
			in_str(c->in, name, sizeof(name));
			t = sim_topic_find(c->sim, name);
			np = in_array(c->in);
			out_str(c->out, name);
			out_array(c->out, np);
			while (np-- > 0 && !c->in->bad)
				committed(c, failed ? NULL : g, t, in_i32(c->in));
			in_tags(c->in);
			out_tags(c->out);
		}
	}
}

static const struct sim_group *group_here(struct sim_call *c, const char *name, int *error)
{
	int i = sim_group_find(c->sim, name);

	if (!*error && coordinator(c->sim, name) != c->broker)
		*error = ERR_NOT_COORDINATOR;
	return i < 0 || *error ? NULL : &c->sim->groups[i];
}

void api_offset_fetch(struct sim_call *c)
{
	int v = c->version, n, error = sim_take_error(c->sim, KEY_OFFSET_FETCH), own;
	const struct sim_group *g;
	char name[256], member_id[256];

	if (v >= 3)
		out_i32(c->out, 0);
	if (v < 8) {
		in_str(c->in, name, sizeof(name));
		g = group_here(c, name, &error);
		fetch_topics(c, g, error != 0);
		if (v >= 2)
			out_i16(c->out, error);
		out_tags(c->out);
		return;
	}
	n = in_array(c->in);
	out_array(c->out, n);
	while (n-- > 0 && !c->in->bad) {
		in_str(c->in, name, sizeof(name));
		if (v >= 9) {
			in_str(c->in, member_id, sizeof(member_id));
			in_i32(c->in);
		}
		own = error;
		g = group_here(c, name, &own);
		out_str(c->out, name);
		fetch_topics(c, g, own != 0);
		in_tags(c->in);
		out_i16(c->out, own);
		out_tags(c->out);
	}
	out_tags(c->out);
}
