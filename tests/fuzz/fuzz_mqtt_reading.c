#include "source/mqtt/reading.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look(const struct flavor *f, const char *node, const uint8_t *data, size_t size)
{
	struct reading r = {.flavor = f, .node = node};
	struct err err = {{0}};

	if (reading_take(&r, "url", (const char *)data, size, &err) < 0 && !err.msg[0])
		__builtin_trap();
	for (int i = 0; i < STAT_COUNT; i++)
		if (isnan(r.v[i]))
			__builtin_trap();
	if (strlen(r.version) >= sizeof(r.version) || strlen(r.other_nodes) >= sizeof(r.other_nodes))
		__builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct flavor *f;

	look(NULL, NULL, data, size);
	for (size_t i = 0; (f = flavor_at(i)); i++)
		look(f, i % 2 ? "10.0.0.5" : NULL, data, size);
	return 0;
}
