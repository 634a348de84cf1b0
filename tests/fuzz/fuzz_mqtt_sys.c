#include "base/clock.h"
#include "source/mqtt/facts.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever the values, they stay within what they can be. */
static void look(const struct facts *f, int64_t now)
{
	char text[64], line_text[64];
	struct drops d = facts_drops(f, now, text, sizeof(text));
	struct timeouts t = facts_timeouts(f, now, line_text, sizeof(line_text));

	for (int i = 0; i < SYS_FIELD_COUNT; i++) {
		struct value v = facts_value(f, (enum sys_field)i, now);

		if (v.type == VALUE_NONE && !v.reason)
			__builtin_trap();
	}
	for (unsigned i = 0; i < COUNTERS; i++) {
		struct value v = facts_rate(f, i, now);

		if (v.type == VALUE_REAL && !(v.d >= 0))
			__builtin_trap();
	}
	if (d.percent.type == VALUE_REAL && !(d.percent.d >= 0 && d.percent.d <= 100))
		__builtin_trap();
	if (t.percent.type == VALUE_REAL && !(t.percent.d >= 0 && t.percent.d <= 100))
		__builtin_trap();
}

static void log_line(struct facts *f, const char *p, size_t len)
{
	struct line line = line_parse(p, len);

	if (line.client && (line.client < p || line.client + line.client_len > p + len))
		__builtin_trap();
	facts_line(f, &line);
}

/* Lines of a topic, a tab and a payload. What follows no tab is a log line; an empty line is ten
 * seconds that pass, one of a single '!' a connection that ends, of a single '*' one that begins.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data, *end = p + size;
	int64_t now = 1000 * NS_PER_S;
	struct facts f;

	facts_init(&f);
	facts_subscribed(&f, now);
	while (p < end) {
		const char *stop = memchr(p, '\n', (size_t)(end - p)), *tab;
		size_t len = (size_t)((stop ? stop : end) - p);

		tab = memchr(p, '\t', len);
		if (!len)
			now += 10 * NS_PER_S;
		else if (len == 1 && *p == '!')
			facts_disconnected(&f, now);
		else if (len == 1 && *p == '*')
			facts_subscribed(&f, now);
		else if (tab)
			facts_message(&f, p, (size_t)(tab - p), tab + 1,
			    (size_t)(p + len - tab - 1), len & 1, now);
		else
			log_line(&f, p, len);
		facts_tick(&f, now);
		p += len + (stop ? 1 : 0);
	}
	look(&f, now);
	facts_release(&f);
	return 0;
}
