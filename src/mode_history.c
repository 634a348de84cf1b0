#include "modes.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/text.h"
#include "store/metrics_db.h"

#include <math.h>
#include <stdlib.h>

#define SPAN_DEFAULT (3600 * NS_PER_S)

static void number(struct buf *out, double v)
{
	if (isnan(v))
		buf_addc(out, ',');
	else
		buf_addf(out, ",%.10g", v);
}

/* A line for each step; a gap has no numbers. Times are our own and numbers are numbers: nothing in it is foreign. */
static void write_csv(const struct metrics_points *p, struct buf *out)
{
	char at[FMT_MAX];

	buf_adds(out, "time,min,max,mean,samples\n");
	for (size_t i = 0; i < p->n; i++) {
		buf_adds(out, fmt_utc(at, sizeof(at), p->list[i].wall));
		number(out, p->list[i].min);
		number(out, p->list[i].max);
		number(out, p->list[i].mean);
		number(out, p->list[i].n > 0 ? p->list[i].n : 0);
		buf_addc(out, '\n');
	}
}

static int list_keys(const struct config *config, struct buf *out, struct err *err)
{
	struct arena arena;
	const char **keys;

	arena_init(&arena);
	keys = metrics_keys(config->state_dir, &arena, err);
	for (size_t i = 0; keys && keys[i]; i++) {
		char clean[1024];

		buf_addf(out, "%s\n", text_sanitise(clean, sizeof(clean), keys[i], sizeof(clean)));
	}
	arena_release(&arena);
	return keys ? 0 : -1;
}

int mode_history(const struct cli *cli)
{
	struct config *config = modes_plain_config(cli);
	struct metrics_points points = {0};
	int64_t now = clock_wall();
	struct err err = {""};
	struct buf out;
	int rc;

	if (!config)
		return CLI_USAGE_EXIT;
	buf_init(&out, OUTPUT_MAX);
	if (!cli->arg) {
		rc = list_keys(config, &out, &err);
	} else {
		rc = metrics_read(config->state_dir, cli->arg, now - (cli->for_ns ? cli->for_ns : SPAN_DEFAULT), now, &points, &err);
		write_csv(&points, &out);
	}
	free(points.list);
	if (rc) {
		buf_release(&out);
		return modes_fail(&err);
	}
	return modes_print(&out, stdout) ? CLI_USAGE_EXIT : 0;
}
