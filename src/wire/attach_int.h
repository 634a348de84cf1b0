#ifndef MQ_WIRE_ATTACH_INT_H
#define MQ_WIRE_ATTACH_INT_H

#include "wire/engine_link.h"
#include "wire/host.h"
#include "wire/overlay.h"

#include <pthread.h>
#include <stdatomic.h>

/* Inside src/wire: a viewer's feed, between attach.c, attach_link.c (an engine behind the socket) and attach_own.c (our own). */

enum { NAMES_MOST = 64 };

#define LOOK_EVERY (2 * NS_PER_S)     /* for an engine, while one of our own runs */

struct attach {
	struct feed feed; /* first: a feed is an attach */
	const struct config *config;
	enum attach_how how;
	char path[TALK_PATH_MAX], digest[TALK_DIGEST_SIZE];
	pthread_t thread;
	atomic_bool stop, poll_now;
	int wake_fd, news_fd;

	pthread_mutex_t lock; /* for all below */
	pthread_cond_t opened;
	struct frame *raw;    /* the newest, as it came */
	struct frame *newest; /* with what is handed in and not in it */
	struct overlay overlay;
	char list_of[TALK_LIST_OF]; /* goes with poll_now; "": none */
	bool begun, failed, settled, fresh_submits;
	bool linking; /* the first look for an engine is not over */
	struct err err;
	char trouble[ERR_MAX];
	char said[ERR_MAX];   /* the viewer's copy of it */

	/* The thread's own. */
	struct engine_link link;
	struct connector *connector;
	struct feed *own;
	bool own_settled;
	struct host host; /* serves our own to other viewers */
	bool hangs;	 /* the one that we lost */
	bool lost_viewers; /* it was another viewer's */
	pid_t lost;	 /* the engine that we were attached to before our own; 0: none */
	char *names[NAMES_MOST]; /* hosts that frames came from; frames may outlive their reader */
};

bool attach_polled(struct attach *a, char list_of[TALK_LIST_OF]);
/* attach.c; all but the first for the feed's own thread. */
void attach_say(struct attach *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void attach_show(struct attach *a); /* under the lock */
void attach_publish(struct attach *a, struct frame *f); /* takes the frame */
void attach_set_settled(struct attach *a, bool settled);
struct ledger *attach_pending(struct attach *a); /* what waits to be kept, for another engine; the caller unrefs */
/* Until something wakes the feed, fd (-1: none) has these events, or it is `until`. */
void attach_wait(struct attach *a, int fd, short events, int64_t until);

/* Connects and waits for the first frame, which is published; one of our own goes on meanwhile. false: there is no
 * engine, or none that is ours. */
bool attach_link_try(struct attach *a);
/* Until the engine has gone; false: it hangs. */
bool attach_link_follow(struct attach *a);

/* -1: it cannot be started; said. */
int attach_own_start(struct attach *a);
void attach_own_show(struct attach *a);
/* With an engine of our own, until there is another; it has ended then. true: attached. */
bool attach_own_follow(struct attach *a);

#endif
