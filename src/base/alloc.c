#include "base/alloc.h"

#include "base/err.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_FIRST = 256, ARENA_CHUNK = 4096, ARENA_ALIGN = 16 };

struct arena_chunk {
	struct arena_chunk *next;
	size_t used, size;
	_Alignas(ARENA_ALIGN) unsigned char data[];
};

static void *checked(void *p, size_t size)
{
	if (!p)
		BUG("out of memory (%zu bytes wanted)", size);
	return p;
}

void *xmalloc(size_t size)
{
	return checked(malloc(size ? size : 1), size);
}

void *xcalloc(size_t n, size_t size)
{
	return checked(calloc(n ? n : 1, size ? size : 1), size);
}

void *xrealloc(void *p, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		BUG("array of %zu x %zu bytes overflows", n, size);
	n *= size;
	return checked(realloc(p, n ? n : 1), n);
}

char *xstrdup(const char *s)
{
	return xstrndup(s, strlen(s));
}

char *xstrndup(const char *s, size_t n)
{
	size_t len = strnlen(s, n);
	char *copy = xmalloc(len + 1);

	memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}

void array_reserve(void *array, size_t *cap, size_t need, size_t size)
{
	void **p = array;
	size_t bigger;

	if (need <= *cap)
		return;
	bigger = *cap ? *cap * 2 : 8;
	if (bigger < need)
		bigger = need;
	*p = xrealloc(*p, bigger, size);
	*cap = bigger;
}

void arena_init(struct arena *a)
{
	*a = (struct arena){0};
}

void arena_release(struct arena *a)
{
	struct arena_chunk *c = a->head, *next;

	for (; c; c = next) {
		next = c->next;
		free(c);
	}
	arena_init(a);
}

static struct arena_chunk *chunk_new(struct arena *a, size_t room)
{
	struct arena_chunk *c = xmalloc(sizeof(*c) + room);

	a->held += sizeof(*c) + room;
	*c = (struct arena_chunk){.size = room};
	return c;
}

/* A chunk in which so much fits. Arenas begin small, as there may be thousands of them; a block that is large gets a
 * chunk of its own behind the head, whose room stays in use. */
static struct arena_chunk *chunk_for(struct arena *a, size_t want)
{
	struct arena_chunk *head = a->head, *c;
	size_t room = head ? a->room * 2 : ARENA_FIRST;

	if (head && head->size - head->used >= want)
		return head;
	if (room > ARENA_CHUNK)
		room = ARENA_CHUNK;
	if (head && want > room / 2) {
		c = chunk_new(a, want);
		c->next = head->next;
		head->next = c;
		return c;
	}
	a->room = room;
	c = chunk_new(a, want > room ? want : room);
	c->next = head;
	a->head = c;
	return c;
}

void *arena_alloc(struct arena *a, size_t size)
{
	size_t want = (size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
	struct arena_chunk *c;
	void *p;

	if (want < size)
		BUG("arena block of %zu bytes overflows", size);
	c = chunk_for(a, want);
	p = c->data + c->used;
	c->used += want;
	a->bytes += want;
	memset(p, 0, want);
	return p;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
	size_t len;
	char *copy;

	if (!s)
		return NULL;
	len = strnlen(s, n);
	copy = arena_alloc(a, len + 1);
	memcpy(copy, s, len);
	return copy;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return s ? arena_strndup(a, s, strlen(s)) : NULL;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *s;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		BUG("format \"%s\" failed", fmt);
	s = arena_alloc(a, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(s, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return s;
}
