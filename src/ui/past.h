#ifndef MQ_UI_PAST_H
#define MQ_UI_PAST_H

#include "store/metrics_db.h"
#include "ui/view.h"

/*
 * past: the history of one number over an hour, a day, a week or a month, as the
 * dashboard shows it: what was asked for, what came, and how it is drawn. Pure;
 * history.h reads it, ui_history.c asks.
 */
enum past_span { PAST_1H, PAST_24H, PAST_7D, PAST_30D, PAST_SPANS };

/* The cursor goes over a span in so many steps, each a whole number of seconds. */
enum { PAST_STEPS = 120, PAST_NO_CURSOR = -1 };

struct past_ask {
	char key[METRICS_KEY_SIZE];
	int64_t from, to; /* wall ns */
	bool week;	  /* the same one week before as well */
};

struct past_answer {
	struct past_ask ask; /* key "": nothing has come yet */
	struct metrics_points points, before;
	char trouble[400]; /* why there is nothing; "": there is */
};

struct past {
	bool kept; /* there is a thread that reads metrics.db */
	enum past_span span;
	bool week;
	int cursor;	       /* steps back from the end; PAST_NO_CURSOR */
	struct past_ask asked; /* last */
	int64_t asked_at;      /* boot ns */
	bool waiting;	       /* for the answer to it */
	struct past_answer got;
};

void past_init(struct past *p);
void past_release(struct past *p);
void past_answer_release(struct past_answer *a);

/* The span as one reads it: "24h". */
const char *past_span_name(enum past_span span);
int64_t past_span_ns(enum past_span span);
enum past_span past_span_of(const struct past_ask *ask);
/* The newest `span` before `wall`, ending with a whole step. */
void past_window(enum past_span span, int64_t wall, int64_t *from, int64_t *to);

/* Puts an answer in the place of the one before; what it holds is taken over. */
void past_take(struct past *p, struct past_answer *fresh);

/* Have other things been asked for than what is there? */
bool past_is_other(const struct past_ask *a, const struct past_ask *b);

/* What is known between two times: n is 0 where nothing is. */
struct metrics_point past_sum(const struct metrics_points *p, int64_t from, int64_t to);

/* The graph of an answer with its scales; under it the times, over it what the cursor stands on. */
void past_draw(const struct past_answer *got, int cursor, enum value_style style, const struct area *a);

#endif
