#ifndef MQ_BASE_BUF_H
#define MQ_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

/*
 * buf: a growing byte string with a mandatory maximum. What would go beyond it
 * is refused whole, -1 is returned and `overflow` stays set, so that a writer
 * may test once at the end. data is always NUL-terminated (never NULL).
 */
struct buf {
	char *data;
	size_t len, cap, max;
	bool overflow;
};

void buf_init(struct buf *b, size_t max);
void buf_release(struct buf *b);
void buf_reset(struct buf *b); /* empties, keeps the memory */
int buf_add(struct buf *b, const void *data, size_t len);
int buf_adds(struct buf *b, const char *s);
int buf_addc(struct buf *b, char c);
int buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Writes all of it to a descriptor that blocks; -1 with errno: a disk that is almost full takes a part. */
int buf_write(const struct buf *b, int fd);

/* Drops the first n bytes (a parser that has eaten a frame). */
void buf_consume(struct buf *b, size_t n);

/* Hands the string to the caller, who frees it; b is empty and usable again. */
char *buf_detach(struct buf *b);

#endif
