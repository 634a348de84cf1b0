#ifndef MQ_SOURCE_NATS_CELLS_H
#define MQ_SOURCE_NATS_CELLS_H

#include "source/nats/nats.h"

/*
 * cells: the values of one node in one section. What a request brought is good
 * while its newest attempt went well; after that it keeps its number and says why.
 */
struct cells {
	struct section *s;
	const struct node *n;
	const char *why[ASK_COUNT]; /* in the section; NULL while well */
};

void cells_init(struct cells *c, struct section *s, const struct node *n);

/* v as measured by this request; a v of VALUE_NONE is one that the server does not report as `key`. */
struct value cell(const struct cells *c, enum ask a, struct value v, const char *key);
struct value cell_num(const struct cells *c, enum ask a, int64_t num, const char *key);
struct value cell_real(const struct cells *c, enum ask a, double v, const char *key); /* NAN: none */
struct value cell_text(const struct cells *c, enum ask a, const char *text, const char *key);

/* part of whole in percent; none where either is not known or the whole is not positive. */
struct value cell_percent(const struct cells *c, enum ask a, int64_t part, int64_t whole,
    const char *key);

/* How fast a counter has grown lately, `per` = 60: a minute. */
struct value cell_rate(const struct cells *c, enum counter k, double per);

const char *cells_keep(const struct cells *c, const char *text); /* in the section; NULL stays NULL */

#endif
