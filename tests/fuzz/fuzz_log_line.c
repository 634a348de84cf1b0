#include "source/log/tail.h"

#include "base/clock.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One line stays within itself; a file of them, in two pieces, stays within its bounds. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct log_conf conf = {.path = "-"};
	const int64_t wall = 1795392000 * NS_PER_S;
	char *text = malloc(size + 1);
	struct log_line line;
	struct tail tail;

	memcpy(text, data, size);
	log_line_parse(text, size, &line);
	if (line.text < text || line.text + line.len > text + size)
		__builtin_trap();
	tail_init(&tail, &conf, 4);
	tail_feed(&tail, text, size / 2, wall);
	tail_feed(&tail, text + size / 2, size - size / 2, wall);
	if (tail.store.n > 4 || tail.newest > wall ||
	    log_store_count(&tail.store, wall, 0, LOG_RECENT_S, true) >
		log_store_count(&tail.store, wall, 0, LOG_RECENT_S, false))
		__builtin_trap();
	tail_release(&tail);
	free(text);
	return 0;
}
