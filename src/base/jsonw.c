#include "base/jsonw.h"

#include "base/err.h"
#include "base/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void jsonw_init(struct jsonw *w, struct buf *out)
{
	*w = (struct jsonw){.out = out};
}

/* One code point that is not printable ASCII, or that JSON wants escaped. */
static void put_point(struct buf *out, const char *s, size_t n, uint32_t cp)
{
	char one[5] = "";

	memcpy(one, s, n);
	if (cp == '"' || cp == '\\')
		buf_addf(out, "\\%c", (char)cp);
	else if (cp == '\n')
		buf_adds(out, "\\n");
	else if (cp == '\t')
		buf_adds(out, "\\t");
	else if (cp == 0xfffd && (unsigned char)*s != 0xef)
		buf_adds(out, "\\ufffd");
	else if (text_is_clean(one))
		buf_add(out, s, n);
	else if (cp >= 0x10000)
		buf_addf(out, "\\u%04x\\u%04x", 0xd800 + ((cp - 0x10000) >> 10), 0xdc00 + ((cp - 0x10000) & 0x3ff));
	else
		buf_addf(out, "\\u%04x", cp);
}

static void put_string(struct buf *out, const char *s)
{
	size_t len = strlen(s), plain;

	buf_addc(out, '"');
	while (len) {
		uint32_t cp;

		for (plain = 0; plain < len && s[plain] >= 0x20 && s[plain] < 0x7f && s[plain] != '"' &&
		     s[plain] != '\\';)
			plain++;
		buf_add(out, s, plain);
		s += plain;
		len -= plain;
		if (len) {
			size_t n = text_decode(s, len, &cp);

			put_point(out, s, n, cp);
			s += n;
			len -= n;
		}
	}
	buf_addc(out, '"');
}

/* The comma and the key before a value. */
static void begin(struct jsonw *w, const char *key)
{
	if (w->filled & 1ull << w->depth)
		buf_addc(w->out, ',');
	w->filled |= 1ull << w->depth;
	if (key) {
		put_string(w->out, key);
		buf_addc(w->out, ':');
	}
}

static void open_level(struct jsonw *w, const char *key, char c)
{
	begin(w, key);
	buf_addc(w->out, c);
	if (++w->depth >= JSONW_DEPTH)
		BUG("JSON nested deeper than %d", JSONW_DEPTH);
	w->filled &= ~(1ull << w->depth);
}

void jsonw_object(struct jsonw *w, const char *key)
{
	open_level(w, key, '{');
}

void jsonw_array(struct jsonw *w, const char *key)
{
	open_level(w, key, '[');
}

void jsonw_end_object(struct jsonw *w)
{
	w->depth--;
	buf_addc(w->out, '}');
}

void jsonw_end_array(struct jsonw *w)
{
	w->depth--;
	buf_addc(w->out, ']');
}

void jsonw_text(struct jsonw *w, const char *key, const char *s)
{
	begin(w, key);
	if (s)
		put_string(w->out, s);
	else
		buf_adds(w->out, "null");
}

void jsonw_int(struct jsonw *w, const char *key, int64_t i)
{
	begin(w, key);
	buf_addf(w->out, "%" PRId64, i);
}

static void put_real(struct jsonw *w, const char *key, double d, int digits)
{
	char text[40];

	begin(w, key);
	if (!isfinite(d)) {
		buf_adds(w->out, "null");
		return;
	}
	snprintf(text, sizeof(text), "%.*g", digits, d);
	/* The locale's decimal comma is no JSON. */
	for (char *c = text; *c; c++)
		if (*c == ',')
			*c = '.';
	buf_adds(w->out, text);
	if (!strpbrk(text, ".en"))
		buf_adds(w->out, ".0");
}

void jsonw_real(struct jsonw *w, const char *key, double d)
{
	put_real(w, key, d, fabs(d) < 1e5 ? 6 : 15);
}

void jsonw_exact(struct jsonw *w, const char *key, double d)
{
	char text[40];

	/* 15 digits are enough for most numbers and much shorter. */
	snprintf(text, sizeof(text), "%.15g", d);
	put_real(w, key, d, strtod(text, NULL) == d ? 15 : 17);
}

void jsonw_bool(struct jsonw *w, const char *key, bool b)
{
	begin(w, key);
	buf_adds(w->out, b ? "true" : "false");
}

void jsonw_null(struct jsonw *w, const char *key)
{
	begin(w, key);
	buf_adds(w->out, "null");
}
