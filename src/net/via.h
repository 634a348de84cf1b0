#ifndef MQ_NET_VIA_H
#define MQ_NET_VIA_H

#include "base/err.h"

#include <sys/types.h>

/*
 * via: a command that carries a connection on its stdin and stdout, such as
 * `ssh -W %h:%p jump`. It runs in a session of its own without a terminal, so
 * that it can never ask for a password on the operator's screen.
 */
struct via {
	pid_t pid;
	int fd;	    /* the connection, non-blocking; the caller's to close */
	int err_fd; /* its stderr, non-blocking; closed by via_end() */
};

/* argv is NULL-terminated; %h and %p stand for host and port. Returns 0 or -1 with err. */
int via_start(
    struct via *v, const char *const *argv, const char *host, const char *port, struct err *err);

/* The same over the first connection that listener accepts, for those who insist on connecting by
 * themselves; v->fd is -1. listener stays the caller's. */
int via_start_on(struct via *v, const char *const *argv, const char *host, const char *port,
    int listener, struct err *err);

/* What the command said last, for an error sentence; "" where it was silent. */
void via_last_words(struct via *v, char *out, size_t size);

/* Kills the command's whole session; never waits. v->fd stays open. */
void via_end(struct via *v);

#endif
