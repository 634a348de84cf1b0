#ifndef MQ_UI_JUDGING_H
#define MQ_UI_JUDGING_H

#include "ui/lists.h"

/*
 * judging: a thread that judges the weekly and the monthly list and the audits for the dashboard: they read metrics.db,
 * data files and what was drilled, and a disk that hangs must never stop the screen. One question at a time: a newer
 * one takes the place of one that waits.
 */
struct judging;

/* config as long-lived as the program; NULL: none. NULL with a sentence where there is no descriptor or no thread. */
struct judging *judging_new(const struct config *config, struct err *err);
int judging_fd(const struct judging *j); /* readable: judging_take() */

/* Takes the frame of ask. Never waits. UI thread. */
void judging_ask(struct judging *j, const struct lists_ask *ask);
/* The newest answer, to be released; false: there is none. Never waits for the disk. UI thread. */
bool judging_take(struct judging *j, struct lists_answer *out);

/* From now on with this one, as long-lived as the program: what was asked before is not answered any more, also where
 * it is being judged right now. Never waits for the disk. UI thread. */
void judging_configure(struct judging *j, const struct config *config);

/* false: the thread still waits for the disk after `patience` ns and is left behind; the process must end. NULL: nothing. */
bool judging_stop(struct judging *j, int64_t patience);

#endif
