#include "source/nats/cells.h"

#include "base/clock.h"
#include "base/i18n.h"

#include <math.h>

void cells_init(struct cells *c, struct section *s, const struct node *n)
{
	*c = (struct cells){.s = s, .n = n};
	for (int a = 0; a < ASK_COUNT; a++)
		if (!node_ok(n, a) && (n->asks[ASK_VARZ].tried))
			c->why[a] = arena_strdup(&s->arena, node_why(n, a));
}

const char *cells_keep(const struct cells *c, const char *text)
{
	return arena_strdup(&c->s->arena, text);
}

static bool never_tried(const struct node *n, enum ask a)
{
	return !n->asks[a].tried && (a == ASK_VARZ || !n->asks[ASK_VARZ].tried || n->asks[ASK_VARZ].ok);
}

struct value cell(const struct cells *c, enum ask a, struct value v, const char *key)
{
	if (never_tried(c->n, a))
		return value_missing(node_untried(c->n, a));
	if (!node_ok(c->n, a))
		return v.type == VALUE_NONE ? value_error(c->why[a]) : value_failed(v, c->why[a]);
	if (v.type == VALUE_NONE)
		return value_missing(arena_printf(&c->s->arena, _("the server does not report `%s`"), key));
	return v;
}

static int64_t at(const struct cells *c, enum ask a)
{
	return a == ASK_CONNZ ? c->n->connz_at : c->n->asks[a].at;
}

struct value cell_num(const struct cells *c, enum ask a, int64_t num, const char *key)
{
	struct value v = {0};

	if (num != NUM_NONE)
		v = value_int(num, at(c, a), nats_period(c->n->src, a));
	return cell(c, a, v, key);
}

struct value cell_real(const struct cells *c, enum ask a, double d, const char *key)
{
	struct value v = {0};

	if (!isnan(d))
		v = value_real(d, at(c, a), nats_period(c->n->src, a));
	return cell(c, a, v, key);
}

struct value cell_text(const struct cells *c, enum ask a, const char *text, const char *key)
{
	struct value v = {0};

	if (text)
		v = value_text(cells_keep(c, text), at(c, a), nats_period(c->n->src, a));
	return cell(c, a, v, key);
}

struct value cell_percent(const struct cells *c, enum ask a, int64_t part, int64_t whole,
    const char *key)
{
	if (part == NUM_NONE || whole == NUM_NONE || whole <= 0)
		return cell_num(c, a, NUM_NONE, key);
	return cell_real(c, a, 100.0 * (double)part / (double)whole, key);
}

struct value cell_rate(const struct cells *c, enum counter k, double per)
{
	double grown;
	int64_t covered;

	window_growth(&c->n->counters[k], &grown, &covered);
	if (node_ok(c->n, ASK_VARZ) && covered < NS_PER_S)
		return value_missing(_("needs two polls"));
	return cell_real(c, ASK_VARZ, covered >= NS_PER_S ? grown * per * NS_PER_S / (double)covered : NAN, "rate");
}
