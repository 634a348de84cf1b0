#include "source/kafka/wire_codec.h"

#include <string.h>

static const uint8_t *take(struct wire_in *in, size_t n)
{
	const uint8_t *p = in->p;

	if (in->bad || n > (size_t)(in->end - in->p)) {
		in->bad = true;
		return NULL;
	}
	in->p += n;
	return p;
}

static uint64_t take_be(struct wire_in *in, size_t n)
{
	const uint8_t *p = take(in, n);
	uint64_t v = 0;

	for (size_t i = 0; p && i < n; i++)
		v = v << 8 | p[i];
	return v;
}

int8_t in_i8(struct wire_in *in)
{
	return (int8_t)take_be(in, 1);
}

int16_t in_i16(struct wire_in *in)
{
	return (int16_t)take_be(in, 2);
}

int32_t in_i32(struct wire_in *in)
{
	return (int32_t)take_be(in, 4);
}

int64_t in_i64(struct wire_in *in)
{
	return (int64_t)take_be(in, 8);
}

bool in_bool(struct wire_in *in)
{
	return take_be(in, 1) != 0;
}

uint32_t in_uvarint(struct wire_in *in)
{
	uint32_t v = 0;

	for (unsigned shift = 0; shift < 35; shift += 7) {
		const uint8_t *p = take(in, 1);

		if (!p)
			return 0;
		if (shift == 28 && *p > 0x0f)
			break;
		v |= (uint32_t)(*p & 0x7f) << shift;
		if (!(*p & 0x80))
			return v;
	}
	in->bad = true;
	return 0;
}

void in_skip(struct wire_in *in, size_t n)
{
	take(in, n);
}

/* A length on the wire as one number: -1 for null. */
static int64_t in_length(struct wire_in *in, bool is_short)
{
	if (in->flex)
		return (int64_t)in_uvarint(in) - 1;
	return is_short ? in_i16(in) : in_i32(in);
}

const char *in_string(struct wire_in *in)
{
	int64_t len = in_length(in, true);
	const uint8_t *p;
	char *s;

	if (len < 0)
		return NULL;
	p = take(in, (size_t)len);
	if (!p)
		return NULL;
	s = arena_alloc(in->arena, (size_t)len + 1);
	memcpy(s, p, (size_t)len);
	for (int64_t i = 0; i < len; i++)
		if (!s[i])
			s[i] = '?';
	return s;
}

const uint8_t *in_bytes(struct wire_in *in, size_t *len)
{
	int64_t n = in_length(in, false);
	const uint8_t *p = n < 0 ? NULL : take(in, (size_t)n);

	*len = p ? (size_t)n : 0;
	return p;
}

size_t in_count(struct wire_in *in, size_t least)
{
	int64_t n = in_length(in, false);

	if (n <= 0 || in->bad)
		return 0;
	if ((uint64_t)n > (size_t)(in->end - in->p) / (least ? least : 1)) {
		in->bad = true;
		return 0;
	}
	return (size_t)n;
}

const int32_t *in_i32s(struct wire_in *in, size_t *n)
{
	size_t count = in_count(in, 4);
	int32_t *v = in_array(in, count, sizeof(*v));

	for (size_t i = 0; i < count; i++)
		v[i] = in_i32(in);
	*n = count;
	return v;
}

void in_tags(struct wire_in *in)
{
	if (!in->flex)
		return;
	for (uint32_t n = in_uvarint(in); n && !in->bad; n--) {
		in_uvarint(in);
		in_skip(in, in_uvarint(in));
	}
}

void *in_array(struct wire_in *in, size_t n, size_t size)
{
	return n ? arena_alloc(in->arena, n * size) : NULL;
}

static void out_be(struct wire_out *o, uint64_t v, size_t n)
{
	uint8_t bytes[8];

	for (size_t i = 0; i < n; i++)
		bytes[i] = (uint8_t)(v >> (8 * (n - 1 - i)));
	buf_add(o->b, bytes, n);
}

void out_i8(struct wire_out *o, int8_t v)
{
	out_be(o, (uint8_t)v, 1);
}

void out_i16(struct wire_out *o, int16_t v)
{
	out_be(o, (uint16_t)v, 2);
}

void out_i32(struct wire_out *o, int32_t v)
{
	out_be(o, (uint32_t)v, 4);
}

void out_i64(struct wire_out *o, int64_t v)
{
	out_be(o, (uint64_t)v, 8);
}

void out_uvarint(struct wire_out *o, uint32_t v)
{
	for (; v >= 0x80; v >>= 7)
		out_be(o, (v & 0x7f) | 0x80, 1);
	out_be(o, v, 1);
}

void out_string(struct wire_out *o, const char *s)
{
	size_t len = s ? strlen(s) : 0;

	if (o->flex)
		out_uvarint(o, s ? (uint32_t)len + 1 : 0);
	else
		out_i16(o, s ? (int16_t)len : -1);
	if (s)
		buf_add(o->b, s, len);
}

void out_bytes(struct wire_out *o, const void *data, size_t len)
{
	out_count(o, (int64_t)len);
	buf_add(o->b, data, len);
}

void out_count(struct wire_out *o, int64_t n)
{
	if (o->flex)
		out_uvarint(o, (uint32_t)(n + 1));
	else
		out_i32(o, (int32_t)n);
}

void out_tags(struct wire_out *o)
{
	if (o->flex)
		out_uvarint(o, 0);
}
