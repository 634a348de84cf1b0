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

/* How long what is written stays, of all topics or streams that hold something: what capacity planning needs. */
struct kept {
	int64_t longest_s; /* of those that are deleted by age */
	int64_t room;	   /* bytes that those with nothing but a limit of size may still grow by, on one volume at most */
	struct tally unlimited;
	const char *longest;
};

/* seconds: after so long all is deleted; room: bytes; -1: has no such limit. With both, age counts. */
void kept_add(struct kept *k, const char *name, int64_t seconds, int64_t room);
/* retention.longest_s, retention.room_bytes, retention.unlimited: as good as `as`, whose number does not count. */
void kept_facts(struct section *s, const struct kept *k, struct value as);

/* A row; name is static, the other strings are in the section's arena. */
void fact_add(struct section *s, const char *name, struct value v, const char *detail);

/* exporters.reachable: `reachable` says whether all of the cluster's `exporters:` answer, detail which do not. */
void facts_exporters(const struct cluster_conf *conf, struct value reachable, const char *detail, struct section *s, int64_t now);

/* "shop.orders.created": at least so many parts of small letters, digits, - and _, with dots between. */
bool name_has_parts(const char *name, int least);

#endif
