#ifndef MQ_TESTS_PTY_H
#define MQ_TESTS_PTY_H

#include "base/buf.h"

#include <stdbool.h>
#include <sys/types.h>
#include <termios.h>

/*
 * pty: a program on a pseudo-terminal, started as a shell starts a job: a session
 * leader of our own puts it in a process group in the foreground and tells what
 * becomes of it. Every wait has a deadline.
 */
struct pty {
	int master, slave;  /* the slave is kept open so that its modes can be read afterwards */
	int events, orders; /* pipes from and to the session leader */
	pid_t leader;
	pid_t job; /* the program (for mqduty: its guard) */
	struct termios before;
	struct buf out; /* all that it wrote since the last pty_forget() */
};

void pty_start(struct pty *p, int columns, int rows, char *const argv[]);
void pty_close(struct pty *p); /* ends what still runs */

void pty_send(struct pty *p, const char *keys);
bool pty_wait_text(struct pty *p, const char *text, int ms);
/* Reads until nothing came for quiet_ms, or most_ms are over. */
void pty_wait_quiet(struct pty *p, int quiet_ms, int most_ms);
void pty_forget(struct pty *p);
void pty_resize(struct pty *p, int columns, int rows);

/* The next thing that became of the job, as waitpid() says it; -1: nothing within ms. */
int pty_wait_event(struct pty *p, int ms);
void pty_foreground(struct pty *p); /* as the shell's fg */
void pty_hang_up(struct pty *p);    /* the line drops */

/* Were the modes given back, the alternate screen left and the cursor shown? NULL, or what was not.
 */
const char *pty_left_over(struct pty *p);

pid_t pty_child_of(pid_t parent);			 /* its only child; 0: none */
pid_t pty_thread_named(pid_t process, const char *name); /* 0: none */
long long pty_now_ms(void);

#endif
