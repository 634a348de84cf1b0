#ifndef MQ_UI_APP_H
#define MQ_UI_APP_H

#include "base/buf.h"
#include "engine/engine.h"
#include "select/select.h"

/*
 * app: the dashboard's loop. One thread owns the terminal and waits for keys,
 * signals, the feed and the clock; it paints once per change.
 */
struct app_options {
	const char *theme; /* NULL: "default" */
	bool ascii, plain, bell, mouse;
	bool drill; /* incidents that are opened are drills */
	const char *open_text; /* of `mqduty open`: what to show first; NULL */
	/* Of the start, for the lists, the manual's folders and for contacts; as long-lived as the app; NULL: none. */
	const struct config *config;
	/* Of the start: its metrics.db holds the history of what is shown, its ui.state the last pane and the sort; NULL: there
	 * is neither. */
	const char *state_dir;
	/* Reads the configuration again and gives a feed made from it; called in a thread
	 * of its own. NULL with a sentence when it was refused, the old one goes on.
	 * *config: what was read, as long-lived as the program; left NULL: none.
	 * The app closes the old one, in another thread. NULL pointer: there is nothing
	 * to reload. */
	struct feed *(*reload)(void *arg, const struct config **config, struct err *err);
	void *reload_arg;
	/* Begins to write the report of a closed incident, without waiting; and what became of it, once. NULL: reports are
	 * not written here. */
	void (*report)(void *arg, const struct frame *f, const char *incident);
	bool (*report_said)(void *arg, char *out, size_t size);
	/* Compiles the emergency plan of a fault as Markdown for manual_document(); NULL: none is shown. */
	int (*plan)(void *arg, const struct frame *f, const char *fault, struct buf *out, struct err *err);
	void *report_arg;
	/* Reports, plans and decisions follow another configuration; NULL: they do not. */
	void (*configured)(void *arg, const struct config *config);
	/* Begins to write a decided selection under that name, without waiting; report_said tells what became of it. NULL:
	 * not here. */
	void (*decision)(void *arg, const struct selection *s, const char *name);
};

/* Call before the first thread is started: blocks the signals that the loop reads
 * and, unless plain, splits off the process that gives the terminal back. The
 * caller goes on in the child. */
int app_prepare(bool plain, struct err *err);

/* Runs until the operator leaves or a signal ends it. *feed may be exchanged by a
 * reload; it stays the caller's to close (or not: libraries may hang). Returns the
 * exit status: 0, or 128 + the signal; -1 with a sentence when there is no screen.
 * The terminal is given back when it returns; then _exit() soon: standard output and
 * error stay mute after a screen, so that libraries that end slowly do not talk into
 * the shell. */
int app_run(struct feed **feed, const struct app_options *options, struct err *err);

/* --plain: a line to standard output for each change, nothing else. */
int plain_run(struct feed *feed, int signals);

#endif
