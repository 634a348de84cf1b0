#include "base/buf.h"

#include "base/alloc.h"
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char empty[1];

void buf_init(struct buf *b, size_t max)
{
	if (!max)
		BUG("a buffer needs a maximum");
	*b = (struct buf){.data = empty, .max = max};
}

void buf_release(struct buf *b)
{
	size_t max = b->max;

	if (b->cap)
		free(b->data);
	*b = (struct buf){.data = empty, .max = max};
}

void buf_reset(struct buf *b)
{
	b->len = 0;
	b->overflow = false;
	if (b->cap)
		b->data[0] = '\0';
}

static int buf_room(struct buf *b, size_t extra)
{
	size_t cap;

	if (extra > b->max || b->len > b->max - extra) {
		b->overflow = true;
		return -1;
	}
	if (b->len + extra + 1 <= b->cap)
		return 0;
	cap = b->cap ? b->cap * 2 : 128;
	while (cap < b->len + extra + 1)
		cap *= 2;
	if (cap > b->max + 1)
		cap = b->max + 1;
	b->data = xrealloc(b->cap ? b->data : NULL, cap, 1);
	b->cap = cap;
	return 0;
}

int buf_add(struct buf *b, const void *data, size_t len)
{
	if (!len)
		return 0;
	if (buf_room(b, len))
		return -1;
	memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = '\0';
	return 0;
}

int buf_adds(struct buf *b, const char *s)
{
	return buf_add(b, s, strlen(s));
}

int buf_addc(struct buf *b, char c)
{
	return buf_add(b, &c, 1);
}

int buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		BUG("format \"%s\" failed", fmt);
	/* Nothing to add needs no memory, whose first byte would not be set. */
	if (!n)
		return 0;
	if (buf_room(b, (size_t)n))
		return -1;
	va_start(ap, fmt);
	vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
	return 0;
}

int buf_write(const struct buf *b, int fd)
{
	for (size_t at = 0; at < b->len;) {
		ssize_t n = write(fd, b->data + at, b->len - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		at += (size_t)n;
	}
	return 0;
}

void buf_consume(struct buf *b, size_t n)
{
	if (n > b->len)
		BUG("%zu of %zu bytes consumed", n, b->len);
	if (!n)
		return;
	memmove(b->data, b->data + n, b->len - n);
	b->len -= n;
	b->data[b->len] = '\0';
}

char *buf_detach(struct buf *b)
{
	size_t max = b->max;
	char *s = b->cap ? b->data : xstrdup("");

	*b = (struct buf){.data = empty, .max = max};
	return s;
}
