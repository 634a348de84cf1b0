#ifndef MQ_LAB_FAMILY_H
#define MQ_LAB_FAMILY_H

#include "lab/lab.h"
#include "lab/ports.h"

struct options;

/*
 * What `up` does with each broker family: it starts them all at once, then asks
 * each again and again whether it serves.
 */
struct family {
	const char *name, *title;
	bool (*wanted)(const struct lab *lab);
	int (*find)(struct lab *lab, const struct options *o, struct err *err); /* its programs */
	int (*prepare)(struct lab *lab, struct ports *ports, struct err *err);	/* its files */
	int (*start)(struct lab *lab, struct err *err);
	bool (*ready)(const struct lab *lab);
	/* The worker that makes topics and streams, once; NULL: none. */
	const char *(*seed)(const struct lab *lab);
};

extern const struct family family_nats, family_mqtt, family_kafka;

/* find.c: the full path of an executable. env names a variable that overrides the search
 * (then it must be right); cache is the stem of folders in ~/.cache/mqduty, or NULL. */
int find_program(char *out, const char *env, const char *cache, const char *name, struct err *err);

/* ~/.cache/mqduty, or what XDG_CACHE_HOME says; -1 without a home. */
int cache_dir(char *out, size_t size);

#endif
