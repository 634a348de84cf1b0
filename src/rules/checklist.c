#include "rules/judge.h"

#include "base/i18n.h"

#include <string.h>

/* The guide's daily checklist (§4.1), answered from the rules. */

enum { RULES_MOST = 10 };

struct item_def {
	const char *id;
	const char *rules[RULES_MOST]; /* of equally bad ones the first gives the evidence */
	const char *counted;	       /* the one whose inputs are counted; NULL: all of them */
	const char *fine; /* evidence where everything is OK and there is no number to show */
	const char
	    *worst; /* evidence with the number nearest to the threshold: number, entity, cluster */
};

static const struct item_def daily[] = {
    {"cluster-health",
	{"ClusterUnreachable", "BrokerDown", "OfflinePartitions", "UnderMinISR",
	    "UnderReplicatedPartitions", "ActiveControllerCount", "NoMetaLeader", "Routes",
	    "SourceLost"},
	NULL, N_("all brokers answer"), NULL},
    {"consumer-lag", {"GroupStalled", "DataExpiring", "ConsumerLag"}, "ConsumerLag",
	N_("no consumer group"), N_("largest lag %s: %s of %s")},
    {"disk-usage", {"DiskUsage"}, "DiskUsage", N_("no volume"), N_("fullest %s: %s of %s")},
    {"network-latency", {"NetworkLatency"}, "NetworkLatency", N_("no broker"),
	N_("worst p95 %s: %s of %s")},
};

static size_t rule_index(const char *name)
{
	for (size_t i = 0; i < n_rule_defs; i++)
		if (!strcmp(rule_defs[i].name, name))
			return i;
	return n_rule_defs;
}

/* What one item gathers over all clusters. */
struct gathered {
	struct check_item *item;
	const struct scope_tally *worst;
	const struct rule_def *worst_def;
	const char *worst_cluster;
	int64_t muted;
};

static void add_rule(
    struct round *round, struct gathered *g, const struct item_def *def, size_t nth, size_t cluster)
{
	bool counted = !def->counted || !strcmp(def->rules[nth], def->counted);
	size_t rule = rule_index(def->rules[nth]);
	const char *name = round->snap->clusters[cluster].name;
	const struct scope_tally *t;

	if (rule == n_rule_defs ||
	    !(rule_defs[rule].kinds & 1u << round->snap->clusters[cluster].kind))
		return;
	t = &rules_scope(round->rules, rule, cluster)->tally;
	g->muted += t->muted;
	if (counted) {
		g->item->evaluated += t->evaluated;
		g->item->total += t->total;
		g->item->waived += t->waived;
	}
	if (t->verdict > g->item->verdict ||
	    (t->verdict == g->item->verdict && !g->item->evidence)) {
		g->item->verdict = t->verdict;
		g->item->evidence =
		    t->reason && t->verdict != VERDICT_OK
			? arena_printf(&round->judgement->arena, "%s %s", name, t->reason)
			: NULL;
	}
	if (counted && t->has_worst && (!g->worst || t->worst > g->worst->worst)) {
		g->worst = t;
		g->worst_def = &rule_defs[rule];
		g->worst_cluster = name;
	}
}

bool item_waived(struct round *round, struct check_item *item, size_t cluster)
{
	const struct cluster_conf *conf =
	    rules_conf(round->rules, round->snap->clusters[cluster].name);

	if (!rules_waiver(conf, item->id, round->snap->wall))
		return false;
	item->waived++;
	item->total++;
	return true;
}

static void add_fine_evidence(struct round *round, const struct item_def *def, struct gathered *g)
{
	struct arena *a = &round->judgement->arena;
	const char *number;

	if (g->item->evidence)
		return;
	if (g->item->verdict == VERDICT_NA) {
		g->item->evidence = g->item->waived ? _("waived") : _("nothing to judge");
	} else if (def->worst && g->worst) {
		number = reading_number(g->worst_def, a, &g->worst->value);
		g->item->evidence =
		    arena_printf(a, _(def->worst), number, g->worst->entity, g->worst_cluster);
	} else {
		g->item->evidence = _(def->fine);
	}
}

static void make_item(struct round *round, const struct item_def *def, struct check_item *item)
{
	struct gathered g = {.item = item};

	*item = (struct check_item){.list = "daily", .id = def->id, .verdict = VERDICT_NA};
	for (size_t c = 0; c < round->snap->n_clusters; c++) {
		if (item_waived(round, item, c))
			continue;
		for (size_t i = 0; i < RULES_MOST && def->rules[i]; i++)
			add_rule(round, &g, def, i, c);
	}
	add_fine_evidence(round, def, &g);
	if (g.muted)
		item->evidence = arena_printf(&round->judgement->arena,
		    _("%s; not counted: %lld silenced or under maintenance"), item->evidence,
		    (long long)g.muted);
	if (!round->snap->n_clusters) {
		item->verdict = VERDICT_UNKNOWN;
		item->evidence = _("no cluster is configured");
	}
}

void make_checklist(struct round *round)
{
	struct judgement *j = round->judgement;
	size_t n = sizeof(daily) / sizeof(daily[0]);

	j->checklist = arena_alloc(&j->arena, (n + 1) * sizeof(*j->checklist));
	j->n_checklist = n + 1;
	for (size_t i = 0; i < n; i++)
		make_item(round, &daily[i], &j->checklist[i]);
	make_error_logs(round, &j->checklist[n]);
}
