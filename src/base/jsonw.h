#ifndef MQ_BASE_JSONW_H
#define MQ_BASE_JSONW_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * jsonw: writes JSON into a buf, piece by piece, without a tree in between.
 * Strings may be foreign bytes: what is no UTF-8 becomes U+FFFD; control, bidi
 * and other characters that would harm a terminal are written as \uXXXX. Whether
 * all of it fitted is in the buf (overflow).
 */
enum { JSONW_DEPTH = 32 };

struct jsonw {
	struct buf *out;
	uint64_t filled;  /* bit per depth: something stands there already */
	int depth;
};

void jsonw_init(struct jsonw *w, struct buf *out);

/* key NULL: an element of an array, or the outermost value. */
void jsonw_object(struct jsonw *w, const char *key);
void jsonw_array(struct jsonw *w, const char *key);
void jsonw_end_object(struct jsonw *w);
void jsonw_end_array(struct jsonw *w);
void jsonw_text(struct jsonw *w, const char *key, const char *s); /* NULL: null */
void jsonw_int(struct jsonw *w, const char *key, int64_t i);
void jsonw_real(struct jsonw *w, const char *key, double d);      /* not a number: null */
void jsonw_exact(struct jsonw *w, const char *key, double d);     /* reads back as the same number */
void jsonw_bool(struct jsonw *w, const char *key, bool b);
void jsonw_null(struct jsonw *w, const char *key);

#endif
