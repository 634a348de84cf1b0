#include "store/metrics_chunk.h"

#include "base/err.h"

#include <string.h>
#include <zlib.h>

enum { LEVEL = 6, PLANES = 4 };

size_t chunk_encode(const float *v, size_t n, unsigned char *out, size_t size)
{
	unsigned char planes[CHUNK_MOST * PLANES];
	uLongf len = (uLongf)size;
	uint32_t before = 0;

	if (n > CHUNK_MOST)
		BUG("a chunk of %zu numbers", n);
	for (size_t i = 0; i < n; i++) {
		uint32_t bits, x;

		memcpy(&bits, &v[i], sizeof(bits));
		x = bits ^ before;
		before = bits;
		for (size_t p = 0; p < PLANES; p++)
			planes[p * n + i] = (unsigned char)(x >> (8 * p));
	}
	return compress2(out, &len, planes, (uLong)(n * PLANES), LEVEL) == Z_OK ? (size_t)len : 0;
}

int chunk_decode(const unsigned char *data, size_t len, float *v, size_t n)
{
	unsigned char planes[CHUNK_MOST * PLANES];
	uLongf got = (uLongf)(n * PLANES);
	uint32_t before = 0;

	if (n > CHUNK_MOST || uncompress(planes, &got, data, (uLong)len) != Z_OK || got != n * PLANES)
		return -1;
	for (size_t i = 0; i < n; i++) {
		uint32_t x = 0;

		for (size_t p = 0; p < PLANES; p++)
			x |= (uint32_t)planes[p * n + i] << (8 * p);
		before ^= x;
		memcpy(&v[i], &before, sizeof(before));
	}
	return 0;
}
