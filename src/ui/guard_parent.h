#ifndef MQ_UI_GUARD_PARENT_H
#define MQ_UI_GUARD_PARENT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <termios.h>

/* What the guard's two processes share. Only guard.c and guard_parent.c use it. */
enum {
	GUARD_UP = 1,
	GUARD_AGAIN = 2
}; /* restore when it dies; restored by a handler, to be done again */

struct guard_page {
	atomic_int up;
	atomic_bool listening; /* the program reads its signals */
	int tty;
	struct termios saved;
	size_t len;
	char restore[512];
};

/* Only write(2) and tcsetattr(): may be called from a signal handler. */
void guard_page_restore(const struct guard_page *page);

/* The parent's whole life: waits for the child, passes signals on, ends as it ended. */
_Noreturn void guard_parent_run(struct guard_page *page, pid_t child);

#endif
