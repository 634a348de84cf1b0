#ifndef MQ_REPORT_INVENTORY_H
#define MQ_REPORT_INVENTORY_H

#include "base/alloc.h"
#include "base/buf.h"
#include "model/model.h"

/*
 * inventory: the brokers of each cluster by name and address, as they were last seen: what a plan says of a cluster that
 * does not answer. Kept as JSON (schema "mqduty/inventory/1") beside the plans. Pure; one thread.
 */
enum { INVENTORY_CLUSTERS = 256, INVENTORY_BROKERS = 2048 };

struct inventory {
	struct arena arena;
	struct inventory_cluster {
		const char *name;
		int64_t seen; /* wall ns */
		bool now;     /* seen in the snapshot that was taken in last */
		struct inventory_broker {
			const char *name, *address; /* address: NULL */
		} *brokers; /* by name */
		size_t n;
	} *list;
	size_t n, cap;
};

void inventory_init(struct inventory *v);
void inventory_release(struct inventory *v);

/* What was kept; what makes no sense is left out. */
void inventory_read(struct inventory *v, const char *json, size_t len);
int inventory_write(const struct inventory *v, struct buf *out); /* -1: out is full */

/* The brokers that the snapshot knows take the place of those before; a cluster without any keeps its old ones. */
void inventory_take(struct inventory *v, const struct snapshot *snap, int64_t wall);

const struct inventory_cluster *inventory_find(const struct inventory *v, const char *cluster); /* NULL */

#endif
