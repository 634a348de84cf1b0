#include "rules/day.h"
#include "rules/judge.h"
#include "rules/tuned.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "rules/checklist_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The engine judges at least once a minute. */
enum { ASLEEP_S = 150 };

static int builtin_rules(struct rules *r, struct err *err)
{
	array_reserve(&r->rules.list, &r->rules.cap, n_rule_defs, sizeof(*r->rules.list));
	for (size_t i = 0; i < n_rule_defs; i++) {
		struct rule *rule = &r->rules.list[r->rules.n++];

		*rule = (struct rule){.def = &rule_defs[i]};
		rule->has_warn = rule->def->warn;
		if (rule_parse_threshold(rule->def, rule->def->threshold, &rule->threshold, err))
			return -1;
		if (rule->has_warn &&
		    rule_parse_threshold(rule->def, rule->def->warn, &rule->warn, err))
			return -1;
	}
	return 0;
}

static int load_rules(struct rules *r, struct err *err)
{
	if (builtin_rules(r, err))
		return -1;
	for (size_t i = 0; i < r->config->n_rules; i++)
		if (tuned_load(&r->rules, r->config->rules[i], &r->arena, err, NULL))
			return -1;
	return 0;
}

static bool is_rule(const struct rules *r, const char *name)
{
	for (size_t i = 0; i < r->rules.n; i++)
		if (!strcmp(r->rules.list[i].def->name, name))
			return true;
	return false;
}

/* A waiver of what does not exist excuses nothing, and whoever wrote it believes that it does. */
static void say_vain_waivers(const struct rules *r, struct buf *said)
{
	for (size_t c = 0; c < r->config->n_clusters; c++) {
		const struct cluster_conf *conf = &r->config->clusters[c];

		for (size_t i = 0; i < conf->n_waives; i++)
			if (!is_rule(r, conf->waives[i].item) &&
			    !checklist_item(checklists(), "daily", conf->waives[i].item))
				buf_addf(said, _("cluster '%s': warning: waive: there is no item or rule '%s', such as error-logs or DiskUsage\n"),
				    conf->name, conf->waives[i].item);
	}
}

int rules_mistakes(const struct config *config, struct buf *said)
{
	struct rules *r = xcalloc(1, sizeof(*r));
	struct err err = {""};
	int rc;

	arena_init(&r->arena);
	r->config = config;
	rc = builtin_rules(r, &err);
	for (size_t i = 0; !err.msg[0] && i < config->n_rules; i++) {
		rc |= tuned_load(&r->rules, config->rules[i], &r->arena, &err, said);
		err.msg[0] = '\0';
	}
	say_vain_waivers(r, said);
	rules_free(r);
	return rc ? -1 : 0;
}

struct rules *rules_new(const struct config *config, bool one_shot, struct err *err)
{
	struct rules *r = xcalloc(1, sizeof(*r));

	arena_init(&r->arena);
	r->config = config;
	r->one_shot = one_shot;
	r->zone = zone_new(config->day_tz ? config->day_tz : "local", err);
	if (!r->zone || load_rules(r, err)) {
		rules_free(r);
		return NULL;
	}
	return r;
}

static void free_scopes(struct rules *r)
{
	for (size_t i = 0; i < r->rules.n * r->n_clusters; i++)
		conditions_release(&r->scopes[i].conditions);
	free(r->scopes);
	r->scopes = NULL;
	r->n_clusters = 0;
}

void rules_free(struct rules *r)
{
	if (!r)
		return;
	free_scopes(r);
	smooth_release(&r->smooth);
	zone_free(r->zone);
	tuned_release(&r->rules);
	arena_release(&r->arena);
	free(r);
}

const struct cluster_conf *rules_conf(const struct rules *r, const char *cluster)
{
	for (size_t i = 0; i < r->config->n_clusters; i++)
		if (!strcmp(r->config->clusters[i].name, cluster))
			return &r->config->clusters[i];
	return NULL;
}

const struct waive_conf *rules_waiver(
    const struct cluster_conf *conf, const char *item, int64_t wall)
{
	time_t t = wall / NS_PER_S;
	char today[16];
	struct tm tm;

	if (!conf || !conf->n_waives || !gmtime_r(&t, &tm) || !strftime(today, sizeof(today), "%Y-%m-%d", &tm))
		return NULL;
	for (size_t i = 0; i < conf->n_waives; i++) {
		const struct waive_conf *w = &conf->waives[i];

		if (!strcmp(w->item, item) && (!w->until || strcmp(today, w->until) <= 0))
			return w;
	}
	return NULL;
}

/* Rows that no rule has touched: not applicable where none could. */
static void close_rows(struct round *round, size_t cluster)
{
	struct cluster_judgement *c = &round->judgement->clusters[cluster];
	const struct cluster_view *view = &round->snap->clusters[cluster];

	for (size_t k = 0; k < SECTION_COUNT; k++) {
		bool judged = false;

		for (size_t i = 0; i < round->rules->rules.n; i++) {
			const struct rule *rule = &round->rules->rules.list[i];

			judged |= rule->def->section == k && tuned_concerns(rule, view);
		}
		for (size_t i = 0; !judged && i < c->n_rows[k]; i++)
			c->rows[k][i].verdict = VERDICT_NA;
	}
}

void rules_prepare(struct rules *r, const struct snapshot *snap, const struct ledger *ledger)
{
	if (r->n_clusters != snap->n_clusters) {
		free_scopes(r);
		r->n_clusters = snap->n_clusters;
		r->scopes = xcalloc(r->rules.n * r->n_clusters + 1, sizeof(*r->scopes));
	}
	if (!r->looked || snap->boot - r->looked > ASLEEP_S * NS_PER_S)
		r->awake = snap->boot;
	r->looked = snap->boot;
	if (!r->born) {
		r->born = snap->boot;
		if (!r->one_shot)
			restore_alerts(r, snap, ledger);
	}
	r->next = INT64_MAX;
}

static void note_day(const struct rules *r, struct judgement *j)
{
	day_of(r->zone, r->config->day_starts, j->wall, j->day);
	j->day_began = day_begins(r->zone, r->config->day_starts, j->day);
	j->day_offset_s = zone_offset(r->zone, j->wall / NS_PER_S);
}

struct judgement *rules_judge(struct rules *r, const struct snapshot *snap, const struct ledger *ledger)
{
	struct round round = {.rules = r, .snap = snap, .judgement = judgement_new(snap)};

	rules_prepare(r, snap, ledger);
	acts_init(&round.acts, &r->acts, ledger, snap, round.judgement);
	smooth_expire(&r->smooth, snap->boot);
	r->next = acts_next(&round.acts, snap);
	for (size_t c = 0; c < snap->n_clusters; c++) {
		close_rows(&round, c);
		for (size_t i = 0; i < r->rules.n; i++)
			judge_scope(&round, i, c);
	}
	mark_maintained(&round);
	make_alerts(&round);
	make_results(&round);
	make_checklist(&round);
	note_day(r, round.judgement);
	acts_release(&round.acts);
	return round.judgement;
}

int64_t rules_next(const struct rules *r)
{
	return r->next;
}
