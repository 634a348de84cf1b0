/* mosquitto's log lines in three wordings, with client ids that mean harm. */
#include "source/mqtt/line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct expectation {
	const char *text;
	enum line_kind kind;
	const char *client;
};

static void expect(const struct expectation *e)
{
	struct line line = line_parse(e->text, strlen(e->text));

	if (line.kind != e->kind)
		print_message("%s: kind %d, wanted %d\n", e->text, line.kind, e->kind);
	assert_int_equal(line.kind, e->kind);
	if (!e->client) {
		assert_null(line.client);
		return;
	}
	assert_int_equal(line.client_len, strlen(e->client));
	assert_memory_equal(line.client, e->client, line.client_len);
}

static void reads_three_wordings(void **state)
{
	static const struct expectation lines[] = {
	    {"1795348819: Client silent2 has exceeded timeout, disconnecting.", LINE_TIMEOUT,
		"silent2"},
	    {"Client a b [10.0.0.1:4711] disconnected: exceeded timeout.", LINE_TIMEOUT, "a b"},
	    {"1: Client normal disconnected.", LINE_CLEAN, "normal"},
	    {"1: Client normal [::1:4711] disconnected.", LINE_CLEAN, "normal"},
	    {"1: Socket error on client old, disconnecting.", LINE_LOST, "old"},
	    {"1: Client abrupt closed its connection.", LINE_LOST, "abrupt"},
	    {"1: Client x [1.2.3.4:5] disconnected: connection closed by client.", LINE_LOST, "x"},
	    {"1: Client dup already connected, closing old connection.", LINE_TAKEOVER, "dup"},
	    {"1: Client dup [1.2.3.4:5] disconnected: session taken over.", LINE_TAKEOVER, "dup"},
	    {"1: Client <unknown> disconnected due to protocol error.", LINE_BROKEN, "<unknown>"},
	    {"1: Client x [1.2.3.4:5] disconnected: not authorised.", LINE_BROKEN, "x"},
	    {"1: New client connected from 127.0.0.1:59052 as normal (p2, c1, k60).", LINE_CONNECT,
		"normal"},
	    {"1: New client connected from 10.0.0.1 as a as b (p2, c1, k60, u'duty').",
		LINE_CONNECT, "a as b"},
	    {"1: Client connection from 127.0.0.1 denied: max_connections exceeded.", LINE_DENIED,
		NULL},
	    {"1: Outgoing messages are being dropped for client slowsub.", LINE_DROPPING,
		"slowsub"},
	    {"1: New connection from 127.0.0.1:4711 on port 1883.", LINE_OTHER, NULL},
	    {"1: mosquitto version 2.0.11 running", LINE_OTHER, NULL},
	    {"", LINE_OTHER, NULL},
	    {"Client ", LINE_OTHER, NULL},
	    {"Client .", LINE_OTHER, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		expect(&lines[i]);
}

/* As RabbitMQ 3.10.8 wrote them, and as HiveMQ CE 2025.5 writes its event log. */
static void reads_what_other_makes_write(void **state)
{
	static const struct expectation lines[] = {
	    {"2026-11-26 20:51:26.442915+00:00 [error] <0.1151.0> closing MQTT connection \"127.0.0.1:57716 -> "
	     "127.0.0.1:24002\" (keepalive timeout)", LINE_TIMEOUT, NULL},
	    {"2026-11-26 20:51:41.158196+00:00 [info] <0.1607.0> closing MQTT connection <0.1607.0> (127.0.0.1:60206 -> "
	     "127.0.0.1:24002)", LINE_LOST, NULL},
	    {"2026-11-26 20:55:06.073953+00:00 [info] <0.2308.0> MQTT connection \"127.0.0.1:44418 -> 127.0.0.1:24002\" will "
	     "terminate because peer closed TCP connection", LINE_LOST, NULL},
	    {"2026-11-26 20:51:41.158196+00:00 [info] <0.1607.0> accepting MQTT connection <0.1607.0> (127.0.0.1:60206 -> "
	     "127.0.0.1:24002)", LINE_CONNECT, NULL},
	    {"2026-11-26 20:51:41,158 - Client ID: dev, IP: 10.0.0.1 was disconnected. reason: Client was idle for too long.",
		LINE_TIMEOUT, "dev"},
	    {"2026-11-26 20:51:41,158 - Client ID: dev, IP: 10.0.0.1 disconnected gracefully.", LINE_CLEAN, "dev"},
	    {"Client ID: dev, IP: 10.0.0.1 disconnected ungracefully from 127.0.0.1 on port: 1883.", LINE_LOST, "dev"},
	    {"Client ID: dev, IP: 10.0.0.1 was disconnected. reason: Another client connected with the same id.", LINE_BROKEN,
		"dev"},
	    {"Client ID: dev, IP: 10.0.0.1, Clean Start: true, Session Expiry: 0 connected.", LINE_CONNECT, "dev"},
	    {"1: Client ID: dev disconnected.", LINE_CLEAN, "ID: dev"}, /* mosquitto's, of a client of that name */
	    {"1: Received PUBLISH from closing MQTT connection (d0, q0, r0, m0, 't', ... (5 bytes))", LINE_OTHER, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		expect(&lines[i]);
}

/* log_timestamp_format writes what it likes before the line. */
static void skips_any_stamp(void **state)
{
	static const struct expectation lines[] = {
	    {"2026-11-23T10:00:00: Client a disconnected.", LINE_CLEAN, "a"},
	    {"Mon: 10: Client a disconnected.", LINE_CLEAN, "a"},
	    {"[stamp of a length that nobody has ever seen in a log of a broker at all]: Client a "
	     "disconnected.",
		LINE_OTHER, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		expect(&lines[i]);
}

/* A client cannot make itself counted as another thing than it did. */
static void a_client_id_is_never_believed(void **state)
{
	static const struct expectation lines[] = {
	    {"1: Client x has exceeded timeout, disconnecting. disconnected.", LINE_CLEAN,
		"x has exceeded timeout, disconnecting."},
	    {"1: Client x disconnected due to y closed its connection.", LINE_LOST,
		"x disconnected due to y"},
	    {"1: New client connected from 1.2.3.4:5 as Client x has exceeded timeout, "
	     "disconnecting. (p2, c1, k60).",
		LINE_CONNECT, "Client x has exceeded timeout, disconnecting."},
	    {"1: Client connection from 1.2.3.4 denied: max_connections exceeded. disconnected.",
		LINE_CLEAN, "connection from 1.2.3.4 denied: max_connections exceeded."},
	    {"1: Client : Client a disconnected. closed its connection.", LINE_LOST,
		": Client a disconnected."},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		expect(&lines[i]);
}

/* The recording: 2 of its connections ended by the keep-alive time. */
static void counts_a_recording(void **state)
{
	const char *top = getenv("top_srcdir");
	int n[LINE_DROPPING + 1] = {0}, closes = 0;
	char path[512], text[512];
	FILE *f;

	(void)state;
	snprintf(path, sizeof(path), "%s/tests/fixtures/mosquitto_log.txt", top ? top : ".");
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(text, sizeof(text), f)) {
		char *payload = strstr(text, " 0 ");
		struct line line;

		assert_non_null(payload);
		payload += 3;
		payload[strcspn(payload, "\n")] = '\0';
		line = line_parse(payload, strlen(payload));
		n[line.kind]++;
		closes += line_is_close(line.kind);
	}
	fclose(f);
	assert_int_equal(n[LINE_TIMEOUT], 2);
	assert_int_equal(n[LINE_TAKEOVER], 1);
	assert_int_equal(n[LINE_CLEAN], 1);
	assert_int_equal(n[LINE_LOST], 6);
	assert_int_equal(n[LINE_BROKEN], 1);
	assert_int_equal(n[LINE_DENIED], 4);
	assert_int_equal(n[LINE_DROPPING], 1);
	assert_int_equal(n[LINE_CONNECT], 10);
	assert_int_equal(closes, 11);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_three_wordings),
	    cmocka_unit_test(reads_what_other_makes_write),
	    cmocka_unit_test(skips_any_stamp),
	    cmocka_unit_test(a_client_id_is_never_believed),
	    cmocka_unit_test(counts_a_recording),
	};

	return cmocka_run_group_tests_name("mqtt_log", tests, NULL, NULL);
}
