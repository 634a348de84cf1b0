#ifndef MQ_TESTS_NATS_WATCH_H
#define MQ_TESTS_NATS_WATCH_H

#include "config/config.h"
#include "model/model.h"
#include "source/source.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>

/* The source of a config's only cluster in a thread of its own, as src/poll runs it. */
struct watch {
	struct config *config;
	struct model *model;
	struct source_ctx ctx;
	pthread_t thread;
	struct snapshot *snap; /* of the newest watch_look() */
};

void watch_start(struct watch *w, const char *yaml, bool one_shot);
double watch_stop(struct watch *w); /* how many ms close() and the thread took to end */

/* The newest snapshot; it holds until the next look. */
const struct cluster_view *watch_look(struct watch *w);

/* Looks until cond(view, arg) holds; false after `seconds`. */
bool watch_until(struct watch *w, double seconds, bool (*cond)(const struct cluster_view *v, void *arg), void *arg);

const struct broker_row *find_broker(const struct cluster_view *v, const char *name);
const struct route_row *find_route(const struct cluster_view *v, const char *server);
const struct connection_row *find_connection(const struct cluster_view *v, const char *broker);
const struct disk_row *find_disk(const struct cluster_view *v, const char *broker);
const struct lag_row *find_lag(const struct cluster_view *v, const char *group);
bool has_event(struct watch *w, const char *entity, const char *part);
size_t count_events(struct watch *w, const char *part);
enum quality quality_now(const struct value *v);
void watch_dump(struct watch *w, FILE *out);

#endif
