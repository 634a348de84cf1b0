#include "modes.h"

#include "base/clock.h"
#include "report/restart.h"

#define DEADLINE (10 * NS_PER_S)

int mode_check_restart(const struct cli *cli)
{
	struct err err = {{0}};
	struct config *config;
	struct feed *feed = modes_open_feed(cli, true, &config, &err);
	struct frame *f;
	struct buf out;
	int code;

	if (!feed)
		return modes_fail(&err);
	f = modes_settled_frame(feed, cli->deadline_ns ? cli->deadline_ns : DEADLINE);
	buf_init(&out, OUTPUT_MAX);
	code = restart_report(f->snap, cli->arg, feed->ops->now(feed), &out, &err);
	modes_print(&out, stdout);
	frame_unref(f);
	modes_leave(feed);
	return code < 0 ? modes_fail(&err) : code;
}
