#include "rules/threshold.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A threshold or a sentence that names a column; and what recovered does not break. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const double numbers[] = {-1e9, -1, 0, 0.5, 1, 10000, 1e18};
	struct threshold t;
	struct err err = {""};
	char *text = malloc(size + 1);

	memcpy(text, data, size);
	text[size] = '\0';
	if (threshold_parse(&t, text, &err)) {
		if (!strstr(err_msg(&err), "column "))
			__builtin_trap();
		free(text);
		return 0;
	}
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		double n = numbers[i];

		if (threshold_recovered(&t, n, 3, 1, 0) == threshold_breaks(&t, n, 3))
			__builtin_trap();
		if (threshold_breaks_surely(&t, n, 3, false) && !threshold_breaks(&t, n, 3))
			__builtin_trap();
	}
	free(text);
	return 0;
}
