#ifndef MQ_STORE_METRICS_CHUNK_H
#define MQ_STORE_METRICS_CHUNK_H

#include <stddef.h>
#include <stdint.h>

/*
 * A chunk of numbers as it lies in metrics.db: each number XORed with the one before,
 * the bytes sorted into planes, and that compressed by zlib, since numbers of one
 * series differ in few bits. NAN is a gap. Pure.
 */
enum { CHUNK_MOST = 4096 };

/* Bytes written into out (5 for each number are enough), 0 where zlib failed. */
size_t chunk_encode(const float *v, size_t n, unsigned char *out, size_t size);
/* -1 where the bytes are not a chunk of n numbers: a damaged file. */
int chunk_decode(const unsigned char *data, size_t len, float *v, size_t n);

#endif
