#ifndef MQ_UI_GUARD_H
#define MQ_UI_GUARD_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * guard: gives the terminal back whatever ends the program. It splits off a
 * small parent process that waits for the program; when the program dies without
 * having restored the terminal (SIGKILL, a crash in a library), the parent does
 * it and then ends the same way. It also blocks the signals that the UI reads
 * from a signalfd. UI thread, except guard_restore().
 */

/* Before the first thread is started. Blocks the signals; with `screen` and a
 * terminal on standard output also remembers the terminal's modes and forks: the
 * caller goes on in the child, the parent never returns. */
int guard_start(bool screen, struct err *err);

/* A signalfd of the blocked signals. */
int guard_signals(struct err *err);

/* The terminal that was found; -1: none. */
int guard_tty(void);

/* From now on, until guard_down(), the terminal is to be restored with these bytes
 * and the modes of before. Also installs what catches crashes. */
void guard_up(const char *restore, size_t len);
void guard_down(void);

/* Restores at once; async-signal-safe, any thread. Registered with bug_set_hook(). */
void guard_restore(void);

/* While the screen is up nothing may paint over it: what libraries write to
 * standard output and error goes nowhere; guard_say() still reaches standard error. */
void guard_mute(void);
void guard_say(const char *text);

/* Stops this program as ^Z does; returns when it goes on. */
void guard_stop_self(void);
/* After SIGCONT: a parent that has stopped as well goes on too. */
void guard_continued(void);
/* In the background nothing may be painted. */
bool guard_in_foreground(void);

#endif
