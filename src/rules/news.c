#include "rules/judge.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"

#include <jansson.h>
#include <string.h>

/* What changed with a judgement, and what an engine that starts again takes over from the one before. */

static void add(struct judgement *j, struct alert_news news)
{
	size_t cap = j->n_news;

	array_reserve(&j->news, &cap, j->n_news + 1, sizeof(*j->news));
	j->news[j->n_news++] = news;
}

static struct alert_news about(
    const struct round *round, size_t rule, size_t cluster, const struct condition *c)
{
	struct arena *a = &round->judgement->arena;

	return (struct alert_news){
	    .name = round->rules->rules.list[rule].def->name,
	    .cluster = arena_strdup(a, round->snap->clusters[cluster].name),
	    .entity = arena_strdup(a, c->entity),
	    .key = arena_strdup(a, c->key),
	    .index = cluster,
	    .severity = c->severity,
	    .since_wall = c->since_wall,
	};
}

void news_firing(const struct round *round, size_t rule, size_t cluster, struct condition *c)
{
	struct alert_news news;

	if (c->told)
		return;
	c->told = true;
	news = about(round, rule, cluster, c);
	news.kind = NEWS_FIRING;
	news.text = arena_printf(&round->judgement->arena, "%s: %s", news.name, c->what);
	add(round->judgement, news);
}

void news_ended(const struct round *round, size_t rule, size_t cluster)
{
	struct conditions *all = &rules_scope(round->rules, rule, cluster)->conditions;

	for (size_t i = 0; i < all->n_ended; i++) {
		const struct condition *c = all->ended[i];
		struct alert_news news;
		char d[FMT_MAX];

		if (!c->told)
			continue;
		news = about(round, rule, cluster, c);
		news.kind = c->gone ? NEWS_GONE : NEWS_RESOLVED;
		fmt_duration(d, sizeof(d), round->snap->boot - c->since_boot);
		news.text = arena_printf(&round->judgement->arena,
		    c->gone ? _("%s gone after %s: it is not there any more") : _("%s resolved after %s"),
		    news.name, d);
		add(round->judgement, news);
	}
	conditions_drop_ended(all);
}

static const char *state_of(const struct record *r, json_t **json)
{
	*json = r->data ? json_loads(r->data, 0, NULL) : NULL;
	return json_string_value(json_object_get(*json, "state"));
}

static void restore_one(struct rules *rules, const struct snapshot *snap, const struct record *r)
{
	size_t rule = rules_index(rules, r->subject);
	json_t *json;
	const char *state = state_of(r, &json), *key = json_string_value(json_object_get(json, "key"));
	int64_t since = json_integer_value(json_object_get(json, "since"));

	for (size_t c = 0; c < snap->n_clusters; c++) {
		struct conditions *all;
		struct condition *have;

		if (rule == rules->rules.n || !state || strcmp(state, "firing") != 0 || !key || since <= 0 ||
		    strcmp(snap->clusters[c].name, r->cluster) != 0)
			continue;
		all = &rules_scope(rules, rule, c)->conditions;
		have = map_get(&all->by_key, key);
		if (!have)
			have = condition_restore(all, &rules->rules.list[rule], key, r->entity, snap->boot,
			    snap->boot - (snap->wall - since), since);
		have->firing = have->told = true;
		if (since < have->since_wall) {
			have->since_boot -= have->since_wall - since;
			have->since_wall = since;
		}
	}
	json_decref(json);
}

void restore_alerts(struct rules *rules, const struct snapshot *snap, const struct ledger *l)
{
	struct map seen; /* alerts of which a newer record was found */
	struct buf key;

	map_init(&seen);
	buf_init(&key, 4096);
	for (size_t i = l ? l->n : 0; i-- > 0;) {
		const struct record *r = l->lines[i].record;

		if (r->kind != RECORD_ALERT_STATE || !r->subject || !r->cluster || !r->entity)
			continue;
		buf_reset(&key);
		buf_addf(&key, "%s\n%s\n%s", r->subject, r->cluster, r->entity);
		if (!map_put(&seen, key.data, rules))
			restore_one(rules, snap, r);
	}
	buf_release(&key);
	map_release(&seen);
}
