#ifndef MQ_SOURCE_FACTS_H
#define MQ_SOURCE_FACTS_H

#include "source/source.h"

/* What the families share when they make SECTION_FACTS. */

/* How many things have a trait, with the names of the first few. Names must outlive the tally. */
enum { TALLY_EXAMPLES = 3 };
struct tally {
	int64_t n;
	const char *names[TALLY_EXAMPLES];
};

void tally_add(struct tally *t, const char *name);
/* "clicks, audit and 3 more", in the arena; NULL where there is none. */
const char *tally_names(const struct tally *t, struct arena *a);

/* A row; name is static, the other strings are in the section's arena. */
void fact_add(struct section *s, const char *name, struct value v, const char *detail);

/* exporters.reachable: `reachable` says whether all of the cluster's `exporters:` answer, detail which do not. */
void facts_exporters(const struct cluster_conf *conf, struct value reachable, const char *detail, struct section *s, int64_t now);

/* "shop.orders.created": at least so many parts of small letters, digits, - and _, with dots between. */
bool name_has_parts(const char *name, int least);

#endif
