#include "rules/checklist_file.h"

#include "base/datadir.h"
#include "base/i18n.h"
#include "base/log.h"
#include "config/tree.h"

#include <dirent.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The file as it was when the program was built. */
static const char daily_yaml[] =
#include "rules/checklist_daily.inc"
    ;

static struct words read_words(struct tree *t, const yaml_node_t *n, struct arena *a)
{
	struct words w = {arena_strdup(a, tree_text(n)), NULL};

	if (!w.en) {
		w.en = arena_strdup(a, tree_text(tree_get(t, n, "en")));
		w.zh_CN = arena_strdup(a, tree_text(tree_get(t, n, "zh_CN")));
	}
	return w;
}

static struct words need_words(
    struct tree *t, const yaml_node_t *map, const char *key, struct arena *a)
{
	const yaml_node_t *n = tree_get(t, map, key);
	struct words w = read_words(t, n, a);

	if (!w.en || !*w.en)
		tree_mistake(t, n ? n : map,
		    _("%s: a text, or one a language as {en: .., zh_CN: ..}, should stand here"), key);
	return w;
}

static void check_keys(struct tree *t, const yaml_node_t *map, const char *const *known)
{
	for (size_t i = 0; i < tree_count(map); i++) {
		const yaml_node_t *key = tree_key(t, map, i);
		const char *name = tree_text(key);
		size_t k = 0;

		while (known[k] && (!name || strcmp(known[k], name) != 0))
			k++;
		if (!known[k])
			tree_mistake(t, key, _("'%.40s' is not known here"), name ? name : "?");
	}
}

static void read_kind(struct tree *t, const yaml_node_t *map, struct list_item *item)
{
	const yaml_node_t *n = tree_get(t, map, "kind");
	const char *kind = tree_text(n);

	if (kind && !strcmp(kind, "asked"))
		item->kind = ITEM_ASKED;
	else if (kind && strcmp(kind, "measured") != 0)
		tree_mistake(t, n, _("kind: write measured or asked"));
}

static void read_item(struct tree *t, const yaml_node_t *map, const struct checklist *list,
    struct arena *a, struct list_item *item)
{
	static const char *const known[] = {"id", "guide", "kind", "period", "title", "text", "hint",
	    "fine", "worst", "rules", "sections", "counted", "view", "measure", NULL};
	const char *period = tree_text(tree_get(t, map, "period"));

	check_keys(t, map, known);
	*item = (struct list_item){
	    .list = list->name,
	    .id = tree_need_text(t, map, "id", a),
	    .guide = arena_strdup(a, tree_text(tree_get(t, map, "guide"))),
	    .period = period ? arena_strdup(a, period) : list->period,
	    .title = need_words(t, map, "title", a),
	    .text = need_words(t, map, "text", a),
	    .hint = read_words(t, tree_get(t, map, "hint"), a),
	    .fine = read_words(t, tree_get(t, map, "fine"), a),
	    .worst = read_words(t, tree_get(t, map, "worst"), a),
	    .rules = tree_texts(t, tree_get(t, map, "rules"), a),
	    .sections = tree_texts(t, tree_get(t, map, "sections"), a),
	    .counted = arena_strdup(a, tree_text(tree_get(t, map, "counted"))),
	    .view = arena_strdup(a, tree_text(tree_get(t, map, "view"))),
	    .measure = arena_strdup(a, tree_text(tree_get(t, map, "measure"))),
	};
	item->subject = arena_printf(a, "%s/%s", item->list, item->id);
	read_kind(t, map, item);
	if (item->kind == ITEM_MEASURED && !item->rules[0] && !item->sections[0] && !item->measure)
		tree_mistake(t, map, _("%.40s is measured: name the rules or sections that it is made of"),
		    item->id);
	for (struct list_item *other = list->items; other < item; other++)
		if (!strcmp(other->id, item->id))
			tree_mistake(t, map, _("%.40s stands here twice"), item->id);
}

static void read_list(struct checklists *c, struct tree *t, struct checklist *list)
{
	static const char *const known[] = {"list", "period", "title", "items", NULL};
	const yaml_node_t *root = tree_root(t), *items = tree_get(t, root, "items");

	check_keys(t, root, known);
	list->name = tree_need_text(t, root, "list", &c->arena);
	list->period = tree_need_text(t, root, "period", &c->arena);
	list->title = need_words(t, root, "title", &c->arena);
	if (checklist_find(c, list->name))
		tree_mistake(t, root, _("there is a list %.40s already"), list->name);
	if (!tree_at(t, items, 0))
		tree_mistake(t, items ? items : root, _("items: a list should stand here"));
	list->n = tree_at(t, items, 0) ? tree_count(items) : 0;
	list->items = arena_alloc(&c->arena, (list->n + 1) * sizeof(*list->items));
	for (size_t i = 0; i < list->n; i++)
		read_item(t, tree_at(t, items, i), list, &c->arena, &list->items[i]);
}

static int take(struct checklists *c, struct tree *t)
{
	struct checklist list = {0};

	read_list(c, t, &list);
	if (t->mistakes)
		return -1;
	array_reserve(&c->lists, &c->cap, c->n + 1, sizeof(*c->lists));
	c->lists[c->n++] = list;
	return 0;
}

int checklists_add(
    struct checklists *c, const char *name, const char *text, size_t len, struct err *err)
{
	struct tree t;
	int rc = tree_parse(&t, name, text, len, err);

	if (!rc)
		rc = take(c, &t);
	tree_release(&t);
	return rc;
}

void checklists_release(struct checklists *c)
{
	free(c->lists);
	arena_release(&c->arena);
	*c = (struct checklists){0};
}

static int is_list(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > 5 && d->d_name[0] != '.' && !strcmp(d->d_name + n - 5, ".yaml");
}

static void add_file(struct checklists *c, const char *folder, const char *file)
{
	struct err err = {""};
	char path[PATH_MAX];
	struct tree t;

	if (snprintf(path, sizeof(path), "%s/%s", folder, file) >= (int)sizeof(path))
		return;
	if (tree_load(&t, path, &err) || take(c, &t))
		log_warn("checklist left out: %s", err_msg(&err));
	tree_release(&t);
}

static struct checklists all;

static void load_all(void)
{
	struct dirent **files = NULL;
	struct err err = {""};
	char folder[PATH_MAX];
	int n = datadir_find("checklists", folder, sizeof(folder))
		    ? scandir(folder, &files, is_list, alphasort)
		    : 0;

	arena_init(&all.arena);
	for (int i = 0; i < n; i++) {
		add_file(&all, folder, files[i]->d_name);
		free(files[i]);
	}
	free(files);
	if (!checklist_find(&all, "daily") &&
	    checklists_add(&all, "daily.yaml", daily_yaml, sizeof(daily_yaml) - 1, &err))
		BUG("%s", err_msg(&err));
}

const struct checklists *checklists(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, load_all);
	return &all;
}

const struct checklist *checklist_find(const struct checklists *c, const char *list)
{
	for (size_t i = 0; i < c->n; i++)
		if (!strcmp(c->lists[i].name, list))
			return &c->lists[i];
	return NULL;
}

const struct list_item *checklist_item(
    const struct checklists *c, const char *list, const char *id)
{
	const struct checklist *l = list && id ? checklist_find(c, list) : NULL;

	for (size_t i = 0; l && i < l->n; i++)
		if (!strcmp(l->items[i].id, id))
			return &l->items[i];
	return NULL;
}

const char *words_now(const struct words *w)
{
	/* The language is what gettext answers in: its own name is one of the messages. */
	if (w->zh_CN && !strcmp(_("en"), "zh_CN"))
		return w->zh_CN;
	return w->en ? w->en : "";
}
