#ifndef MQ_BASE_ERR_H
#define MQ_BASE_ERR_H

/*
 * Errors are finished sentences for the operator: what failed, where, what to
 * do about it. They are returned, never printed from the depths.
 */

enum { ERR_MAX = 512 };

struct err {
	char msg[ERR_MAX]; /* "" while nothing failed */
};

/* Writes the sentence into e (which may be NULL) and returns -1, so that a
 * caller can say `return err_set(e, ...)`. */
int err_set(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Puts "context: " before the sentence that is already in e; returns -1. */
int err_prefix(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The message, or "" */
const char *err_msg(const struct err *e);

/* Called by bug() before the process dies; the UI registers the one that gives
 * the terminal back. Must be async-signal-safe. */
void bug_set_hook(void (*hook)(void));

/* An invariant does not hold: says so on stderr and aborts. */
_Noreturn void bug(const char *file, int line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#define BUG(...) bug(__FILE__, __LINE__, __VA_ARGS__)

#endif
