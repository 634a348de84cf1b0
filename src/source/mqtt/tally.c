#include "source/mqtt/tally.h"

#include "source/mqtt/line.h"

#include <stdbool.h>
#include <string.h>

/* Our own connections, and those of other mqdutys, come and go by themselves. */
static bool is_mqduty(const struct line *l)
{
	static const char ours[] = "mqduty-";

	return l->client && l->client_len >= sizeof(ours) - 1 &&
	       memcmp(l->client, ours, sizeof(ours) - 1) == 0;
}

void mqtt_tally_line(struct mqtt_tally *t, const char *line, size_t len)
{
	struct line l = line_parse(line, len);

	if (l.kind != LINE_CONNECT && !line_is_close(l.kind))
		return;
	atomic_fetch_add(&t->lines, 1);
	if (is_mqduty(&l))
		return;
	if (l.kind == LINE_TIMEOUT)
		atomic_fetch_add(&t->timeouts, 1);
	if (line_is_close(l.kind))
		atomic_fetch_add(&t->closes, 1);
}
