#include "base/zone.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(struct zone *z)
{
	static const int64_t times[] = {INT64_MIN / 4, -1, 0, 1700000000, 1795316671, 4102444800, INT64_MAX / 4};

	for (size_t i = 0; z && i < sizeof(times) / sizeof(times[0]); i++) {
		int offset = zone_offset(z, times[i]);

		if (offset < -26 * 3600 || offset > 26 * 3600)
			__builtin_trap();
	}
	zone_free(z);
}

/* A zone file, and a rule: taken or refused, and then within bounds. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = {""};
	char *text = malloc(size + 1);

	memcpy(text, data, size);
	text[size] = '\0';
	ask(zone_parse(data, size, &err));
	ask(zone_posix(text, &err));
	free(text);
	return 0;
}
