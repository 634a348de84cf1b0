#ifndef MQ_BASE_MAP_H
#define MQ_BASE_MAP_H

#include <stddef.h>

/* map: string key -> pointer. Keys are copied; values are the caller's. One
 * thread at a time. Deleting during map_each is allowed for the current key. */
struct map_slot {
	char *key; /* NULL: never used */
	void *value;
	unsigned hash;
	unsigned char gone; /* deleted, keeps the probe chain */
};

struct map {
	struct map_slot *slots;
	size_t n, used, cap;
};

void map_init(struct map *m);
void map_release(struct map *m); /* values are not freed */
void *map_get(const struct map *m, const char *key);
void *map_put(struct map *m, const char *key, void *value); /* returns the value that was there */
void *map_del(struct map *m, const char *key);              /* likewise */

/* Iterates: start with *pos = 0; returns the key or NULL at the end. */
const char *map_each(const struct map *m, size_t *pos, void **value);

#endif
