/* Runs the engine on a config and prints frames as JSON: what the tests against real brokers
 * compare. dump CONFIG [SECONDS [EVERY]]: without SECONDS it prints one frame once everything
 * was tried; with it, the frame after that many seconds, and one every EVERY seconds before. */
#include "base/clock.h"
#include "config/config.h"
#include "report/report.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

static int print_frame(struct feed *feed)
{
	const struct report_format *json = report_format_find("json");
	struct frame *f = feed->ops->acquire(feed);
	struct buf out;
	int rc;

	buf_init(&out, 256 << 20);
	rc = f ? json->write(f, NULL, feed->ops->now(feed), &out) : -1;
	fputs(out.data, stdout);
	fflush(stdout);
	buf_release(&out);
	if (f)
		frame_unref(f);
	return rc;
}

int main(int argc, char **argv)
{
	struct config_errors errors = {0};
	char path[512];
	struct err err = {{0}};
	double seconds = argc > 2 ? strtod(argv[2], NULL) : 0;
	struct config *config = config_load(argc > 1 ? argv[1] : NULL, path, sizeof(path), &errors);
	double every = argc > 3 ? strtod(argv[3], NULL) : 0;
	int64_t until, next = clock_boot();
	struct feed *feed;
	int rc;

	for (size_t i = 0; i < errors.n; i++)
		fprintf(stderr, "%s:%d:%d: %s\n", path, errors.list[i].line, errors.list[i].column,
		    errors.list[i].text);
	if (!config || config_resolve_secrets(config, &err))
		return 3;
	feed = engine_start(config, argc <= 2, &err);
	if (!feed) {
		fprintf(stderr, "%s\n", err.msg);
		return 3;
	}
	until = clock_boot() + (int64_t)((seconds > 0 ? seconds : 30) * NS_PER_S);
	while (clock_boot() < until && (seconds > 0 || !feed->ops->settled(feed))) {
		poll(NULL, 0, 20);
		if (every > 0 && clock_boot() >= next) {
			next += (int64_t)(every * NS_PER_S);
			print_frame(feed);
		}
	}
	rc = print_frame(feed);
	feed->ops->close(feed);
	config_free(config);
	return rc ? 1 : 0;
}
