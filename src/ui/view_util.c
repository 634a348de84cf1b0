#include "ui/views.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

const char *verdict_word(enum verdict v)
{
	static const char *const word[VERDICT_COUNT] = {
	    [VERDICT_NA] = N_("n/a"),
	    [VERDICT_OK] = N_("OK"),
	    [VERDICT_WARN] = N_("WARN"),
	    [VERDICT_UNKNOWN] = N_("UNKN"),
	    [VERDICT_CRIT] = N_("CRIT"),
	};

	return _(word[v]);
}

void cell_empty(struct cell_text *out)
{
	out->text[0] = '\0';
	out->role = ROLE_TEXT;
	out->number = false;
}

void cell_str(struct cell_text *out, enum role role, const char *s)
{
	out->role = s ? role : ROLE_DIM;
	out->number = false;
	text_sanitise(out->text, sizeof(out->text), s ? s : "-", sizeof(out->text));
}

void cell_fmt(struct cell_text *out, enum role role, const char *fmt, ...)
{
	char raw[sizeof(out->text)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	cell_str(out, role, raw);
}

void cell_verdict(struct cell_text *out, enum verdict v)
{
	cell_str(out, verdict_role(v), verdict_word(v));
}

void cell_ratio(
    const struct view_ctx *ctx, const struct value *a, const struct value *b, struct cell_text *out)
{
	const struct value *worse = value_quality(a, ctx->now) != QUALITY_OK ? a : b;
	struct cell_text left, right;

	cell_value(ctx, worse, STYLE_COUNT, out);
	if (worse->type == VALUE_NONE && a->type == VALUE_NONE)
		return; /* nothing to set against the other: "?" or "n/a" says it */
	cell_value(ctx, a, STYLE_COUNT, &left);
	cell_value(ctx, b, STYLE_COUNT, &right);
	snprintf(out->text, sizeof(out->text), "%.40s/%.40s", left.text, right.text);
	out->number = true;
}

void column_cluster(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct cluster_view *c = row_cluster(ctx, row);

	cell_str(out, ROLE_TEXT, c ? c->name : NULL);
}

void column_verdict(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	(void)ctx;
	cell_verdict(out, row->verdict);
}

double order_verdict(const struct view_ctx *ctx, const struct view_row *row)
{
	(void)ctx;
	return row->verdict;
}

double order_value(const struct value *v)
{
	if (v->type == VALUE_NONE || v->quality == QUALITY_NA || v->quality == QUALITY_MISSING)
		return -HUGE_VAL;
	return value_number(v);
}

const struct cluster_view *row_cluster(const struct view_ctx *ctx, const struct view_row *row)
{
	const struct snapshot *snap = ctx->frame->snap;

	return row->cluster < snap->n_clusters ? &snap->clusters[row->cluster] : NULL;
}

const void *row_data(const struct view_ctx *ctx, const struct view_row *row, enum section_kind kind)
{
	const struct cluster_view *c = row_cluster(ctx, row);

	if (!c || row->section != kind || row->row >= section_count(c->sections[kind]))
		return NULL;
	return section_row(c->sections[kind], row->row);
}

struct row_verdict row_judged(const struct view_ctx *ctx, const struct view_row *row)
{
	if (row->section >= SECTION_COUNT || !row_cluster(ctx, row))
		return (struct row_verdict){.verdict = row->verdict};
	return judgement_row(ctx->frame->judgement, row->cluster, row->section, row->row);
}

const struct broker_row *find_broker(const struct cluster_view *c, const char *name, size_t *index)
{
	const struct section *s = c->sections[SECTION_BROKERS];

	for (size_t i = 0; name && i < section_count(s); i++) {
		const struct broker_row *b = section_broker(s, i);

		if (b->name && !strcmp(b->name, name)) {
			if (index)
				*index = i;
			return b;
		}
	}
	return NULL;
}

int urgency_of(enum verdict v, double more)
{
	enum { BAND = 100000000 };
	double within = more > 0 ? more < 1 ? more : 1 : 0; /* not a number gives 0 */

	return (int)v * BAND + (int)(within * (BAND - 1));
}

bool find_row(const struct view_ctx *ctx, const struct view_ops *ops, const struct view_arg *arg,
    struct view_row *out)
{
	struct row_list list = {0};
	bool found = false;

	if (!arg || !arg->id)
		return false;
	ops->rows(ctx, NULL, &list);
	for (size_t i = 0; i < list.n && !found; i++) {
		found = !strcmp(list.rows[i].id, arg->id);
		if (found) {
			*out = list.rows[i];
			out->id = NULL;
		}
	}
	row_list_release(&list);
	return found;
}

bool row_is_note(const struct view_row *row)
{
	return row->section == SECTION_KINDS;
}

/* By the design's table: what is stale, missing or refused is not known; what can never be is n/a.
 */
static enum verdict list_verdict(
    const struct view_ctx *ctx, const struct cluster_view *c, const struct section_words *words)
{
	const struct section *s = c->sections[words->kind];
	enum quality q;

	if (!s)
		return words->kinds & 1u << c->kind ? VERDICT_UNKNOWN : VERDICT_NA;
	q = value_quality(&s->listing, ctx->now);
	return q == QUALITY_OK || q == QUALITY_NA ? VERDICT_NA : VERDICT_UNKNOWN;
}

enum verdict section_gap(const struct view_ctx *ctx, const struct section_words *words)
{
	const struct snapshot *snap = ctx->frame->snap;
	enum verdict worst = VERDICT_NA;

	for (size_t c = 0; c < snap->n_clusters; c++)
		worst = verdict_worse(worst, list_verdict(ctx, &snap->clusters[c], words));
	return worst;
}

static void add_note(const struct view_ctx *ctx, size_t cluster, const struct section_words *words,
    struct row_list *out)
{
	const struct cluster_view *c = &ctx->frame->snap->clusters[cluster];
	const struct section *s = c->sections[words->kind];
	enum verdict v = list_verdict(ctx, c, words);
	struct view_row *row;

	if (s && v == VERDICT_NA && s->n && !s->omitted)
		return;
	if (!s && !((words->kinds | words->na_kinds) & 1u << c->kind))
		return;
	row = row_list_join(out, c->name, "", row_types[words->kind].name);
	row->cluster = cluster;
	row->verdict = v;
	row->urgency = v == VERDICT_UNKNOWN ? urgency_of(v, 1) : -1;
}

void section_rows(const struct view_ctx *ctx, const struct section_words *words,
    struct row_list *out,
    struct view_row *(*add)(
	const struct view_ctx *ctx, size_t cluster, size_t i, struct row_list *out))
{
	const struct snapshot *snap = ctx->frame->snap;

	for (size_t c = 0; c < snap->n_clusters; c++) {
		const struct section *s = snap->clusters[c].sections[words->kind];

		for (size_t i = 0; i < section_count(s); i++) {
			struct view_row *row = add(ctx, c, i, out);

			row->cluster = c;
			row->section = words->kind;
			row->row = i;
		}
		add_note(ctx, c, words, out);
	}
}

static void note_text(const struct view_ctx *ctx, const struct view_row *row,
    const struct section_words *words, char *out, size_t size)
{
	const struct cluster_view *c = row_cluster(ctx, row);
	const struct section *s = c ? c->sections[words->kind] : NULL;
	char number[FMT_MAX];

	out[0] = '\0';
	if (!c || !row_is_note(row))
		return;
	if (!s && words->na_kinds & 1u << c->kind)
		snprintf(out, size, "%s", _(words->na));
	else if (!s)
		snprintf(out, size, "%s", _("no answer yet"));
	else if (value_quality(&s->listing, ctx->now) != QUALITY_OK)
		snprintf(out, size, "%s",
		    s->listing.reason ? s->listing.reason : _("the list is old or not complete"));
	else if (!s->n)
		snprintf(out, size, "%s", _(words->none));
	else
		snprintf(out, size, _("and %s more that are not kept"),
		    fmt_count(number, sizeof(number), s->omitted));
}

void cell_note(const struct view_ctx *ctx, const struct view_row *row,
    const struct section_words *words, struct cell_text *out)
{
	char text[256];

	note_text(ctx, row, words, text, sizeof(text));
	cell_str(out, ROLE_DIM, text);
}

void detail_note(struct detail *d, const struct view_row *row, const struct section_words *words)
{
	const struct cluster_view *c = row_cluster(d->ctx, row);
	char text[512];

	note_text(d->ctx, row, words, text, sizeof(text));
	if (c && text[0])
		detail_text(d, c->name, ROLE_TEXT, "%s", text);
}

void cell_field(const struct view_ctx *ctx, const struct view_row *row, enum section_kind kind,
    size_t offset, enum value_style style, struct cell_text *out)
{
	const char *data = row_data(ctx, row, kind);

	if (data)
		cell_value(ctx, (const struct value *)(const void *)(data + offset), style, out);
	else
		cell_empty(out);
}

double order_field(
    const struct view_ctx *ctx, const struct view_row *row, enum section_kind kind, size_t offset)
{
	const char *data = row_data(ctx, row, kind);

	return data ? order_value((const struct value *)(const void *)(data + offset)) : -HUGE_VAL;
}

void section_note(
    const struct view_ctx *ctx, enum section_kind kind, size_t offset, char *out, size_t size)
{
	const struct snapshot *snap = ctx->frame->snap;
	int64_t oldest = -1, period = 0;
	char age[FMT_MAX], every[FMT_MAX];

	out[0] = '\0';
	for (size_t c = 0; c < snap->n_clusters; c++) {
		const struct section *s = snap->clusters[c].sections[kind];

		for (size_t i = 0; i < section_count(s); i++) {
			const char *data = section_row(s, i);
			const struct value *v = (const struct value *)(const void *)(data + offset);

			if (v->period && value_age(v, ctx->now) > oldest) {
				oldest = value_age(v, ctx->now);
				period = v->period;
			}
		}
	}
	if (oldest >= 0)
		snprintf(out, size, _("at most %s old, every %s"),
		    fmt_duration(age, sizeof(age), oldest),
		    fmt_duration(every, sizeof(every), period));
}

void since_text(int64_t now, int64_t since, char *out, size_t size)
{
	if (since <= 0 || now < since)
		snprintf(out, size, "-");
	else
		fmt_duration(out, size, now - since);
}

void style_text(double n, enum value_style style, char *out, size_t size)
{
	struct value v = value_real(n, 1, 0);
	struct view_ctx ctx = {.now = 1};
	struct cell_text cell;

	cell_value(&ctx, &v, style, &cell);
	snprintf(out, size, "%s", cell.text);
}

void detail_text(struct detail *d, const char *label, enum role role, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	int used;

	if (d->y >= d->area->height)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	used = area_text(d->area, d->y, 0, d->area->width, ROLE_LABEL, label);
	used += used ? 1 : 0;
	area_text(d->area, d->y++, used, d->area->width - used, role, text);
}

void detail_wrapped(struct detail *d, const char *label, const char *text, int lines)
{
	int x = (int)text_width(label) + 1;

	if (d->y >= d->area->height)
		return;
	area_text(d->area, d->y, 0, d->area->width, ROLE_LABEL, label);
	d->y += area_wrapped(d->area, d->y, x, d->area->width - x, lines, ROLE_TEXT, text);
}

void detail_reasons(struct detail *d, const struct detail_value *values)
{
	for (; values->label; values++) {
		enum quality q = value_quality(values->v, d->ctx->now);
		int64_t age = value_age(values->v, d->ctx->now);
		const char *reason = values->v->reason;
		char old[FMT_MAX];

		if (q == QUALITY_OK && values->v->type != VALUE_NONE)
			continue;
		if (!reason)
			reason =
			    q == QUALITY_STALE ? _("no newer answer came") : _("nobody said why");
		if (q == QUALITY_PARTIAL)
			detail_text(d, values->label, ROLE_DIM, _("in part: %s"), reason);
		else if (age >= 0 && values->v->type != VALUE_NONE)
			detail_text(d, values->label, ROLE_DIM, _("%s old: %s"),
			    fmt_duration(old, sizeof(old), age), reason);
		else
			detail_text(d, values->label, ROLE_DIM, "%s: %s",
			    q == QUALITY_NA ? _("n/a") : "?", reason);
	}
}

void detail_spark(
    struct detail *d, const char *label, const struct series_view *s, enum value_style style)
{
	size_t n = series_view_count(s);
	char span[FMT_MAX], now[64], most[64];
	struct sample first, last;
	double top;
	int x, right;

	if (n < 2 || d->y >= d->area->height)
		return;
	first = series_view_at(s, 0);
	last = series_view_at(s, n - 1);
	top = last.v;
	for (size_t i = 0; i < n; i++) {
		double v = series_view_at(s, i).v;

		top = v > top ? v : top;
	}
	style_text(last.v, style, now, sizeof(now));
	style_text(top, style, most, sizeof(most));
	fmt_duration(span, sizeof(span), last.at - first.at);
	x = area_text(d->area, d->y, 0, d->area->width, ROLE_LABEL, label);
	x += 1 + area_text(d->area, d->y, x + 1, d->area->width - x - 1, ROLE_DIM, span) + 1;
	right = (int)(text_width(now) + text_width(most) + text_width(_("now %s  max %s"))) - 4 + 1;
	if (d->area->width - x - right >= 8) {
		area_spark(d->area, d->y, x, d->area->width - x - right, s);
		area_textf(d->area, d->y, d->area->width - right + 1, right - 1, ROLE_DIM,
		    _("now %s  max %s"), now, most);
	}
	d->y++;
}
