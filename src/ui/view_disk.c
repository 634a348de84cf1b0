#include "ui/views.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"

#include <math.h>
#include <stdio.h>

const struct section_words disk_words = {
    .kind = SECTION_DISK,
    .kinds = HAS_KAFKA | HAS_NATS,
    .none = N_("no volume is known: name it with disk: [{broker: .., path: .., local: true}]"),
};

static struct view_row *add_row(
    const struct view_ctx *ctx, size_t cluster, size_t i, struct row_list *out)
{
	const struct cluster_view *c = &ctx->frame->snap->clusters[cluster];
	const struct disk_row *disk = section_disk(c->sections[SECTION_DISK], i);
	struct view_row *row = row_list_join(out, c->name, disk->broker, disk->path);

	row->verdict = judgement_row(ctx->frame->judgement, cluster, SECTION_DISK, i).verdict;
	row->urgency =
	    urgency_of(row->verdict, disk->trouble ? 1 : value_number(&disk->percent) / 101);
	return row;
}

static void rows(const struct view_ctx *ctx, const struct view_arg *arg, struct row_list *out)
{
	(void)arg;
	section_rows(ctx, &disk_words, out, add_row);
}

static const struct disk_row *disk_of(const struct view_ctx *ctx, const struct view_row *row)
{
	return row_data(ctx, row, SECTION_DISK);
}

static void cell_broker(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct disk_row *disk = disk_of(ctx, row);

	cell_empty(out);
	if (disk)
		cell_str(out, ROLE_TEXT, disk->broker);
}

static void cell_path(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct disk_row *disk = disk_of(ctx, row);

	if (disk)
		cell_str(out, ROLE_TEXT, disk->path);
	else
		cell_note(ctx, row, &disk_words, out);
}

VALUE_COLUMN(SECTION_DISK, struct disk_row, percent, STYLE_PERCENT)
VALUE_COLUMN(SECTION_DISK, struct disk_row, used_bytes, STYLE_BYTES)
VALUE_COLUMN(SECTION_DISK, struct disk_row, total_bytes, STYLE_BYTES)
VALUE_COLUMN(SECTION_DISK, struct disk_row, data_bytes, STYLE_BYTES)

static void cell_bar(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	enum { CELLS = 10 };
	const struct disk_row *disk = disk_of(ctx, row);
	int full;

	cell_empty(out);
	if (!disk || value_quality(&disk->percent, ctx->now) != QUALITY_OK)
		return;
	full = (int)lround(fmin(fmax(value_number(&disk->percent), 0), 100) / 100 * CELLS);
	cell_fmt(out, verdict_role(row->verdict), "%.*s%.*s", full, "##########", CELLS - full,
	    "..........");
}

/* By how much of the volume per hour, over the last hour. */
static bool trend_of(const struct disk_row *disk, double *per_hour)
{
	double per_s;

	if (!disk->percent_series ||
	    series_view_rate(disk->percent_series, 3600 * NS_PER_S, &per_s) < 0)
		return false;
	*per_hour = per_s * 3600;
	return true;
}

static void cell_trend(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct disk_row *disk = disk_of(ctx, row);
	enum role fresh;
	double per_hour;

	cell_empty(out);
	if (!disk)
		return;
	/* How it grew before it was lost from sight says nothing of now. */
	fresh = value_quality(&disk->percent, ctx->now) == QUALITY_OK ? ROLE_TEXT : ROLE_DIM;
	if (!trend_of(disk, &per_hour))
		cell_str(out, ROLE_DIM, _("no trend yet"));
	else if (fabs(per_hour) < 0.05)
		cell_str(out, fresh, _("steady"));
	else
		cell_fmt(out, fresh, "%+.1f%%/h", per_hour);
}

static double order_trend(const struct view_ctx *ctx, const struct view_row *row)
{
	const struct disk_row *disk = disk_of(ctx, row);
	double per_hour;

	return disk && trend_of(disk, &per_hour) ? per_hour : -HUGE_VAL;
}

static void cell_why(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct disk_row *disk = disk_of(ctx, row);
	const char *why = row_judged(ctx, row).why;

	cell_empty(out);
	if (disk && disk->trouble)
		cell_str(out, verdict_role(row->verdict), disk->trouble);
	else if (why)
		cell_str(out, ROLE_TEXT, why);
}

static void detail(const struct view_ctx *ctx, const struct view_row *row, const struct area *area)
{
	struct detail d = {.ctx = ctx, .area = area};
	const struct disk_row *disk = disk_of(ctx, row);
	const char *why = row_judged(ctx, row).why;
	struct cell_text used, total, data;

	if (!disk) {
		detail_note(&d, row, &disk_words);
		return;
	}
	if (disk->trouble)
		detail_text(&d, _("why:"), verdict_role(row->verdict), "%s", disk->trouble);
	else if (why)
		detail_text(&d, _("why:"), ROLE_TEXT, "%s", why);
	cell_value(ctx, &disk->used_bytes, STYLE_BYTES, &used);
	cell_value(ctx, &disk->total_bytes, STYLE_BYTES, &total);
	cell_value(ctx, &disk->data_bytes, STYLE_BYTES, &data);
	detail_text(&d, _("volume"), ROLE_TEXT, _("%s of %s used; the broker's own data: %s"),
	    used.text, total.text, data.text);
	detail_spark(&d, _("used"), disk->percent_series, STYLE_PERCENT);
	detail_reasons(&d, (const struct detail_value[]){{_("USED"), &disk->used_bytes},
			       {_("TOTAL"), &disk->total_bytes}, {_("PERCENT"), &disk->percent},
			       {_("DATA"), &disk->data_bytes}, {NULL, NULL}});
}

static void note(const struct view_ctx *ctx, char *out, size_t size)
{
	section_note(ctx, SECTION_DISK, offsetof(struct disk_row, percent), out, size);
}

static const struct column columns[] = {
    {"cluster", N_("CLUSTER"), 4, 16, 1, false, column_cluster, NULL},
    {"broker", N_("BROKER"), 5, 24, 1, false, cell_broker, NULL},
    {"path", N_("PATH"), 8, 40, 4, false, cell_path, NULL},
    {"percent", N_("FULL"), 4, 12, 1, true, cell_percent, order_percent},
    {"bar", "", 10, 10, 10, false, cell_bar, NULL},
    {"verdict", N_("STATUS"), 4, 6, 1, false, column_verdict, order_verdict},
    {"used", N_("USED"), 6, 16, 5, true, cell_used_bytes, order_used_bytes},
    {"total", N_("TOTAL"), 6, 16, 6, true, cell_total_bytes, order_total_bytes},
    {"data", N_("DATA"), 6, 16, 9, true, cell_data_bytes, order_data_bytes},
    {"trend", N_("TREND"), 6, 16, 5, false, cell_trend, order_trend},
    {"why", N_("WHY"), 8, 40, 8, false, cell_why, NULL},
    {NULL, NULL, 0, 0, 0, false, NULL, NULL},
};

const struct view_ops view_disk = {
    .pane = PANE_DISK,
    .name = "disk",
    .title = N_("DISK"),
    .bar = "w",
    .columns = columns,
    .rows = rows,
    .detail_lines = 4,
    .detail = detail,
    .note = note,
    .empty = N_(
	"No volume is known: name it in the config, disk: [{broker: .., path: .., local: true}]."),
    .help = N_("FULL: of the volume, whoever fills it. DATA: what the broker itself keeps there.\n"
	       "TREND: percentage points per hour over the last hour."),
};
