/* Who handed over to whom. */
#include "shift/handover.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/jsonw.h"
#include "base/text.h"

#include <jansson.h>
#include <string.h>

#define CONFIRM_WITHIN (86400 * NS_PER_S)

static bool is_handover(const struct ledger_line *line)
{
	return line->record->kind == RECORD_HANDOVER && line->keep != KEEP_FAILED && !line->record->drill;
}

/* Does it confirm that report (NULL: any)? */
static bool confirms(const struct record *r, const char *id)
{
	json_t *data = r->data ? json_loads(r->data, 0, NULL) : NULL;
	const char *said = json_string_value(json_object_get(data, "confirms"));
	bool yes = said && (!id || !strcmp(said, id));

	json_decref(data);
	return yes;
}

struct handover_past handover_last(const struct ledger *l)
{
	struct handover_past past = {NULL, NULL};
	size_t i = l->n;

	while (i-- > 0 && !past.report)
		if (is_handover(&l->lines[i]) && !confirms(l->lines[i].record, NULL))
			past.report = l->lines[i].record;
	/* Two clocks, or two engines: the confirmation may stand anywhere. The first one counts, and never one's own. */
	for (i = 0; past.report && i < l->n && !past.confirmation; i++) {
		const struct record *r = l->lines[i].record;

		if (is_handover(&l->lines[i]) && confirms(r, past.report->id) && strcmp(r->user, past.report->user) != 0)
			past.confirmation = r;
	}
	return past;
}

bool handover_waits_for(const struct handover_past *past, const char *user, int64_t wall)
{
	return past->report && !past->confirmation && past->report->wall >= wall - CONFIRM_WITHIN &&
	    strcmp(past->report->user, user) != 0;
}

static bool says_nothing(const char *text)
{
	return !text || !text[strspn(text, " \t\r\n")];
}

int handover_confirm(struct record *r, const struct ledger *l, const char *text, struct err *err)
{
	struct handover_past past = handover_last(l);
	char who[64], when[FMT_MAX];
	struct jsonw w;
	struct buf data;

	if (says_nothing(text) || strlen(text) > RECORD_TEXT_MAX)
		return err_set(err, _("--confirm says what you have read back, in at most %d bytes"), RECORD_TEXT_MAX);
	if (!past.report || past.report->wall < r->wall - CONFIRM_WITHIN)
		return err_set(err, _("nobody has handed over within the last 24 hours: `mqduty handover` writes the report"));
	fmt_utc(when, sizeof(when), past.report->wall);
	text_sanitise(who, sizeof(who), past.report->user, sizeof(who));
	if (!strcmp(past.report->user, r->user))
		return err_set(err, _("you (%s) wrote the report of %s yourself: whoever takes over confirms it"), who, when);
	if (past.confirmation) {
		text_sanitise(who, sizeof(who), past.confirmation->user, sizeof(who));
		return err_set(err, _("the report of %s has been confirmed by %s already"), when, who);
	}
	buf_init(&data, RECORD_DATA_MAX);
	jsonw_init(&w, &data);
	jsonw_object(&w, NULL);
	jsonw_text(&w, "confirms", past.report->id);
	jsonw_text(&w, "by", past.report->user);
	jsonw_text(&w, "time", when);
	jsonw_end_object(&w);
	r->until = r->wall + CONFIRM_WITHIN; /* not forgotten before the report is */
	r->subject = record_str(r, past.report->subject);
	r->text = record_str(r, text);
	r->data = record_str(r, data.data);
	buf_release(&data);
	return 0;
}
