#ifndef MQ_MODEL_MODEL_H
#define MQ_MODEL_MODEL_H

#include "base/kinds.h"
#include "model/section.h"

#include <stdatomic.h>
#include <stdbool.h>

/* What is known of one cluster at one moment. */
struct cluster_view {
	const char *name;
	enum broker_kind kind;
	enum tier tier;
	struct section *sections[SECTION_COUNT]; /* NULL: nothing published yet */
};

/* What the engine says about itself. */
struct engine_stats {
	double cycle_ms;    /* longest cycle of a source in the last round */
	int64_t requests;   /* sent to brokers since the start */
	int64_t overruns;   /* cycles that took longer than their period */
	int64_t rss_bytes;
};

/* Immutable and reference-counted. */
struct snapshot {
	atomic_uint refs;
	uint64_t seq;       /* rises with every publish */
	int64_t boot, wall; /* when it was taken, ns */
	struct arena arena; /* names of clusters */
	struct cluster_view *clusters;
	size_t n_clusters;
	struct section *events; /* newest last */
	struct engine_stats stats;
};

struct snapshot *snapshot_ref(struct snapshot *s);
void snapshot_unref(struct snapshot *s);

/* A snapshot to fill by hand (replay, tests): n clusters, all sections empty. */
struct snapshot *snapshot_new(size_t n_clusters, int64_t boot, int64_t wall);

/* The one row of a cluster's SECTION_CLUSTER or SECTION_PARTITIONS; NULL where nothing is published. */
const struct cluster_row *cluster_facts(const struct cluster_view *c);
const struct partition_row *cluster_partitions(const struct cluster_view *c);

/* The broker of that id, name or address ("who"; NULL: the first); NULL where there is none. */
const struct broker_row *brokers_find(const struct section *brokers, const char *who);

/* The metric of a broker, or NULL where it has none. */
const struct value *broker_metric(const struct broker_row *b, enum metric_id id);

/*
 * model: where sources publish and readers acquire. Any thread. wake_fd is an
 * eventfd that becomes readable when something was published; readers may use
 * it or not.
 */
struct model;
struct model *model_new(void);
void model_free(struct model *m);

/* Before any source runs; returns the cluster's index. */
size_t model_add_cluster(struct model *m, const char *name, enum broker_kind kind, enum tier tier);

/* Takes over the caller's reference to s (never NULL). */
void model_publish(struct model *m, size_t cluster, struct section *s);

/* Notes that something happened. entity may be NULL. Bounded: the oldest go. */
void model_event(struct model *m, size_t cluster, const char *entity, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Counters of the engine's own cost. */
void model_count_requests(struct model *m, int64_t n);
void model_note_cycle(struct model *m, double ms, bool overrun);

struct snapshot *model_acquire(struct model *m); /* the caller owns one reference */
int model_wake_fd(const struct model *m);
uint64_t model_seq(struct model *m); /* of the newest publish */

#endif
