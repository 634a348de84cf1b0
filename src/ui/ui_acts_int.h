#ifndef MQ_UI_UI_ACTS_INT_H
#define MQ_UI_UI_ACTS_INT_H

#include "ui/ui.h"

/* Between ui_acts.c, which asks, and ui_verbs.c, where the answers stand in the command. */

/* What is being asked about, kept while the operator types: the row may be gone by then. */
struct target {
	enum record_kind kind;
	char *cluster, *entity, *subject;
	int64_t lasts; /* ns; 0: not said yet */
	struct target *next; /* of several alerts that were marked */
};

struct target *target_new(
    enum record_kind kind, const char *cluster, const char *entity, const char *subject);
void target_free(void *arg);

/* What an act of this kind is about, by the cursor; NULL after having said or asked something. */
struct target *target_here(struct ui *ui, enum record_kind kind, int64_t now);

/* Hands the records in; takes t. */
void target_submit(struct ui *ui, struct target *t, const char *text, int64_t now);

/* Takes how long it lasts; -1 with the sentence why not. */
int target_take_time(struct target *t, const char *text, struct err *err);

/* Questions; each takes t. wrong: why the time was not taken; NULL. */
void ask_time(struct ui *ui, struct target *t, const char *text, const char *wrong);
void ask_words(struct ui *ui, struct target *t);

/* The record that stands about it, or NULL. */
const struct record *target_standing(const struct ui *ui, const struct target *t);

#endif
