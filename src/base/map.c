#include "base/map.h"

#include "base/alloc.h"
#include "base/err.h"

#include <stdlib.h>
#include <string.h>

/* FNV-1a. */
static unsigned hash_key(const char *s)
{
	unsigned h = 2166136261u;

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return h;
}

void map_init(struct map *m)
{
	*m = (struct map){0};
}

void map_release(struct map *m)
{
	for (size_t i = 0; i < m->cap; i++)
		free(m->slots[i].key);
	free(m->slots);
	map_init(m);
}

/* The slot of the key, or the free one where it would go. */
static struct map_slot *map_find(const struct map *m, const char *key, unsigned hash)
{
	struct map_slot *grave = NULL;

	for (size_t i = hash & (m->cap - 1);; i = (i + 1) & (m->cap - 1)) {
		struct map_slot *s = &m->slots[i];

		if (!s->key)
			return grave ? grave : s;
		if (s->gone) {
			if (!grave)
				grave = s;
		} else if (s->hash == hash && !strcmp(s->key, key)) {
			return s;
		}
	}
}

static void map_grow(struct map *m)
{
	struct map old = *m;

	m->cap = old.n * 4 < 16 ? 16 : old.cap;
	while (m->cap < old.n * 4)
		m->cap *= 2;
	m->slots = xcalloc(m->cap, sizeof(*m->slots));
	m->used = m->n;
	for (size_t i = 0; i < old.cap; i++) {
		struct map_slot *s = &old.slots[i];

		if (s->key && !s->gone)
			*map_find(m, s->key, s->hash) = *s;
		else
			free(s->key);
	}
	free(old.slots);
}

void *map_get(const struct map *m, const char *key)
{
	struct map_slot *s;

	if (!m->n)
		return NULL;
	s = map_find(m, key, hash_key(key));
	return s->key && !s->gone ? s->value : NULL;
}

void *map_put(struct map *m, const char *key, void *value)
{
	unsigned hash = hash_key(key);
	struct map_slot *s;
	void *before = NULL;

	if (!value)
		BUG("map_put of a NULL value for \"%s\"", key);
	if ((m->used + 1) * 2 > m->cap)
		map_grow(m);
	s = map_find(m, key, hash);
	if (s->key && !s->gone) {
		before = s->value;
	} else {
		if (!s->key)
			m->used++;
		free(s->key);
		s->key = xstrdup(key);
		s->hash = hash;
		s->gone = 0;
		m->n++;
	}
	s->value = value;
	return before;
}

void *map_del(struct map *m, const char *key)
{
	struct map_slot *s;

	if (!m->n)
		return NULL;
	s = map_find(m, key, hash_key(key));
	if (!s->key || s->gone)
		return NULL;
	s->gone = 1;
	m->n--;
	return s->value;
}

const char *map_each(const struct map *m, size_t *pos, void **value)
{
	while (*pos < m->cap) {
		struct map_slot *s = &m->slots[(*pos)++];

		if (s->key && !s->gone) {
			if (value)
				*value = s->value;
			return s->key;
		}
	}
	return NULL;
}
