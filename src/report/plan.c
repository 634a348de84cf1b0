/* The emergency plan of a fault, by the template of the guide: making it, and its forms. */
#include "report/plan_int.h"

#include "base/datadir.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/jsonw.h"
#include "config/tree.h"
#include "report/md.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { PART_MAX = 256 << 10 };

struct maker {
	struct plan *plan;
	const struct plan_of *of;
	struct tree tree;
};

bool plan_last_drill(const char *fault, const struct incidents *all, const struct incidents *drills, struct plan_drill *out)
{
	const struct incidents *const both[] = {all, drills};

	*out = (struct plan_drill){0};
	for (size_t b = 0; b < 2; b++)
		for (size_t i = 0; both[b] && i < both[b]->n; i++) {
			const struct incident *inc = &both[b]->list[i];

			if (inc->drill && inc->closed > out->wall && inc->fault && !strcmp(inc->fault, fault))
				*out = (struct plan_drill){inc->id, inc->closed_by, inc->closed};
		}
	return out->wall != 0;
}

char *plan_say_drilled(const struct plan_drill *d, bool unread, int64_t wall, char *out, size_t size)
{
	char ago[FMT_MAX];

	if (d->wall)
		snprintf(out, size, _("Last drilled: %s ago (%.40s, %.60s)"),
		    fmt_duration(ago, sizeof(ago), wall > d->wall ? wall - d->wall : 0), d->id, d->user ? d->user : "?");
	else
		snprintf(out, size, "%s", unread ? _("Last drilled: UNKNOWN, the records of the drills are not read yet")
						 : _("Last drilled: never"));
	return out;
}

/* A part with its text, or with what is said where nothing is known. */
static struct plan_part *add_part(struct maker *m, const yaml_node_t *node, bool field)
{
	struct arena *a = &m->plan->arena;
	struct plan_part *part;
	const char *guide = tree_text(tree_get(&m->tree, node, "guide"));
	struct buf text;

	if (m->plan->n == PLAN_PARTS) {
		tree_mistake(&m->tree, node, _("a plan has at most %d parts"), PLAN_PARTS);
		return NULL;
	}
	part = &m->plan->list[m->plan->n++];
	*part = (struct plan_part){
	    .id = tree_need_text(&m->tree, node, "id", a), .guide = arena_strdup(a, guide ? guide : ""),
	    .title = tree_need_words(&m->tree, node, "title", a), .field = field, .text = ""};
	if (tree_get(&m->tree, node, "fields"))
		return part;
	buf_init(&text, PART_MAX);
	part->known = plan_write_part(m->of, part->id, &text);
	if (!part->known)
		buf_addf(&text, "*%s*%s", tree_need_words(&m->tree, node, "none", a), field ? "" : "\n\n");
	if (text.overflow)
		tree_mistake(&m->tree, node, _("the plan is too large"));
	part->text = arena_strdup(a, text.data);
	buf_release(&text);
	return part;
}

static void add_section(struct maker *m, const yaml_node_t *node)
{
	const yaml_node_t *fields = tree_get(&m->tree, node, "fields");
	struct plan_part *section = add_part(m, node, false), *part;
	struct buf text;

	if (!section || !fields)
		return;
	buf_init(&text, PART_MAX);
	section->known = true;
	for (size_t i = 0; i < tree_count(fields); i++) {
		part = add_part(m, tree_at(&m->tree, fields, i), true);
		if (part)
			buf_addf(&text, "- %s: %s\n", part->title, part->text);
		section->known &= part && part->known;
	}
	buf_addc(&text, '\n');
	section->text = arena_strdup(&m->plan->arena, text.data);
	buf_release(&text);
}

static void fill(struct maker *m)
{
	const yaml_node_t *root = tree_root(&m->tree), *list = tree_get(&m->tree, root, "sections");
	struct arena *a = &m->plan->arena;

	m->plan->heading = arena_printf(a, "%s: %s", tree_need_words(&m->tree, root, "title", a),
	    m->of->page ? m->of->page->title : m->of->fault);
	for (size_t i = 0; i < tree_count(list); i++)
		add_section(m, tree_at(&m->tree, list, i));
}

int plan_make(struct plan *p, const struct plan_of *of, struct err *err)
{
	struct maker m = {.plan = p, .of = of};
	char path[PATH_MAX];
	int rc;

	*p = (struct plan){.page = of->page, .drills_unread = of->drills_unread};
	arena_init(&p->arena);
	p->fault = arena_strdup(&p->arena, of->fault);
	datadir_find("plans/template.yaml", path, sizeof(path));
	rc = tree_load(&m.tree, path, err);
	if (!rc) {
		fill(&m);
		rc = m.tree.mistakes ? -1 : 0;
	}
	if (plan_last_drill(of->fault, of->all, of->drills, &p->drilled)) {
		p->drilled.id = arena_strdup(&p->arena, p->drilled.id);
		p->drilled.user = arena_strdup(&p->arena, p->drilled.user);
	}
	tree_release(&m.tree);
	return rc;
}

void plan_release(struct plan *p)
{
	arena_release(&p->arena);
}

static void put_sections(const struct plan *p, struct buf *out)
{
	for (size_t i = 0; i < p->n; i++)
		if (!p->list[i].field)
			buf_addf(out, "### %s\n\n%s", p->list[i].title, p->list[i].text);
}

int plan_to_markdown(const struct plan *p, struct buf *out)
{
	buf_adds(out, "## ");
	md_text(out, p->heading);
	buf_adds(out, "\n\n");
	put_sections(p, out);
	return out->overflow ? -1 : 0;
}

static void part_json(const struct plan_part *part, struct jsonw *w)
{
	jsonw_object(w, NULL);
	jsonw_text(w, "id", part->id);
	jsonw_text(w, "guide", part->guide[0] ? part->guide : NULL);
	jsonw_text(w, "title", part->title);
	jsonw_bool(w, "known", part->known);
	jsonw_text(w, "text", part->text);
}

static void drilled_json(const struct plan *p, int64_t wall, struct jsonw *w)
{
	char when[FMT_MAX];

	if (p->drills_unread)
		jsonw_text(w, "last_drilled", "unknown");
	else if (!p->drilled.wall)
		jsonw_null(w, "last_drilled");
	if (!p->drilled.wall || p->drills_unread)
		return;
	jsonw_object(w, "last_drilled");
	jsonw_text(w, "at", fmt_utc(when, sizeof(when), p->drilled.wall));
	jsonw_int(w, "age_s", (wall - p->drilled.wall) / 1000000000);
	jsonw_text(w, "incident", p->drilled.id);
	jsonw_text(w, "user", p->drilled.user);
	jsonw_end_object(w);
}

int plan_to_json(const struct plan *p, int64_t wall, struct buf *out)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w, NULL);
	jsonw_text(&w, "schema", "mqduty/plan/1");
	jsonw_text(&w, "fault", p->fault);
	jsonw_text(&w, "title", p->heading);
	jsonw_text(&w, "lang", i18n_lang());
	jsonw_text(&w, "revision", p->page ? p->page->revision : NULL);
	jsonw_text(&w, "reviewed", p->page ? p->page->reviewed : NULL);
	drilled_json(p, wall, &w);
	jsonw_array(&w, "sections");
	for (size_t i = 0; i < p->n;) {
		part_json(&p->list[i++], &w);
		if (i < p->n && p->list[i].field) {
			jsonw_array(&w, "fields");
			for (; i < p->n && p->list[i].field; i++) {
				part_json(&p->list[i], &w);
				jsonw_end_object(&w);
			}
			jsonw_end_array(&w);
		}
		jsonw_end_object(&w);
	}
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	return out->overflow ? -1 : 0;
}

int plan_for_screen(const struct plan *p, int64_t wall, struct buf *out)
{
	char say[256];

	buf_adds(out, "## ");
	md_text(out, p->heading);
	buf_adds(out, "\n\n");
	md_text(out, plan_say_drilled(&p->drilled, p->drills_unread, wall, say, sizeof(say)));
	buf_adds(out, "\n\n");
	put_sections(p, out);
	return out->overflow ? -1 : 0;
}

int plan_markdown(const struct plan_of *of, struct buf *out, struct err *err)
{
	struct plan p;
	int rc = plan_make(&p, of, err);

	if (!rc && plan_to_markdown(&p, out))
		rc = err_set(err, _("the plan is too large"));
	plan_release(&p);
	return rc;
}
