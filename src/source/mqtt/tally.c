#include "source/mqtt/tally.h"

#include "source/mqtt/line.h"

void mqtt_tally_line(struct mqtt_tally *t, const char *line, size_t len)
{
	struct line l = line_parse(line, len);

	if (l.kind != LINE_CONNECT && !line_is_close(l.kind))
		return;
	atomic_fetch_add(&t->lines, 1);
	if (!line_is_of_client(&l))
		return;
	if (l.kind == LINE_TIMEOUT)
		atomic_fetch_add(&t->timeouts, 1);
	if (line_is_close(l.kind))
		atomic_fetch_add(&t->closes, 1);
}
