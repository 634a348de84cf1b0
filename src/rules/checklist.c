#include "rules/judge.h"

#include "base/buf.h"
#include "base/i18n.h"
#include "rules/checklist_file.h"

#include <string.h>

/* Checklists, answered from the rules: which rules make up an item stands in data/checklists. */

static size_t rule_index(const struct rules *rules, const char *name)
{
	size_t i = 0;

	while (i < rules->rules.n && strcmp(rules->rules.list[i].def->name, name) != 0)
		i++;
	return i;
}

/* What one item gathers over all clusters. */
struct gathered {
	struct check_item *item;
	const struct scope_tally *worst;
	const struct rule *worst_rule;
	const char *worst_cluster;
	int64_t muted;
};

static void add_rule(
    struct round *round, struct gathered *g, const struct list_item *def, size_t nth, size_t cluster)
{
	bool counted = !def->counted || !strcmp(def->rules[nth], def->counted);
	size_t rule = rule_index(round->rules, def->rules[nth]);
	const struct rule_def *rule_def;
	const char *name = round->snap->clusters[cluster].name;
	struct arena *a = &round->judgement->arena;
	const struct scope_tally *t;

	if (rule == round->rules->rules.n)
		return; /* make_item() has said so */
	rule_def = round->rules->rules.list[rule].def;
	if (!(rule_def->kinds & 1u << round->snap->clusters[cluster].kind))
		return;
	t = &rules_scope(round->rules, rule, cluster)->tally;
	g->muted += t->muted;
	if (counted) {
		g->item->evaluated += t->evaluated;
		g->item->total += t->total;
		g->item->waived += t->waived;
		g->item->muted += t->muted;
	}
	if (t->verdict > g->item->verdict ||
	    (t->verdict == g->item->verdict && !g->item->evidence)) {
		g->item->verdict = t->verdict;
		g->item->evidence = !t->reason || t->verdict == VERDICT_OK ? NULL
				    /* A number of a whole cluster says little without its rule. */
				    : def->counted || t->verdict == VERDICT_UNKNOWN || strstr(t->reason, ": ")
					? arena_printf(a, "%s %s", name, t->reason)
						   : arena_printf(a, "%s %s: %s", name, def->rules[nth], t->reason);
	}
	if (counted && t->has_worst && (!g->worst || t->worst > g->worst->worst)) {
		g->worst = t;
		g->worst_rule = &round->rules->rules.list[rule];
		g->worst_cluster = name;
	}
}

/* How many inputs of a rule are not known, over all clusters. */
static int64_t not_known(const struct round *round, const char *name)
{
	size_t rule = rule_index(round->rules, name);
	int64_t n = 0;

	for (size_t c = 0; rule < round->rules->rules.n && c < round->snap->n_clusters; c++)
		n += rules_scope(round->rules, rule, c)->tally.unknown;
	return n;
}

/* The rows are counted by one rule; a row that another rule of the item does not know is not judged in full. */
static void take_off_unknown(const struct round *round, const struct list_item *def, struct check_item *item)
{
	int64_t most = 0, known;

	for (size_t i = 0; def->counted && def->rules[i]; i++) {
		int64_t n = strcmp(def->rules[i], def->counted) != 0 ? not_known(round, def->rules[i]) : 0;

		most = n > most ? n : most;
	}
	known = item->total - item->waived - item->muted - most;
	if (item->evaluated > known)
		item->evaluated = known > 0 ? known : 0;
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

/* "largest lag {number}: {where} of {cluster}" */
static const char *fill_in(const char *text, const char *number, const char *where, const char *cluster, struct arena *a)
{
	const struct {
		const char *name, *value;
	} parts[] = {{"{number}", number}, {"{where}", where}, {"{cluster}", cluster}};
	const char *done;
	struct buf out;

	buf_init(&out, 4096);
	while (*text) {
		size_t i = 0;

		while (i < 3 && strncmp(text, parts[i].name, strlen(parts[i].name)) != 0)
			i++;
		if (i < 3)
			buf_adds(&out, parts[i].value);
		else
			buf_addc(&out, *text);
		text += i < 3 ? strlen(parts[i].name) : 1;
	}
	done = arena_strndup(a, out.data, out.len);
	buf_release(&out);
	return done;
}

/* "fullest 71%: broker-1 /data of orders (over 4m of 15m)" */
static const char *worst_evidence(const struct list_item *def, const struct gathered *g, struct arena *a)
{
	const char *text = fill_in(words_now(&def->worst), reading_number(g->worst_rule, a, &g->worst->value), g->worst->entity,
	    g->worst_cluster, a);

	return g->worst->pending ? arena_printf(a, "%s (%s)", text, g->worst->pending) : text;
}

static void add_fine_evidence(struct round *round, const struct list_item *def, struct gathered *g)
{
	struct arena *a = &round->judgement->arena;

	if (g->item->evidence)
		return;
	if (g->item->verdict == VERDICT_NA)
		g->item->evidence = g->item->waived ? _("waived") : _("nothing to judge");
	else if (def->worst.en && g->worst)
		g->item->evidence = worst_evidence(def, g, a);
	else
		g->item->evidence = def->fine.en ? words_now(&def->fine) : _("all is well");
}

/* What the file asks for and this program cannot judge is not known, whatever the rest says. */
static const char *not_judged(const struct round *round, const struct list_item *def)
{
	for (size_t i = 0; def->rules[i]; i++)
		if (rule_index(round->rules, def->rules[i]) == round->rules->rules.n)
			return def->rules[i];
	for (size_t i = 0; def->sections[i]; i++)
		if (strcmp(def->sections[i], "logs") != 0)
			return def->sections[i];
	return NULL;
}

static void make_item(struct round *round, const struct list_item *def, struct check_item *item)
{
	struct arena *a = &round->judgement->arena;
	struct gathered g = {.item = item};
	const char *lost = not_judged(round, def);

	*item = (struct check_item){.list = def->list, .id = def->id, .verdict = VERDICT_NA};
	for (size_t c = 0; c < round->snap->n_clusters; c++) {
		if (item_waived(round, item, c))
			continue;
		for (size_t i = 0; def->rules[i]; i++)
			add_rule(round, &g, def, i, c);
	}
	take_off_unknown(round, def, item);
	add_fine_evidence(round, def, &g);
	if (g.muted)
		item->evidence =
		    arena_printf(a, _("%s; not counted: %lld silenced or under maintenance"),
			item->evidence, (long long)g.muted);
	if (lost && item->verdict != VERDICT_CRIT) {
		item->verdict = VERDICT_UNKNOWN;
		item->evidence = arena_printf(a, _("there is no rule or section %s to judge it by"), lost);
	}
	if (!round->snap->n_clusters) {
		item->verdict = VERDICT_UNKNOWN;
		item->evidence = _("no cluster is configured");
	}
}

/* The logs are judged row by row, not by rules. */
static bool is_of_logs(const struct list_item *def)
{
	return def->sections[0] && !strcmp(def->sections[0], "logs") && !def->sections[1] && !def->rules[0];
}

void make_checklist(struct round *round)
{
	const struct checklist *list = checklist_find(checklists(), "daily");
	struct judgement *j = round->judgement;

	j->checklist = arena_alloc(&j->arena, list->n * sizeof(*j->checklist));
	for (size_t i = 0; i < list->n; i++) {
		const struct list_item *def = &list->items[i];

		if (def->kind != ITEM_MEASURED)
			continue;
		if (is_of_logs(def))
			make_error_logs(round, def, &j->checklist[j->n_checklist++]);
		else
			make_item(round, def, &j->checklist[j->n_checklist++]);
	}
}
