#include "source/exporter/figures.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first byte says which dialect: a metrics page, Jolokia's answer for one figure, or its id. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = {{0}};
	struct figures f;
	const char *body = (const char *)data + 1;

	if (!size)
		return 0;
	figures_clear(&f);
	if (data[0] < 128 && figures_read(&f, NULL, "url", body, size - 1, &err) < 0 && !err.msg[0])
		__builtin_trap();
	if (data[0] >= 128)
		figures_jolokia(&f, data[0] % FIGURE_COUNT, "url", body, size - 1, &err);
	if (data[0] == 255)
		figures_jolokia_id(&f, body, size - 1);
	for (int i = 0; i < FIGURE_COUNT; i++)
		if (!isnan(f.value[i]) && figure_info[i].factor > 1 && f.value[i] > 100)
			__builtin_trap();
	if (strlen(f.broker_id) >= sizeof(f.broker_id))
		__builtin_trap();
	return 0;
}
