/* May a broker go down now? */
#include "rules/restart.h"

#include "base/fmt.h"
#include "base/i18n.h"
#include "base/num.h"
#include "base/text.h"
#include "rules/rule.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct looking {
	const struct cluster_view *c;
	const struct broker_row *b;
	int64_t now;
	struct restart *out;
};

const char *may_word(enum may m)
{
	return m == MAY_YES ? _("YES") : m == MAY_NO ? C_("answer", "NO") : _("UNKNOWN");
}

static void say(struct looking *l, enum may may, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
static void say(struct looking *l, enum may may, const char *fmt, ...)
{
	struct restart_fact *f;
	char raw[MAY_WHY_MAX];
	va_list ap;

	if (l->out->n_facts == RESTART_FACTS_MAX)
		return;
	f = &l->out->facts[l->out->n_facts++];
	f->may = may;
	va_start(ap, fmt);
	vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	text_sanitise(f->text, sizeof(f->text), raw, sizeof(raw));
}

/* A number that is good; otherwise says why the question cannot be answered. */
static bool number(struct looking *l, const struct value *v, const char *what, int64_t *out)
{
	enum quality q = judged_quality(v, l->now);

	*out = num_int(value_number(v));
	if (q == QUALITY_OK)
		return true;
	say(l, MAY_UNKNOWN, _("%s: not known: %s"), what,
	    q == QUALITY_STALE ? _("stale")
	    : v->reason	       ? v->reason
			       : _("the broker did not say"));
	return false;
}

static const struct broker_stake *stake_of(const struct partition_row *p, const char *broker)
{
	for (size_t i = 0; p && broker && i < p->n_stakes; i++)
		if (p->stakes[i].broker && !strcmp(p->stakes[i].broker, broker))
			return &p->stakes[i];
	return NULL;
}

static void last_replicas(struct looking *l, const struct broker_stake *s)
{
	const char *which = s->only_example ? s->only_example : "-";

	if (!s->only_isr)
		say(l, MAY_YES, "%s", _("every partition keeps a replica in sync"));
	else if (s->only_isr == 1)
		say(l, MAY_NO, _("1 partition would lose its last replica in sync: %s"), which);
	else
		say(l, MAY_NO, _("%lld partitions would lose their last replica in sync: %s"),
		    (long long)s->only_isr, which);
}

static void min_isr(struct looking *l, const struct partition_row *p, const struct broker_stake *s)
{
	const char *which = s->needed_example ? s->needed_example : "-";
	int64_t under;

	if (s->needed_isr == 1)
		say(l, MAY_NO, _("1 partition would fall under min.insync.replicas: %s"), which);
	else if (s->needed_isr)
		say(l, MAY_NO, _("%lld partitions would fall under min.insync.replicas: %s"),
		    (long long)s->needed_isr, which);
	else if (number(l, &p->under_min_isr, _("min.insync.replicas"), &under))
		say(l, MAY_YES, "%s", _("no partition would fall under min.insync.replicas"));
}

static void quorum(struct looking *l, const struct broker_stake *s)
{
	const struct cluster_row *c = cluster_facts(l->c);
	int64_t voters, ok, left;

	if (c && judged_quality(&c->voters, l->now) == QUALITY_NA)
		return;
	if (!c || !number(l, &c->voters, _("quorum"), &voters) ||
	    !number(l, &c->voters_ok, _("quorum"), &ok))
		return;
	if (s->voter == TRI_UNKNOWN) {
		say(l, MAY_UNKNOWN, "%s", _("quorum: whether this broker votes is not known"));
		return;
	}
	left = ok - (s->voter == TRI_YES);
	if (left * 2 > voters)
		say(l, MAY_YES, _("%lld of %lld voters of the quorum remain"), (long long)left,
		    (long long)voters);
	else
		say(l, MAY_NO, _("the quorum would lose its majority: %lld of %lld voters remain"),
		    (long long)left, (long long)voters);
}

static void ask_kafka(struct looking *l)
{
	const struct partition_row *p = cluster_partitions(l->c);
	const struct broker_stake *s = stake_of(p, l->b->name);
	int64_t n;

	if (!p) {
		say(l, MAY_UNKNOWN, "%s", _("nothing is known of the partitions yet"));
		return;
	}
	if (!number(l, &p->partitions, _("partitions"), &n))
		return;
	if (!s) {
		say(l, MAY_UNKNOWN, "%s", _("what hangs on this broker is not known"));
		return;
	}
	last_replicas(l, s);
	min_isr(l, p, s);
	quorum(l, s);
	/* What is moved between others does not mind. */
	if (number(l, &p->reassigning, _("reassignments"), &n) && s->moving)
		say(l, MAY_NO, s->moving == 1 ? _("%lld partition is being moved: let that end first")
					      : _("%lld partitions are being moved: let that end first"),
		    (long long)s->moving);
}

/* How many other servers do not see all their peers. */
static int64_t cut_off(const struct looking *l)
{
	const struct section *s = l->c->sections[SECTION_ROUTES];
	int64_t n = 0;

	for (size_t i = 0; i < section_count(s); i++)
		n += section_route(s, i)->n_missing > 0;
	return n;
}

/* Does this server take part in the meta group, and follow it? One without JetStream does not. */
static bool votes(const struct looking *l)
{
	return broker_metric(l->b, METRIC_STREAMS) != NULL;
}

/* A leader notices after some 10 s that a follower is gone: those that are known to be down do not follow. */
static int64_t down_besides(const struct looking *l)
{
	const struct section *s = l->c->sections[SECTION_BROKERS];
	int64_t n = 0;

	for (size_t i = 0; i < section_count(s); i++) {
		const struct broker_row *b = section_broker(s, i);

		n += b != l->b && b->up.type == VALUE_BOOL && !b->up.b;
	}
	return n;
}

static void meta_group(struct looking *l)
{
	const struct cluster_row *c = cluster_facts(l->c);
	int64_t all, ok, left;

	if (judged_quality(&c->controllers, l->now) == QUALITY_NA) {
		say(l, MAY_YES, "%s", _("there is no meta group; its clients reconnect to other servers"));
		return;
	}
	if (!number(l, &c->voters, _("meta group"), &all) || !number(l, &c->voters_ok, _("meta group"), &ok))
		return;
	if (ok > all - down_besides(l))
		ok = all - down_besides(l);
	left = ok - votes(l);
	if (left * 2 > all)
		say(l, MAY_YES, _("the meta group keeps its majority: %lld of %lld"), (long long)left, (long long)all);
	else
		say(l, MAY_NO, _("the meta group would lose its majority: %lld of %lld remain"), (long long)left,
		    (long long)all);
}

/* Streams and consumers, each a Raft group of its own. */
static void raft_groups(struct looking *l)
{
	const struct value *needed = broker_metric(l->b, METRIC_RAFT_NEEDED);
	const struct value *which = broker_metric(l->b, METRIC_RAFT_NEEDED_WHICH);
	const struct value *alone = broker_metric(l->b, METRIC_RAFT_ALONE);
	int64_t n;

	if (!needed || !number(l, needed, _("streams"), &n))
		return;
	if (n)
		say(l, MAY_NO, n == 1 ? _("%lld stream or consumer would lose its majority: %s")
				      : _("%lld streams or consumers would lose their majority: %s"), (long long)n,
		    which && which->type == VALUE_TEXT ? which->s : "-");
	else
		say(l, MAY_YES, "%s", _("every stream and consumer keeps its majority"));
	if (alone && number(l, alone, _("streams"), &n) && n)
		say(l, MAY_YES, n == 1 ? _("%lld stream has its only replica on it: it stands still meanwhile")
				       : _("%lld streams have their only replica on it: they stand still meanwhile"), (long long)n);
}

static void ask_nats(struct looking *l)
{
	const struct cluster_row *c = cluster_facts(l->c);
	int64_t up, lonely = cut_off(l);

	if (!c || !number(l, &c->brokers_up, _("servers that are up"), &up))
		return;
	if (up - 1 < 1)
		say(l, MAY_NO, "%s", _("it is the only server that is up: all clients lose their connection"));
	meta_group(l);
	raft_groups(l);
	if (lonely)
		say(l, MAY_NO, lonely == 1 ? _("%lld server does not see all its peers: mend the routes first")
					   : _("%lld servers do not see all their peers: mend the routes first"),
		    (long long)lonely);
}

static const struct connection_row *connections_of(const struct looking *l)
{
	const struct section *s = l->c->sections[SECTION_CONNECTIONS];

	for (size_t i = 0; i < section_count(s); i++)
		if (section_connection(s, i)->broker && !strcmp(section_connection(s, i)->broker, l->b->name))
			return section_connection(s, i);
	return NULL;
}

static void ask_mqtt(struct looking *l)
{
	const struct connection_row *c = connections_of(l);
	char count[FMT_MAX];
	int64_t n;

	if (!c) {
		say(l, MAY_UNKNOWN, "%s", _("how many clients it has is not known"));
		return;
	}
	if (number(l, &c->current, _("clients"), &n))
		say(l, MAY_YES,
		    _("%s clients lose their connection and come back at once; what is QoS 0 "
		      "meanwhile is lost"),
		    fmt_count(count, sizeof(count), n));
}

static int firmness(enum may m)
{
	return m == MAY_NO ? 2 : m == MAY_UNKNOWN;
}

/* What decides stands first; the order is kept otherwise. */
static void sum_up(struct restart *r)
{
	for (size_t i = 1; i < r->n_facts; i++) {
		for (size_t k = i; k && firmness(r->facts[k].may) > firmness(r->facts[k - 1].may); k--) {
			struct restart_fact f = r->facts[k];

			r->facts[k] = r->facts[k - 1];
			r->facts[k - 1] = f;
		}
	}
	r->may = r->n_facts ? r->facts[0].may : MAY_UNKNOWN;
	if (r->n_facts)
		memcpy(r->why, r->facts[0].text, sizeof(r->why));
}

static void ask(struct looking *l)
{
	int64_t up;

	if (!number(l, &l->b->up, _("whether it runs"), &up))
		return;
	if (!up) {
		say(l, MAY_YES, "%s", _("it is down already"));
		return;
	}
	switch (l->c->kind) {
	case KIND_KAFKA:
		ask_kafka(l);
		break;
	case KIND_NATS:
		ask_nats(l);
		break;
	case KIND_MQTT:
		ask_mqtt(l);
		break;
	}
}

void restart_check(
    const struct snapshot *snap, size_t cluster, const char *broker, int64_t now, struct restart *out)
{
	struct looking l = {.now = now, .out = out};

	*out = (struct restart){.may = MAY_UNKNOWN};
	if (cluster < snap->n_clusters && broker) {
		l.c = &snap->clusters[cluster];
		l.b = brokers_find(l.c->sections[SECTION_BROKERS], broker);
	}
	if (l.b && l.b->name)
		ask(&l);
	else
		say(&l, MAY_UNKNOWN, "%s", _("there is no such broker: open this on a broker's row"));
	sum_up(out);
}
