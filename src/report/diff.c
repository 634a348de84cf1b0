#include "report/diff.h"

#include "base/alloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { AROUND = 3, CELLS_MOST = 16 << 20 };

struct lines {
	struct line {
		const char *text;
		size_t len;
	} *list;
	size_t n, cap;
};

/* One line of the result: kept, gone or come. */
struct edit {
	char sign;
	const struct line *line;
	size_t old, fresh; /* how many lines stood before it on each side */
};

struct edits {
	struct edit *list;
	size_t n, cap;
};

static void split(struct lines *l, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n");

		array_reserve(&l->list, &l->cap, l->n + 1, sizeof(*l->list));
		l->list[l->n++] = (struct line){text, n};
		text += n + (text[n] == '\n');
	}
}

static bool same(const struct line *a, const struct line *b)
{
	return a->len == b->len && !memcmp(a->text, b->text, a->len);
}

static void edit(struct edits *e, char sign, const struct line *line, size_t old, size_t fresh)
{
	array_reserve(&e->list, &e->cap, e->n + 1, sizeof(*e->list));
	e->list[e->n++] = (struct edit){sign, line, old, fresh};
}

/* common[i][j]: how many lines the rests from i and j have in common, in their order. */
static uint32_t *measure(const struct lines *a, const struct lines *b, size_t from, size_t a_end, size_t b_end)
{
	size_t rows = a_end - from, width = b_end - from + 1;
	uint32_t *common = xcalloc((rows + 1) * width, sizeof(*common));

	for (size_t i = rows; i-- > 0;)
		for (size_t j = width - 1; j-- > 0;) {
			uint32_t down = common[(i + 1) * width + j], right = common[i * width + j + 1];

			common[i * width + j] = same(&a->list[from + i], &b->list[from + j])
						    ? common[(i + 1) * width + j + 1] + 1
						    : (down > right ? down : right);
		}
	return common;
}

/* The lines between what both begin and end with. */
static void compare_middle(const struct lines *a, const struct lines *b, size_t from, size_t a_end, size_t b_end,
    struct edits *e)
{
	size_t i = from, j = from, width = b_end - from + 1;
	bool small = (a_end - from + 1) * width <= CELLS_MOST;
	uint32_t *common = small ? measure(a, b, from, a_end, b_end) : NULL;

	while (i < a_end || j < b_end) {
		if (i < a_end && j < b_end && small && same(&a->list[i], &b->list[j])) {
			edit(e, ' ', &a->list[i], i, j);
			i++;
			j++;
		} else if (j == b_end || (i < a_end && (!small || common[(i + 1 - from) * width + j - from] >=
								 common[(i - from) * width + j + 1 - from]))) {
			edit(e, '-', &a->list[i], i, j);
			i++;
		} else {
			edit(e, '+', &b->list[j], i, j);
			j++;
		}
	}
	free(common);
}

static void compare(const struct lines *a, const struct lines *b, struct edits *e)
{
	size_t from = 0, a_end = a->n, b_end = b->n;

	while (from < a->n && from < b->n && same(&a->list[from], &b->list[from])) {
		edit(e, ' ', &a->list[from], from, from);
		from++;
	}
	while (a_end > from && b_end > from && same(&a->list[a_end - 1], &b->list[b_end - 1])) {
		a_end--;
		b_end--;
	}
	compare_middle(a, b, from, a_end, b_end, e);
	for (size_t i = a_end; i < a->n; i++)
		edit(e, ' ', &a->list[i], i, b_end + i - a_end);
}

/* A stretch of changes with what stands around them; returns where it ends. */
static size_t write_hunk(const struct edits *e, size_t change, struct buf *out)
{
	size_t from = change > AROUND ? change - AROUND : 0, to = change, quiet = 0, counts[2] = {0, 0};

	for (; to < e->n && quiet <= 2 * AROUND; to++)
		quiet = e->list[to].sign == ' ' ? quiet + 1 : 0;
	to -= quiet > AROUND ? quiet - AROUND : 0;
	for (size_t i = from; i < to; i++) {
		counts[0] += e->list[i].sign != '+';
		counts[1] += e->list[i].sign != '-';
	}
	buf_addf(out, "@@ -%zu,%zu +%zu,%zu @@\n", e->list[from].old + (counts[0] > 0), counts[0],
	    e->list[from].fresh + (counts[1] > 0), counts[1]);
	for (size_t i = from; i < to; i++)
		buf_addf(out, "%c%.*s\n", e->list[i].sign, (int)e->list[i].line->len, e->list[i].line->text);
	return to;
}

bool diff_texts(const char *old, const char *fresh, const char *old_name, const char *fresh_name, struct buf *out,
    size_t *added, size_t *removed)
{
	struct lines a = {0}, b = {0};
	struct edits e = {0};

	*added = *removed = 0;
	split(&a, old);
	split(&b, fresh);
	compare(&a, &b, &e);
	for (size_t i = 0; i < e.n; i++) {
		*added += e.list[i].sign == '+';
		*removed += e.list[i].sign == '-';
	}
	if (out && (*added || *removed))
		buf_addf(out, "--- %s\n+++ %s\n", old_name, fresh_name);
	for (size_t i = 0; out && i < e.n; i++)
		if (e.list[i].sign != ' ')
			i = write_hunk(&e, i, out) - 1;
	free(e.list);
	free(a.list);
	free(b.list);
	return *added || *removed;
}
