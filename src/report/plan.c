/* The emergency plan of a fault, by the template of the guide. */
#include "report/incident.h"

#include "base/datadir.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/text.h"
#include "config/tree.h"
#include "report/md.h"

#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

struct writer {
	const struct plan_of *of;
	struct tree tree;
	struct arena arena;
	struct buf *out;
};

/* Markdown of the manual's own files: kept as it is, line by line, but for what would harm a terminal. Headings would
 * break the plan's own. */
static void manual_text(struct writer *w, const char *markdown)
{
	while (*markdown) {
		size_t n = strcspn(markdown, "\n");
		const char *guide = memmem(markdown, n, " (guide: ", 9);
		char raw[1024], line[1024];

		snprintf(raw, sizeof(raw), "%.*s", (int)(guide ? guide - markdown : (ptrdiff_t)(n < 1000 ? n : 1000)), markdown);
		text_sanitise(line, sizeof(line), raw, sizeof(raw));
		buf_addf(w->out, "%s%s\n", line[0] == '#' ? "\\" : "", line);
		markdown += n + (markdown[n] == '\n');
	}
	buf_addc(w->out, '\n');
}

static bool description(struct writer *w)
{
	const struct manual_page *p = w->of->page;

	if (!p || (!p->text[MANUAL_SYMPTOM] && !p->text[MANUAL_IMPACT]))
		return false;
	for (int s = MANUAL_SYMPTOM; s <= MANUAL_IMPACT; s++)
		if (p->text[s])
			manual_text(w, p->text[s]);
	return true;
}

static void one_step(struct writer *w, const struct manual_step *s, int number)
{
	buf_addf(w->out, "%d. ", number);
	md_text(w->out, s->title);
	if (s->query_text) {
		buf_adds(w->out, " (");
		md_code(w->out, s->query_text);
		buf_addc(w->out, ')');
	}
	if (s->cost) {
		buf_addf(w->out, ". %s ", _("Cost:"));
		md_text(w->out, s->cost);
	}
	if (s->precheck != PRECHECK_NONE)
		buf_addf(w->out, ". %s", _("mqduty says first whether it may be done now."));
	buf_addc(w->out, '\n');
	/* To be copied: nothing in it may be changed, as it would be between back-ticks. */
	if (s->command) {
		char line[1024];

		buf_addf(w->out, "\n        %s\n\n", text_sanitise(line, sizeof(line), s->command, sizeof(line)));
	}
}

static bool steps(struct writer *w)
{
	const struct manual_page *p = w->of->page;
	int number = 0;

	for (size_t i = 0; p && i < p->n_now; i++) {
		buf_addf(w->out, "%d. ", ++number);
		md_text(w->out, p->now[i]);
		buf_addc(w->out, '\n');
	}
	for (size_t i = 0; p && i < p->n_steps; i++)
		if (p->steps[i].section != MANUAL_ROLLBACK)
			one_step(w, &p->steps[i], ++number);
	if (number)
		buf_addc(w->out, '\n');
	return number > 0;
}

static bool rollback(struct writer *w)
{
	const struct manual_page *p = w->of->page;
	int number = 0;

	if (p && p->text[MANUAL_ROLLBACK] && p->text[MANUAL_ROLLBACK][0])
		manual_text(w, p->text[MANUAL_ROLLBACK]);
	for (size_t i = 0; p && i < p->n_steps; i++)
		if (p->steps[i].section == MANUAL_ROLLBACK)
			one_step(w, &p->steps[i], ++number);
	if (number)
		buf_addc(w->out, '\n');
	return number > 0 || (p && p->text[MANUAL_ROLLBACK] && p->text[MANUAL_ROLLBACK][0]);
}

static bool change(struct writer *w, const json_t *c)
{
	char when[FMT_MAX];

	fmt_utc(when, sizeof(when), json_integer_value(json_object_get(c, "wall")));
	buf_addf(w->out, "- %.10s ", when);
	md_text(w->out, json_string_value(json_object_get(c, "text")));
	buf_adds(w->out, " (");
	md_text(w->out, json_string_value(json_object_get(c, "incident")));
	buf_adds(w->out, ", ");
	md_text(w->out, json_string_value(json_object_get(c, "user")));
	buf_adds(w->out, ")\n");
	return true;
}

static bool changes(struct writer *w)
{
	const struct record *r = ledger_newest(w->of->ledger, RECORD_PLAN, NULL, NULL, w->of->fault);
	json_t *o = r && r->data ? json_loads(r->data, 0, NULL) : NULL;
	const json_t *list = json_object_get(o, "changes"), *c;
	bool any = false;
	size_t i;

	json_array_foreach(list, i, c) any = change(w, c);
	if (any)
		buf_addc(w->out, '\n');
	json_decref(o);
	return any;
}

/* --- fields --- */

static bool applies(const struct writer *w, const struct cluster_conf *c)
{
	const struct manual_page *p = w->of->page;

	return !p || !p->kinds || (p->kinds & 1u << c->kind);
}

static bool systems(struct writer *w)
{
	const struct config *c = w->of->config;
	bool any = false;

	for (size_t i = 0; c && i < c->n_clusters; i++) {
		if (!applies(w, &c->clusters[i]))
			continue;
		buf_adds(w->out, any ? ", " : "");
		md_text(w->out, c->clusters[i].name);
		buf_addf(w->out, " (%s%s%s)", kind_name(c->clusters[i].kind), c->clusters[i].tier ? ", " : "",
		    tier_name(c->clusters[i].tier));
		any = true;
	}
	return any;
}

/* What the incidents of this fault said so far, the newest first. */
static bool impacts(struct writer *w)
{
	const struct incidents *all = w->of->all;
	int n = 0;

	for (size_t i = all ? all->n : 0; i-- > 0 && n < 3;) {
		const struct incident *inc = &all->list[i];
		const char *said = incident_field(inc, "impact");

		if (inc->drill || !said || !said[0] || !inc->fault || strcmp(inc->fault, w->of->fault))
			continue;
		buf_adds(w->out, n++ ? "; " : "");
		md_text(w->out, said);
		buf_adds(w->out, " (");
		md_text(w->out, inc->id);
		buf_addc(w->out, ')');
	}
	return n > 0;
}

static bool owner(struct writer *w)
{
	if (!w->of->page || !w->of->page->owner || !w->of->page->owner[0])
		return false;
	md_text(w->out, w->of->page->owner);
	return true;
}

/* Contacts of the clusters that the fault can befall; those that begin with "business:" are another field. */
static bool contacts(struct writer *w, bool business)
{
	static const char prefix[] = "business:";
	const struct config *c = w->of->config;
	bool any = false;

	for (size_t i = 0; c && i < c->n_clusters; i++) {
		for (size_t k = 0; applies(w, &c->clusters[i]) && k < c->clusters[i].n_contacts; k++) {
			const char *who = c->clusters[i].contacts[k];
			bool is_business = !strncmp(who, prefix, sizeof(prefix) - 1);

			if (is_business != business)
				continue;
			who += is_business ? sizeof(prefix) - 1 : 0;
			buf_adds(w->out, any ? ", " : "");
			md_text(w->out, who + strspn(who, " "));
			buf_adds(w->out, " (");
			md_text(w->out, c->clusters[i].name);
			buf_addc(w->out, ')');
			any = true;
		}
	}
	return any;
}

static bool support(struct writer *w)
{
	return contacts(w, false);
}

static bool business_side(struct writer *w)
{
	return contacts(w, true);
}

static const struct {
	const char *id;
	bool (*write)(struct writer *w); /* false: nothing is known, and nothing was written */
} parts[] = {
    {"description", description},
    {"steps", steps},
    {"rollback", rollback},
    {"changes", changes},
    {"systems", systems},
    {"users", impacts},
    {"business", impacts},
    {"owner", owner},
    {"support", support},
    {"business_side", business_side},
};

static bool write_part(struct writer *w, const char *id)
{
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (!strcmp(parts[i].id, id))
			return parts[i].write(w);
	return false;
}

static void write_fields(struct writer *w, const yaml_node_t *fields)
{
	for (size_t i = 0; i < tree_count(fields); i++) {
		const yaml_node_t *f = tree_at(&w->tree, fields, i);

		buf_addf(w->out, "- %s: ", tree_need_words(&w->tree, f, "title", &w->arena));
		if (!write_part(w, tree_need_text(&w->tree, f, "id", &w->arena)))
			buf_addf(w->out, "*%s*", tree_need_words(&w->tree, f, "none", &w->arena));
		buf_addc(w->out, '\n');
	}
	buf_addc(w->out, '\n');
}

static void write_plan(struct writer *w)
{
	const yaml_node_t *root = tree_root(&w->tree), *list = tree_get(&w->tree, root, "sections");

	buf_addf(w->out, "## %s: ", tree_need_words(&w->tree, root, "title", &w->arena));
	md_text(w->out, w->of->page ? w->of->page->title : w->of->fault);
	buf_adds(w->out, "\n\n");
	for (size_t i = 0; i < tree_count(list); i++) {
		const yaml_node_t *s = tree_at(&w->tree, list, i), *fields = tree_get(&w->tree, s, "fields");

		buf_addf(w->out, "### %s\n\n", tree_need_words(&w->tree, s, "title", &w->arena));
		if (fields)
			write_fields(w, fields);
		else if (!write_part(w, tree_need_text(&w->tree, s, "id", &w->arena)))
			buf_addf(w->out, "*%s*\n\n", tree_need_words(&w->tree, s, "none", &w->arena));
	}
}

int plan_markdown(const struct plan_of *of, struct buf *out, struct err *err)
{
	struct writer w = {.of = of, .out = out};
	char path[PATH_MAX];
	int rc;

	arena_init(&w.arena);
	datadir_find("plans/template.yaml", path, sizeof(path));
	rc = tree_load(&w.tree, path, err);
	if (!rc) {
		write_plan(&w);
		rc = w.tree.mistakes ? -1 : 0;
	}
	if (!rc && out->overflow)
		rc = err_set(err, _("the plan is too large"));
	tree_release(&w.tree);
	arena_release(&w.arena);
	return rc;
}
