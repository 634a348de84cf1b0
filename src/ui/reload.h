#ifndef MQ_UI_RELOAD_H
#define MQ_UI_RELOAD_H

#include "engine/engine.h"
#include "manual/manual.h"

/*
 * reload: reads the configuration again in a thread of its own, because files,
 * password commands and the end of the old sources may all hang, and keys must
 * not. UI thread.
 */
struct reload;

/* What came of it. */
struct reloaded {
	struct feed *feed;	     /* to use from now on; NULL: refused, and so is all else */
	const struct config *config; /* as long-lived as the program; NULL: there is none */
	struct manual *manual;	     /* with its folders, the caller's; NULL: no config */
};

/* open is called in the thread; it may set *config. */
struct reload *reload_new(
    struct feed *(*open)(void *arg, const struct config **config, struct err *err), void *arg, struct err *err);
int reload_fd(const struct reload *r); /* readable when there is an answer */

/* Starts; -1 with a sentence while one is under way. */
int reload_begin(struct reload *r, struct err *err);

/* The answer; without a feed err says why not. */
struct reloaded reload_take(struct reload *r, struct err *err);

/* Closes a feed that nobody uses any more, without waiting for it. */
void reload_discard(struct feed *old);

#endif
