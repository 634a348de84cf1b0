#ifndef MQ_MANUAL_PARSE_H
#define MQ_MANUAL_PARSE_H

#include "manual/manual.h"

/* Inside src/manual: a file while it is read. */
struct parsing {
	struct manual_page *page;
	struct arena *arena;
	struct manual_errors *errors;
	const char *path;
	char **lines; /* without their ends; the strings are the arena's */
	size_t n, cap_lines;
	size_t at; /* the next one */
	bool useless;
	const char *targets[MANUAL_STEPS_MAX][MANUAL_ANSWERS_MAX]; /* titles of answers' targets */
};

/* A mistake in line `at` (from 0). */
#define wrong(p, at, ...) manual_complain((p)->errors, (p)->path, (int)(at) + 1, false, __VA_ARGS__)

/* The next line, or NULL at the end; it is not taken. */
static inline const char *peek(const struct parsing *p)
{
	return p->at < p->n ? p->lines[p->at] : NULL;
}

/* "key: value" into *key (in the arena) and *value; false: it is no such line. */
bool key_line(struct parsing *p, const char *line, const char **key, const char **value);

/* "[a, b]" or "a" -> an array in the arena. */
const char **word_list(struct parsing *p, const char *value, size_t *n);

/* The lines from `from` to before `to` as one text, without blank ones at either end. */
const char *joined(struct parsing *p, size_t from, size_t to);

/* The front matter; p->at stands behind it. */
void parse_front(struct parsing *p);

/* A step whose heading is at p->at, to before the next heading. */
void parse_step(struct parsing *p, enum manual_section section);

/* The titles that answers name, as indexes. */
void resolve_targets(struct parsing *p);

#endif
