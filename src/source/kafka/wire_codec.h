#ifndef MQ_SOURCE_KAFKA_WIRE_CODEC_H
#define MQ_SOURCE_KAFKA_WIRE_CODEC_H

#include "base/alloc.h"
#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * wire_in: a cursor over one reply. Reading beyond the end, or a length that
 * the rest of the reply cannot hold, sets `bad` and from then on everything
 * reads as 0 or empty, so that a decoder tests once at the end. Flexible
 * versions (compact lengths, tag buffers) are a matter of the flag alone.
 */
struct wire_in {
	const uint8_t *p, *end;
	bool flex, bad;
	struct arena *arena; /* for strings and arrays of the decoded reply */
};

int8_t in_i8(struct wire_in *in);
int16_t in_i16(struct wire_in *in);
int32_t in_i32(struct wire_in *in);
int64_t in_i64(struct wire_in *in);
uint32_t in_uvarint(struct wire_in *in);
bool in_bool(struct wire_in *in);
void in_skip(struct wire_in *in, size_t n);

/* A copy in the arena; NULL for null. NUL bytes inside become '?'. */
const char *in_string(struct wire_in *in);
/* Points into the reply; NULL and 0 for null. */
const uint8_t *in_bytes(struct wire_in *in, size_t *len);
/* The count of an array whose elements take at least `least` bytes each: never
 * more than the rest of the reply can hold. null and empty are both 0. */
size_t in_count(struct wire_in *in, size_t least);
/* An array of i32 in the arena. */
const int32_t *in_i32s(struct wire_in *in, size_t *n);
/* The tag buffer that ends each flexible struct; nothing in other versions. */
void in_tags(struct wire_in *in);

/* Room for n elements, zeroed; n comes from in_count(). */
void *in_array(struct wire_in *in, size_t n, size_t size);

/* wire_out: appends one request to a buffer; overflow stays set in it. */
struct wire_out {
	struct buf *b;
	bool flex;
};

void out_i8(struct wire_out *o, int8_t v);
void out_i16(struct wire_out *o, int16_t v);
void out_i32(struct wire_out *o, int32_t v);
void out_i64(struct wire_out *o, int64_t v);
void out_uvarint(struct wire_out *o, uint32_t v);
void out_string(struct wire_out *o, const char *s); /* NULL: null */
void out_bytes(struct wire_out *o, const void *data, size_t len);
void out_count(struct wire_out *o, int64_t n);	    /* -1: null */
void out_tags(struct wire_out *o);

#endif
