#include "audit/audit.h"

#include "base/clock.h"
#include "base/datadir.h"
#include "base/i18n.h"
#include "config/scalar.h"
#include "config/tree.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { ITEMS_MOST = 500, CONDITIONS_MOST = 16 };

#define EVERY_DEFAULT (365 * 86400 * NS_PER_S)

static const char *const level_names[] = {[LEVEL_LOW] = "low", [LEVEL_MEDIUM] = "medium", [LEVEL_HIGH] = "high"};

static enum audit_level read_level(struct tree *t, const yaml_node_t *item, const char *name)
{
	for (size_t i = 0; i < sizeof(level_names) / sizeof(level_names[0]); i++)
		if (!strcmp(level_names[i], name))
			return (enum audit_level)i;
	tree_mistake(t, item, _("level is high, medium or low"));
	return LEVEL_HIGH;
}

static const char *group_title(struct audits *a, struct tree *t, const yaml_node_t *item)
{
	const yaml_node_t *groups = tree_get(t, tree_root(t), "groups");
	const char *id = tree_need_text(t, item, "group", &a->arena);

	for (size_t i = 0; i < tree_count(groups); i++) {
		const yaml_node_t *g = tree_at(t, groups, i);
		const char *name = tree_text(tree_get(t, g, "id"));

		if (name && !strcmp(name, id))
			return tree_need_words(t, g, "title", &a->arena);
	}
	tree_mistake(t, item, _("there is no group %s"), id);
	return id;
}

static void read_want(struct audits *a, struct tree *t, const yaml_node_t *n, struct audit_condition *c)
{
	const char *want = tree_text(n);
	struct err err = {""};

	if (want && !strncmp(want, "is ", 3)) {
		c->is = arena_strdup(&a->arena, want + 3);
	} else if (!want || threshold_parse(&c->want, want, &err)) {
		tree_mistake(t, n, _("want is a threshold such as \">= 3\", or \"is TEXT\"%s%s"), err.msg[0] ? ": " : "",
		    err.msg);
		return;
	}
	c->text = arena_printf(&a->arena, "%s %s", c->fact, want);
}

static void read_condition(struct audits *a, struct tree *t, const yaml_node_t *n, struct audit_condition *c)
{
	const char *query = tree_text(tree_get(t, n, "query")), *rule = tree_text(tree_get(t, n, "rule"));
	struct err err = {""};

	if (tree_get(t, n, "fact")) {
		const yaml_node_t *want = tree_get(t, n, "want");

		c->fact = tree_need_text(t, n, "fact", &a->arena);
		if (want)
			read_want(a, t, want, c);
		else
			tree_mistake(t, n, _("a fact needs want:"));
		return;
	}
	if (!query && !rule)
		tree_mistake(t, n, _("a condition is {fact: .., want: ..}, {query: ..} or {rule: ..}"));
	else if (query ? query_parse(&c->query, query, &err) : query_parse_rule(&c->query, rule, &err))
		tree_mistake(t, n, "%s", err_msg(&err));
	c->text = arena_strdup(&a->arena, query ? query : rule ? rule : "");
}

static void read_conditions(struct audits *a, struct tree *t, const yaml_node_t *list, struct audit_item *item)
{
	size_t n = tree_count(list);

	if (n > CONDITIONS_MOST) {
		tree_mistake(t, list, _("at most %d conditions"), CONDITIONS_MOST);
		n = CONDITIONS_MOST;
	}
	item->conditions = arena_alloc(&a->arena, (n + 1) * sizeof(*item->conditions));
	for (size_t i = 0; i < n; i++)
		read_condition(a, t, tree_at(t, list, i), &item->conditions[item->n_conditions++]);
}

static void read_item(struct audits *a, struct tree *t, const yaml_node_t *n, struct audit_list *list)
{
	struct audit_item *item = &list->items[list->n++];
	const yaml_node_t *every = tree_get(t, n, "every"), *measure = tree_get(t, n, "measure");
	struct err err = {""};

	item->list = list->name;
	item->id = tree_need_text(t, n, "id", &a->arena);
	item->guide = tree_need_text(t, n, "guide", &a->arena);
	item->code = tree_need_text(t, n, "code", &a->arena);
	item->group = group_title(a, t, n);
	item->title = tree_need_words(t, n, "title", &a->arena);
	item->why = tree_need_words(t, n, "why", &a->arena);
	item->mend = tree_need_words(t, n, "mend", &a->arena);
	item->level = read_level(t, n, tree_need_text(t, n, "level", &a->arena));
	item->mode = arena_strdup(&a->arena, tree_text(tree_get(t, n, "mode")));
	item->question = tree_words(t, tree_get(t, n, "ask"), &a->arena);
	item->every = EVERY_DEFAULT;
	if (every && (!tree_text(every) || scalar_duration(tree_text(every), &item->every, &err)))
		tree_mistake(t, every, _("every is a time such as 180d"));
	if (measure)
		read_conditions(a, t, measure, item);
	if (!item->n_conditions && !item->question)
		tree_mistake(t, n, _("an item has measure:, ask: or both"));
	for (size_t i = 0; i + 1 < list->n; i++)
		if (!strcmp(list->items[i].id, item->id) || !strcmp(list->items[i].code, item->code))
			tree_mistake(t, n, _("there is another item %s or %s"), item->id, item->code);
}

static void read_list(struct audits *a, struct tree *t)
{
	const yaml_node_t *root = tree_root(t), *items = tree_get(t, root, "items");
	const char *name = tree_need_text(t, root, "list", &a->arena);
	struct audit_list *list = NULL;
	size_t n = tree_count(items);

	for (int k = KIND_KAFKA; k <= KIND_MQTT; k++)
		if (!strcmp(kind_name((enum broker_kind)k), name)) {
			list = &a->lists[k];
			list->kind = (enum broker_kind)k;
		}
	if (!list || list->name) {
		tree_mistake(t, root, _("list is kafka, nats or mqtt, and there is one of each"));
		return;
	}
	list->name = name;
	list->title = tree_need_words(t, root, "title", &a->arena);
	if (n > ITEMS_MOST) {
		tree_mistake(t, items, _("at most %d items"), ITEMS_MOST);
		n = ITEMS_MOST;
	}
	list->items = arena_alloc(&a->arena, (n + 1) * sizeof(*list->items));
	for (size_t i = 0; i < n; i++)
		read_item(a, t, tree_at(t, items, i), list);
}

int audits_parse(struct audits *a, const char *name, const char *text, size_t len, struct err *err)
{
	struct tree t;
	int rc = tree_parse(&t, name, text, len, err);

	if (!rc) {
		read_list(a, &t);
		rc = t.mistakes ? -1 : 0;
	}
	tree_release(&t);
	return rc;
}

int audits_load(struct audits *a, struct err *err)
{
	*a = (struct audits){0};
	arena_init(&a->arena);
	for (int k = KIND_KAFKA; k <= KIND_MQTT; k++) {
		char name[64], path[PATH_MAX];
		struct tree t;
		int rc;

		snprintf(name, sizeof(name), "audits/%s.yaml", kind_name((enum broker_kind)k));
		if (!datadir_find(name, path, sizeof(path)))
			return err_set(err, _("%s is missing: mqduty is not installed whole"), path);
		rc = tree_load(&t, path, err);
		if (!rc) {
			read_list(a, &t);
			rc = t.mistakes ? -1 : 0;
		}
		tree_release(&t);
		if (rc)
			return rc;
	}
	return 0;
}

void audits_release(struct audits *a)
{
	arena_release(&a->arena);
	*a = (struct audits){0};
}
