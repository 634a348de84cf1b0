/* The daily checklist as Markdown: the day as it goes, or one that is over. */
#include "base/fmt.h"
#include "base/i18n.h"
#include "report/daily.h"
#include "report/md.h"
#include "report/parts.h"
#include "rules/daybook.h"

#include <jansson.h>

enum { NOTES_MOST = 200, ROWS_SHOWN = 20, CELLS_SHOWN = 20 };

struct page {
	struct buf *out;
	const struct ledger *ledger;
	const struct judgement *judgement; /* NULL: the day is over */
	const char *day;
	int offset_s;
};

static void put_clock(const struct page *p, int64_t wall)
{
	char at[16];

	buf_adds(p->out, daybook_clock(wall, p->offset_s, at, sizeof(at)));
}

static const char *keep_note(enum keep k)
{
	return k == KEEP_KEPT ? "" : k == KEEP_SAVING ? _(" (saving)") : _(" (NOT SAVED)");
}

static const struct ledger_line *sign_of(const struct page *p, const struct list_item *item)
{
	return daybook_line(p->ledger, RECORD_SIGN, item->subject, p->day, NULL);
}

static const struct check_item *judged(const struct page *p, const struct list_item *item)
{
	const struct judgement *j = p->judgement;

	for (size_t i = 0; j && i < j->n_checklist; i++)
		if (!strcmp(j->checklist[i].list, item->list) && !strcmp(j->checklist[i].id, item->id))
			return &j->checklist[i];
	return NULL;
}

static void put_signed(const struct page *p, const struct ledger_line *line)
{
	if (!line) {
		buf_adds(p->out, p->judgement ? _("unsigned") : _("**missed**"));
		return;
	}
	md_text(p->out, line->record->user);
	buf_addc(p->out, ' ');
	put_clock(p, line->record->wall);
	buf_adds(p->out, keep_note(line->keep));
}

/* How it stands now, or stood when it was signed. */
static void put_row(const struct page *p, const struct list_item *item, size_t number)
{
	const struct ledger_line *line = sign_of(p, item);
	const struct check_item *now = judged(p, item);
	json_t *then = line && line->record->data ? json_loads(line->record->data, 0, NULL) : NULL;
	const char *verdict = now	? verdict_name(now->verdict)
			      : then	? json_string_value(json_object_get(then, "verdict"))
					: NULL;
	long long evaluated = now ? now->evaluated : (long long)json_integer_value(json_object_get(then, "evaluated"));
	long long total = now ? now->total : (long long)json_integer_value(json_object_get(then, "total"));

	buf_addf(p->out, "| %zu | ", number);
	md_text(p->out, words_now(&item->title));
	buf_adds(p->out, " | ");
	md_text(p->out, verdict);
	if (now || then)
		buf_addf(p->out, " | %lld/%lld | ", evaluated, total);
	else
		buf_adds(p->out, " | - | ");
	md_text(p->out, now ? now->evidence : json_string_value(json_object_get(then, "evidence")));
	buf_adds(p->out, " | ");
	put_signed(p, line);
	buf_adds(p->out, " |\n");
	json_decref(then);
}

/* "lag 9,102, behind 25m" */
static void put_cells(const struct page *p, const json_t *cells)
{
	const char *key, *comma = "";
	json_t *cell;
	int n = 0;

	json_object_foreach((json_t *)cells, key, cell)
	{
		if (!json_is_string(cell) || n++ == CELLS_SHOWN)
			continue;
		buf_adds(p->out, comma);
		md_text(p->out, key);
		buf_addc(p->out, ' ');
		md_text(p->out, json_string_value(cell));
		comma = ", ";
	}
}

static void put_values(const struct page *p, const json_t *rows)
{
	for (size_t i = 0; i < json_array_size(rows) && i < ROWS_SHOWN; i++) {
		const json_t *row = json_array_get(rows, i);

		if (!i)
			buf_addf(p->out, "\n| %s | %s | %s |\n|---|---|---|\n", _("row"), _("verdict"),
			    _("values when it was signed"));
		buf_adds(p->out, "| ");
		md_text(p->out, json_string_value(json_object_get(row, "row")));
		buf_adds(p->out, " | ");
		md_text(p->out, json_string_value(json_object_get(row, "verdict")));
		buf_adds(p->out, " | ");
		put_cells(p, json_object_get(row, "cells"));
		buf_adds(p->out, " |\n");
	}
}

static void put_signature(const struct page *p, const struct ledger_line *line)
{
	const struct record *r = line->record;
	json_t *then = r->data ? json_loads(r->data, 0, NULL) : NULL;
	char at[FMT_MAX];

	buf_addf(p->out, "%s ", _("Signed by"));
	md_text(p->out, r->user);
	buf_addf(p->out, " (%s ", _("from"));
	md_text(p->out, r->from);
	buf_addf(p->out, ") %s%s", fmt_utc(at, sizeof(at), r->wall), keep_note(line->keep));
	buf_adds(p->out, _(" as "));
	md_text(p->out, json_string_value(json_object_get(then, "verdict")));
	buf_adds(p->out, ": ");
	md_text(p->out, json_string_value(json_object_get(then, "evidence")));
	buf_addc(p->out, '\n');
	if (r->text) {
		buf_adds(p->out, "\n> ");
		md_text(p->out, r->text);
		buf_addc(p->out, '\n');
	}
	put_values(p, json_object_get(then, "rows"));
	json_decref(then);
}

static void put_notes(const struct page *p, const struct list_item *item)
{
	const struct ledger_line *notes[NOTES_MOST];
	size_t n = daybook_notes(p->ledger, item->subject, p->day, notes, NOTES_MOST);

	for (size_t i = 0; i < n && i < NOTES_MOST; i++) {
		buf_adds(p->out, i ? "- " : "\n- ");
		put_clock(p, notes[i]->record->wall);
		buf_addc(p->out, ' ');
		md_text(p->out, notes[i]->record->user);
		buf_adds(p->out, ": ");
		md_text(p->out, notes[i]->record->text);
		buf_addf(p->out, "%s\n", keep_note(notes[i]->keep));
	}
}

static void put_item(const struct page *p, const struct list_item *item)
{
	const struct ledger_line *line = sign_of(p, item), *note;

	if (!line && !daybook_notes(p->ledger, item->subject, p->day, &note, 1))
		return;
	buf_adds(p->out, "\n## ");
	md_text(p->out, words_now(&item->title));
	buf_adds(p->out, "\n\n");
	if (line)
		put_signature(p, line);
	else
		buf_addf(p->out, "%s\n", p->judgement ? _("Not signed yet.") : _("Missed: nobody signed it."));
	put_notes(p, item);
}

static void put_table(const struct page *p, const struct checklist *list)
{
	buf_addf(p->out, "\n|  | %s | %s | %s | %s | %s |\n|---|---|---|---|---|---|\n", _("item"), _("verdict"),
	    _("judged"), _("evidence"), _("signed"));
	for (size_t i = 0; i < list->n; i++)
		put_row(p, &list->items[i], i + 1);
	for (size_t i = 0; i < list->n; i++)
		put_item(p, &list->items[i]);
}

static void put_alerts(const struct frame *f, struct buf *out)
{
	const struct judgement *j = f->judgement;
	bool any = false;

	for (size_t i = 0; i < j->n_alerts; i++) {
		const struct alert *a = &j->alerts[i];

		if (a->state != ALERT_FIRING)
			continue;
		if (!any)
			buf_addf(out, "\n## %s\n\n| %s | %s | %s | %s | %s |\n|---|---|---|---|---|\n", _("Alerts"),
			    _("severity"), _("alert"), _("cluster"), _("where"), _("now"));
		any = true;
		buf_addf(out, "| %s | ", severity_name(a->severity));
		md_text(out, a->name);
		buf_adds(out, " | ");
		md_text(out, a->cluster);
		buf_adds(out, " | ");
		md_text(out, a->entity);
		buf_adds(out, " | ");
		md_text(out, a->what);
		if (a->acknowledged) {
			buf_adds(out, _("; acknowledged by "));
			md_text(out, a->ack_by);
		}
		buf_adds(out, " |\n");
	}
}

int report_markdown(const struct frame *f, const char *list, int64_t now, struct buf *out)
{
	const struct checklist *items = checklist_find(checklists(), list ? list : "daily");
	const struct judgement *j = f->judgement;
	struct page p = {out, f->ledger, j, j->day, j->day_offset_s};
	char when[FMT_MAX];

	buf_addf(out, "# mqduty %s%s%s: %s\n\n", list ? list : "daily", j->day[0] ? " " : "", j->day,
	    verdict_name(report_verdict(f, list)));
	buf_addf(out, _("As of %s, from "), fmt_utc(when, sizeof(when), report_wall(f, now)));
	md_text(out, f->from);
	if (items)
		buf_addf(out, _("; %zu of %zu items are signed.\n"), daybook_signed(f->ledger, items, j->day), items->n);
	if (f->ledger->trouble[0]) {
		buf_addf(out, "\n**%s** ", _("Not everything is kept:"));
		md_text(out, f->ledger->trouble);
		buf_addc(out, '\n');
	}
	if (items)
		put_table(&p, items);
	if (!list)
		put_alerts(f, out);
	return out->overflow ? -1 : 0;
}

int report_past_day(const struct ledger *l, const char *day, int offset_s, struct buf *out, size_t *missed)
{
	const struct checklist *items = checklist_find(checklists(), "daily");
	struct page p = {out, l, NULL, day, offset_s};
	size_t n = daybook_signed(l, items, day);

	buf_addf(out, "# mqduty daily %s\n\n", day);
	if (n)
		buf_addf(out, _("%zu of %zu items were signed.\n"), n, items->n);
	else
		buf_addf(out, "%s\n", _("**Missed**: nobody signed anything on that day."));
	put_table(&p, items);
	*missed = items->n - n;
	return out->overflow ? -1 : 0;
}
