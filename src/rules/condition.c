#include "rules/condition.h"

#include "base/clock.h"
#include "base/i18n.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void condition_free(struct condition *c)
{
	free(c->key);
	free(c->entity);
	free(c->broker);
	free(c->topic);
	free(c);
}

void conditions_drop_ended(struct conditions *all)
{
	for (size_t i = 0; i < all->n_ended; i++)
		condition_free(all->ended[i]);
	all->n_ended = 0;
}

void conditions_drop(struct conditions *all)
{
	struct condition *c;
	struct flap *f;
	size_t pos = 0;

	while (map_each(&all->by_key, &pos, (void **)&c))
		condition_free(c);
	map_release(&all->by_key);
	pos = 0;
	while (map_each(&all->flaps, &pos, (void **)&f))
		free(f);
	map_release(&all->flaps);
	all->n_muted = 0;
}

void conditions_release(struct conditions *all)
{
	conditions_drop(all);
	conditions_drop_ended(all);
	free(all->ended);
}

static struct flap *flap_of(struct conditions *all, const char *key)
{
	struct flap *f = map_get(&all->flaps, key);

	if (!f) {
		f = xcalloc(1, sizeof(*f));
		map_put(&all->flaps, key, f);
	}
	return f;
}

static void set_text(char **to, const char *s)
{
	if (*to && s && !strcmp(*to, s))
		return;
	free(*to);
	*to = s ? xstrdup(s) : NULL;
}

/* What is shown of it follows the newest look; only the times are its own. */
static void condition_update(struct condition *c, const struct metric_ctx *ctx,
    const struct reading *r, const struct finding *f)
{
	const char *reason = f->reason ? f->reason : r->value.reason;

	/* Who was missing is known only while somebody is. */
	if (f->outcome == FOUND_BROKEN) {
		set_text(&c->entity, reading_entity(r, ctx->arena, ctx->view->name));
		set_text(&c->broker, r->broker);
		set_text(&c->topic, r->topic);
	}
	c->row = r->row;
	c->seen = true;
	c->restored = false;
	/* An unknown now keeps the number of then. */
	if (r->value.type != VALUE_NONE || c->value.type == VALUE_NONE)
		c->value = r->value;
	c->calm = f->outcome == FOUND_FINE && r->calm;
	if (c->value.type == VALUE_TEXT || c->calm)
		c->value.type = VALUE_NONE;
	c->value.quality = f->quality;
	snprintf(c->reason, sizeof(c->reason), "%s", reason ? reason : "");
	c->value.reason = f->quality == QUALITY_OK ? NULL : c->reason;
	/* A yes says nothing; the words of when it was no are kept. */
	if (f->outcome == FOUND_BROKEN || (f->outcome == FOUND_FINE && r->value.type != VALUE_BOOL))
		snprintf(c->what, sizeof(c->what), "%s", c->calm ? r->calm : reading_phrase(ctx, r));
}

static const char *reading_key(const struct metric_ctx *ctx, const struct reading *r)
{
	return r->key ? r->key : reading_entity(r, ctx->arena, "(cluster)");
}

static int for_s(const struct metric_ctx *ctx, const struct rule *rule)
{
	return ctx->one_shot ? 0 : rule->def->for_s;
}

static struct condition *note_broken(struct conditions *all, struct condition *c,
    const struct metric_ctx *ctx, const struct reading *r, const struct finding *f, int64_t wall)
{
	if (!c) {
		c = xcalloc(1, sizeof(*c));
		c->since_boot = ctx->now;
		c->since_wall = wall;
		c->key = xstrdup(reading_key(ctx, r));
		map_put(&all->by_key, c->key, c);
	}
	condition_update(c, ctx, r, f);
	c->broken = true;
	c->severity = f->severity;
	c->rule = ctx->rule;
	c->clear_since = 0;
	c->held = false;
	if (ctx->now - c->since_boot >= for_s(ctx, c->rule) * NS_PER_S)
		c->firing = true;
	if (c->firing)
		c->flapping = flap_change(flap_of(all, reading_key(ctx, r)), true, ctx->now);
	return c;
}

static struct condition *end(struct conditions *all, const char *key, struct condition *c, bool gone)
{
	map_del(&all->by_key, key);
	c->gone = gone;
	array_reserve(&all->ended, &all->ended_cap, all->n_ended + 1, sizeof(struct condition *));
	all->ended[all->n_ended++] = c;
	return NULL;
}

/* It would end now, unless it comes and goes. */
static struct condition *end_or_hold(
    struct conditions *all, const char *key, struct condition *c, const struct metric_ctx *ctx, bool gone)
{
	c->flapping = flap_change(flap_of(all, key), false, ctx->now);
	if (!c->flapping || gone)
		return end(all, key, c, gone);
	c->held = true;
	c->held_until = flap_over(flap_of(all, key));
	return c;
}

/* One more look at which it was not over. Returns it while it goes on firing. */
static struct condition *recover(struct conditions *all, const char *key, struct condition *c,
    const struct metric_ctx *ctx, bool recovered, bool gone)
{
	c->broken = false;
	/* A check judges what is there when it ends, not what passed while it looked. */
	if (!c->firing || ctx->one_shot)
		return end(all, key, c, gone);
	if (!recovered) {
		c->clear_since = 0;
		return c;
	}
	/* Nobody was told of it: with its cause over it need not come to the fore to be watched recovering. */
	if (c->quiet)
		return end(all, key, c, gone);
	if (!c->clear_since)
		c->clear_since = ctx->now;
	if (ctx->now - c->clear_since >= c->rule->def->clear_s * NS_PER_S)
		return end_or_hold(all, key, c, ctx, gone);
	return c;
}

struct condition *condition_note(struct conditions *all, const struct metric_ctx *ctx,
    const struct reading *r, const struct finding *f, int64_t wall)
{
	const char *key;
	struct condition *c;

	if (!all->by_key.n && f->outcome != FOUND_BROKEN)
		return NULL;
	key = reading_key(ctx, r);
	c = map_get(&all->by_key, key);
	switch (f->outcome) {
	case FOUND_BROKEN:
		return note_broken(all, c, ctx, r, f, wall);
	case FOUND_FINE:
		if (!c)
			return NULL;
		condition_update(c, ctx, r, f);
		return recover(all, key, c, ctx, f->recovered, false);
	case FOUND_UNKNOWN:
		if (!c)
			return NULL;
		condition_update(c, ctx, r, f);
		c->broken = false;
		c->clear_since = 0; /* no data is never "resolved" */
		return c;
	case FOUND_NA:
		return c ? end(all, key, c, true) : NULL;
	}
	return c;
}

/* Those that have been calm for long are forgotten, unless a condition still asks. */
static void sweep_flaps(struct conditions *all, int64_t now)
{
	struct flap *f;
	const char *key;
	size_t pos = 0;

	while ((key = map_each(&all->flaps, &pos, (void **)&f))) {
		flap_look(f, now);
		if (!flap_is_calm(f) || map_get(&all->by_key, key))
			continue;
		map_del(&all->flaps, key);
		free(f);
	}
}

void conditions_sweep(struct conditions *all, const struct metric_ctx *ctx, bool complete)
{
	struct condition *c;
	const char *key;
	size_t pos = 0;

	while ((key = map_each(&all->by_key, &pos, (void **)&c))) {
		/* What was only pending is nothing to keep. */
		if (!c->seen && (complete || !(c->firing || c->restored))) {
			c->row = SIZE_MAX;
			recover(all, key, c, ctx, true, true);
		} else if (!c->seen) {
			c->row = SIZE_MAX;
			c->broken = false;
			c->clear_since = 0;
			c->value.quality = QUALITY_STALE;
			c->value.reason = c->reason;
		} else {
			c->seen = false;
		}
	}
	if (all->flaps.n)
		sweep_flaps(all, ctx->now);
}

int64_t conditions_next(const struct conditions *all, const struct metric_ctx *ctx)
{
	int64_t next = INT64_MAX, at;
	struct condition *c;
	size_t pos = 0;

	while (map_each(&all->by_key, &pos, (void **)&c)) {
		if (c->held || (c->flapping && c->firing))
			at = ctx->now + FLAP_EVERY_S * NS_PER_S;
		else if (c->broken && !c->firing)
			at = c->since_boot + for_s(ctx, c->rule) * NS_PER_S;
		else if (c->clear_since)
			at = c->clear_since + c->rule->def->clear_s * NS_PER_S;
		else
			continue;
		if (at < next)
			next = at;
	}
	return next;
}

struct condition *condition_restore(struct conditions *all, const struct rule *rule, const char *key,
    const char *entity, int64_t now, int64_t since_boot, int64_t since_wall)
{
	struct condition *c = xcalloc(1, sizeof(*c));

	c->rule = rule;
	c->key = xstrdup(key);
	c->entity = xstrdup(entity);
	c->since_boot = since_boot < now ? since_boot : now;
	c->since_wall = since_wall;
	c->firing = c->told = c->restored = true;
	c->severity = rule->def->severity;
	c->row = SIZE_MAX;
	c->value.quality = QUALITY_STALE;
	snprintf(c->reason, sizeof(c->reason), "%s", _("not measured since the engine started"));
	map_put(&all->by_key, key, c);
	return c;
}

/* Is this name one of the comma-separated list? */
static bool listed(const char *list, const char *name)
{
	size_t len = strlen(name);

	while (list && *list) {
		size_t n = strcspn(list, ",");

		if (n == len && !memcmp(list, name, len))
			return true;
		list += n + (list[n] == ',');
	}
	return false;
}

/* Has the topic a partition without a leader? */
static bool topic_is_offline(const struct cluster_view *view, const char *topic)
{
	const struct partition_row *p = cluster_partitions(view);

	for (size_t i = 0; p && topic && i < p->n_problems; i++)
		if (p->problems[i].leader < 0 && p->problems[i].topic &&
		    !strcmp(p->problems[i].topic, topic))
			return true;
	return false;
}

bool condition_explains(const struct cluster_view *view, const struct condition *parent,
    const struct condition *child, const struct fold *fold)
{
	if (!parent->firing || strcmp(parent->rule->def->name, fold->parent) != 0)
		return false;
	switch (fold->by) {
	case FOLD_CLUSTER:
		return true;
	case FOLD_BROKER:
		return parent->broker && listed(child->broker, parent->broker);
	case FOLD_TOPIC:
		return topic_is_offline(view, child->topic);
	}
	return false;
}
