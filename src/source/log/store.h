#ifndef MQ_SOURCE_LOG_STORE_H
#define MQ_SOURCE_LOG_STORE_H

#include "model/section.h"
#include "source/log/line.h"

/*
 * store: the errors and warnings of one log: repeats collapsed, counted in steps of 10 s over
 * 70 min. Bounded; not thread-safe: its owner locks.
 */
enum {
	LOG_TEXT_MAX = 1024,
	LOG_STEP_S = 10,
	LOG_RECENT_S = 600,
	LOG_BEFORE_S = 3600,
	LOG_STEPS = (LOG_RECENT_S + LOG_BEFORE_S) / LOG_STEP_S,
};

struct log_kept {
	uint64_t key; /* level and text with its digits masked */
	enum line_level level;
	int64_t count, first, last; /* wall ns */
	char *text;
};

struct log_store {
	struct log_kept *kept;
	size_t n, most;
	struct log_step {
		int64_t step; /* wall / LOG_STEP_S */
		uint32_t errors, fatals;
	} steps[LOG_STEPS];
};

void log_store_init(struct log_store *s, size_t most);
void log_store_release(struct log_store *s);

/* A warning or worse, of this wall time (ns). */
void log_store_add(
    struct log_store *s, enum line_level level, int64_t wall, const char *text, size_t len);

/* Lines in [from, to) seconds before now; fatals: those alone, otherwise errors and fatals. */
int64_t log_store_count(const struct log_store *s, int64_t now, int from_s, int to_s, bool fatals);

/* Fills entries and last_error of a row; strings go into the arena. */
void log_store_fill(const struct log_store *s, struct arena *arena, struct log_row *row);

#endif
