/* May it be done now? */
#include "manual/precheck.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/num.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Unread data that is older than this keeps logs from being cleaned. */
enum { LOSS_NEAR_S = 3600, STORM_PER_MIN = 60, STORM_PERCENT = 20 };

struct checking {
	const struct binding *b;
	const struct cluster_view *c;
	int64_t now;
	struct precheck *out;
};

static void say(struct checking *k, enum may may, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
static void say(struct checking *k, enum may may, const char *fmt, ...)
{
	char raw[MAY_WHY_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	text_sanitise(k->out->why, sizeof(k->out->why), raw, sizeof(raw));
	k->out->may = may;
}

/* The question; its one %s is the name. */
static void ask(struct checking *k, const char *fmt, const char *name)
{
	const char *at = strstr(fmt, "%s");
	char clean[100];

	text_sanitise(clean, sizeof(clean), name, 80);
	snprintf(k->out->question, sizeof(k->out->question), "%.*s%s%s", at ? (int)(at - fmt) : 0,
	    fmt, clean, at ? at + 2 : "");
}

static bool good(const struct checking *k, const struct value *v)
{
	return v->type != VALUE_NONE && value_quality(v, k->now) == QUALITY_OK;
}

static bool single(const struct value *n)
{
	return (long long)value_number(n) == 1;
}

static void not_known(struct checking *k, const struct value *v, const char *what)
{
	enum quality q = value_quality(v, k->now);

	say(k, MAY_UNKNOWN, _("%s: not known: %s"), what,
	    q == QUALITY_STALE ? _("stale") : v->reason ? v->reason : _("the broker did not say"));
}

static void check_restart(struct checking *k, const struct snapshot *snap)
{
	struct restart r;

	ask(k, _("May %s go down now?"), k->b->broker ? k->b->broker : _("this broker"));
	restart_check(snap, k->b->cluster_index, k->b->broker, k->now, &r);
	say(k, r.may, "%s", r.why);
}

static const struct lag_row *lag_of(const struct checking *k)
{
	const struct section *s = k->c->sections[SECTION_LAG];

	for (size_t i = 0; k->b->group && k->b->topic && i < section_count(s); i++) {
		const struct lag_row *row = section_lag(s, i);

		if (row->group && row->topic && !strcmp(row->group, k->b->group) &&
		    !strcmp(row->topic, k->b->topic))
			return row;
	}
	return NULL;
}

static bool stands_still(const struct lag_row *row)
{
	return row->status == LAG_STOP || row->status == LAG_STALL;
}

/* Is there unread data that an earlier deletion would take? Says so and returns true. */
static bool unread_at_risk(struct checking *k, const struct section *s)
{
	for (size_t i = 0; i < section_count(s); i++) {
		const struct lag_row *row = section_lag(s, i);
		bool near = good(k, &row->lost_in_seconds) &&
			    value_number(&row->lost_in_seconds) < LOSS_NEAR_S;
		char n[FMT_MAX];

		if (!good(k, &row->lag) || value_number(&row->lag) <= 0 || (!near && !stands_still(row)))
			continue;
		say(k, MAY_NO, _("%s>%s has %s unread messages that an earlier deletion would take"),
		    row->group ? row->group : "-", row->topic ? row->topic : "-",
		    fmt_count(n, sizeof(n), num_int(value_number(&row->lag))));
		return true;
	}
	return false;
}

static bool lag_is_known(struct checking *k, const struct section *s)
{
	static const struct value none = {.quality = QUALITY_MISSING};

	if (!s || !good(k, &s->listing)) {
		not_known(k, s ? &s->listing : &none, _("what is unread"));
		return false;
	}
	for (size_t i = 0; i < section_count(s); i++) {
		const struct lag_row *row = section_lag(s, i);

		if (good(k, &row->lag) || value_quality(&row->lag, k->now) == QUALITY_NA)
			continue;
		not_known(k, &row->lag, row->group ? row->group : _("what is unread"));
		return false;
	}
	return true;
}

static void check_clean_disk(struct checking *k)
{
	const struct section *s = k->c->sections[SECTION_LAG];
	double oldest = 0;
	char d[FMT_MAX];

	ask(k, _("May old data of %s be deleted now?"),
	    k->b->topic    ? k->b->topic
	    : k->b->broker ? k->b->broker
			   : k->b->cluster);
	if (k->c->kind == KIND_MQTT) {
		say(k, MAY_UNKNOWN, "%s",
		    _("mqduty does not see which files the broker still needs: delete nothing under "
		      "its persistence_location"));
		return;
	}
	if (unread_at_risk(k, s) || !lag_is_known(k, s))
		return;
	for (size_t i = 0; i < section_count(s); i++) {
		const struct value *behind = &section_lag(s, i)->lag_seconds;

		if (good(k, behind) && value_number(behind) > oldest)
			oldest = value_number(behind);
	}
	say(k, MAY_YES, _("every group reads on; keep more than the oldest unread message: %s"),
	    fmt_seconds(d, sizeof(d), oldest));
}

static void check_add_partitions(struct checking *k)
{
	const struct partition_row *p = cluster_partitions(k->c);
	const struct lag_row *lag = lag_of(k);

	ask(k, _("May %s get more partitions now?"), k->b->topic ? k->b->topic : _("this topic"));
	if (!p || !good(k, &p->under_replicated) || !good(k, &p->reassigning))
		say(k, MAY_UNKNOWN, "%s", _("whether all replicas are in sync is not known"));
	else if (value_number(&p->under_replicated) > 0)
		say(k, MAY_NO, single(&p->under_replicated) ? _("%lld partition has too few replicas: let it catch up first")
						       : _("%lld partitions have too few replicas: let them catch up first"),
		    (long long)value_number(&p->under_replicated));
	else if (value_number(&p->reassigning) > 0)
		say(k, MAY_NO, single(&p->reassigning) ? _("%lld partition is being moved: let that end first")
						  : _("%lld partitions are being moved: let that end first"),
		    (long long)value_number(&p->reassigning));
	else if (!lag)
		say(k, MAY_UNKNOWN, "%s", _("open this on the row of the group: how many of its members there are is not known here"));
	else if (!good(k, &lag->members))
		not_known(k, &lag->members, _("members"));
	else if (lag->n_parts && value_number(&lag->members) < (double)lag->n_parts)
		say(k, MAY_NO,
		    single(&lag->members) ? _("%lld member reads %zu partitions: more members help, more partitions do not")
					  : _("%lld members read %zu partitions: more members help, more partitions do not"),
		    (long long)value_number(&lag->members), lag->n_parts);
	else
		say(k, MAY_YES, "%s", _("every partition has a member of its own; keys move, and it cannot be undone"));
}

static const struct connection_row *connections_of(const struct checking *k)
{
	const struct section *s = k->c->sections[SECTION_CONNECTIONS];

	for (size_t i = 0; i < section_count(s); i++) {
		const struct connection_row *row = section_connection(s, i);

		if (!k->b->broker || (row->broker && !strcmp(row->broker, k->b->broker)))
			return row;
	}
	return NULL;
}

static void check_purge_sessions(struct checking *k)
{
	const struct connection_row *c = connections_of(k);
	double rate, current;

	ask(k, _("May sessions of %s be removed now?"), k->b->broker ? k->b->broker : k->b->cluster);
	if (!c) {
		say(k, MAY_UNKNOWN, "%s", _("nothing is known of its clients"));
		return;
	}
	if (!good(k, &c->connects_per_min) || !good(k, &c->current)) {
		not_known(k, good(k, &c->current) ? &c->connects_per_min : &c->current,
		    _("how many clients connect"));
		return;
	}
	rate = value_number(&c->connects_per_min);
	current = value_number(&c->current);
	if (rate > STORM_PER_MIN && rate > current * STORM_PERCENT / 100)
		say(k, MAY_NO,
		    _("%.0f clients connect per minute: those that come back now would lose their subscriptions and what is queued"),
		    rate);
	else
		say(k, MAY_YES,
		    _("few clients are coming back (%.0f per minute): only what is queued for the removed sessions is lost"),
		    rate);
}

static void check_reset_offsets(struct checking *k)
{
	const struct lag_row *lag = lag_of(k);

	ask(k, _("May the offsets of %s be reset now?"), k->b->group ? k->b->group : _("this group"));
	if (!lag)
		say(k, MAY_UNKNOWN, "%s", _("there is no such group any more: open this on its row"));
	else if (value_quality(&lag->members, k->now) == QUALITY_NA)
		say(k, MAY_UNKNOWN, "%s", _("who reads is not known here: stop the consumers first"));
	else if (!good(k, &lag->members))
		not_known(k, &lag->members, _("members"));
	else if (value_number(&lag->members) > 0)
		say(k, MAY_NO, single(&lag->members) ? _("%lld member is connected: Kafka refuses it until all are stopped")
						: _("%lld members are connected: Kafka refuses it until all are stopped"),
		    (long long)value_number(&lag->members));
	else
		say(k, MAY_YES, "%s", _("the group has no members; note the offsets of now first (--dry-run)"));
}

void precheck_eval(enum manual_precheck p, const struct binding *b, const struct snapshot *snap,
    int64_t now, struct precheck *out)
{
	struct checking k = {.b = b, .now = now, .out = out};

	*out = (struct precheck){.may = MAY_UNKNOWN};
	if (b->cluster_index >= snap->n_clusters) {
		ask(&k, "%s", _("May this be done now?"));
		say(&k, MAY_UNKNOWN, "%s", _("no row is bound: press m on the row or the alert"));
		return;
	}
	k.c = &snap->clusters[b->cluster_index];
	switch (p) {
	case PRECHECK_RESTART_BROKER:
		check_restart(&k, snap);
		break;
	case PRECHECK_CLEAN_DISK:
		check_clean_disk(&k);
		break;
	case PRECHECK_ADD_PARTITIONS:
		check_add_partitions(&k);
		break;
	case PRECHECK_PURGE_SESSIONS:
		check_purge_sessions(&k);
		break;
	case PRECHECK_RESET_OFFSETS:
		check_reset_offsets(&k);
		break;
	case PRECHECK_NONE:
	case N_PRECHECKS:
		break;
	}
}

char *precheck_say(const struct precheck *p, char *out, size_t size)
{
	snprintf(out, size, "%s %s: %s", p->question, may_word(p->may), p->why);
	return out;
}
