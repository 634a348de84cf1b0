#include "ui/acts.h"

#include "base/i18n.h"

#include <string.h>

static bool same(const char *a, const char *b)
{
	return !strcmp(a ? a : "", b ? b : "");
}

static bool same_target(const struct record *a, const struct record *b)
{
	return same(a->cluster, b->cluster) && same(a->entity, b->entity) && same(a->subject, b->subject);
}

/* Did somebody take line i back? */
static bool undone(const struct ledger *l, size_t i, enum record_kind undo)
{
	for (size_t k = i + 1; k < l->n; k++)
		if (l->lines[k].record->kind == undo &&
		    same_target(l->lines[k].record, l->lines[i].record))
			return true;
	return false;
}

static bool in_force(const struct ledger *l, size_t i, enum record_kind undo, int64_t wall)
{
	const struct record *r = l->lines[i].record;

	return (!r->until || r->until > wall) && !undone(l, i, undo);
}

/* A record may stand for all alerts, or all entities, of its place. */
static bool covers(const char *of_record, const char *name)
{
	return !of_record || !strcmp(of_record, "*") || same(of_record, name);
}

static struct act newest(const struct ledger *l, enum record_kind kind, enum record_kind undo,
    const char *cluster, const char *entity, const char *subject, int64_t wall)
{
	for (size_t i = l->n; i-- > 0;) {
		const struct record *r = l->lines[i].record;

		if (r->kind == kind && covers(r->cluster, cluster) && covers(r->entity, entity) &&
		    (!subject || covers(r->subject, subject)) && in_force(l, i, undo, wall))
			return (struct act){l->lines[i].record, l->lines[i].keep};
	}
	return (struct act){0};
}

struct act act_ack(const struct ledger *l, const struct alert *a)
{
	struct act act =
	    newest(l, RECORD_ACK, RECORD_UNACK, a->cluster, a->entity, a->name, INT64_MIN);

	/* One of the same name that was over before this one began is not about this one. */
	if (act.record && act.record->wall < a->since_wall && !a->acknowledged)
		act.record = NULL;
	return act;
}

struct act act_silence(const struct ledger *l, const struct alert *a, int64_t wall)
{
	return newest(l, RECORD_SILENCE, RECORD_UNSILENCE, a->cluster, a->entity, a->name, wall);
}

struct act act_maint(const struct ledger *l, const char *cluster, const char *entity, int64_t wall)
{
	return newest(l, RECORD_MAINT, RECORD_MAINT_END, cluster, entity, NULL, wall);
}

size_t acts_maints(const struct ledger *l, int64_t wall)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		n += l->lines[i].record->kind == RECORD_MAINT &&
		     in_force(l, i, RECORD_MAINT_END, wall);
	return n;
}

const char *keep_word(enum keep keep)
{
	return keep == KEEP_SAVING ? _("saving") : keep == KEEP_FAILED ? _("NOT SAVED") : "";
}

enum role keep_role(enum keep keep)
{
	return keep == KEEP_SAVING ? ROLE_DIM : keep == KEEP_FAILED ? ROLE_CRIT : ROLE_TEXT;
}
