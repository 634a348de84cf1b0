#include "rules/condition.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void condition_free(struct condition *c)
{
	free(c->entity);
	free(c->broker);
	free(c->topic);
	free(c);
}

void conditions_drop(struct conditions *all)
{
	struct condition *c;
	size_t pos = 0;

	while (map_each(&all->by_key, &pos, (void **)&c))
		condition_free(c);
	map_release(&all->by_key);
}

void conditions_release(struct conditions *all)
{
	conditions_drop(all);
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
	/* An unknown now keeps the number of then. */
	if (r->value.type != VALUE_NONE || c->value.type == VALUE_NONE)
		c->value = r->value;
	if (c->value.type == VALUE_TEXT)
		c->value.type = VALUE_NONE;
	c->value.quality = f->quality;
	snprintf(c->reason, sizeof(c->reason), "%s", reason ? reason : "");
	c->value.reason = f->quality == QUALITY_OK ? NULL : c->reason;
	if (f->outcome == FOUND_BROKEN || f->outcome == FOUND_FINE)
		snprintf(c->what, sizeof(c->what), "%s", reading_phrase(ctx, r));
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
		map_put(&all->by_key, reading_key(ctx, r), c);
	}
	condition_update(c, ctx, r, f);
	c->broken = true;
	c->severity = f->severity;
	c->rule = ctx->rule;
	c->clear_since = 0;
	if (ctx->now - c->since_boot >= for_s(ctx, c->rule) * NS_PER_S)
		c->firing = true;
	return c;
}

static struct condition *end(struct conditions *all, const char *key, struct condition *c)
{
	map_del(&all->by_key, key);
	condition_free(c);
	return NULL;
}

/* One more look at which it was not over. Returns it while it goes on firing. */
static struct condition *recover(struct conditions *all, const char *key, struct condition *c,
    const struct metric_ctx *ctx, bool recovered)
{
	c->broken = false;
	if (!c->firing)
		return end(all, key, c);
	if (!recovered) {
		c->clear_since = 0;
		return c;
	}
	if (!c->clear_since)
		c->clear_since = ctx->now;
	if (ctx->now - c->clear_since >= c->rule->def->clear_s * NS_PER_S)
		return end(all, key, c);
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
		return recover(all, key, c, ctx, f->recovered);
	case FOUND_UNKNOWN:
		if (!c)
			return NULL;
		condition_update(c, ctx, r, f);
		c->broken = false;
		c->clear_since = 0; /* no data is never "resolved" */
		return c;
	case FOUND_NA:
		return c ? end(all, key, c) : NULL;
	}
	return c;
}

void conditions_sweep(struct conditions *all, const struct metric_ctx *ctx, bool complete)
{
	struct condition *c;
	const char *key;
	size_t pos = 0;

	while ((key = map_each(&all->by_key, &pos, (void **)&c))) {
		/* What was only pending is nothing to keep. */
		if (!c->seen && (complete || !c->firing)) {
			c->row = SIZE_MAX;
			recover(all, key, c, ctx, true);
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
}

int64_t conditions_next(const struct conditions *all, const struct metric_ctx *ctx)
{
	int64_t next = INT64_MAX, at;
	struct condition *c;
	size_t pos = 0;

	while (map_each(&all->by_key, &pos, (void **)&c)) {
		if (c->broken && !c->firing)
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
