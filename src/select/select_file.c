#include "select/select.h"

#include "base/datadir.h"
#include "base/i18n.h"
#include "base/text.h"
#include "config/tree.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const type_names[] = {
    [ANSWER_TEXT] = "text", [ANSWER_NUMBER] = "number", [ANSWER_YESNO] = "yesno", [ANSWER_CHOICE] = "choice"};

/* An array of n zeroed structs; n is bounded by the size of the file. */
static void *list_of(struct selection *s, size_t n, size_t size)
{
	return arena_alloc(&s->arena, (n + 1) * size);
}

static void read_condition(
    struct selection *s, struct tree *t, const yaml_node_t *n, struct condition_on *c)
{
	char field[64], op[3], value[64];
	const char *text = tree_text(n);

	if (!n)
		return;
	if (!text || sscanf(text, "%63s %2s %63s", field, op, value) != 3 ||
	    (strcmp(op, "==") && strcmp(op, "!=") && strcmp(op, "<") && strcmp(op, ">"))) {
		tree_mistake(t, n, _("write a condition such as \"retention > 0\" or \"scenario == logs\""));
		return;
	}
	if (!selection_requirement(s, field)) {
		tree_mistake(t, n, _("there is no requirement %s"), field);
		return;
	}
	c->field = arena_strdup(&s->arena, field);
	c->value = arena_strdup(&s->arena, value);
	c->text = arena_strdup(&s->arena, text);
	c->op = op[0];
}

static enum answer_type read_type(struct tree *t, const yaml_node_t *item, const char *name)
{
	for (size_t i = 0; i < sizeof(type_names) / sizeof(type_names[0]); i++)
		if (!strcmp(name, type_names[i]))
			return (enum answer_type)i;
	tree_mistake(t, item, _("type is number, yesno, choice or text"));
	return ANSWER_TEXT;
}

static const char *group_title(struct selection *s, struct tree *t, const yaml_node_t *groups, const char *id)
{
	for (size_t i = 0; i < tree_count(groups); i++) {
		const yaml_node_t *g = tree_at(t, groups, i);
		const char *name = tree_text(tree_get(t, g, "id"));

		if (name && !strcmp(name, id))
			return tree_need_words(t, g, "title", &s->arena);
	}
	return id;
}

static void read_requirement(struct selection *s, struct tree *t, const yaml_node_t *item, struct requirement *r)
{
	const yaml_node_t *watch = tree_get(t, item, "watch");
	struct arena *a = &s->arena;

	r->id = tree_need_text(t, item, "id", a);
	r->guide = tree_need_text(t, item, "guide", a);
	r->group = group_title(s, t, tree_get(t, tree_root(t), "groups"), tree_need_text(t, item, "group", a));
	r->title = tree_need_words(t, item, "title", a);
	r->ask = tree_need_words(t, item, "ask", a);
	r->unit = tree_words(t, tree_get(t, item, "unit"), a);
	r->type = read_type(t, item, tree_need_text(t, item, "type", a));
	r->choices = tree_texts(t, tree_get(t, item, "choices"), a);
	if (r->type == ANSWER_CHOICE && !r->choices[0])
		tree_mistake(t, item, _("a choice needs choices: [..]"));
	if (watch) {
		r->watch = tree_need_text(t, watch, "query", a);
		r->watch_how = tree_need_text(t, watch, "how", a);
		r->watch_most = tree_need_number(t, watch, "most");
	}
}

static void read_requirements(struct selection *s, struct tree *t)
{
	const yaml_node_t *items = tree_get(t, tree_root(t), "items");

	s->requirements = list_of(s, tree_count(items), sizeof(*s->requirements));
	for (size_t i = 0; i < tree_count(items); i++)
		read_requirement(s, t, tree_at(t, items, i), &s->requirements[s->n_requirements++]);
}

static void read_dimension(struct selection *s, struct tree *t, const yaml_node_t *item, struct dimension *d)
{
	const yaml_node_t *scores = tree_get(t, item, "scores");

	d->id = tree_need_text(t, item, "id", &s->arena);
	d->guide = tree_need_text(t, item, "guide", &s->arena);
	d->title = tree_need_words(t, item, "title", &s->arena);
	d->weight = tree_need_number(t, item, "weight");
	d->needs = tree_texts(t, tree_get(t, item, "needs"), &s->arena);
	d->scores = list_of(s, s->n_candidates, sizeof(*d->scores));
	if (d->weight < 0 || d->weight > 100)
		tree_mistake(t, item, _("a weight is a percentage"));
	for (size_t i = 0; i < s->n_candidates; i++) {
		d->scores[i] = tree_need_number(t, scores, s->candidates[i].id);
		if (d->scores[i] < 1 || d->scores[i] > 10)
			tree_mistake(t, scores, _("a score is a number from 1 to 10"));
	}
	for (const char **n = d->needs; *n; n++)
		if (!selection_requirement(s, *n))
			tree_mistake(t, item, _("there is no requirement %s"), *n);
}

static void read_matrix(struct selection *s, struct tree *t)
{
	const yaml_node_t *root = tree_root(t), *list = tree_get(t, root, "candidates");
	const yaml_node_t *use = tree_get(t, root, "use");

	s->reviewed = tree_need_text(t, root, "reviewed", &s->arena);
	s->source = tree_words(t, tree_get(t, root, "source"), &s->arena);
	s->candidates = list_of(s, tree_count(list), sizeof(*s->candidates));
	for (size_t i = 0; i < tree_count(list); i++) {
		struct candidate *c = &s->candidates[s->n_candidates++];

		c->id = tree_need_text(t, tree_at(t, list, i), "id", &s->arena);
		c->title = tree_need_words(t, tree_at(t, list, i), "title", &s->arena);
	}
	list = tree_get(t, root, "dimensions");
	s->dimensions = list_of(s, tree_count(list), sizeof(*s->dimensions));
	for (size_t i = 0; i < tree_count(list); i++)
		read_dimension(s, t, tree_at(t, list, i), &s->dimensions[s->n_dimensions++]);
	s->use = list_of(s, tree_count(use), sizeof(*s->use));
	for (size_t i = 0; i < tree_count(use); i++)
		s->use[i] = tree_need_words(t, tree_at(t, use, i), "title", &s->arena);
	if (!s->n_candidates || !s->n_dimensions)
		tree_mistake(t, root, _("a matrix has candidates: and dimensions:"));
}

static void read_branch(struct selection *s, struct tree *t, const yaml_node_t *item, struct flow_branch *b)
{
	b->id = arena_strdup(&s->arena, tree_text(tree_get(t, item, "id")));
	b->guide = tree_need_text(t, item, "guide", &s->arena);
	b->title = tree_need_words(t, item, "title", &s->arena);
	b->favours = tree_texts(t, tree_get(t, item, "favours"), &s->arena);
	b->needs = tree_texts(t, tree_get(t, item, "needs"), &s->arena);
	read_condition(s, t, tree_get(t, item, "when"), &b->when);
}

static void read_flow(struct selection *s, struct tree *t)
{
	const yaml_node_t *list = tree_get(t, tree_root(t), "steps");

	s->steps = list_of(s, tree_count(list), sizeof(*s->steps));
	for (size_t i = 0; i < tree_count(list); i++) {
		const yaml_node_t *item = tree_at(t, list, i), *branches = tree_get(t, item, "branches");
		struct flow_step *f = &s->steps[s->n_steps++];

		f->id = tree_need_text(t, item, "id", &s->arena);
		f->guide = tree_need_text(t, item, "guide", &s->arena);
		f->title = tree_need_words(t, item, "title", &s->arena);
		f->branches = list_of(s, tree_count(branches), sizeof(*f->branches));
		for (size_t k = 0; k < tree_count(branches); k++)
			read_branch(s, t, tree_at(t, branches, k), &f->branches[f->n_branches++]);
	}
	list = tree_get(t, tree_root(t), "knock-outs");
	s->knock_outs = list_of(s, tree_count(list), sizeof(*s->knock_outs));
	for (size_t i = 0; i < tree_count(list); i++) {
		const yaml_node_t *item = tree_at(t, list, i);
		struct knock_out *k = &s->knock_outs[s->n_knock_outs++];

		read_condition(s, t, tree_get(t, item, "when"), &k->when);
		k->out = tree_texts(t, tree_get(t, item, "out"), &s->arena);
		k->why = tree_need_words(t, item, "why", &s->arena);
	}
}

static int read_file(struct selection *s, const char *path, const char *name,
    void (*read)(struct selection *s, struct tree *t), struct err *err)
{
	char found[PATH_MAX];
	struct tree t;
	int rc;

	if (!path && !datadir_find(name, found, sizeof(found)))
		return err_set(err, _("%s is missing: mqduty is not installed whole"), found);
	rc = tree_load(&t, path ? path : found, err);
	if (!rc) {
		read(s, &t);
		rc = t.mistakes ? -1 : 0;
	}
	tree_release(&t);
	return rc;
}

int selection_load(struct selection *s, const char *matrix, struct err *err)
{
	*s = (struct selection){0};
	arena_init(&s->arena);
	/* In this order: the matrix names requirements, the flow names both. */
	if (read_file(s, NULL, "selection/requirements.yaml", read_requirements, err) ||
	    read_file(s, matrix, "selection/matrix.yaml", read_matrix, err) ||
	    read_file(s, NULL, "selection/flow.yaml", read_flow, err))
		return -1;
	return 0;
}

void selection_release(struct selection *s)
{
	arena_release(&s->arena);
	*s = (struct selection){0};
}

const struct requirement *selection_requirement(const struct selection *s, const char *id)
{
	for (size_t i = 0; i < s->n_requirements; i++)
		if (!strcmp(s->requirements[i].id, id))
			return &s->requirements[i];
	return NULL;
}

static bool is_choice(const struct requirement *r, const char *answer)
{
	for (const char **c = r->choices; *c; c++)
		if (!strcmp(*c, answer))
			return true;
	return false;
}

static int choices_sentence(const struct requirement *r, struct err *err)
{
	char all[256] = "";
	size_t at = 0;

	for (const char **c = r->choices; *c && at < sizeof(all); c++)
		at += (size_t)snprintf(all + at, sizeof(all) - at, "%s%s", at ? ", " : "", *c);
	return err_set(err, _("%s is one of: %s"), r->id, all);
}

int selection_answer(struct selection *s, const char *id, const char *answer, struct err *err)
{
	struct requirement *r = (struct requirement *)selection_requirement(s, id);
	double number = 0;
	char *end;

	if (!r)
		return err_set(err, _("there is no requirement %s"), id);
	if (!answer || !*answer) {
		r->answer = NULL;
		return 0;
	}
	switch (r->type) {
	case ANSWER_NUMBER:
		number = strtod(answer, &end);
		if (end == answer || *end || !isfinite(number) || number < 0)
			return err_set(err, _("%s is a number: %s"), id, r->unit ? r->unit : "");
		break;
	case ANSWER_YESNO:
		if (strcmp(answer, "yes") && strcmp(answer, "no"))
			return err_set(err, _("%s is yes or no"), id);
		break;
	case ANSWER_CHOICE:
		if (!is_choice(r, answer))
			return choices_sentence(r, err);
		break;
	case ANSWER_TEXT:
		break;
	}
	r->answer = arena_strdup(&s->arena, answer);
	r->number = number;
	return 0;
}

static void read_answers(struct selection *s, struct tree *t)
{
	const yaml_node_t *root = tree_root(t);

	for (size_t i = 0; i < tree_count(root); i++) {
		const yaml_node_t *key = tree_key(t, root, i), *value = tree_value(t, root, i);
		struct err err = {""};

		if (!tree_text(key) || !tree_text(value))
			tree_mistake(t, value ? value : root, _("write answers as requirement: answer"));
		else if (selection_answer(s, tree_text(key), tree_text(value), &err))
			tree_mistake(t, value, "%s", err_msg(&err));
	}
}

int selection_answers(struct selection *s, const char *path, struct err *err)
{
	return read_file(s, path, NULL, read_answers, err);
}

/* A text as a double-quoted YAML scalar. */
static void quoted(struct buf *out, const char *text)
{
	buf_addc(out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			buf_addc(out, '\\');
		buf_addc(out, (unsigned char)*text < ' ' ? ' ' : *text);
	}
	buf_addc(out, '"');
}

void selection_write_answers(const struct selection *s, struct buf *out)
{
	for (size_t i = 0; i < s->n_requirements; i++) {
		const struct requirement *r = &s->requirements[i];

		buf_addf(out, "# %s: %s\n", r->title, r->ask);
		if (r->unit)
			buf_addf(out, "#   %s\n", r->unit);
		buf_addf(out, r->answer ? "%s: " : "#%s: ", r->id);
		if (r->answer && r->type == ANSWER_TEXT)
			quoted(out, r->answer);
		else if (r->answer)
			buf_adds(out, r->answer);
		buf_addc(out, '\n');
	}
}
