/* mqduty manual lint. */
#include "manual/lint.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "manual/binding.h"
#include "rules/rules.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { REVIEW_DAYS = 365, DAY_S = 86400, FILE_BYTES = 256 * 1024 };

static int64_t days_since(const char *date, int64_t today)
{
	struct tm tm = {0};

	if (sscanf(date, "%d-%d-%d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday) != 3)
		return 0;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	return (today / NS_PER_S - (int64_t)timegm(&tm)) / DAY_S;
}

static void lint_step(const struct manual_page *page, const struct manual_step *s, struct manual_errors *e)
{
	struct err err = {""};

	if (s->command && binding_check_command(s->command, &err))
		manual_complain(e, page->path, s->line, false, "command: %s", err_msg(&err));
	if (!*s->text && !s->command && !s->query_text)
		manual_complain(e, page->path, s->line, true, _("this step has neither text nor query nor command"));
}

static void lint_page(const struct manual_page *page, int64_t today, struct manual_errors *e)
{
	int64_t age = days_since(page->reviewed, today);
	bool forbidden = !page->n_now;

	for (size_t i = 0; i < page->n_now; i++)
		forbidden |= manual_forbids(page->now[i]);
	if (!forbidden)
		manual_complain(e, page->path, 0, false, _("\"Now\" has no item that begins with \"Do not\""));
	for (size_t i = 0; i < page->n_steps; i++)
		lint_step(page, &page->steps[i], e);
	if (age > REVIEW_DAYS)
		manual_complain(e, page->path, 0, true, _("last reviewed %s, %lld days ago: read it again, then change the date"),
		    page->reviewed, (long long)age);
	if (age < -1)
		manual_complain(e, page->path, 0, false, _("reviewed %s lies in the future"), page->reviewed);
}

void manual_lint_file(const char *path, int64_t today, struct manual_errors *errors)
{
	char *text = xmalloc(FILE_BYTES + 1);
	FILE *f = fopen(path, "re");
	struct manual_page page;
	struct arena arena;
	size_t n;

	arena_init(&arena);
	if (!f) {
		manual_complain(errors, path, 0, false, _("cannot be read: %s"), strerror(errno));
	} else {
		n = fread(text, 1, FILE_BYTES + 1, f);
		fclose(f);
		if (!manual_parse(&page, &arena, path, strstr(path, "zh_CN/") ? "zh_CN" : "en", text, n, errors))
			lint_page(&page, today, errors);
	}
	free(text);
	arena_release(&arena);
}

static bool same_text(const char *a, const char *b)
{
	return !a == !b && (!a || !strcmp(a, b));
}

static bool same_list(const char *const *a, size_t n, const char *const *b, size_t m)
{
	if (n != m)
		return false;
	for (size_t i = 0; i < n; i++)
		if (strcmp(a[i], b[i]) != 0)
			return false;
	return true;
}

/* NULL: the same; otherwise the key that differs. */
static const char *step_differs(const struct manual_step *a, const struct manual_step *b)
{
	if (a->section != b->section)
		return "##";
	if (!same_text(a->query_text, b->query_text))
		return "query";
	if (!same_text(a->command, b->command))
		return "command";
	if (!a->cost != !b->cost)
		return "cost";
	if (a->precheck != b->precheck)
		return "precheck";
	if (a->wait_ns != b->wait_ns)
		return "wait";
	if (a->time_ns != b->time_ns)
		return "time";
	if (a->escalate != b->escalate)
		return "escalate";
	if (!same_list(a->guide, a->n_guide, b->guide, b->n_guide))
		return "guide";
	if (a->n_answers != b->n_answers)
		return "ask";
	for (size_t i = 0; i < a->n_answers; i++)
		if (a->answers[i].target != b->answers[i].target)
			return "ask";
	return NULL;
}

/* All "(guide: ...)" of the page, one after the other. */
static void guide_keys(const struct manual_page *page, struct buf *out)
{
	const char *texts[MANUAL_SECTIONS + MANUAL_STEPS_MAX];
	size_t n = 0;

	for (int s = 0; s < MANUAL_SECTIONS; s++)
		texts[n++] = page->text[s] ? page->text[s] : "";
	for (size_t i = 0; i < page->n_steps; i++)
		texts[n++] = page->steps[i].text;
	for (size_t i = 0; i < n; i++) {
		for (const char *at = texts[i]; (at = strstr(at, "(guide: ")); at++)
			buf_addf(out, "%.*s ", (int)strcspn(at, ")"), at);
		buf_addc(out, ';');
	}
}

static void compare(const struct manual_page *en, const struct manual_page *other, struct manual_errors *e)
{
	struct buf a, b;

	if (en->n_steps != other->n_steps)
		manual_complain(e, other->path, 0, false, _("has %zu steps, but %zu in English (%s)"),
		    other->n_steps, en->n_steps, en->path);
	for (size_t i = 0; i < en->n_steps && en->n_steps == other->n_steps; i++) {
		const char *key = step_differs(&en->steps[i], &other->steps[i]);

		if (key)
			manual_complain(e, other->path, other->steps[i].line, false,
			    _("%s is not the same as in English (%s:%d)"), key, en->path, en->steps[i].line);
	}
	if (en->kinds != other->kinds || en->n_now != other->n_now ||
	    !same_list(en->alerts, en->n_alerts, other->alerts, other->n_alerts) ||
	    !same_list(en->guide, en->n_guide, other->guide, other->n_guide))
		manual_complain(e, other->path, 0, false,
		    _("kind, alerts, guide and the number of items in \"Now\" have to be the same as in English"));
	buf_init(&a, 65536);
	buf_init(&b, 65536);
	guide_keys(en, &a);
	guide_keys(other, &b);
	if (strcmp(a.data, b.data) != 0)
		manual_complain(e, other->path, 0, false, _("its (guide: ID) keys are not those of the English page"));
	buf_release(&a);
	buf_release(&b);
}

static void in_step(const struct manual *en, const struct manual *other, struct manual_errors *e)
{
	for (size_t i = 0; i < other->n_pages; i++) {
		const struct manual_page *page = &other->pages[i], *twin = manual_find(en, page->id);

		if (!strcmp(page->lang, "en"))
			manual_complain(e, page->path, 0, false, _("is not translated: %s/%s.md is missing"),
			    other->lang, page->id);
		else if (!twin)
			manual_complain(e, page->path, 0, false, _("has no English page"));
		else
			compare(twin, page, e);
	}
}

static void every_rule_has_a_page(const struct manual *m, struct manual_errors *e)
{
	char home[4096] = "", id[96];

	manual_home(home, sizeof(home));
	for (size_t i = 0; rules_name(i); i++) {
		for (int k = KIND_KAFKA; k <= KIND_MQTT; k++) {
			if (rules_page(i, (enum broker_kind)k, id, sizeof(id)) &&
			    !manual_for_alert(m, id, rules_name(i), (enum broker_kind)k))
				manual_complain(e, home, 0, false, _("the rule %s has no page for %s: %s.md is missing"),
				    rules_name(i), kind_name((enum broker_kind)k), id);
		}
	}
}

size_t manual_lint(const char *const *dirs, size_t n_dirs, int64_t today, struct manual_errors *errors)
{
	struct manual *en = manual_load(dirs, n_dirs, "en", errors);
	/* What is wrong with the English pages has been said. */
	struct manual_errors again = {0};
	struct manual *zh = manual_load(dirs, n_dirs, "zh_CN", &again);
	size_t n = en->n_pages;

	for (size_t i = 0; i < again.n; i++)
		if (strstr(again.list[i].file, "/zh_CN/"))
			manual_complain(errors, again.list[i].file, again.list[i].line, again.list[i].warning, "%s",
			    again.list[i].text);
	for (size_t i = 0; i < en->n_pages; i++)
		lint_page(&en->pages[i], today, errors);
	for (size_t i = 0; i < zh->n_pages; i++)
		if (!strcmp(zh->pages[i].lang, "zh_CN"))
			lint_page(&zh->pages[i], today, errors);
	in_step(en, zh, errors);
	every_rule_has_a_page(en, errors);
	manual_errors_release(&again);
	manual_free(zh);
	manual_free(en);
	return n;
}
