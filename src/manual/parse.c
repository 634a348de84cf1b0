/* One file: lines, front matter, sections. */
#include "manual/parse.h"

#include "base/i18n.h"
#include "base/text.h"

#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 256 * 1024, LINES_MAX = 4000, ERRORS_MAX = 200 };

static const struct {
	const char *name, *key;
} sections[MANUAL_SECTIONS] = {
    [MANUAL_SYMPTOM] = {N_("Symptom"), "symptom"},
    [MANUAL_IMPACT] = {N_("Impact"), "impact"},
    [MANUAL_NOW] = {N_("Now"), "now"},
    [MANUAL_CONFIRM] = {N_("Confirm"), "confirm"},
    [MANUAL_LOCATE] = {N_("Locate"), "locate"},
    [MANUAL_RECOVER] = {N_("Recover"), "recover"},
    [MANUAL_VERIFY] = {N_("Verify"), "verify"},
    [MANUAL_ROLLBACK] = {N_("Roll back"), "rollback"},
    [MANUAL_PREVENT] = {N_("Prevent"), "prevent"},
};

const char *manual_section_name(enum manual_section s)
{
	return sections[s].name;
}

const char *manual_section_key(enum manual_section s)
{
	return sections[s].key;
}

void manual_complain(
    struct manual_errors *e, const char *file, int line, bool warning, const char *fmt, ...)
{
	char raw[512], clean[512];
	va_list ap;

	if (!e || e->n >= ERRORS_MAX)
		return;
	va_start(ap, fmt);
	vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	array_reserve(&e->list, &e->cap, e->n + 1, sizeof(*e->list));
	e->list[e->n++] = (struct manual_error){
	    .file = xstrdup(file),
	    .line = line,
	    .text = xstrdup(text_sanitise(clean, sizeof(clean), raw, sizeof(raw))),
	    .warning = warning,
	};
}

void manual_errors_release(struct manual_errors *e)
{
	for (size_t i = 0; i < e->n; i++) {
		free(e->list[i].file);
		free(e->list[i].text);
	}
	free(e->list);
	*e = (struct manual_errors){0};
}

size_t manual_errors_count(const struct manual_errors *e)
{
	size_t n = 0;

	for (size_t i = 0; i < e->n; i++)
		n += !e->list[i].warning;
	return n;
}

void manual_errors_print(const struct manual_errors *e, struct buf *out)
{
	for (size_t i = 0; i < e->n; i++) {
		const struct manual_error *m = &e->list[i];

		if (m->line)
			buf_addf(out, "%s:%d: %s%s\n", m->file, m->line,
			    m->warning ? _("warning: ") : "", m->text);
		else
			buf_addf(out, "%s: %s%s\n", m->file, m->warning ? _("warning: ") : "", m->text);
	}
}

static void set_revision(struct manual_page *page, const char *text, size_t len)
{
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (!EVP_Digest(text, len, md, &n, EVP_sha256(), NULL))
		BUG("SHA-256 is not there");
	for (unsigned i = 0; i < 5; i++)
		snprintf(page->revision + (size_t)2 * i, 3, "%02x", md[i]);
}

/* Tabs are the one control character that people write. */
static char *clean_line(struct parsing *p, const char *from, size_t len, size_t at)
{
	char *line = arena_strndup(p->arena, from, len);

	if (len && line[len - 1] == '\r')
		line[--len] = '\0';
	for (char *c = line; *c; c++)
		if (*c == '\t')
			*c = ' ';
	while (len && line[len - 1] == ' ')
		line[--len] = '\0';
	if (*line && !text_is_clean(line)) {
		wrong(p, at,
		    _("this line holds a control, direction or unprintable character, or is not UTF-8"));
		text_sanitise(line, len + 1, arena_strdup(p->arena, line), len);
	}
	return line;
}

static bool split(struct parsing *p, const char *text, size_t len)
{
	const char *end = text + len;

	if (len > FILE_MAX) {
		manual_complain(p->errors, p->path, 0, false,
		    _("a page is at most %d KiB"), FILE_MAX / 1024);
		return false;
	}
	if (memchr(text, '\0', len)) {
		manual_complain(p->errors, p->path, 0, false, _("this is no text file"));
		return false;
	}
	while (text < end) {
		const char *nl = memchr(text, '\n', (size_t)(end - text));
		size_t n = nl ? (size_t)(nl - text) : (size_t)(end - text);

		if (p->n == LINES_MAX) {
			wrong(p, p->n, _("a page has at most %d lines"), LINES_MAX);
			return false;
		}
		array_reserve(&p->lines, &p->cap_lines, p->n + 1, sizeof(*p->lines));
		p->lines[p->n] = clean_line(p, text, n, p->n);
		p->n++;
		text += n + (nl != NULL);
	}
	return true;
}

const char *joined(struct parsing *p, size_t from, size_t to)
{
	struct buf b;
	const char *text;

	while (from < to && !*p->lines[from])
		from++;
	while (to > from && !*p->lines[to - 1])
		to--;
	buf_init(&b, FILE_MAX + LINES_MAX);
	for (size_t i = from; i < to; i++)
		buf_addf(&b, "%s%s", i > from ? "\n" : "", p->lines[i]);
	text = arena_strdup(p->arena, b.data);
	buf_release(&b);
	return text;
}

static size_t next_heading(const struct parsing *p, bool steps)
{
	bool fence = false;
	size_t i;

	for (i = p->at; i < p->n; i++) {
		if (!strncmp(p->lines[i], "```", 3))
			fence = !fence;
		if (!fence && (!strncmp(p->lines[i], "## ", 3) ||
				  (steps && !strncmp(p->lines[i], "### ", 4))))
			break;
	}
	return i;
}

/* How an item of a list begins: "- ", "* ", "1. "; 0: this is none. */
static size_t bullet(const char *line)
{
	size_t digits = strspn(line, "0123456789");

	if ((line[0] == '-' || line[0] == '*') && line[1] == ' ')
		return 2;
	return digits && line[digits] == '.' && line[digits + 1] == ' ' ? digits + 2 : 0;
}

static void take_now(struct parsing *p, size_t from, size_t to)
{
	struct manual_page *page = p->page;

	while (from < to) {
		size_t skip = bullet(p->lines[from]), end = from + 1;

		if (!skip) {
			if (*p->lines[from])
				wrong(p, from, _("\"Now\" is a list: - what to do, one line each"));
			from++;
			continue;
		}
		while (end < to && *p->lines[end] && !bullet(p->lines[end]))
			end++;
		if (page->n_now == MANUAL_NOW_MAX) {
			wrong(p, from, _("\"Now\" has at most %d items: they are read in a hurry"),
			    MANUAL_NOW_MAX);
			return;
		}
		p->lines[from] += skip;
		page->now[page->n_now++] = joined(p, from, end);
		from = end;
	}
}

static void parse_section(struct parsing *p, enum manual_section s)
{
	size_t from = ++p->at, to = next_heading(p, manual_section_has_steps(s));

	p->page->text[s] = joined(p, from, to);
	if (s == MANUAL_NOW)
		take_now(p, from, to);
	p->at = to;
	while (peek(p) && !strncmp(peek(p), "### ", 4)) {
		if (p->page->n_steps == MANUAL_STEPS_MAX) {
			wrong(p, p->at, _("a page has at most %d steps"), MANUAL_STEPS_MAX);
			p->at = next_heading(p, false);
			return;
		}
		parse_step(p, s);
	}
}

static enum manual_section section_by_heading(const char *line)
{
	int s = 0;

	while (s < MANUAL_SECTIONS && strcmp(sections[s].name, line + 3) != 0)
		s++;
	return (enum manual_section)s;
}

static void parse_sections(struct parsing *p)
{
	int last = -1;

	while (peek(p)) {
		const char *line = peek(p);
		enum manual_section s;

		if (strncmp(line, "## ", 3) != 0) {
			if (*line)
				wrong(p, p->at, _("text stands under a heading: ## Symptom is the first"));
			p->at++;
			continue;
		}
		s = section_by_heading(line);
		if (s == MANUAL_SECTIONS) {
			wrong(p, p->at,
			    _("\"%s\" is none of Symptom, Impact, Now, Confirm, Locate, Recover, "
			      "Verify, Roll back, Prevent (they are keys, and not translated)"),
			    line + 3);
			p->at++;
			p->at = next_heading(p, false);
			continue;
		}
		if ((int)s <= last)
			wrong(p, p->at, _("\"%s\" stands twice or too late: the order is fixed"),
			    line + 3);
		last = (int)s;
		parse_section(p, s);
	}
}

static void check_page(struct parsing *p)
{
	const struct manual_page *page = p->page;

	for (int s = 0; s < MANUAL_SECTIONS; s++) {
		bool steps = false;

		for (size_t i = 0; i < page->n_steps; i++)
			steps |= page->steps[i].section == (enum manual_section)s;
		if (!page->text[s])
			wrong(p, p->n ? p->n - 1 : 0, _("the section ## %s is missing"), sections[s].name);
		else if (!*page->text[s] && !steps)
			wrong(p, p->n ? p->n - 1 : 0, _("the section ## %s is empty"), sections[s].name);
		else if (!steps && manual_section_has_steps((enum manual_section)s) && s != MANUAL_ROLLBACK)
			wrong(p, p->n ? p->n - 1 : 0, _("the section ## %s has no step: ### TITLE"),
			    sections[s].name);
	}
}

int manual_parse(struct manual_page *page, struct arena *arena, const char *path, const char *lang,
    const char *text, size_t len, struct manual_errors *errors)
{
	struct parsing *p = xcalloc(1, sizeof(*p));
	bool useless;

	*page = (struct manual_page){
	    .path = arena_strdup(arena, path), .lang = arena_strdup(arena, lang)};
	page->steps = arena_alloc(arena, MANUAL_STEPS_MAX * sizeof(*page->steps));
	p->page = page;
	p->arena = arena;
	p->errors = errors;
	p->path = page->path;
	set_revision(page, text, len);
	p->useless = !split(p, text, len);
	if (!p->useless)
		parse_front(p);
	if (!p->useless) {
		parse_sections(p);
		resolve_targets(p);
		check_page(p);
		page->owner = page->owner ? page->owner : "";
		page->reviewed = page->reviewed ? page->reviewed : "";
	}
	useless = p->useless;
	free(p->lines);
	free(p);
	return useless ? -1 : 0;
}
