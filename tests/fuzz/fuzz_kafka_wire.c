#include "source/kafka/wire.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * A reply is never trusted further than its bytes reach. The input: which API, which version,
 * then the frame without its size. The arena may not grow out of proportion, and all strings
 * of a reply that was believed can be read.
 */
static size_t read_strings(const struct metadata *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n_topics; i++)
		if (m->topics[i].name)
			n += strlen(m->topics[i].name);
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct kafka_api_info *info;
	struct arena arena;
	struct err err = {{0}};
	enum kafka_api api;
	int version;
	void *reply;

	if (size < 2)
		return 0;
	api = data[0] % API_COUNT;
	info = &kafka_apis[api];
	version = info->min + data[1] % (info->max - info->min + 1);
	arena_init(&arena);
	reply = wire_reply(data + 2, size - 2, api, version, &arena, &err);
	if (!reply && !err.msg[0])
		BUG("a reply was refused without a word");
	if (reply && api == API_METADATA && read_strings(reply) > size)
		BUG("more text than bytes");
	if (arena.bytes > 64 * size + 4096)
		BUG("%zu bytes of memory for %zu bytes of reply", arena.bytes, size);
	arena_release(&arena);
	return 0;
}
