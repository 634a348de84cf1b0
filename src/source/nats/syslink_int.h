#ifndef MQ_SOURCE_NATS_SYSLINK_INT_H
#define MQ_SOURCE_NATS_SYSLINK_INT_H

/* Inside syslink*.c only. */

#include "source/mqtt/tunnel.h"
#include "source/nats/syslink.h"

#include <nats/nats.h>
#include <pthread.h>

enum { SERVERS_MOST = 16, ADDRESS_MOST = 300 };

struct syslink_command {
	struct syslink_command *next;
	uint64_t token;
	const char *subject, *payload; /* in the same allocation */
};

struct syslink {
	struct arena arena;          /* of conf */
	struct cluster_conf conf;    /* a copy: the thread may outlive the config */
	int64_t timeout_ms;
	int wake_fd;                 /* -1: the source is gone */
	pthread_t thread;
	pthread_mutex_t lock;        /* for all below */
	pthread_cond_t moved;
	bool stop, ended, abandoned, renew;
	bool closed;                 /* the connection has said its last word */
	char closed_why[ERR_MAX];
	enum http_fail closed_fail;
	struct syslink_command *first_command, *last_command;
	size_t n_commands;
	struct syslink_event *first, *last;
	size_t n_events, n_notices, bytes;
	uint64_t lost;

	/* The thread's own. */
	char inbox[80];              /* with the dot at its end */
	char servers[SERVERS_MOST][ADDRESS_MOST]; /* host:port; the configured one first */
	size_t n_servers, next_server;
	size_t attempts;             /* since it was connected */
	struct tunnel tunnel;
	natsConnection *nc;
	natsSubscription *subs[8];
	size_t n_subs;
};

/* syslink.c */
void syslink_put(struct syslink *l, struct syslink_event head, const char *subject, const char *text, size_t len);
/* Waits up to ms for `moved`; false when the link is to end. The lock must not be held. */
bool syslink_pause(struct syslink *l, int ms);
extern const natsMsgHandler syslink_on_message;
extern const natsConnectionHandler syslink_on_closed;
extern const natsErrHandler syslink_on_error;

/* syslink_connect.c: the next server of the list, once. 0 with l->nc, or -1 with words. Blocks. */
int syslink_connect(struct syslink *l, enum http_fail *fail, struct err *err);
void syslink_note_servers(struct syslink *l);
/* Why a connection ended, in words. */
void syslink_words(struct syslink *l, natsStatus st, const char *said, enum http_fail *fail, struct err *err);

#endif
