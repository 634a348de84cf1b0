#include "config/config.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever the file holds: a config, or mistakes that can be printed. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config_errors errors = {0};
	struct config *c =
	    config_parse("/etc/mqduty/mqduty.yaml", (const char *)data, size, &errors);
	struct buf out;

	if (!c && !config_errors_count(&errors))
		__builtin_trap();
	if (c && config_errors_count(&errors))
		__builtin_trap();
	buf_init(&out, 1 << 20);
	config_errors_print(&errors, "mqduty.yaml", &out);
	buf_release(&out);
	config_errors_release(&errors);
	config_free(c);
	return 0;
}
