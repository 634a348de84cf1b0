#include "random_frame.h"

#include "base/clock.h"
#include "rules/rules.h"
#include "sample_frame.h"

#include <math.h>
#include <stdint.h>

/* Marsaglia's xorshift: enough for tests, and the same everywhere. */
unsigned random_below(unsigned *seed, unsigned most)
{
	uint32_t x = *seed ? *seed : 2463534242u;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	*seed = x;
	return most ? x % most : 0;
}

static const char *random_name(unsigned *seed)
{
	static char long_name[10001];
	static const char *const names[] = {"orders", "n1", "a/b/c", "", "payments-2024-11",
	    "\x1b[31mred\x1b[0m", "new\nline\ttab", "\xe2\x80\xaetxt.exe", "\xff\xfe\x80",
	    "搜索目录消息队列", "e\xcc\x81\xcc\x81\xcc\x81", "%s%n%d", "~~~~",
	    "12345678901234567890", " lead and trail ", "\xf0\x9f\x92\xa9", NULL, long_name};

	if (!long_name[0])
		memset(long_name, 'x', sizeof(long_name) - 1);
	return names[random_below(seed, sizeof(names) / sizeof(names[0]))];
}

static const char *given_name(unsigned *seed)
{
	const char *name = random_name(seed);

	return name ? name : "unnamed";
}

static struct value random_value(unsigned *seed)
{
	static const double numbers[] = {
	    0, 1, 12, 812, 48211, 1e9, 9.2e18, -3, 0.004, 99.96, 1e300, -1e300};
	double d = numbers[random_below(seed, sizeof(numbers) / sizeof(numbers[0]))];
	int64_t at = SAMPLE_BOOT - (int64_t)random_below(seed, 400) * NS_PER_S;
	int64_t period = (int64_t)random_below(seed, 60) * NS_PER_S;
	struct value v = random_below(seed, 2) && fabs(d) < 9e18 ? value_int((int64_t)d, at, period)
								 : value_real(d, at, period);

	switch (random_below(seed, 12)) {
	case 0:
		return value_missing(random_name(seed));
	case 1:
		return value_na(random_name(seed));
	case 2:
		return value_error(random_name(seed));
	case 3:
		return value_failed(v, random_name(seed));
	case 4:
		return value_partial(v, random_name(seed));
	case 5:
		return (struct value){0};
	case 6:
		return value_real(random_below(seed, 2) ? NAN : INFINITY, at, period);
	case 7:
		return value_text(random_name(seed), at, period);
	default:
		return v;
	}
}

static struct series_view *random_series(unsigned *seed)
{
	struct sample samples[50];
	size_t n = random_below(seed, 50);

	if (!random_below(seed, 4))
		return NULL;
	for (size_t i = 0; i < n; i++)
		samples[i] = (struct sample){
		    SAMPLE_BOOT - (int64_t)(50 - i) * NS_PER_S, random_below(seed, 1000)};
	return series_view_make(samples, n);
}

static void fill_texts(struct arena *arena, unsigned *seed, const char ***list, size_t *n)
{
	*n = random_below(seed, 4);
	*list = arena_alloc(arena, (*n + 1) * sizeof(**list));
	for (size_t i = 0; i < *n; i++)
		(*list)[i] = random_name(seed);
}

static void fill_rows(struct arena *arena, unsigned *seed, const struct field *f, char *row)
{
	size_t n = random_below(seed, 4), *count = (size_t *)(void *)(row + f->count_offset);
	char *list = arena_alloc(arena, (n + 1) * f->nested->size);

	*(void **)(void *)(row + f->offset) = list;
	*count = n;
	for (size_t i = 0; i < n; i++)
		for (const struct field *g = f->nested->fields; g->name; g++) {
			char *at = list + i * f->nested->size + g->offset;

			if (g->type == FIELD_TEXT)
				*(const char **)(void *)at = random_name(seed);
			else if (g->type == FIELD_INT)
				*(int64_t *)(void *)at = (int64_t)random_below(seed, 5000) - 1;
		}
}

static void fill_metrics(struct arena *arena, unsigned *seed, const struct field *f, char *row)
{
	size_t n = random_below(seed, 6);
	struct metric *list = arena_alloc(arena, (n + 1) * sizeof(*list));

	for (size_t i = 0; i < n; i++)
		list[i] = (struct metric){
		    (enum metric_id)random_below(seed, METRIC_COUNT), random_value(seed)};
	*(struct metric **)(void *)(row + f->offset) = list;
	*(size_t *)(void *)(row + f->count_offset) = n;
}

static void fill_field(struct arena *arena, unsigned *seed, const struct field *f, char *row)
{
	char *at = row + f->offset;

	switch (f->type) {
	case FIELD_TEXT:
		*(const char **)(void *)at = random_name(seed);
		break;
	case FIELD_VALUE:
		*(struct value *)(void *)at = random_value(seed);
		break;
	case FIELD_TRI:
		*(int *)(void *)at = (int)random_below(seed, 3) - 1;
		break;
	case FIELD_INT:
		*(int64_t *)(void *)at = (int64_t)random_below(seed, 20) - 1;
		break;
	case FIELD_TIME:
		*(int64_t *)(void *)at =
		    SAMPLE_WALL - (int64_t)random_below(seed, 100000) * NS_PER_S;
		break;
	case FIELD_STATUS:
		*(enum lag_status *)(void *)at =
		    (enum lag_status)random_below(seed, LAG_UNKNOWN + 1);
		break;
	case FIELD_TEXTS:
		fill_texts(arena, seed, (const char ***)(void *)at,
		    (size_t *)(void *)(row + f->count_offset));
		break;
	case FIELD_ROWS:
		fill_rows(arena, seed, f, row);
		break;
	case FIELD_METRICS:
		fill_metrics(arena, seed, f, row);
		break;
	case FIELD_SERIES:
		*(struct series_view **)(void *)at = random_series(seed);
		break;
	}
}

static struct section *random_section(unsigned *seed, enum section_kind kind)
{
	bool single = kind == SECTION_CLUSTER || kind == SECTION_PARTITIONS;
	struct section *s;
	unsigned n;

	if (!random_below(seed, 4))
		return kind == SECTION_EVENTS ? section_new(kind) : NULL;
	s = section_new(kind);
	s->listing = random_below(seed, 3) ? value_bool(true, SAMPLE_BOOT, 30 * NS_PER_S)
					   : random_value(seed);
	s->omitted = random_below(seed, 3) ? 0 : (int64_t)random_below(seed, 100000);
	n = single ? 1 : random_below(seed, 12);
	for (unsigned i = 0; i < n; i++) {
		char *row = section_add(s);

		for (const struct field *f = row_types[kind].fields; f->name; f++)
			fill_field(&s->arena, seed, f, row);
	}
	return s;
}

struct frame *random_frame(unsigned seed)
{
	size_t n = random_below(&seed, 6);
	struct snapshot *snap = snapshot_new(n, SAMPLE_BOOT, SAMPLE_WALL);
	struct rules *rules = rules_new(sample_config(SAMPLE_RICH), random_below(&seed, 2), NULL);
	struct judgement *j;

	for (size_t i = 0; i < n; i++) {
		struct cluster_view *c = &snap->clusters[i];

		c->name = arena_strdup(&snap->arena, given_name(&seed));
		c->kind = (enum broker_kind)random_below(&seed, KIND_MQTT + 1);
		c->tier = (enum tier)random_below(&seed, TIER_PROD + 1);
		for (int k = 0; k < SECTION_COUNT; k++)
			c->sections[k] = random_section(&seed, (enum section_kind)k);
	}
	snap->events = random_section(&seed, SECTION_EVENTS);
	j = rules_judge(rules, snap, NULL);
	rules_free(rules);
	return frame_new(snap, j, NULL, random_name(&seed));
}
