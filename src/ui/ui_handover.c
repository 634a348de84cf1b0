/* Handing a shift over and taking it over, from the palette. */
#include "ui/handover.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/text.h"
#include "ui/views.h"

#include <stdio.h>

/* A report is forgotten a day after it was written, like those of the command. */
#define CONFIRM_WITHIN (86400 * NS_PER_S)

void handover_show(struct ui *ui)
{
	ui_go(ui, PANE_CHECKLIST);
	if (ui_level(ui)->ops != &view_handover)
		ui_open(ui, &view_handover, NULL);
}

void handover_keep(struct ui *ui, int64_t now)
{
	struct record *r = record_new(RECORD_HANDOVER);
	struct view_ctx ctx = ui_ctx(ui, now, 0);
	char hash[HANDOVER_HASH_SIZE];
	struct handover h;
	struct buf digest;

	handover_now(&h, &ctx, r);
	handover_digest(&h, &digest, hash);
	r->until = r->wall + CONFIRM_WITHIN;
	r->subject = record_str(r, hash);
	r->data = record_str(r, digest.data);
	buf_release(&digest);
	handover_release(&h);
	handover_show(ui);
	ui_submit(ui, r, now);
}

static void said_back(struct ui *ui, void *arg, const struct answer *answer, int64_t now)
{
	(void)arg;
	handover_read_back(ui, answer->text, now);
}

static void ask(struct ui *ui, const struct record *report)
{
	char title[PROMPT_TITLE], who[64], at[FMT_MAX];

	text_sanitise(who, sizeof(who), report->user, sizeof(who));
	snprintf(title, sizeof(title), _("Take over from %s, report of %s"), who, fmt_utc(at, sizeof(at), report->wall));
	ui_ask(ui, &(struct prompt){.title = title, .hint = _("Read back: what is open, what is muted, what you watch first."),
	    .least = 3, .done = said_back});
}

void handover_read_back(struct ui *ui, const char *said, int64_t now)
{
	struct view_ctx ctx = ui_ctx(ui, now, 0);
	const struct ledger *l = view_ledger(&ctx);
	struct handover_past past = handover_last(l);
	struct record *r = record_new(RECORD_HANDOVER);
	struct err err = {""};

	if (handover_confirm(r, l, said ? said : _("to be said"), &err)) {
		ui_say(ui, now, "%s", err_msg(&err));
		record_unref(r);
		return;
	}
	handover_show(ui);
	if (said) {
		ui_submit(ui, r, now);
		return;
	}
	record_unref(r);
	ask(ui, past.report);
}
