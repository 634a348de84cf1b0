#include "source/log/line.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define DAY_S 1795392000LL /* 2026-11-23T00:00:00Z */

static const struct {
	const char *line;
	enum line_level level;
	int64_t wall_ms; /* since DAY_S; -1: not dated */
	bool zoned;
	const char *text;
} lines[] = {
    /* Kafka */
    {"[2026-11-23 16:00:00,123] ERROR [ReplicaManager broker=1] Error processing append operation "
     "on partition orders-3 (kafka.server.ReplicaManager)",
	LINE_ERROR, 57600123, false,
	"[ReplicaManager broker=1] Error processing append operation on partition orders-3 "
	"(kafka.server.ReplicaManager)"},
    {"[2026-11-23 16:00:00,123] INFO [GroupCoordinator 1]: Error code NONE for group audit "
     "(kafka.coordinator.group.GroupCoordinator)",
	LINE_OTHER, 57600123, false, NULL},
    {"[2026-11-23 00:00:01,000] WARN [RaftManager id=2] Connection to node 3 could not be "
     "established. (o.a.k.c.NetworkClient)",
	LINE_WARN, 1000, false, NULL},
    {"[2026-11-23 00:00:01,000] FATAL Exiting Kafka due to fatal exception (kafka.Kafka$)",
	LINE_FATAL, 1000, false, "Exiting Kafka due to fatal exception (kafka.Kafka$)"},
    {"java.io.IOException: No space left on device", LINE_OTHER, -1, false, NULL},
    {"\tat kafka.server.ReplicaManager.ERROR(ReplicaManager.scala:1)", LINE_OTHER, -1, false, NULL},
    {"Exception in thread \"main\" java.lang.Error", LINE_ERROR, -1, false, NULL},
    /* nats-server */
    {"[1234] 2026/11/23 16:00:00.123456 [ERR] Error trying to connect to route (attempt 3): "
     "dial tcp 127.0.0.1:6223: connect: connection refused",
	LINE_ERROR, 57600123, false,
	"Error trying to connect to route (attempt 3): dial tcp 127.0.0.1:6223: connect: "
	"connection "
	"refused"},
    {"[1234] 2026/11/23 16:00:00.123456 [INF] 127.0.0.1:40000 - cid:5 - ERROR handled", LINE_OTHER,
	57600123, false, NULL},
    {"[1] 2026/11/23 16:00:00.000000 [WRN] Healthcheck failed: \"JetStream\"", LINE_WARN, 57600000,
	false, "Healthcheck failed: \"JetStream\""},
    {"[1] 2026/11/23 16:00:00.000000 [FTL] Unable to open store", LINE_FATAL, 57600000, false,
	NULL},
    /* mosquitto */
    {"1795392001: Client normal closed its connection.", LINE_OTHER, 1000, true, NULL},
    {"1795392001: Error: Unable to open log file /var/log/x for writing.", LINE_ERROR, 1000, true,
	"Error: Unable to open log file /var/log/x for writing."},
    {"1795392001: Client dup already connected, closing old connection.", LINE_ERROR, 1000, true,
	NULL},
    {"1795392001: Client connection from 127.0.0.1 denied: max_connections exceeded.", LINE_WARN,
	1000, true, NULL},
    {"2026-11-23T16:00:00: Outgoing messages are being dropped for client slowsub.", LINE_WARN,
	57600000, false, NULL},
    {"Do 26. Nov 2026 21:00:00: Error: Unable to write.", LINE_ERROR, -1, false, "Error: Unable to write."},
    {"26.11.2026 20:16:43: Warning: x", LINE_WARN, -1, false, "Warning: x"},
    {"26.11.2026 20:16:43: Client ERROR disconnected.", LINE_OTHER, -1, false, "Client ERROR disconnected."},
    {"Caused by: Error 12:00:00", LINE_OTHER, -1, false, NULL},
    {"Warning: Mosquitto should not be run as root.", LINE_WARN, -1, false, NULL},
    {"1795392001: New client connected from 127.0.0.1:1 as ERROR (p2, c1, k60).", LINE_OTHER, 1000,
	true, NULL},
    /* kubectl, journalctl, others */
    {"2026-11-23T16:00:00.5Z [7] 2026/11/23 17:00:00.5 [ERR] x", LINE_ERROR, 57600500, true, "x"},
    {"2026-11-23T18:00:00+0200 host nats[7]: [7] 2026/11/23 16:00:00.1 [ERR] x", LINE_ERROR,
	57600000, true, "x"},
    {"2026-11-23T16:00:00.000000+08:00 [error] msg: closed", LINE_ERROR, 28800000, true,
	"msg: closed"},
    {"time=2026-11-23T16:00:00Z level=error msg=\"no quorum\"", LINE_ERROR, 57600000, true, NULL},
    {"{\"ts\":\"2026-11-23T16:00:00Z\",\"level\":\"warn\",\"msg\":\"x\"}", LINE_WARN, 57600000,
	true, NULL},
    {"panic: runtime error: index out of range", LINE_FATAL, -1, false, NULL},
    {"2026-13-45 16:00:00 ERROR x", LINE_ERROR, -1, false, NULL},
    {"", LINE_OTHER, -1, false, ""},
};

static void real_lines_give_level_and_time(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		const char *s = lines[i].line;
		struct log_line line;

		log_line_parse(s, strlen(s), &line);
		if (line.level != lines[i].level)
			fail_msg("%s: level %d", s, line.level);
		if (line.dated != (lines[i].wall_ms >= 0))
			fail_msg("%s: dated %d", s, line.dated);
		if (line.dated && line.wall / NS_PER_MS != DAY_S * 1000 + lines[i].wall_ms)
			fail_msg(
			    "%s: %lld ms", s, (long long)(line.wall / NS_PER_MS - DAY_S * 1000));
		if (line.dated && line.zoned != lines[i].zoned)
			fail_msg("%s: zoned %d", s, line.zoned);
		if (lines[i].text && (line.len != strlen(lines[i].text) ||
					 memcmp(line.text, lines[i].text, line.len)))
			fail_msg("%s: text %.*s", s, (int)line.len, line.text);
	}
}

/* A line that was cut anywhere is no reason to read on behind its end. */
static void cut_lines_stay_within_themselves(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		for (size_t n = 0; n <= strlen(lines[i].line); n++) {
			char *copy = test_malloc(n + 1);
			struct log_line line;

			memcpy(copy, lines[i].line, n);
			log_line_parse(copy, n, &line);
			assert_true(line.text >= copy && line.text + line.len <= copy + n);
			test_free(copy);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(real_lines_give_level_and_time),
	    cmocka_unit_test(cut_lines_stay_within_themselves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
