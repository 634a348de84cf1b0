#include "ui/views.h"

#include "base/fmt.h"
#include "base/i18n.h"

#include <math.h>
#include <stdio.h>
#include <strings.h>

enum { FETCHED_AHEAD = 16 };

const struct section_words lag_words = {
    .kind = SECTION_LAG,
    .kinds = HAS_KAFKA | HAS_NATS,
    .none = N_("no consumer group or JetStream consumer is there"),
};

/* What is lost soonest, then what is broken, then what grows, then the rest by its size. */
static int urgency(const struct view_ctx *ctx, const struct lag_row *lag, enum verdict v)
{
	enum { SOON_S = 86400 };
	bool losing = value_quality(&lag->lost_in_seconds, ctx->now) == QUALITY_OK &&
		      lag->lost_in_seconds.type != VALUE_NONE &&
		      value_number(&lag->lost_in_seconds) >= 0;
	double lost = value_number(&lag->lost_in_seconds), grows = value_number(&lag->trend);
	double size = log10(1 + fmax(0, value_number(&lag->lag))) / 20;

	if (losing && lost < SOON_S && (v == VERDICT_CRIT || v == VERDICT_WARN))
		return urgency_of((enum verdict)VERDICT_COUNT, 1 - lost / SOON_S);
	if (v != VERDICT_OK)
		return urgency_of(v, losing ? 0.5 + 0.5 / (1 + lost / SOON_S) : size);
	return urgency_of(v, grows > 0.05 ? 0.5 + log10(1 + grows) / 40 : size);
}

/* The names lie all over the section's memory. Waiting for them would be most of what 10,000 rows cost; so they are
 * fetched while the rows before them are made. */
static void fetch_names(const struct section *s, size_t i)
{
	if (i >= section_count(s))
		return;
	__builtin_prefetch(section_lag(s, i)->group);
	__builtin_prefetch(section_lag(s, i)->topic);
}

static struct view_row *add_row(
    const struct view_ctx *ctx, size_t cluster, size_t i, struct row_list *out)
{
	const struct cluster_view *c = &ctx->frame->snap->clusters[cluster];
	const struct lag_row *lag = section_lag(c->sections[SECTION_LAG], i);
	struct view_row *row;

	fetch_names(c->sections[SECTION_LAG], i + FETCHED_AHEAD);
	row = row_list_join(out, c->name, lag->group, lag->topic);
	row->verdict = judgement_row(ctx->frame->judgement, cluster, SECTION_LAG, i).verdict;
	row->urgency = urgency(ctx, lag, row->verdict);
	return row;
}

static void rows(const struct view_ctx *ctx, const struct view_arg *arg, struct row_list *out)
{
	(void)arg;
	section_rows(ctx, &lag_words, out, add_row);
}

static const struct lag_row *lag_of(const struct view_ctx *ctx, const struct view_row *row)
{
	return row_data(ctx, row, SECTION_LAG);
}

static void cell_name(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct lag_row *lag = lag_of(ctx, row);

	if (lag)
		cell_fmt(out, ROLE_TEXT, "%.120s > %.120s", lag->group ? lag->group : "-",
		    lag->topic ? lag->topic : "-");
	else
		cell_note(ctx, row, &lag_words, out);
}

VALUE_COLUMN(SECTION_LAG, struct lag_row, lag, STYLE_COUNT)
VALUE_COLUMN(SECTION_LAG, struct lag_row, lag_seconds, STYLE_SECONDS)
VALUE_COLUMN(SECTION_LAG, struct lag_row, trend, STYLE_RATE)
VALUE_COLUMN(SECTION_LAG, struct lag_row, lost_in_seconds, STYLE_SECONDS)
VALUE_COLUMN(SECTION_LAG, struct lag_row, members, STYLE_COUNT)
VALUE_COLUMN(SECTION_LAG, struct lag_row, end_rate, STYLE_RATE)

/* Lost soonest is most. */
static double order_lost(const struct view_ctx *ctx, const struct view_row *row)
{
	double lost = order_lost_in_seconds(ctx, row);

	return lost > -HUGE_VAL ? -lost : lost;
}

/* "CRIT STOP lost in 38m" */
static void cell_status(
    const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	const struct lag_row *lag = lag_of(ctx, row);
	const char *why = row_judged(ctx, row).why, *word = "";

	if (lag &&
	    (lag->status == LAG_STALL || lag->status == LAG_STOP || lag->status == LAG_REWIND))
		word = lag_status_name[lag->status];
	if (why && !strncasecmp(why, word, strlen(word)))
		word = ""; /* "stopped 25m" says STOP as well */
	cell_fmt(out, verdict_role(row->verdict), "%s%s%s%s%.120s", verdict_word(row->verdict),
	    word[0] ? " " : "", word, why ? " " : "", why ? why : "");
}

static void worst_partition(struct detail *d, const struct lag_row *lag)
{
	char number[FMT_MAX];

	if (lag->worst_partition < 0)
		return;
	for (size_t i = 0; i < lag->n_parts; i++) {
		if (lag->parts[i].partition != lag->worst_partition || lag->parts[i].lag < 0)
			continue;
		detail_text(d, _("worst partition"), ROLE_TEXT, _("%lld of %zu: %s behind"),
		    (long long)lag->worst_partition, lag->n_parts,
		    fmt_count(number, sizeof(number), lag->parts[i].lag));
		return;
	}
}

static void rates(struct detail *d, const struct lag_row *lag)
{
	struct cell_text end, commit, members;

	cell_value(d->ctx, &lag->end_rate, STYLE_RATE, &end);
	cell_value(d->ctx, &lag->commit_rate, STYLE_RATE, &commit);
	cell_value(d->ctx, &lag->members, STYLE_COUNT, &members);
	detail_text(d, _("group"), ROLE_TEXT, _("%.40s, members %s   end %s   committed %s"),
	    lag->state ? lag->state : "?", members.text, end.text, commit.text);
}

static void detail(const struct view_ctx *ctx, const struct view_row *row, const struct area *area)
{
	struct detail d = {.ctx = ctx, .area = area};
	const struct lag_row *lag = lag_of(ctx, row);

	if (!lag) {
		detail_note(&d, row, &lag_words);
		return;
	}
	if (lag->why || row_judged(ctx, row).why)
		detail_text(&d, _("why:"), ROLE_TEXT, "%s",
		    lag->why ? lag->why : row_judged(ctx, row).why);
	rates(&d, lag);
	worst_partition(&d, lag);
	detail_spark(&d, _("lag"), lag->lag_series, STYLE_COUNT);
	detail_reasons(
	    &d, (const struct detail_value[]){{_("LAG"), &lag->lag},
		    {_("BEHIND"), &lag->lag_seconds}, {_("LOST IN"), &lag->lost_in_seconds},
		    {_("TREND"), &lag->trend}, {_("MEMBERS"), &lag->members}, {NULL, NULL}});
}

static void note(const struct view_ctx *ctx, char *out, size_t size)
{
	section_note(ctx, SECTION_LAG, offsetof(struct lag_row, lag), out, size);
}

static const struct view_ops *drill(const struct view_row *row)
{
	return row->section == SECTION_LAG ? &view_partitions : NULL;
}

static const struct column columns[] = {
    {"cluster", N_("CLUSTER"), 4, 16, 1, false, column_cluster, NULL},
    {"group", N_("GROUP > TOPIC"), 10, 60, 1, false, cell_name, NULL},
    {"lag", N_("LAG"), 3, 20, 1, true, cell_lag, order_lag},
    {"behind", N_("BEHIND"), 6, 14, 4, true, cell_lag_seconds, order_lag_seconds},
    {"trend", N_("TREND"), 6, 16, 5, true, cell_trend, order_trend},
    {"lost", N_("LOST IN"), 7, 14, 2, true, cell_lost_in_seconds, order_lost},
    {"verdict", N_("STATUS"), 5, 40, 1, false, cell_status, order_verdict},
    {"members", N_("MEMBERS"), 7, 10, 8, true, cell_members, order_members},
    {"rate", N_("END RATE"), 8, 12, 7, true, cell_end_rate, order_end_rate},
    {NULL, NULL, 0, 0, 0, false, NULL, NULL},
};

const struct view_ops view_lag = {
    .pane = PANE_LAG,
    .name = "lag",
    .title = N_("LAG"),
    .bar = "w",
    .columns = columns,
    .rows = rows,
    .detail_lines = 5,
    .detail = detail,
    .drill = drill,
    .note = note,
    .empty =
	N_("Nothing consumes here: lag is known of Kafka groups and JetStream consumers only."),
    .help =
	N_("The most urgent first: what is lost soonest, what is broken, what grows, the rest.\n"
	   "BEHIND: how long ago the oldest unread message was written.\n"
	   "LOST IN: when the retention deletes unread messages, if nothing changes.\n"
	   "STOP: nobody reads. STALL: members are there, but nothing is committed.\n"
	   "REWIND: the group's offsets were set back, or lie beyond the end of a log that was made anew."),
};
