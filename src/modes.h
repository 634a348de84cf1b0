#ifndef MQ_MODES_H
#define MQ_MODES_H

#include "base/buf.h"
#include "config/cli.h"
#include "config/config.h"
#include "engine/engine.h"

#include <stdio.h>

/*
 * modes: what the program does for each command, one function each, called by
 * main() from its table; the result is the exit code. A family of commands that is
 * more than a few lines has a file of its own, src/mode_NAME.c.
 */
int mode_dashboard(const struct cli *cli);
int mode_check(const struct cli *cli);
int mode_record(const struct cli *cli);
int mode_config_check(const struct cli *cli);
int mode_config_options(const struct cli *cli);
int mode_collect(const struct cli *cli);
int mode_check_restart(const struct cli *cli);
int mode_event(const struct cli *cli);
int mode_maint(const struct cli *cli);
int mode_daily(const struct cli *cli);
int mode_drill(const struct cli *cli);
int mode_incident(const struct cli *cli); /* list, show, export */
int mode_rules_test(const struct cli *cli);
int mode_select(const struct cli *cli);
int mode_history(const struct cli *cli);
int mode_audit(const struct cli *cli);
int mode_periodic(const struct cli *cli); /* check weekly, check monthly */
int mode_baseline(const struct cli *cli);
int mode_handover(const struct cli *cli);
int mode_answer(const struct cli *cli);
int mode_manual(const struct cli *cli);
int mode_manual_lint(const struct cli *cli);
int mode_plan(const struct cli *cli); /* list, show, diff, make */

/* What they share. */
enum { OUTPUT_MAX = 256 << 20 };

/* Says the sentence on stderr, unless what went wrong has been said already; returns the exit code for it. */
int modes_fail(const struct err *err);
/* Prints and empties the buffer; -1 when nobody takes the output any more. */
int modes_print(struct buf *b, FILE *to);
/* The language of the configuration (NULL: none was read) from here on, where --lang names no other; before any
 * thread, and only the first time. */
void modes_speak(const struct cli *cli, const struct config *config);
/* The configuration with its secrets, or what runs on this host. What there is to say about it, a line each, goes
 * into `said`; NULL: why not stands there too. */
struct config *modes_load(const struct cli *cli, struct buf *said);
/* The configuration as it stands in the file, without passwords; the default where there is none. NULL: what is wrong
 * with it has been said on stderr. */
struct config *modes_plain_config(const struct cli *cli);
/* Hands a record to the engine that runs for the config, or writes it where nobody holds the file; waits until it is
 * kept. Takes r; returns the exit code. */
int modes_keep(const struct config *config, struct record *r);
/* What the mode looks at: a recording, the engine that runs for the config, or one of our own. NULL: err says why not, or is empty where it has
 * been said on stderr. */
struct feed *modes_open_feed(const struct cli *cli, bool one_shot, struct config **config, struct err *err);
/* Closes it, but waits no longer than a disk or a library may take at the end of a program. */
void modes_leave(struct feed *feed);
/* Where incidents of drills are kept: below the state_dir of the operator's configuration. */
int modes_drill_state(const struct cli *cli, char *out, size_t size, struct err *err);
/* The newest frame once every source has answered or failed, or after `patience` ns. */
struct frame *modes_settled_frame(struct feed *feed, int64_t patience);

#endif
