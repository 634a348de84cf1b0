#include "rules/judge.h"

#include "base/clock.h"
#include "base/jsonw.h"

#include <jansson.h>
#include <string.h>

/* What the rules remember, as a text that outlives the engine. Boot times mean nothing to the next one: how long
 * something has lasted is saved, and since when by the wall clock. */

#define DOWN_MOST (3600 * NS_PER_S)

static void put_condition(
    struct jsonw *w, const char *cluster, const struct condition *c, const char *rule, int64_t now)
{
	jsonw_object(w, NULL);
	jsonw_text(w, "rule", rule);
	jsonw_text(w, "cluster", cluster);
	jsonw_text(w, "key", c->key);
	jsonw_text(w, "entity", c->entity);
	if (c->broker)
		jsonw_text(w, "broker", c->broker);
	if (c->topic)
		jsonw_text(w, "topic", c->topic);
	jsonw_bool(w, "firing", c->firing);
	jsonw_bool(w, "critical", c->severity == SEVERITY_CRITICAL);
	jsonw_int(w, "since", c->since_wall);
	jsonw_int(w, "lasted", now - c->since_boot);
	if (c->clear_since)
		jsonw_int(w, "clear", now - c->clear_since);
	jsonw_text(w, "what", c->what);
	jsonw_end_object(w);
}

void rules_state_save(const struct rules *r, const struct snapshot *snap, struct buf *out)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_array(&w, NULL);
	for (size_t i = 0; i < r->rules.n && r->n_clusters == snap->n_clusters; i++)
		for (size_t k = 0; k < r->n_clusters; k++) {
			struct map *all = &r->scopes[i * r->n_clusters + k].conditions.by_key;
			struct condition *c;
			size_t pos = 0;

			while (map_each(all, &pos, (void **)&c))
				put_condition(&w, snap->clusters[k].name, c, r->rules.list[i].def->name, snap->boot);
		}
	jsonw_end_array(&w);
}

static const char *text_of(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static int64_t length_of(const json_t *o, const char *key, int64_t most)
{
	int64_t n = json_integer_value(json_object_get(o, key));

	return n < 0 ? 0 : n > most ? most : n;
}

static void set_once(char **to, const char *s)
{
	if (!*to && s)
		*to = xstrdup(s);
}

static void load_condition(
    struct conditions *all, const struct rule *rule, const json_t *o, const struct snapshot *snap)
{
	const char *key = text_of(o, "key"), *entity = text_of(o, "entity");
	int64_t since = json_integer_value(json_object_get(o, "since"));
	int64_t lasted = length_of(o, "lasted", snap->boot - 1), clear = length_of(o, "clear", snap->boot - 1);
	bool firing = json_is_true(json_object_get(o, "firing"));
	struct condition *c;

	if (!key || !entity || since <= 0 || since > snap->wall)
		return;
	c = map_get(&all->by_key, key);
	if (!c) {
		c = condition_restore(all, rule, key, entity, snap->boot, snap->boot, since);
		c->firing = c->told = firing;
		c->clear_since = firing && clear ? snap->boot - clear : 0;
		c->severity = json_is_true(json_object_get(o, "critical")) ? SEVERITY_CRITICAL : SEVERITY_WARNING;
	}
	c->firing |= firing;
	c->told |= firing;
	if (since < c->since_wall)
		c->since_wall = since;
	/* What fired did so all the time; what was pending has not been watched meanwhile. */
	lasted = firing ? snap->wall - since : lasted;
	if (snap->boot - lasted < c->since_boot)
		c->since_boot = snap->boot - lasted;
	set_once(&c->broker, text_of(o, "broker"));
	set_once(&c->topic, text_of(o, "topic"));
	if (!c->what[0] && text_of(o, "what"))
		snprintf(c->what, sizeof(c->what), "%s", text_of(o, "what"));
}

static void load_one(struct rules *r, const json_t *o, const struct snapshot *snap)
{
	const char *name = text_of(o, "rule"), *cluster = text_of(o, "cluster");
	size_t rule = name ? rules_index(r, name) : r->rules.n;

	for (size_t k = 0; rule < r->rules.n && cluster && k < snap->n_clusters; k++)
		if (!strcmp(snap->clusters[k].name, cluster))
			load_condition(&rules_scope(r, rule, k)->conditions, &r->rules.list[rule], o, snap);
}

void rules_state_load(struct rules *r, const struct snapshot *snap, const struct ledger *l, const char *text,
    int64_t saved_wall)
{
	json_t *list;
	size_t n;

	rules_prepare(r, snap, NULL);
	restore_alerts(r, snap, l);
	/* Older than that it says nothing of now. */
	if (!text || snap->wall - saved_wall > DOWN_MOST)
		return;
	list = json_loads(text, 0, NULL);
	n = json_array_size(list);
	for (size_t i = 0; i < n; i++)
		load_one(r, json_array_get(list, i), snap);
	json_decref(list);
}
