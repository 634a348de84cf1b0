#include "sample_frame.h"
#include "wire/wire.h"

#include "base/clock.h"
#include "base/err.h"
#include "rules/rules.h"

#include <stdio.h>

/*
 * Writes tests/fixtures/demo.frames to stdout: 20 seconds after a night in
 * which audit stopped, a disk filled and devices ran out of connections. Run it by hand when the format or the sample changes:
 *
 *     make tests/support/make_demo && tests/support/make_demo > ../tests/fixtures/demo.frames
 */
static const struct {
	int64_t ago_s;
	enum sample_kind kind;
	bool written;
} script[] = {
    {1560, SAMPLE_HEALTHY, false},
    {1500, SAMPLE_RICH, false},
    {1200, SAMPLE_RICH, false},
    {900, SAMPLE_RICH, false},
    {600, SAMPLE_RICH, false},
    {300, SAMPLE_RICH, false},
    {20, SAMPLE_RICH, true},
    {10, SAMPLE_RICH, true},
    {0, SAMPLE_RICH, true},
};

int main(void)
{
	struct wire_writer *w = wire_writer_new();
	struct err err = {""};
	struct rules *rules = rules_new(sample_config(SAMPLE_RICH), false, &err);
	struct buf out;

	if (!rules)
		BUG("no rules: %s", err_msg(&err));
	buf_init(&out, 16 << 20);
	for (size_t i = 0; i < sizeof(script) / sizeof(script[0]); i++) {
		struct snapshot *s = sample_snapshot(script[i].kind, SAMPLE_BOOT - script[i].ago_s * NS_PER_S);
		struct frame *f = frame_new(s, rules_judge(rules, s, NULL), NULL, "bastion-2");

		if (script[i].written && wire_write(w, f, &out))
			BUG("a sample frame does not fit");
		frame_unref(f);
	}
	fwrite(out.data, 1, out.len, stdout);
	buf_release(&out);
	wire_writer_free(w);
	rules_free(rules);
	return 0;
}
