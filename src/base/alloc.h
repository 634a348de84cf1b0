#ifndef MQ_BASE_ALLOC_H
#define MQ_BASE_ALLOC_H

#include <stddef.h>

/* malloc and friends that never return NULL: out of memory ends the program
 * through BUG(), which gives the terminal back first. Sizes that a broker chose
 * must be bounded before they get here. */
void *xmalloc(size_t size);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t n, size_t size);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);

/* Makes room for `need` elements of `size` bytes in the growing array at *array
 * (capacity *cap); doubles, so that appending is O(1). */
void array_reserve(void *array, size_t *cap, size_t need, size_t size);

/*
 * arena: strings and rows that live and die together. Not shared between
 * threads while it grows; once its owner stops adding, any thread may read.
 */
struct arena_chunk;
struct arena {
	struct arena_chunk *head;
	size_t bytes; /* handed out so far */
	size_t held;  /* taken from the heap for it */
	size_t room;  /* of the newest chunk for small blocks */
};

void arena_init(struct arena *a);
void arena_release(struct arena *a);
void *arena_alloc(struct arena *a, size_t size); /* zeroed, aligned for any type */
char *arena_strdup(struct arena *a, const char *s);           /* NULL stays NULL */
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
