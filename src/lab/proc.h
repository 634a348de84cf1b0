#ifndef MQ_LAB_PROC_H
#define MQ_LAB_PROC_H

#include "lab/lab.h"

#include <sys/types.h>

/*
 * The lab's processes. Each has a record D/procs/NAME with its pid, its start
 * time and its command line; a pid whose start time differs is somebody else's
 * process and is never signalled.
 */
enum { PROC_NAME = 48, PROC_ARGS = 64 };

enum proc_state { PROC_GONE, PROC_RUNNING, PROC_FROZEN };

struct proc {
	char name[PROC_NAME];
	pid_t pid;
	unsigned long long start; /* clock ticks since boot, as /proc tells it */
	char *text;		  /* the record, owned; args point into it */
	const char *args[PROC_ARGS + 1];
};

/* Starts argv as a daemon of its own session: no terminal, output to D/log/NAME.log. */
int proc_start(const struct lab *lab, struct err *err, const char *name, const char *const *argv);

/* Starts it again with the command line of its record. */
int proc_restart(const struct lab *lab, struct err *err, const char *name);

/* Reads a record; -1 when there is none. */
int proc_read(const struct lab *lab, const char *name, struct proc *p);
void proc_release(struct proc *p);
enum proc_state proc_state(const struct proc *p);
enum proc_state proc_state_of(const struct lab *lab, const char *name);

/* Signals it, if it is still the process of the record. -1 when it is not. */
int proc_signal(const struct lab *lab, const char *name, int sig);

/* The same for a record that was read before, even if its folder is gone by now. */
int proc_signal_read(const struct proc *p, int sig);

/* Ends it: TERM, after grace_ms KILL; waits until it is gone and forgets it. */
void proc_end(const struct lab *lab, const char *name, int grace_ms);
void proc_forget(const struct lab *lab, const char *name);

/* Names of all records, sorted; the list is freed with proc_names_free. */
char **proc_names(const struct lab *lab, size_t *n);
void proc_names_free(char **names, size_t n);

/* The last lines of its log, for an error message. */
void proc_log_tail(const struct lab *lab, const char *name, char *out, size_t size);

#endif
