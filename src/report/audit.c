#include "report/audit.h"

#include "base/fmt.h"
#include "base/i18n.h"
#include "base/jsonw.h"
#include "base/text.h"
#include "report/md.h"
#include "report/parts.h"

#include <stdio.h>
#include <string.h>

enum { LINE = 600 };

static const char *const how_words[] = {[AUDIT_MEASURED] = N_("measured"),
    [AUDIT_ATTESTED] = N_("attested"),
    [AUDIT_UNANSWERED] = N_("unanswered"),
    [AUDIT_NA] = N_("does not apply")};

static const char *cluster_of(const struct frame *f, const struct audit_result *r, char *out, size_t size)
{
	return text_sanitise(out, size, f->snap->clusters[r->cluster].name, size);
}

/* The word of the first column: a verdict where it was measured; an attested item never looks like OK. */
static const char *standing(const struct audit_result *r)
{
	if (r->how == AUDIT_MEASURED && r->verdict == VERDICT_NA)
		return _("noted");
	return r->how == AUDIT_MEASURED ? verdict_name(r->verdict) : _(how_words[r->how]);
}

static void counts(const struct audit_report *r, struct buf *out)
{
	size_t ok = 0, bad = 0, unknown = 0;

	for (size_t i = 0; i < r->n; i++) {
		if (r->results[i].how != AUDIT_MEASURED)
			continue;
		ok += r->results[i].verdict == VERDICT_OK;
		bad += r->results[i].verdict == VERDICT_WARN || r->results[i].verdict == VERDICT_CRIT;
		unknown += r->results[i].verdict == VERDICT_UNKNOWN;
	}
	buf_addf(out, _("%zu measured: %zu OK, %zu not well, %zu UNKNOWN; %zu attested; %zu unanswered; %zu do not apply"),
	    r->counts[AUDIT_MEASURED], ok, bad, unknown, r->counts[AUDIT_ATTESTED], r->counts[AUDIT_UNANSWERED],
	    r->counts[AUDIT_NA]);
}

static void write_text(const struct audit_report *r, const struct frame *f, int64_t wall, struct buf *out)
{
	const char *group = NULL;
	size_t cluster = SIZE_MAX;
	char name[128];

	(void)wall;
	counts(r, out);
	buf_addc(out, '\n');
	for (size_t i = 0; i < r->n; i++) {
		const struct audit_result *one = &r->results[i];

		if (one->cluster != cluster || !group || strcmp(group, one->item->group) != 0)
			buf_addf(out, "\n%s %s\n", cluster_of(f, one, name, sizeof(name)), one->item->group);
		cluster = one->cluster;
		group = one->item->group;
		buf_addf(out, "  %-5s ", one->item->code);
		text_put(out, standing(one), 11, true);
		buf_addf(out, " %s: %s\n", one->item->title, one->evidence);
		if (one->how == AUDIT_MEASURED && one->verdict != VERDICT_OK)
			buf_addf(out, "                    %s\n", one->item->mend);
	}
}

static void write_json(const struct audit_report *r, const struct frame *f, int64_t wall, struct buf *out)
{
	char at[FMT_MAX], subject[160];
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w, NULL);
	jsonw_text(&w, "schema", "mqduty-audit/1");
	jsonw_text(&w, "time", fmt_utc(at, sizeof(at), wall));
	jsonw_text(&w, "verdict", verdict_name(r->verdict));
	jsonw_object(&w, "counts");
	for (int how = AUDIT_MEASURED; how <= AUDIT_NA; how++)
		jsonw_int(&w, audit_how_name((enum audit_how)how), (int64_t)r->counts[how]);
	jsonw_end_object(&w);
	jsonw_array(&w, "items");
	for (size_t i = 0; i < r->n; i++) {
		const struct audit_result *one = &r->results[i];

		jsonw_object(&w, NULL);
		jsonw_text(&w, "cluster", f->snap->clusters[one->cluster].name);
		jsonw_text(&w, "list", one->item->list);
		jsonw_text(&w, "id", one->item->id);
		jsonw_text(&w, "guide", one->item->guide);
		jsonw_text(&w, "code", one->item->code);
		jsonw_text(&w, "title", one->item->title);
		jsonw_text(&w, "outcome", audit_how_name(one->how));
		jsonw_text(&w, "verdict", verdict_name(one->verdict));
		jsonw_text(&w, "evidence", one->evidence);
		jsonw_text(&w, "mend", one->item->mend);
		jsonw_text(&w, "subject", one->item->question ? audit_subject(one->item, subject, sizeof(subject)) : NULL);
		jsonw_text(&w, "answered_by", one->answer ? one->answer->user : NULL);
		jsonw_text(&w, "answered_at", one->answer ? fmt_utc(at, sizeof(at), one->answer->wall) : NULL);
		jsonw_end_object(&w);
	}
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	buf_addc(out, '\n');
}

static void write_markdown(const struct audit_report *r, const struct frame *f, int64_t wall, struct buf *out)
{
	size_t cluster = SIZE_MAX;
	char at[FMT_MAX];

	buf_addf(out, "# %s\n\n%s\n\n", _("Audit"), fmt_utc(at, sizeof(at), wall));
	counts(r, out);
	buf_addc(out, '\n');
	for (size_t i = 0; i < r->n; i++) {
		const struct audit_result *one = &r->results[i];

		if (one->cluster != cluster) {
			buf_adds(out, "\n## ");
			md_text(out, f->snap->clusters[one->cluster].name);
			buf_addf(out, "\n\n| %s | %s | %s | %s | %s |\n|---|---|---|---|---|\n", _("Code"), _("Item"),
			    _("Outcome"), _("Evidence"), _("How to mend it"));
		}
		cluster = one->cluster;
		buf_addf(out, "| %s | ", one->item->code);
		md_text(out, one->item->title);
		buf_addf(out, " | %s | ", standing(one));
		md_text(out, one->evidence);
		buf_adds(out, " | ");
		if (one->how == AUDIT_MEASURED && one->verdict != VERDICT_OK)
			md_text(out, one->item->mend);
		buf_adds(out, " |\n");
	}
}

/* Text of XML; the bytes that XML cannot hold are gone with the sanitiser. */
static void xml(struct buf *out, const char *s)
{
	char clean[4 * LINE];

	for (const char *p = text_sanitise(clean, sizeof(clean), s, sizeof(clean)); *p; p++) {
		switch (*p) {
		case '<':
			buf_adds(out, "&lt;");
			break;
		case '>':
			buf_adds(out, "&gt;");
			break;
		case '&':
			buf_adds(out, "&amp;");
			break;
		case '"':
			buf_adds(out, "&quot;");
			break;
		default:
			buf_addc(out, *p);
		}
	}
}

/* What is only noted is no failure, as its verdict says. */
static bool is_skipped(const struct audit_result *one)
{
	return one->how == AUDIT_ATTESTED || one->how == AUDIT_NA || (one->how == AUDIT_MEASURED && one->verdict == VERDICT_NA);
}

static void junit_case(const struct audit_result *one, const struct frame *f, struct buf *out)
{
	buf_adds(out, "  <testcase classname=\"");
	xml(out, f->snap->clusters[one->cluster].name);
	buf_addf(out, ".%s\" name=\"%s ", one->item->list, one->item->code);
	xml(out, one->item->title);
	buf_adds(out, "\">");
	if (one->how == AUDIT_MEASURED && one->verdict == VERDICT_OK) {
		buf_adds(out, "</testcase>\n");
		return;
	}
	/* JUnit knows no "not known": what was not judged is an error, never a pass. */
	if (!is_skipped(one)) {
		const char *tag = one->verdict == VERDICT_UNKNOWN ? "error" : "failure";

		buf_addf(out, "<%s message=\"", tag);
		xml(out, one->evidence);
		buf_addf(out, "\">");
		xml(out, one->item->mend);
		buf_addf(out, "</%s></testcase>\n", tag);
		return;
	}
	buf_adds(out, "<skipped message=\"");
	xml(out, one->evidence);
	buf_adds(out, "\"/></testcase>\n");
}

static void write_junit(const struct audit_report *r, const struct frame *f, int64_t wall, struct buf *out)
{
	size_t failures = 0, errors = 0, skipped = 0;
	char at[FMT_MAX];

	for (size_t i = 0; i < r->n; i++) {
		const struct audit_result *one = &r->results[i];

		failures += one->verdict == VERDICT_WARN || one->verdict == VERDICT_CRIT;
		errors += one->verdict == VERDICT_UNKNOWN;
		skipped += is_skipped(one);
	}
	buf_adds(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	buf_addf(out,
	    "<testsuite name=\"mqduty audit\" timestamp=\"%.19s\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\">\n",
	    fmt_utc(at, sizeof(at), wall), r->n, failures, errors, skipped);
	for (size_t i = 0; i < r->n; i++)
		junit_case(&r->results[i], f, out);
	buf_adds(out, "</testsuite>\n");
}

static const struct {
	const char *name;
	void (*write)(const struct audit_report *r, const struct frame *f, int64_t wall, struct buf *out);
} formats[] = {{"text", write_text}, {"json", write_json}, {"markdown", write_markdown}, {"junit", write_junit}};

int audit_write(const struct audit_report *r, const struct frame *f, const char *format, int64_t wall, struct buf *out)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcmp(formats[i].name, format) != 0)
			continue;
		formats[i].write(r, f, wall, out);
		return out->overflow ? -1 : 0;
	}
	return -1;
}
