#include "config/config.h"
#include "wire/rules_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <unistd.h>

/* `mqduty rules test`: what passes, what differs, what is wrong with the file. */
static int test_of(const char *yaml, struct buf *out, struct err *err)
{
	char path[] = "t_rules_test.XXXXXX";
	struct config *config = config_new_default();
	int fd = mkstemp(path), rc;
	FILE *f = fdopen(fd, "w");

	fputs(yaml, f);
	fclose(f);
	buf_init(out, 1 << 20);
	rc = rules_test(config, path, out, err);
	unlink(path);
	config_free(config);
	return rc;
}

#define CROWD                                                                                      \
	"tests:\n"                                                                                 \
	"  - name: crowd\n"                                                                        \
	"    cluster: {name: devices, kind: mqtt}\n"                                               \
	"    interval: 10s\n"                                                                      \
	"    series:\n"                                                                            \
	"      - {field: connections.current, row: devices, values: \"500x6 900x30 _x5 500x60\"}\n" \
	"      - {field: connections.max, row: devices, values: \"1000x101\"}\n"                   \
	"    at:\n"

static void alerts_that_are_as_expected_pass(void **state)
{
	struct err err = {""};
	struct buf out;

	(void)state;
	assert_int_equal(test_of(CROWD "      - {time: 50s, alerts: []}\n"
				       "      - {time: 90s, alerts: [{name: ConnectedClients, state: pending}]}\n"
				       "      - {time: 4m, alerts: [{name: ConnectedClients, cluster: devices, "
				       "entity: devices}]}\n"
				       "      - {time: 6m30s, alerts: [{name: ConnectedClients}]}\n"
				       "      - {time: 14m, alerts: []}\n",
			     &out, &err),
	    -1); /* 6m30s is no time that can be written */
	assert_non_null(strstr(err_msg(&err), ":12:"));
	buf_release(&out);
	err = (struct err){""};
	assert_int_equal(test_of(CROWD "      - {time: 50s, alerts: []}\n"
				       "      - {time: 90s, alerts: [{name: ConnectedClients, state: pending}]}\n"
				       "      - {time: 4m, alerts: [{name: ConnectedClients, cluster: devices, "
				       "entity: devices}]}\n"
				       "      - {time: 390s, alerts: [{name: ConnectedClients}]}\n"
				       "      - {time: 14m, alerts: []}\n",
			     &out, &err),
	    0);
	assert_string_equal(out.data, "1 tests passed\n");
	buf_release(&out);
}

static void what_differs_is_said(void **state)
{
	struct err err = {""};
	struct buf out;

	(void)state;
	assert_int_equal(test_of(CROWD "      - {time: 4m, alerts: [{name: BrokerDown, cluster: devices}]}\n",
			     &out, &err),
	    1);
	assert_non_null(
	    strstr(out.data, "crowd, 4m: not expected: ConnectedClients devices devices (firing)\n"));
	assert_non_null(strstr(out.data, "crowd, 4m: missing: BrokerDown devices * (firing)\n"));
	assert_non_null(strstr(out.data, "1 of 1 tests failed\n"));
	buf_release(&out);
}

/* The sample that the goldens are made of; its judgements are made anew. */
static void recordings_are_judged_anew(void **state)
{
	const char *top = getenv("top_srcdir");
	char yaml[1024], cwd[512];
	struct err err = {""};
	struct buf out;

	(void)state;
	snprintf(cwd, sizeof(cwd), "%s%s%s", top && top[0] == '/' ? "" : getcwd(yaml, sizeof(yaml)),
	    top && top[0] == '/' ? "" : "/", top ? top : "..");
	snprintf(yaml, sizeof(yaml),
	    "tests:\n  - name: demo\n    recording: %s/tests/fixtures/demo.frames\n    at:\n"
	    "      - time: 1h\n        alerts:\n"
	    "          - {name: DataExpiring, cluster: orders, entity: \"audit>events\"}\n"
	    "          - {name: GroupStalled, cluster: orders, entity: \"audit>events\"}\n"
	    "          - {name: ConsumerLag, cluster: orders, entity: \"billing>invoices\"}\n"
	    "          - {name: ConnectedClients, state: pending}\n",
	    cwd);
	if (test_of(yaml, &out, &err))
		fail_msg("%s%s", err_msg(&err), out.data);
	buf_release(&out);
}

static void mistakes_are_told_with_their_place(void **state)
{
	static const struct {
		const char *yaml, *says;
	} made[] = {
	    {"tests: []\n", ":1:1: a file of tests has the list tests:"},
	    {"tests:\n  - {name: x, recording: y}\n", ":2:5: a test has at:"},
	    {"tests:\n  - {name: x, recording: nowhere, at: [{time: 1s}]}\n", "nowhere: No such file"},
	    {"tests:\n  - {name: x, at: [{time: 1s}]}\n", "cluster is {name:"},
	    {CROWD "      - {time: soon}\n", "such as time: 5m"},
	    {"tests:\n  - name: x\n    cluster: {name: a, kind: nats}\n    series: [{field: lag.lagg, values: \"1\"}]\n"
	     "    at: [{time: 1s}]\n",
		":4:22: lag has no field \"lagg\""},
	    {"tests:\n  - name: x\n    cluster: {name: a, kind: nats}\n    series: [{field: lag.lag, values: \"1y2\"}]\n"
	     "    at: [{time: 1s}]\n",
		"values are numbers"},
	    {"rules: [no-rules.yaml]\n" CROWD "      - {time: 1s}\n", "no-rules.yaml"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		struct err err = {""};
		struct buf out;

		if (test_of(made[i].yaml, &out, &err) != -1 || !strstr(err_msg(&err), made[i].says))
			fail_msg("%s gives: %s", made[i].yaml, err_msg(&err));
		buf_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(alerts_that_are_as_expected_pass),
	    cmocka_unit_test(what_differs_is_said),
	    cmocka_unit_test(recordings_are_judged_anew),
	    cmocka_unit_test(mistakes_are_told_with_their_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
