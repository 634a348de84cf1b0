#ifndef MQ_SOURCE_LOG_COMMAND_H
#define MQ_SOURCE_LOG_COMMAND_H

#include "base/err.h"

#include <stdbool.h>
#include <sys/types.h>

/*
 * command: a program that prints log lines, such as `journalctl -f`: no shell, a session of its
 * own without a terminal, nothing on stdin. It ends with the thread that started it.
 */
struct log_command {
	pid_t pid;	 /* 0: none runs */
	int out, err;	 /* its stdout and stderr, non-blocking; -1: closed */
	char words[200]; /* the last line of its stderr, sanitised */
};

/* argv is NULL-terminated. */
int log_command_start(struct log_command *c, const char *const *argv, struct err *err);

/* Reads what stderr holds, so that the command never blocks on it. */
void log_command_hear(struct log_command *c);

/* Kills its whole group, closes all; how: what to say of its end. Waits 50 ms at most. */
void log_command_end(struct log_command *c, char *how, size_t size);

#endif
