#ifndef MQ_AUDIT_PERIODIC_INT_H
#define MQ_AUDIT_PERIODIC_INT_H

#include "audit/periodic.h"

/* Inside src/audit: what a measurement fills in. */
struct measuring {
	const struct periodic_input *in;
	struct arena *arena;
	struct periodic_result *out;
	const char *seen; /* of an asked item: what was measured well, to stand before what was answered; NULL */
};

/* The worst counts; of equally bad ones the first gives the evidence. */
void measured(struct measuring *m, enum verdict verdict, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* NULL: the cluster has not told it. */
const struct fact_row *measured_fact(const struct cluster_view *view, const char *name);

void measure_trends(struct measuring *m);
void measure_capacity(struct measuring *m);
void measure_extension(struct measuring *m);
void measure_security(struct measuring *m);
void measure_configuration(struct measuring *m);
void measure_versions(struct measuring *m);
void measure_drill(struct measuring *m);
void measure_documents(struct measuring *m);
void measure_backups(struct measuring *m);
void measure_cost(struct measuring *m);

/* At how many percent a volume that grows levels off at most, because what is written is deleted again, if writes stay as
 * they are. NULL: *percent is set; otherwise a phrase why its growth is not limited. */
struct metrics_points;
const char *retention_levels(struct measuring *m, const char *key, const struct metrics_points *p, double *percent);

/* What was assumed with decisions, an item each; returns how many, at most `most`. */
enum { ASSUMPTIONS_MOST = 64 };
size_t judge_assumptions(const struct periodic_input *in, struct arena *arena, struct periodic_result *out, size_t most);

#endif
