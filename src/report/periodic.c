#include "report/periodic.h"

#include "base/fmt.h"
#include "base/i18n.h"
#include "base/jsonw.h"
#include "report/md.h"
#include "report/parts.h"

#include <string.h>

static const char *standing(const struct periodic_result *r)
{
	return r->how == AUDIT_MEASURED ? verdict_name(r->verdict) : r->how == AUDIT_ATTESTED ? _("attested") : _("unanswered");
}

static void write_text(const struct periodic_report *r, int64_t wall, struct buf *out)
{
	char at[FMT_MAX];

	buf_addf(out, "%s  %s  %s\n", words_now(&r->list->title), fmt_utc(at, sizeof(at), wall), verdict_name(r->verdict));
	for (size_t i = 0; i < r->n; i++) {
		buf_adds(out, "  ");
		text_put(out, standing(&r->results[i]), 11, true);
		buf_addf(out, " %s: %s\n", words_now(&r->results[i].item->title), r->results[i].evidence);
	}
}

static void write_json(const struct periodic_report *r, int64_t wall, struct buf *out)
{
	char at[FMT_MAX];
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w, NULL);
	jsonw_text(&w, "schema", "mqduty-list/1");
	jsonw_text(&w, "time", fmt_utc(at, sizeof(at), wall));
	jsonw_text(&w, "list", r->list->name);
	jsonw_text(&w, "verdict", verdict_name(r->verdict));
	jsonw_array(&w, "checklist");
	for (size_t i = 0; i < r->n; i++) {
		const struct periodic_result *one = &r->results[i];

		jsonw_object(&w, NULL);
		jsonw_text(&w, "list", r->list->name);
		jsonw_text(&w, "id", one->item->id);
		jsonw_text(&w, "guide", one->item->guide);
		jsonw_text(&w, "outcome", audit_how_name(one->how));
		jsonw_text(&w, "verdict", verdict_name(one->verdict));
		jsonw_text(&w, "evidence", one->evidence);
		jsonw_end_object(&w);
	}
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	buf_addc(out, '\n');
}

static void write_markdown(const struct periodic_report *r, int64_t wall, struct buf *out)
{
	char at[FMT_MAX];

	buf_addf(out, "# %s\n\n%s\n\n| %s | %s | %s |\n|---|---|---|\n", words_now(&r->list->title), fmt_utc(at, sizeof(at), wall),
	    _("Item"), _("Outcome"), _("Evidence"));
	for (size_t i = 0; i < r->n; i++) {
		buf_adds(out, "| ");
		md_text(out, words_now(&r->results[i].item->title));
		buf_addf(out, " | %s | ", standing(&r->results[i]));
		md_text(out, r->results[i].evidence);
		buf_adds(out, " |\n");
	}
}

static const struct {
	const char *name;
	void (*write)(const struct periodic_report *r, int64_t wall, struct buf *out);
} formats[] = {{"text", write_text}, {"json", write_json}, {"markdown", write_markdown}};

int periodic_write(const struct periodic_report *r, const char *format, int64_t wall, struct buf *out)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcmp(formats[i].name, format) != 0)
			continue;
		formats[i].write(r, wall, out);
		return out->overflow ? -1 : 0;
	}
	return -1;
}
