#include "report/inventory.h"

#include "base/jsonw.h"
#include "model/section.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

void inventory_init(struct inventory *v)
{
	*v = (struct inventory){.list = NULL};
	arena_init(&v->arena);
}

void inventory_release(struct inventory *v)
{
	free(v->list);
	arena_release(&v->arena);
}

const struct inventory_cluster *inventory_find(const struct inventory *v, const char *cluster)
{
	for (size_t i = 0; v && i < v->n; i++)
		if (!strcmp(v->list[i].name, cluster))
			return &v->list[i];
	return NULL;
}

/* NULL where there is no room for another one. */
static struct inventory_cluster *cluster_of(struct inventory *v, const char *name)
{
	for (size_t i = 0; i < v->n; i++)
		if (!strcmp(v->list[i].name, name))
			return &v->list[i];
	if (v->n == INVENTORY_CLUSTERS)
		return NULL;
	array_reserve(&v->list, &v->cap, v->n + 1, sizeof(*v->list));
	v->list[v->n] = (struct inventory_cluster){.name = arena_strdup(&v->arena, name)};
	return &v->list[v->n++];
}

static int by_name(const void *a, const void *b)
{
	const struct inventory_broker *x = a, *y = b;

	return strverscmp(x->name, y->name);
}

static void put(struct inventory *v, struct inventory_cluster *c, const char *name, const char *address)
{
	if (!name || !*name || c->n == INVENTORY_BROKERS)
		return;
	c->brokers[c->n++] = (struct inventory_broker){
	    arena_strdup(&v->arena, name), address && *address ? arena_strdup(&v->arena, address) : NULL};
}

static void make_room(struct inventory *v, struct inventory_cluster *c, size_t n)
{
	c->n = 0;
	c->brokers = arena_alloc(&v->arena, (n < INVENTORY_BROKERS ? n : INVENTORY_BROKERS) * sizeof(*c->brokers));
}

void inventory_take(struct inventory *v, const struct snapshot *snap, int64_t wall)
{
	for (size_t i = 0; i < v->n; i++)
		v->list[i].now = false;
	for (size_t i = 0; i < snap->n_clusters; i++) {
		const struct section *s = snap->clusters[i].sections[SECTION_BROKERS];
		struct inventory_cluster *c = section_count(s) ? cluster_of(v, snap->clusters[i].name) : NULL;

		if (!c)
			continue;
		make_room(v, c, section_count(s));
		for (size_t k = 0; k < section_count(s); k++)
			put(v, c, section_broker(s, k)->name, section_broker(s, k)->address);
		if (c->n)
			qsort(c->brokers, c->n, sizeof(*c->brokers), by_name);
		c->seen = wall;
		c->now = true;
	}
}

static void read_cluster(struct inventory *v, const json_t *o)
{
	const char *name = json_string_value(json_object_get(o, "name"));
	const json_t *brokers = json_object_get(o, "brokers"), *b;
	struct inventory_cluster *c = name && *name ? cluster_of(v, name) : NULL;
	size_t i;

	if (!c)
		return;
	c->seen = json_integer_value(json_object_get(o, "seen"));
	make_room(v, c, json_array_size(brokers) + 1);
	json_array_foreach(brokers, i, b)
		put(v, c, json_string_value(json_object_get(b, "name")), json_string_value(json_object_get(b, "address")));
}

void inventory_read(struct inventory *v, const char *json, size_t len)
{
	json_t *o = json_loadb(json, len, JSON_REJECT_DUPLICATES, NULL);
	const json_t *c;
	size_t i;

	json_array_foreach(json_object_get(o, "clusters"), i, c) read_cluster(v, c);
	json_decref(o);
}

int inventory_write(const struct inventory *v, struct buf *out)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w, NULL);
	jsonw_text(&w, "schema", "mqduty/inventory/1");
	jsonw_array(&w, "clusters");
	for (size_t i = 0; i < v->n; i++) {
		jsonw_object(&w, NULL);
		jsonw_text(&w, "name", v->list[i].name);
		jsonw_int(&w, "seen", v->list[i].seen);
		jsonw_array(&w, "brokers");
		for (size_t k = 0; k < v->list[i].n; k++) {
			jsonw_object(&w, NULL);
			jsonw_text(&w, "name", v->list[i].brokers[k].name);
			jsonw_text(&w, "address", v->list[i].brokers[k].address);
			jsonw_end_object(&w);
		}
		jsonw_end_array(&w);
		jsonw_end_object(&w);
	}
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	return out->overflow ? -1 : 0;
}
