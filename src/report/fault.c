#include "report/fault.h"

#include "base/fmt.h"
#include "base/i18n.h"
#include "manual/render.h"

#include <string.h>

enum { WIDTH = 79, ID_WIDTH = 30 };

void fault_list(const struct manual *m, struct buf *out)
{
	for (size_t i = 0; i < m->n_pages; i++)
		buf_addf(out, "%-*s %s\n", ID_WIDTH, m->pages[i].id, m->pages[i].title);
}

static void put_lines(struct manual_lines *l, int indent, struct buf *out)
{
	for (size_t i = 0; i < l->n; i++) {
		if (l->lines[i].text[0])
			buf_addf(out, "%*s%s\n", l->lines[i].indent + indent, "", l->lines[i].text);
		else
			buf_addc(out, '\n');
	}
	manual_lines_release(l);
}

static void put_text(const char *markdown, int indent, struct buf *out)
{
	struct manual_lines l;

	manual_lines_init(&l);
	manual_render(&l, markdown, WIDTH - indent);
	put_lines(&l, indent, out);
}

static void put_key(const char *label, const char *value, struct buf *out)
{
	if (value && *value)
		buf_addf(out, "     %s %s\n", label, value);
}

static void put_answers(const struct manual_page *page, const struct manual_step *s, struct buf *out)
{
	for (size_t i = 0; i < s->n_answers; i++) {
		int target = s->answers[i].target;

		buf_addf(out, "       %zu %s", i + 1, s->answers[i].text);
		if (target >= 0)
			buf_addf(out, " -> %s", page->steps[target].title);
		buf_addc(out, '\n');
	}
}

static void put_step(const struct manual_page *page, size_t i, struct buf *out)
{
	const struct manual_step *s = &page->steps[i];
	char d[FMT_MAX];

	buf_addf(out, "\n  %zu. %s\n", i + 1, s->title);
	put_key(_("well when:"), s->query_text, out);
	if (s->wait_ns)
		put_key(_("for:"), fmt_duration(d, sizeof(d), s->wait_ns), out);
	if (s->precheck)
		put_key(_("asked first:"), manual_precheck_name(s->precheck), out);
	put_key(_("cost:"), s->cost, out);
	put_key("$", s->command, out);
	put_answers(page, s, out);
	if (*s->text)
		put_text(s->text, 5, out);
}

void fault_text(const struct manual_page *page, struct buf *out)
{
	buf_addf(out, "%s: %s\n", page->id, page->title);
	buf_addf(out, _("owner %s, reviewed %s, revision %s\n"), page->owner, page->reviewed, page->revision);
	for (int s = 0; s < MANUAL_SECTIONS; s++) {
		enum manual_section section = (enum manual_section)s;

		buf_addf(out, "\n%s\n", _(manual_section_name(section)));
		put_text(page->text[s], 2, out);
		for (size_t i = 0; i < page->n_steps; i++)
			if (page->steps[i].section == section)
				put_step(page, i, out);
	}
}
