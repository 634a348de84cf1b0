#include "triage/stages.h"

#include "base/datadir.h"
#include "base/i18n.h"
#include "config/scalar.h"
#include "config/tree.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const kind_names[STEP_KINDS] = {
    [STEP_OBSERVE] = "observe",
    [STEP_ASK] = "ask",
    [STEP_DO] = "do",
    [STEP_WAIT] = "wait",
    [STEP_VERIFY] = "verify",
    [STEP_ESCALATE] = "escalate",
    [STEP_GATE] = "gate",
    [STEP_WRITE] = "write",
    [STEP_CLOSE] = "close",
};

struct reader {
	struct tree tree;
	struct stages *stages;
	struct arena *arena;
};

const char *step_kind_name(enum step_kind k)
{
	return k < STEP_KINDS ? kind_names[k] : "?";
}

static const char *text_of(struct reader *r, const yaml_node_t *map, const char *key)
{
	return arena_strdup(r->arena, tree_text(tree_get(&r->tree, map, key)));
}

static bool is_true(struct reader *r, const yaml_node_t *map, const char *key)
{
	const char *s = tree_text(tree_get(&r->tree, map, key));

	return s && !strcmp(s, "true");
}

static int64_t duration_of(struct reader *r, const yaml_node_t *map, const char *key)
{
	const yaml_node_t *n = tree_get(&r->tree, map, key);
	struct err err = {""};
	int64_t ns = 0;

	if (n && scalar_duration(tree_text(n) ? tree_text(n) : "", &ns, &err))
		tree_mistake(&r->tree, n, "%s: %s", key, err_msg(&err));
	return ns;
}

static enum step_kind kind_of(struct reader *r, const yaml_node_t *map)
{
	const char *s = tree_need_text(&r->tree, map, "kind", r->arena);
	int k = 0;

	while (k < STEP_KINDS && strcmp(kind_names[k], s))
		k++;
	if (k == STEP_KINDS) {
		tree_mistake(&r->tree, tree_get(&r->tree, map, "kind"), _("kind: there is no step of this kind"));
		k = STEP_OBSERVE;
	}
	return (enum step_kind)k;
}

/* "confirm" to MANUAL_CONFIRM, whatever its heading is called in the files. */
static enum manual_section section_of(struct reader *r, const yaml_node_t *map, const char *key)
{
	static const char *const names[MANUAL_SECTIONS] = {
	    [MANUAL_CONFIRM] = "confirm",
	    [MANUAL_LOCATE] = "locate",
	    [MANUAL_RECOVER] = "recover",
	    [MANUAL_VERIFY] = "verify",
	    [MANUAL_ROLLBACK] = "rollback",
	};
	const yaml_node_t *n = tree_get(&r->tree, map, key);
	const char *s = tree_text(n);

	for (int i = 0; s && i < MANUAL_SECTIONS; i++)
		if (names[i] && !strcmp(names[i], s))
			return (enum manual_section)i;
	if (n)
		tree_mistake(&r->tree, n, _("%s: the manual has no section of this name with steps"), key);
	return MANUAL_SECTIONS;
}

static void read_answers(struct reader *r, const yaml_node_t *map, struct stage_step *s)
{
	const yaml_node_t *list = tree_get(&r->tree, map, "answers");

	if (tree_count(list) > STAGE_ANSWERS_MAX)
		tree_mistake(&r->tree, list, _("at most 9 answers: each is a digit"));
	for (size_t i = 0; i < tree_count(list) && s->n_answers < STAGE_ANSWERS_MAX; i++) {
		const yaml_node_t *n = tree_at(&r->tree, list, i);

		s->answers[s->n_answers++] = (struct stage_answer){
		    .text = tree_need_words(&r->tree, n, "text", r->arena),
		    .to = text_of(r, n, "to"),
		    .outcome = text_of(r, n, "outcome"),
		    .ask = is_true(r, n, "ask"),
		};
	}
}

static void read_question(struct reader *r, const yaml_node_t *map, struct stage_step *s)
{
	struct err err = {""};

	s->see = text_of(r, map, "see");
	if (s->see && strcmp(s->see, "alert") && query_parse(&s->query, s->see, &err))
		tree_mistake(&r->tree, tree_get(&r->tree, map, "see"), "%s", err_msg(&err));
}

static void read_step(struct reader *r, const yaml_node_t *n, struct stage_step *s)
{
	s->id = tree_need_text(&r->tree, n, "id", r->arena);
	s->guide = text_of(r, n, "guide");
	s->kind = kind_of(r, n);
	s->title = tree_need_words(&r->tree, n, "title", r->arena);
	s->text = tree_need_words(&r->tree, n, "text", r->arena);
	s->section = section_of(r, n, "manual");
	s->fails = section_of(r, n, "fails");
	s->hold_ns = duration_of(r, n, "hold");
	s->field = text_of(r, n, "field");
	s->mark = text_of(r, n, "mark");
	s->now = is_true(r, n, "now");
	s->hypothesis = is_true(r, n, "hypothesis");
	read_question(r, n, s);
	read_answers(r, n, s);
	if (s->kind == STEP_ASK && !s->n_answers)
		tree_mistake(&r->tree, n, _("a question needs answers"));
	if (s->kind == STEP_WRITE && !s->field)
		tree_mistake(&r->tree, n, _("what is written needs a field of the report"));
}

static void read_stage(struct reader *r, const yaml_node_t *n, enum stage stage)
{
	struct stage_def *d = &r->stages->list[stage];
	const yaml_node_t *steps = tree_get(&r->tree, n, "steps"), *signals = tree_get(&r->tree, n, "signals");

	d->guide = text_of(r, n, "guide");
	d->title = tree_need_words(&r->tree, n, "title", r->arena);
	d->exit = tree_need_words(&r->tree, n, "exit", r->arena);
	d->box_ns = duration_of(r, n, "box");
	if (signals)
		d->signals = (int)tree_need_number(&r->tree, n, "signals");
	if (!tree_count(steps) || tree_count(steps) > STAGE_STEPS_MAX)
		tree_mistake(&r->tree, steps ? steps : n, _("a stage has from 1 to %d steps"), STAGE_STEPS_MAX);
	for (size_t i = 0; i < tree_count(steps) && i < STAGE_STEPS_MAX; i++)
		read_step(r, tree_at(&r->tree, steps, i), &d->steps[d->n_steps++]);
}

/* Where an answer leads has to be there. */
static void check_answers(struct reader *r)
{
	for (int s = 0; s < STAGE_COUNT; s++) {
		const struct stage_def *d = &r->stages->list[s];

		for (size_t i = 0; i < d->n_steps; i++)
			for (size_t k = 0; k < d->steps[i].n_answers; k++)
				if (d->steps[i].answers[k].to && !stages_step(r->stages, d->steps[i].answers[k].to))
					tree_mistake(&r->tree, NULL, _("%s: there is no step \"%s\" to go to"),
					    d->steps[i].id, d->steps[i].answers[k].to);
	}
}

static void read_all(struct reader *r)
{
	const yaml_node_t *list = tree_get(&r->tree, tree_root(&r->tree), "stages");
	bool seen[STAGE_COUNT] = {false};

	for (size_t i = 0; i < tree_count(list); i++) {
		const yaml_node_t *n = tree_at(&r->tree, list, i);
		enum stage s = stage_by_name(tree_need_text(&r->tree, n, "id", r->arena));

		if (s == STAGE_COUNT || seen[s]) {
			tree_mistake(&r->tree, n, _("id: discover, confirm, locate, recover and summarise, once each"));
			continue;
		}
		seen[s] = true;
		read_stage(r, n, s);
	}
	for (int s = 0; s < STAGE_COUNT; s++)
		if (!seen[s])
			tree_mistake(&r->tree, list, _("the stage \"%s\" is missing"), stage_name((enum stage)s));
	check_answers(r);
}

struct stages *stages_load(const char *file, struct err *err)
{
	struct reader r = {.stages = xcalloc(1, sizeof(*r.stages))};
	char path[PATH_MAX];
	int rc;

	arena_init(&r.stages->arena);
	r.arena = &r.stages->arena;
	if (!file)
		datadir_find("triage/stages.yaml", path, sizeof(path));
	rc = tree_load(&r.tree, file ? file : path, err);
	if (!rc)
		read_all(&r);
	rc = rc || r.tree.mistakes;
	tree_release(&r.tree);
	if (!rc)
		return r.stages;
	stages_free(r.stages);
	return NULL;
}

void stages_free(struct stages *s)
{
	if (!s)
		return;
	arena_release(&s->arena);
	free(s);
}

const struct stage_step *stages_step(const struct stages *s, const char *id)
{
	for (int i = 0; i < STAGE_COUNT; i++)
		for (size_t k = 0; k < s->list[i].n_steps; k++)
			if (!strcmp(s->list[i].steps[k].id, id))
				return &s->list[i].steps[k];
	return NULL;
}
