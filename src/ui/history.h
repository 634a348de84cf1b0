#ifndef MQ_UI_HISTORY_H
#define MQ_UI_HISTORY_H

#include "base/clock.h"
#include "ui/past.h"

/*
 * history: a thread that reads metrics.db for the dashboard, so that a disk that
 * hangs never stops the screen. One question at a time: a newer one takes the
 * place of one that waits.
 */
struct history;

#define HISTORY_PATIENCE (200 * NS_PER_MS)

/* read: metrics_read(), or a test's. NULL with a sentence where there is no descriptor or no thread. */
struct history *history_new(const char *state_dir,
    int (*read)(const char *state_dir, const char *key, int64_t from, int64_t to, struct metrics_points *out, struct err *err),
    struct err *err);
int history_fd(const struct history *h); /* readable: history_take() */

/* From now on the metrics.db of this folder: what was asked and not taken yet is answered from it. Never waits. UI thread. */
void history_configure(struct history *h, const char *state_dir);

/* Never waits. UI thread. */
void history_ask(struct history *h, const struct past_ask *ask);
/* The newest answer, to be released; false: there is none. Never waits for the disk. UI thread. */
bool history_take(struct history *h, struct past_answer *out);

/* false: the thread still waits for the disk after `patience` ns and is left behind; the process must end. NULL: nothing. */
bool history_stop(struct history *h, int64_t patience);

#endif
