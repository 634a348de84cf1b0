#include "source/log/store.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

void log_store_init(struct log_store *s, size_t most)
{
	*s = (struct log_store){.most = most, .kept = xcalloc(most, sizeof(*s->kept))};
}

void log_store_release(struct log_store *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->kept[i].text);
	free(s->kept);
	*s = (struct log_store){0};
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* FNV-1a; each run of digits counts as one '#'. */
static uint64_t key_of(enum line_level level, const char *text, size_t len)
{
	uint64_t h = 14695981039346656037ULL ^ (uint64_t)level;

	for (size_t i = 0; i < len; i++) {
		if (is_digit(text[i]) && i && is_digit(text[i - 1]))
			continue;
		h = (h ^ (unsigned char)(is_digit(text[i]) ? '#' : text[i])) * 1099511628211ULL;
	}
	return h;
}

/* The one with this key, or a free one, or the one that has been silent for longest. */
static struct log_kept *place_for(struct log_store *s, uint64_t key)
{
	struct log_kept *oldest = s->kept;

	for (size_t i = 0; i < s->n; i++) {
		if (s->kept[i].key == key)
			return &s->kept[i];
		if (s->kept[i].last < oldest->last)
			oldest = &s->kept[i];
	}
	if (s->n < s->most)
		return &s->kept[s->n++];
	free(oldest->text);
	*oldest = (struct log_kept){0};
	return oldest;
}

static void keep(
    struct log_store *s, enum line_level level, int64_t wall, const char *text, size_t len)
{
	uint64_t key = key_of(level, text, len);
	struct log_kept *k = place_for(s, key);

	if (!k->count || wall < k->first)
		k->first = wall;
	if (!k->count || wall >= k->last) {
		k->last = wall;
		free(k->text);
		k->text = xstrndup(text, len);
	}
	k->key = key;
	k->level = level;
	k->count++;
}

static void count(struct log_store *s, enum line_level level, int64_t wall)
{
	int64_t step = wall / (LOG_STEP_S * NS_PER_S);
	struct log_step *at = &s->steps[step % LOG_STEPS];

	if (level < LINE_ERROR || step < at->step)
		return;
	if (step > at->step)
		*at = (struct log_step){.step = step};
	at->errors++;
	at->fatals += level == LINE_FATAL;
}

void log_store_add(
    struct log_store *s, enum line_level level, int64_t wall, const char *text, size_t len)
{
	if (level < LINE_WARN || wall < 0)
		return;
	keep(s, level, wall, text, len < LOG_TEXT_MAX ? len : LOG_TEXT_MAX);
	count(s, level, wall);
}

int64_t log_store_count(const struct log_store *s, int64_t now, int from_s, int to_s, bool fatals)
{
	int64_t newest = now / (LOG_STEP_S * NS_PER_S), sum = 0;

	for (size_t i = 0; i < LOG_STEPS; i++) {
		int64_t ago = newest - s->steps[i].step;

		if (ago >= from_s / LOG_STEP_S && ago < to_s / LOG_STEP_S)
			sum += fatals ? s->steps[i].fatals : s->steps[i].errors;
	}
	return sum;
}

static int newest_first(const void *pa, const void *pb)
{
	const struct log_entry *a = pa, *b = pb;

	return a->last != b->last ? (a->last > b->last ? -1 : 1) : strcmp(a->text, b->text);
}

void log_store_fill(const struct log_store *s, struct arena *arena, struct log_row *row)
{
	row->n_entries = s->n;
	row->entries = arena_alloc(arena, (s->n + 1) * sizeof(*row->entries));
	for (size_t i = 0; i < s->n; i++) {
		const struct log_kept *k = &s->kept[i];

		row->entries[i] = (struct log_entry){line_level_name(k->level), k->count, k->first,
		    k->last, arena_strdup(arena, k->text)};
	}
	if (s->n)
		qsort(row->entries, s->n, sizeof(*row->entries), newest_first);
	for (size_t i = 0; i < s->n && !row->last_error; i++)
		if (strcmp(row->entries[i].level, "WARN") != 0)
			row->last_error = row->entries[i].text;
}
