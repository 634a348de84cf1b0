#include "lab/simkafka.h"

#include <string.h>

static const unsigned char *take(struct sim_in *in, size_t n)
{
	const unsigned char *p = in->p;

	if (in->bad || (size_t)(in->end - in->p) < n) {
		in->bad = true;
		return NULL;
	}
	in->p += n;
	return p;
}

static uint64_t number(struct sim_in *in, size_t n)
{
	const unsigned char *p = take(in, n);
	uint64_t v = 0;

	for (size_t i = 0; p && i < n; i++)
		v = v << 8 | p[i];
	return v;
}

int8_t in_i8(struct sim_in *in)
{
	return (int8_t)number(in, 1);
}

int16_t in_i16(struct sim_in *in)
{
	return (int16_t)number(in, 2);
}

int32_t in_i32(struct sim_in *in)
{
	return (int32_t)number(in, 4);
}

int64_t in_i64(struct sim_in *in)
{
	return (int64_t)number(in, 8);
}

static uint32_t in_uvarint(struct sim_in *in)
{
	uint32_t v = 0;

	for (int shift = 0; shift < 35; shift += 7) {
		const unsigned char *p = take(in, 1);

		if (!p)
			return 0;
		v |= (uint32_t)(*p & 127) << shift;
		if (!(*p & 128))
			return v;
	}
	in->bad = true;
	return 0;
}

int in_array(struct sim_in *in)
{
	int64_t n = in->flex ? (int64_t)in_uvarint(in) - 1 : in_i32(in);

	/* Each element takes a byte at least: more cannot be there. */
	if (in->bad || n < -1 || n > in->end - in->p) {
		in->bad = true;
		return 0;
	}
	return (int)n;
}

static void text(struct sim_in *in, int64_t len, char *out, size_t size)
{
	const unsigned char *p = len > 0 ? take(in, (size_t)len) : NULL;
	size_t n = p ? (size_t)len : 0;

	if (n >= size)
		n = size - 1;
	if (p)
		memcpy(out, p, n);
	out[n] = '\0';
}

bool in_str(struct sim_in *in, char *out, size_t size)
{
	int64_t len = in->flex ? (int64_t)in_uvarint(in) - 1 : in_i16(in);

	text(in, len, out, size);
	return len >= 0;
}

void in_str_old(struct sim_in *in, char *out, size_t size)
{
	text(in, in_i16(in), out, size);
}

void in_skip(struct sim_in *in, size_t n)
{
	take(in, n);
}

void in_tags(struct sim_in *in)
{
	uint32_t n;

	if (!in->flex)
		return;
	for (n = in_uvarint(in); n && !in->bad; n--) {
		in_uvarint(in);
		in_skip(in, in_uvarint(in));
	}
}

void out_raw(struct sim_out *o, const void *p, size_t n)
{
	buf_add(&o->b, p, n);
}

static void put(struct sim_out *o, uint64_t v, int n)
{
	unsigned char b[8];

	for (int i = 0; i < n; i++)
		b[i] = (unsigned char)(v >> (8 * (n - 1 - i)));
	buf_add(&o->b, b, (size_t)n);
}

void out_i8(struct sim_out *o, int v)
{
	put(o, (uint64_t)v, 1);
}

void out_i16(struct sim_out *o, int v)
{
	put(o, (uint64_t)v, 2);
}

void out_i32(struct sim_out *o, int32_t v)
{
	put(o, (uint64_t)v, 4);
}

void out_i64(struct sim_out *o, int64_t v)
{
	put(o, (uint64_t)v, 8);
}

void out_uvarint(struct sim_out *o, uint32_t v)
{
	for (; v > 127; v >>= 7)
		put(o, v | 128, 1);
	put(o, v, 1);
}

void out_str(struct sim_out *o, const char *s)
{
	size_t len = s ? strlen(s) : 0;

	if (o->flex)
		out_uvarint(o, s ? (uint32_t)len + 1 : 0);
	else
		out_i16(o, s ? (int)len : -1);
	buf_add(&o->b, s, len);
}

void out_bytes(struct sim_out *o, const void *p, size_t n)
{
	if (o->flex)
		out_uvarint(o, (uint32_t)n + 1);
	else
		out_i32(o, (int32_t)n);
	buf_add(&o->b, p, n);
}

void out_array(struct sim_out *o, int n)
{
	if (o->flex)
		out_uvarint(o, (uint32_t)(n + 1));
	else
		out_i32(o, n);
}

void out_tags(struct sim_out *o)
{
	if (o->flex)
		out_i8(o, 0);
}
