#ifndef MQ_ENGINE_ENGINE_H
#define MQ_ENGINE_ENGINE_H

#include "base/err.h"
#include "config/config.h"
#include "rules/judgement.h"
#include "store/ledger.h"

/*
 * frame: a snapshot and what the rules made of it. Immutable, reference-counted:
 * all that a view, a report or a recording needs.
 */
struct frame {
	atomic_uint refs;
	struct snapshot *snap;
	struct judgement *judgement;
	struct ledger *ledger; /* what operators did; never NULL */
	const char *from; /* this host's name; static or as long-lived as the feed */
	void (*dropped)(void *owner); /* the last reference has gone: what the frame points into may go; NULL: nothing */
	void *owner;
};

/* Takes the references; a NULL ledger is an empty one. */
struct frame *frame_new(struct snapshot *snap, struct judgement *j, struct ledger *l, const char *from);
struct frame *frame_ref(struct frame *f);
void frame_unref(struct frame *f);

/*
 * feed: where a viewer gets frames from: an engine inside this process, a
 * recording, later an engine behind a socket. Used by the viewer's thread only.
 */
struct feed;
struct feed_ops {
	struct frame *(*acquire)(struct feed *f);  /* newest; the caller owns a reference; NULL before the first */
	int (*fd)(struct feed *f);                 /* readable when there is a newer one; drained by acquire */
	/* R; may do nothing. list_of (CLUSTER/BROKER; NULL: none): whose clients are to be listed, or no longer. */
	void (*poll_now)(struct feed *f, const char *list_of);
	int64_t (*now)(struct feed *f);            /* boot time that ages are reckoned from */
	int64_t (*wall)(struct feed *f);
	bool (*settled)(struct feed *f);           /* every source has answered or failed once */
	const char *(*trouble)(struct feed *f);    /* banner: "the engine is gone", "end of the recording"; NULL */
	/* Hands in a record (the caller's reference is taken, whatever happens): it stands in the ledger of a frame that comes soon,
	 * as saving, and then as kept or failed. -1 with a sentence where nothing can be done here (a recording). */
	int (*submit)(struct feed *f, struct record *r, struct err *err);
	void (*close)(struct feed *f);
};
struct feed {
	const struct feed_ops *ops;
};

/* The engine inside this process: starts a thread per source, one that judges and one that keeps what operators did in
 * config->state_dir (one_shot: reads it, writes nothing). config must outlive it and its frames; the frames may outlive
 * the engine. */
struct feed *engine_start(const struct config *config, bool one_shot, struct err *err);

#endif
