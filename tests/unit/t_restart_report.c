/* `mqduty check restart`: which broker is meant, the answer and its exit code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "report/restart.h"
#include "sample_frame.h"

#include <string.h>

static int ask(struct frame *f, const char *subject, struct buf *out, struct err *err)
{
	*err = (struct err){{0}};
	buf_reset(out);
	return restart_report(f->snap, subject, SAMPLE_BOOT, out, err);
}

static void answers(void **state)
{
	struct frame *f = sample_frame(SAMPLE_RICH);
	struct err err;
	struct buf out;
	int code;

	(void)state;
	buf_init(&out, 1 << 16);
	code = ask(f, "orders/broker-2", &out, &err);
	assert_true(code == 0 || code == 2 || code == 3);
	assert_memory_equal(out.data, "May orders/broker-2 be restarted now? ", 38);
	assert_non_null(strstr(out.data, code == 0 ? "YES" : code == 2 ? "NO" : "UNKNOWN"));
	/* Everything that was looked at stands below the answer. */
	assert_non_null(strstr(out.data, "\n  "));
	/* The name alone, and the number, mean the same broker. */
	assert_int_equal(ask(f, "broker-2", &out, &err), code);
	assert_int_equal(ask(f, "orders/2", &out, &err), code);
	buf_release(&out);
	frame_unref(f);
}

static void no_such_broker(void **state)
{
	static const char *const wrong[] = {"orders/broker-99", "nowhere/broker-1", "orders/", "orders", ""};
	struct frame *f = sample_frame(SAMPLE_RICH);
	struct err err;
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 16);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(ask(f, wrong[i], &out, &err), -1);
		assert_non_null(strstr(err.msg, "orders/broker-1"));
		assert_int_equal(out.len, 0);
	}
	buf_release(&out);
	frame_unref(f);
	f = sample_frame(SAMPLE_EMPTY);
	buf_init(&out, 1 << 16);
	assert_int_equal(ask(f, "orders/broker-1", &out, &err), -1);
	assert_non_null(strstr(err.msg, "no broker is known yet"));
	buf_release(&out);
	frame_unref(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(answers), cmocka_unit_test(no_such_broker)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
