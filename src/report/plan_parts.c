/* What each part of an emergency plan says. */
#include "report/plan_int.h"

#include "base/fmt.h"
#include "base/i18n.h"
#include "base/text.h"
#include "report/md.h"
#include "triage/drill.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

enum { BROKERS_SHOWN = 24 };

/* Who says what, and where it goes. */
struct writer {
	const struct plan_of *of;
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

static bool ends_sentence(const char *s)
{
	static const char ideographic[] = "\u3002";
	size_t n = s ? strlen(s) : 0;

	return (n && s[n - 1] == '.') || (n >= 3 && !strcmp(s + n - 3, ideographic));
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
		buf_addf(w->out, "%s %s", ends_sentence(s->cost) ? "" : ".", _("mqduty says first whether it may be done now."));
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
	const char *incident = json_string_value(json_object_get(c, "incident"));
	char when[FMT_MAX];

	fmt_utc(when, sizeof(when), json_integer_value(json_object_get(c, "wall")));
	buf_addf(w->out, "- %.10s ", when);
	md_text(w->out, json_string_value(json_object_get(c, "text")));
	buf_adds(w->out, " (");
	if (incident) {
		md_text(w->out, incident);
		buf_adds(w->out, ", ");
	}
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

/* Names and addresses, of a cluster that does not answer now as they were last seen. */
static void brokers(struct writer *w, const char *cluster)
{
	const struct inventory_cluster *c = inventory_find(w->of->inventory, cluster);
	char when[FMT_MAX];

	if (!c || !c->n) {
		buf_adds(w->out, _("brokers not known: none was seen so far"));
		return;
	}
	for (size_t i = 0; i < c->n && i < BROKERS_SHOWN; i++) {
		buf_adds(w->out, i ? ", " : "");
		md_text(w->out, c->brokers[i].name);
		if (c->brokers[i].address && strcmp(c->brokers[i].address, c->brokers[i].name) != 0) {
			buf_addc(w->out, ' ');
			md_text(w->out, c->brokers[i].address);
		}
	}
	if (c->n > BROKERS_SHOWN)
		buf_addf(w->out, _(" and %zu more"), c->n - BROKERS_SHOWN);
	if (!c->now)
		buf_addf(w->out, _(" (last seen %.10s)"), fmt_utc(when, sizeof(when), c->seen));
}

static bool systems(struct writer *w)
{
	const struct config *c = w->of->config;
	bool any = false;

	for (size_t i = 0; c && i < c->n_clusters; i++) {
		if (!applies(w, &c->clusters[i]))
			continue;
		buf_adds(w->out, any ? "; " : "");
		md_text(w->out, c->clusters[i].name);
		buf_addf(w->out, " (%s%s%s): ", kind_name(c->clusters[i].kind), c->clusters[i].tier ? ", " : "",
		    tier_name(c->clusters[i].tier));
		brokers(w, c->clusters[i].name);
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

/* Whether it was practised, and how to. */
static bool practised(struct writer *w)
{
	const struct drill *d = drill_find(w->of->fault);
	struct plan_drill last;
	char when[FMT_MAX];

	if (plan_last_drill(w->of->fault, w->of->all, w->of->drills, &last)) {
		buf_addf(w->out, _("Last drilled: %.10s"), fmt_utc(when, sizeof(when), last.wall));
		buf_adds(w->out, " (");
		md_text(w->out, last.id);
		buf_adds(w->out, ", ");
		md_text(w->out, last.user);
		buf_addc(w->out, ')');
	} else {
		buf_adds(w->out, w->of->drills_unread ? _("Last drilled: UNKNOWN, the records of the drills are not read yet")
						      : _("Last drilled: never"));
	}
	buf_adds(w->out, ". ");
	if (d)
		buf_addf(w->out, _("To practise it: `mqduty drill %s`."), d->fault);
	else
		buf_adds(w->out, _("No drill brings this fault about."));
	buf_adds(w->out, "\n\n");
	return true;
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
    {"drills", practised},
};

bool plan_write_part(const struct plan_of *of, const char *id, struct buf *out)
{
	struct writer w = {of, out};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (!strcmp(parts[i].id, id))
			return parts[i].write(&w);
	return false;
}
