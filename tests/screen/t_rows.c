/* What views make of frames that are old, in part not known, or not as a sample is: rows, ids and single cells. */
#include "canvas_text.h"
#include "sample_frame.h"

#include "base/clock.h"
#include "ui/lists.h"
#include "ui/views.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct view_ctx ctx_of(const struct frame *f)
{
	return (struct view_ctx){.frame = f, .now = SAMPLE_BOOT, .wall = SAMPLE_WALL};
}

static const struct column *column_of(const struct view_ops *ops, const char *key)
{
	for (const struct column *c = ops->columns; c->key; c++)
		if (!strcmp(c->key, key))
			return c;
	fail_msg("%s has no column %s", ops->name, key);
	return NULL;
}

/* How the cells of a column look that show anything but "?": in all of the view, or in what the parent's first row opens. */
static size_t cells_in_role(const struct view_ctx *ctx, const struct view_ops *parent, const struct view_ops *ops, const char *key,
    enum role role)
{
	const struct column *c = column_of(ops, key);
	struct row_list above = {0}, list = {0};
	size_t n = 0;

	if (parent)
		parent->rows(ctx, NULL, &above);
	for (size_t p = 0; p < (parent ? above.n : 1); p++)
		ops->rows(ctx, parent ? &(struct view_arg){.id = above.rows[p].id} : NULL, &list);
	for (size_t i = 0; i < list.n; i++) {
		struct cell_text cell = {.text = ""};

		c->cell(ctx, &list.rows[i], &cell);
		n += cell.text[0] && strcmp(cell.text, "?") != 0 && cell.role == role;
	}
	row_list_release(&above);
	row_list_release(&list);
	return n;
}

/* Texts and numbers that are reckoned from a value grow old with it. */
static void what_comes_of_old_values_is_dim(void **state)
{
	static const struct {
		const struct view_ops *parent, *ops;
		const char *key;
	} cases[] = {
	    {&view_routes, &view_peers, "state"},
	    {&view_connections, &view_clients, "pending"},
	    {NULL, &view_disk, "trend"},
	    {NULL, &view_brokers, "state"},
	};
	static struct client_row client = {.cid = 7, .name = "till", .pending = 4096};
	struct frame *f = sample_frame(SAMPLE_RICH);
	struct view_ctx ctx = ctx_of(f);

	(void)state;
	for (size_t c = 0; c < f->snap->n_clusters; c++) {
		struct section *s = f->snap->clusters[c].sections[SECTION_CONNECTIONS];

		for (size_t i = 0; i < section_count(s); i++) {
			struct connection_row *row = (struct connection_row *)section_row(s, i);

			row->clients = &client;
			row->n_clients = 1;
		}
	}
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ctx.now = SAMPLE_BOOT;
		if (!cells_in_role(&ctx, cases[i].parent, cases[i].ops, cases[i].key, ROLE_TEXT))
			fail_msg("%s shows no %s", cases[i].ops->name, cases[i].key);
		ctx.now = SAMPLE_BOOT + 7200 * NS_PER_S;
		if (cells_in_role(&ctx, cases[i].parent, cases[i].ops, cases[i].key, ROLE_TEXT))
			fail_msg("%s shows %s as if it were fresh", cases[i].ops->name, cases[i].key);
	}
	frame_unref(f);
}

/* What stands beside a cluster's name is that of its worst, and what is not known is not well. */
static void a_cluster_is_as_known_as_its_members(void **state)
{
	const struct column *c = column_of(&view_overview, "state");
	struct frame *f = sample_frame(SAMPLE_HEALTHY);
	struct view_ctx ctx = ctx_of(f);
	struct row_list list = {0};
	size_t seen = 0;

	(void)state;
	for (size_t i = 0; i < f->snap->n_clusters; i++) {
		struct section *s = f->snap->clusters[i].sections[SECTION_ROUTES];

		if (section_count(s) > 1)
			((struct route_row *)section_row(s, 1))->peers = value_missing("refused");
	}
	view_overview.rows(&ctx, NULL, &list);
	for (size_t i = 0; i < list.n; i++) {
		struct cell_text cell = {.text = ""};

		if (list.rows[i].section != SECTION_CLUSTER || f->snap->clusters[list.rows[i].cluster].kind != KIND_NATS)
			continue;
		c->cell(&ctx, &list.rows[i], &cell);
		if (!strstr(cell.text, "? peers") || cell.role == ROLE_TEXT)
			fail_msg("%s", cell.text);
		seen++;
	}
	assert_true(seen > 0);
	row_list_release(&list);
	frame_unref(f);
}

/* The selection follows a row by its id: that of one cluster is not that of another, nor one long name another. */
static void what_changed_has_ids_of_its_own(void **state)
{
	static const char long_name[] = "a-group-with-a-name-that-goes-on-and-on-for-more-than-sixty-characters>";
	struct frame *f = sample_frame(SAMPLE_RICH);
	struct judgement *j = f->judgement;
	struct view_ctx ctx = ctx_of(f);
	struct row_list list = {0};
	char entity[4][128];

	(void)state;
	assert_true(j->n_alerts >= 4 && f->snap->n_clusters >= 2);
	for (size_t i = 0; i < 4; i++) {
		snprintf(entity[i], sizeof(entity[i]), "%s%zu", long_name, i / 2);
		j->alerts[i].name = "ConsumerLag";
		j->alerts[i].entity = entity[i];
		j->alerts[i].cluster = f->snap->clusters[i % 2].name;
		j->alerts[i].since_wall = SAMPLE_WALL - NS_PER_S;
	}
	view_changed.rows(&ctx, &(struct view_arg){.id = "0||"}, &list);
	assert_true(list.n >= 4);
	for (size_t i = 0; i < list.n; i++)
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(list.rows[i].id, list.rows[k].id);
	row_list_release(&list);
	frame_unref(f);
}

/* A line is cut by the screen, which marks it, and not before: half a number or half a character is another one. */
static void lines_are_cut_by_the_screen_alone(void **state)
{
	enum { CHARACTERS = 80 };
	char trouble[3 * CHARACTERS + 1] = "", ids[400] = "";
	struct frame *f = sample_frame(SAMPLE_RICH);
	struct view_ctx ctx = ctx_of(f);
	struct problem_partition problem = {.topic = "t", .replicas = ids, .isr = "1", .what = "offline"};
	bool seen = false;
	struct canvas c;
	struct area a;

	(void)state;
	for (int i = 0; i < CHARACTERS; i++)
		memcpy(trouble + 3 * i, "\xe7\x9b\x98", 4);
	for (int i = 0; i < 30; i++)
		snprintf(ids + strlen(ids), sizeof(ids) - strlen(ids), "%s%d", i ? "," : "", 1001 + i);
	canvas_init(&c, 200, 50, false);
	a = area_of(&c);
	for (size_t i = 0; i < f->snap->n_clusters; i++) {
		struct view_row row = {.cluster = i, .section = SECTION_DISK};
		const struct cluster_view *view = &f->snap->clusters[i];

		if (!section_count(view->sections[SECTION_DISK]) || !section_count(view->sections[SECTION_PARTITIONS]))
			continue;
		((struct disk_row *)section_row(view->sections[SECTION_DISK], 0))->trouble = trouble;
		view_disk.detail(&ctx, &row, &a);
		assert_true(has(&c, trouble));
		canvas_clear(&c);
		((struct partition_row *)section_row(view->sections[SECTION_PARTITIONS], 0))->missing_brokers = ids;
		row.section = SECTION_PARTITIONS;
		view_problems.detail(&ctx, &row, &a);
		assert_true(has(&c, ids));
		canvas_clear(&c);
		((struct partition_row *)section_row(view->sections[SECTION_PARTITIONS], 0))->missing_brokers = NULL;
		((struct partition_row *)section_row(view->sections[SECTION_PARTITIONS], 0))->problems = &problem;
		((struct partition_row *)section_row(view->sections[SECTION_PARTITIONS], 0))->n_problems = 1;
		row.section = SECTION_CLUSTER;
		view_overview.detail(&ctx, &row, &a);
		assert_true(has(&c, ids));
		seen = true;
		break;
	}
	assert_true(seen);
	canvas_release(&c);
	frame_unref(f);
}

/* A cluster without a log source is as unknown as it is, however bad the logs of others are. */
static void no_log_is_not_as_bad_as_that_of_others(void **state)
{
	struct frame *f = sample_frame(SAMPLE_RICH);
	struct judgement *j = f->judgement;
	struct view_ctx ctx = ctx_of(f);
	size_t seen = 0;

	(void)state;
	for (int waived = 0; waived < 2; waived++) {
		struct row_list list = {0};

		for (size_t i = 0; i < j->n_checklist; i++)
			if (!strcmp(j->checklist[i].id, "error-logs")) {
				j->checklist[i].verdict = VERDICT_CRIT;
				j->checklist[i].waived = waived ? j->checklist[i].total - j->checklist[i].evaluated : 0;
			}
		view_logs.rows(&ctx, NULL, &list);
		for (size_t i = 0; i < list.n; i++)
			if (list.rows[i].section == SECTION_KINDS) {
				assert_int_equal(list.rows[i].verdict, waived ? VERDICT_NA : VERDICT_UNKNOWN);
				seen++;
			}
		row_list_release(&list);
	}
	assert_true(seen >= 2);
	frame_unref(f);
}

/* A team's own list need not name a place of the guide. */
static void an_item_without_a_guide_is_drawn(void **state)
{
	struct list_item item = {.list = "weekly", .id = "own", .subject = "weekly/own", .period = "weekly",
	    .title = {"Look at it", NULL}, .text = {"It was looked at.", NULL}};
	struct periodic_result result = {.item = &item, .verdict = VERDICT_UNKNOWN, .evidence = "nobody has"};
	struct lists lists = {.got.weekly = {.results = &result, .n = 1}};
	struct frame *f = sample_frame(SAMPLE_RICH);
	struct view_ctx ctx = ctx_of(f);
	struct canvas c;
	struct area a;

	(void)state;
	lists.got.ask.frame = f;
	ctx.lists = &lists;
	canvas_init(&c, 60, 15, false);
	a = area_of(&c);
	view_item.draw(&ctx, &(struct view_arg){.id = "weekly/own"}, 0, &a);
	assert_true(has(&c, "Look at it"));
	assert_false(has(&c, "GUIDE"));
	canvas_release(&c);
	frame_unref(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_comes_of_old_values_is_dim),
	    cmocka_unit_test(a_cluster_is_as_known_as_its_members),
	    cmocka_unit_test(what_changed_has_ids_of_its_own),
	    cmocka_unit_test(lines_are_cut_by_the_screen_alone),
	    cmocka_unit_test(no_log_is_not_as_bad_as_that_of_others),
	    cmocka_unit_test(an_item_without_a_guide_is_drawn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
