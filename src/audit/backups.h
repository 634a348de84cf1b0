#ifndef MQ_AUDIT_BACKUPS_H
#define MQ_AUDIT_BACKUPS_H

#include "base/err.h"
#include "config/config.h"

/*
 * backups: how old and how large what `backups:` names is, or how its command ended. Waits for the disk and for the
 * command (30 s at most); what a command said holds for ten minutes, so that a screen that is judged again and again
 * does not run it each time. Any thread.
 */
struct backup_seen {
	int64_t age;   /* ns; of a command: 0 */
	int64_t bytes; /* of a command: 0 */
	bool ran;      /* it was a command, and it ended with 0 */
};

/* -1 with a sentence where it is not there, not readable, or the command failed. wall: ns. */
int backup_look(const struct backup_conf *b, int64_t wall, struct backup_seen *out, struct err *err);

#endif
