/* The report of a shift in its formats. */
#include "shift/handover.h"

#include "base/alloc.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/jsonw.h"
#include "base/text.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MOST = 4096, DIGEST_ROWS = 50, DIGEST_CELL = 200 };

static const char *const since_words[] = {
    [SINCE_HANDOVER] = N_("the handover before"),
    [SINCE_DAY] = N_("the day began"),
    [SINCE_24_H] = N_("the last 24 hours: when the day began is not known"),
};

/* --- JSON: the format, and the digest that is kept --- */

static void json_rows(struct jsonw *w, const struct handover_table *t, size_t most, size_t cell)
{
	char *cut;

	jsonw_array(w, "rows");
	for (size_t i = 0; i < t->n && i < most; i++) {
		jsonw_object(w, NULL);
		for (size_t c = 0; c < HANDOVER_COLUMNS && t->kind->columns[c].key; c++) {
			const char *s = t->rows[i].cells[c];

			cut = s ? xstrndup(s, strnlen(s, cell)) : NULL;
			jsonw_text(w, t->kind->columns[c].key, cut);
			free(cut);
		}
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void json_past(struct jsonw *w, const struct handover_past *past)
{
	const struct record *to = past->confirmation;
	char at[FMT_MAX];

	if (!past->report) {
		jsonw_null(w, "before");
		return;
	}
	jsonw_object(w, "before");
	jsonw_text(w, "id", past->report->id);
	jsonw_text(w, "by", past->report->user);
	jsonw_text(w, "time", fmt_utc(at, sizeof(at), past->report->wall));
	jsonw_text(w, "confirmed_by", to ? to->user : NULL);
	jsonw_text(w, "confirmed_at", to ? fmt_utc(at, sizeof(at), to->wall) : NULL);
	jsonw_text(w, "read_back", to ? to->text : NULL);
	jsonw_end_object(w);
}

static void write_object(
    const struct handover *h, const struct handover_kept *kept, size_t most, size_t cell, struct buf *out)
{
	static const char *const since[] = {
	    [SINCE_HANDOVER] = "handover", [SINCE_DAY] = "day", [SINCE_24_H] = "24h"};
	char at[FMT_MAX];
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w, NULL);
	jsonw_text(&w, "schema", "mqduty-handover/1");
	jsonw_text(&w, "time", fmt_utc(at, sizeof(at), h->wall));
	jsonw_text(&w, "since", fmt_utc(at, sizeof(at), h->since));
	jsonw_text(&w, "since_what", since[h->since_what]);
	jsonw_text(&w, "by", h->user);
	jsonw_text(&w, "from", h->from);
	jsonw_text(&w, "verdict", verdict_name(h->verdict));
	if (kept) {
		jsonw_text(&w, "id", kept->id);
		jsonw_text(&w, "hash", kept->hash);
		jsonw_bool(&w, "kept", kept->kept);
	}
	json_past(&w, &h->past);
	for (size_t i = 0; i < HANDOVER_TABLES; i++) {
		jsonw_object(&w, h->tables[i].kind->key);
		jsonw_int(&w, "total", (int64_t)h->tables[i].total);
		jsonw_text(&w, "note", h->tables[i].note);
		json_rows(&w, &h->tables[i], most, cell);
		jsonw_end_object(&w);
	}
	jsonw_end_object(&w);
}

static void write_json(const struct handover *h, const struct handover_kept *kept, struct buf *out)
{
	write_object(h, kept, SIZE_MAX, TEXT_MOST, out);
	buf_addc(out, '\n');
}

void handover_digest(const struct handover *h, struct buf *out, char hash[HANDOVER_HASH_SIZE])
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	/* Escapes may make six bytes of one: with fewer rows it fits in the end. The totals stay. */
	for (size_t most = DIGEST_ROWS;; most /= 2) {
		buf_init(out, RECORD_DATA_MAX - 1);
		write_object(h, NULL, most, DIGEST_CELL, out);
		if (!out->overflow || !most)
			break;
		buf_release(out);
	}
	if (!EVP_Digest(out->data, out->len, sum, &len, EVP_sha256(), NULL) || 2 * len + 1 > HANDOVER_HASH_SIZE)
		BUG("no SHA-256");
	for (unsigned i = 0; i < len; i++)
		snprintf(hash + 2 * (size_t)i, 3, "%02x", sum[i]);
}

/* --- Markdown and text: the same sentences, escaped each in its way --- */

struct sink {
	struct buf *out;
	const struct handover_markup *md; /* NULL: plain text */
};

static void say(const struct sink *s, const char *text)
{
	char in[TEXT_MOST], clean[TEXT_MOST];
	size_t n = 0;

	if (s->md) {
		s->md->text(s->out, text);
		return;
	}
	if (!text)
		text = "-";
	for (; text[n] && n < sizeof(in) - 1; n++)
		in[n] = text[n] == '\n' || text[n] == '\t' ? ' ' : text[n];
	in[n] = '\0';
	buf_adds(s->out, text_sanitise(clean, sizeof(clean), in, sizeof(in)));
}

static const char *cell_words(const struct handover_kind *kind, size_t c, const char *cell)
{
	return cell && cell[0] && kind->columns[c].word ? _(cell) : cell;
}

static void put_heading(const struct sink *s, const char *title, size_t total)
{
	buf_addf(s->out, s->md ? "\n## %s (%zu)\n\n" : "\n%s (%zu)\n", title, total);
}

static void put_md_rows(const struct sink *s, const struct handover_table *t)
{
	size_t columns = 0;

	for (; columns < HANDOVER_COLUMNS && t->kind->columns[columns].key; columns++)
		buf_addf(s->out, "| %s ", _(t->kind->columns[columns].title));
	buf_adds(s->out, "|\n");
	for (size_t c = 0; c < columns; c++)
		buf_adds(s->out, "|---");
	buf_adds(s->out, "|\n");
	for (size_t i = 0; i < t->n; i++) {
		for (size_t c = 0; c < columns; c++) {
			buf_adds(s->out, "| ");
			say(s, cell_words(t->kind, c, t->rows[i].cells[c]));
			buf_addc(s->out, ' ');
		}
		buf_adds(s->out, "|\n");
	}
}

static void put_text_rows(const struct sink *s, const struct handover_table *t)
{
	for (size_t i = 0; i < t->n; i++) {
		const char *before = "  ";

		for (size_t c = 0; c < HANDOVER_COLUMNS && t->kind->columns[c].key; c++) {
			if (!t->rows[i].cells[c])
				continue;
			buf_addf(s->out, "%s%s: ", before, _(t->kind->columns[c].title));
			say(s, cell_words(t->kind, c, t->rows[i].cells[c]));
			before = "; ";
		}
		buf_addc(s->out, '\n');
	}
}

static void put_table(const struct sink *s, const struct handover_table *t)
{
	const char *begin = s->md ? "" : "  ";

	put_heading(s, _(t->kind->title), t->total);
	if (t->note) {
		buf_adds(s->out, begin);
		say(s, t->note);
		buf_adds(s->out, s->md ? "\n\n" : "\n");
	}
	if (!t->n && !t->note)
		buf_addf(s->out, "%s%s\n", begin, _(t->kind->none));
	if (t->n && s->md)
		put_md_rows(s, t);
	else if (t->n)
		put_text_rows(s, t);
	if (t->total > t->n) {
		buf_adds(s->out, s->md ? "\n" : begin);
		buf_addf(s->out, _("%zu more are not shown."), t->total - t->n);
		buf_addc(s->out, '\n');
	}
}

/* "duty1 @ bastion 2026-11-22T03:04:31Z" */
static void put_who(const struct sink *s, const struct record *r)
{
	char at[FMT_MAX];

	say(s, r->user);
	buf_adds(s->out, " @ ");
	say(s, r->from);
	buf_addf(s->out, " %s", fmt_utc(at, sizeof(at), r->wall));
}

static void put_past(const struct sink *s, const struct handover_past *past)
{
	buf_addf(s->out, "%s: ", _("The handover before"));
	if (!past->report) {
		buf_addf(s->out, "%s\n", _("none is known."));
		return;
	}
	put_who(s, past->report);
	if (!past->confirmation) {
		buf_addf(s->out, s->md ? " - **%s**\n" : " - %s\n", _("not confirmed yet"));
		return;
	}
	buf_addf(s->out, " %s ", _("to"));
	put_who(s, past->confirmation);
	buf_addf(s->out, ", %s: \"", _("who read back"));
	say(s, past->confirmation->text);
	buf_adds(s->out, "\"\n");
}

static void put_kept(const struct sink *s, const struct handover_kept *kept)
{
	const char *bold = s->md ? "**" : "";

	if (!kept)
		return;
	if (!kept->kept) {
		buf_addf(s->out, "%s%s%s\n", bold,
		    _("This report is NOT SAVED: nobody can confirm it. Write it again once records are kept."), bold);
		return;
	}
	buf_addf(s->out, "%s ", _("Report"));
	if (s->md)
		s->md->code(s->out, kept->id);
	else
		say(s, kept->id);
	buf_addf(s->out, ", SHA-256 %.16s: %s%s%s; ", kept->hash, bold, _("not confirmed yet"), bold);
	buf_adds(s->out, _("whoever takes over says: mqduty handover --confirm \"what you read back\""));
	buf_addc(s->out, '\n');
}

static void write_words(const struct handover *h, const struct handover_kept *kept, const struct sink *s)
{
	const char *gap = s->md ? "\n" : "";
	char at[FMT_MAX];

	buf_addf(s->out, "%s%s %s: %s\n%s", s->md ? "# " : "", _("Handover"), fmt_utc(at, sizeof(at), h->wall),
	    verdict_name(h->verdict), gap);
	buf_addf(s->out, "%s: ", _("Handed over by"));
	say(s, h->user);
	buf_adds(s->out, " @ ");
	say(s, h->from);
	buf_addf(s->out, "\n%s%s: %s (%s)\n%s", gap, _("Since"), fmt_utc(at, sizeof(at), h->since),
	    _(since_words[h->since_what]), gap);
	put_past(s, &h->past);
	buf_adds(s->out, gap);
	put_kept(s, kept);
	for (size_t i = 0; i < HANDOVER_TABLES; i++)
		put_table(s, &h->tables[i]);
}

int handover_write_kept(const struct record *report, struct buf *out)
{
	struct sink s = {out, NULL};
	struct handover h;
	char at[FMT_MAX];
	int rc = handover_read(&h, report);

	if (!rc) {
		buf_addf(out, "%s %s: %s\n", _("Handover"), fmt_utc(at, sizeof(at), h.wall), verdict_name(h.verdict));
		buf_addf(out, "%s: ", _("Handed over by"));
		say(&s, h.user);
		buf_adds(out, " @ ");
		say(&s, h.from);
		buf_addc(out, '\n');
		for (size_t i = 0; i < HANDOVER_TABLES; i++)
			put_table(&s, &h.tables[i]);
	}
	handover_release(&h);
	return rc || out->overflow ? -1 : 0;
}

int handover_write(const struct handover *h, const struct handover_kept *kept, const char *format,
    const struct handover_markup *markup, struct buf *out)
{
	if (!strcmp(format, "json"))
		write_json(h, kept, out);
	else if (!strcmp(format, "text"))
		write_words(h, kept, &(struct sink){out, NULL});
	else if (!strcmp(format, "markdown") && markup)
		write_words(h, kept, &(struct sink){out, markup});
	else
		return -1;
	return out->overflow ? -1 : 0;
}
