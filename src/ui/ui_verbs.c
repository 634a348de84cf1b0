/* Commands of the palette about what operators do: "silence 2h known", "event deploy 1.4". */
#include "ui/ui_acts_int.h"

#include "base/i18n.h"
#include "ui/handover.h"

#include <stdio.h>
#include <string.h>

/* "2h comment" */
static void with_time(struct ui *ui, enum record_kind kind, const char *rest, int64_t now)
{
	struct target *t = target_here(ui, kind, now);
	size_t n = strcspn(rest, " ");
	struct err err = {""};
	char time[32];

	if (!t)
		return;
	snprintf(time, sizeof(time), "%.*s", (int)n, rest);
	rest += n;
	rest += strspn(rest, " ");
	if (target_take_time(t, time, &err))
		ask_time(ui, t, time, err_msg(&err));
	else if (!*rest)
		ask_words(ui, t);
	else
		target_submit(ui, t, rest, now);
}

static void silence_line(struct ui *ui, const char *rest, int64_t now)
{
	with_time(ui, RECORD_SILENCE, rest, now);
}

static void maint_line(struct ui *ui, const char *rest, int64_t now)
{
	with_time(ui, RECORD_MAINT, rest, now);
}

static void ack_line(struct ui *ui, const char *rest, int64_t now)
{
	struct target *t = target_here(ui, RECORD_ACK, now);

	if (t)
		target_submit(ui, t, rest, now);
}

static void event_line(struct ui *ui, const char *rest, int64_t now)
{
	target_submit(ui, target_new(RECORD_EVENT, NULL, NULL, NULL), rest, now);
}

static void note_line(struct ui *ui, const char *rest, int64_t now)
{
	daily_note(ui, rest, now);
}

static void handover_line(struct ui *ui, const char *rest, int64_t now)
{
	handover_read_back(ui, rest, now);
}

static void event_said(struct ui *ui, void *arg, const struct answer *answer, int64_t now)
{
	(void)arg;
	event_line(ui, answer->text, now);
}

static void ask_event(struct ui *ui)
{
	ui_ask(ui, &(struct prompt){.title = _("An event for everybody"),
	    .hint = _("What was done or happened, such as: deploy orders-api 1.4.2"), .least = 1,
	    .done = event_said});
}

/* Takes back what the alert or broker under the cursor has. */
static void take_back(struct ui *ui, enum record_kind kind, enum record_kind undo, int64_t now)
{
	struct target *t = target_here(ui, kind, now);

	if (!t)
		return;
	if (target_standing(ui, t)) {
		t->kind = undo;
		target_submit(ui, t, NULL, now);
	} else {
		target_free(t);
		ui_say(ui, now, _("There is nothing of the kind to take back here."));
	}
}

/* Commands of the palette that no key has, or that take words. */
static const struct verb {
	const char *name, *help;
	void (*line)(struct ui *ui, const char *rest, int64_t now); /* with words; NULL: takes none */
} verbs[] = {
    {"acknowledge", N_("acknowledge COMMENT: of the alert under the cursor."), ack_line},
    {"silence", N_("silence 2h COMMENT: the alert under the cursor, for at most 24h."), silence_line},
    {"maint", N_("maint 45m REASON: the broker under the cursor is under maintenance."), maint_line},
    {"event", N_("event TEXT: tell everybody what was done, such as a deploy."), event_line},
    {"note", N_("note TEXT: to the item of the checklist under the cursor."), note_line},
    {"handover-confirm", N_("Take over: read back what was handed over; that is kept with your name."), handover_line},
    {"handover", N_("The report of the shift: what is open, muted, unsigned, and what happened."), NULL},
    {"handover-keep", N_("Hand over: keep the report as it stands, to be confirmed by whoever takes over."), NULL},
    {"unacknowledge", N_("Take back the acknowledgement of the alert under the cursor."), NULL},
    {"unsilence", N_("End the silence of the alert under the cursor."), NULL},
    {"maint-end", N_("End the maintenance of the broker under the cursor."), NULL},
};

enum { VERBS = sizeof(verbs) / sizeof(verbs[0]) };

static const struct verb *verb_of(const char *line, size_t len)
{
	for (size_t i = 0; i < VERBS; i++)
		if (strlen(verbs[i].name) == len && !memcmp(verbs[i].name, line, len))
			return &verbs[i];
	return NULL;
}

const char *act_verb(size_t i, const char **help)
{
	*help = i < VERBS ? _(verbs[i].help) : NULL;
	return i < VERBS ? verbs[i].name : NULL;
}

bool act_has_words(const char *line)
{
	size_t n = strcspn(line, " ");
	const struct verb *v = verb_of(line, n);

	return v && v->line && line[n];
}

bool act_command(struct ui *ui, const char *line, int64_t now)
{
	size_t n = strcspn(line, " ");
	const struct verb *v = verb_of(line, n);
	const char *rest = line + n + strspn(line + n, " ");

	if (!v || !ui->frame)
		return false;
	if (v->line && *rest)
		v->line(ui, rest, now);
	else if (v->line == event_line)
		ask_event(ui);
	else if (v->line == note_line)
		daily_note(ui, NULL, now);
	else if (v->line == handover_line)
		handover_read_back(ui, NULL, now);
	else if (!strcmp(v->name, "handover"))
		handover_show(ui);
	else if (!strcmp(v->name, "handover-keep"))
		handover_keep(ui, now);
	else if (v->line)
		act_begin(ui, v->line == ack_line	? RECORD_ACK
			      : v->line == silence_line ? RECORD_SILENCE
							: RECORD_MAINT,
		    now);
	else if (!strcmp(v->name, "unsilence"))
		take_back(ui, RECORD_SILENCE, RECORD_UNSILENCE, now);
	else if (!strcmp(v->name, "unacknowledge"))
		take_back(ui, RECORD_ACK, RECORD_UNACK, now);
	else
		take_back(ui, RECORD_MAINT, RECORD_MAINT_END, now);
	return true;
}
