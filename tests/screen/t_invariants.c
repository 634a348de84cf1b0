/* What must hold on every screen, of every frame, at every size. */
#include "canvas_text.h"
#include "random_frame.h"
#include "sample_frame.h"

#include "base/clock.h"
#include "base/text.h"
#include "ui/ui.h"
#include "ui/views.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

enum { SEEDS = 60 };

static const struct view_ops *const drills[] = {
    &view_brokers, &view_metrics, &view_partitions, &view_peers, &view_folded, &view_problems, &view_clients};

static struct view_ctx ctx_of(const struct frame *f, bool ascii)
{
	return (struct view_ctx){
	    .frame = f, .now = SAMPLE_BOOT, .wall = SAMPLE_WALL, .ascii = ascii};
}

/* No cell holds what would move the cursor or turn the text round, and a wide character has both
 * of its cells. */
static void assert_sound(const struct canvas *c)
{
	for (int y = 0; y < c->height; y++) {
		const char *line = line_of(c, y);

		if (!text_is_clean(line))
			fail_msg("line %d is not clean: %s", y, line);
		for (int x = 0; x < c->width; x++) {
			const struct cell *cell = &c->cells[y * c->width + x];
			bool wide = text_cp_width(cell->cp) == 2;

			assert_true(cell->role < ROLE_COUNT);
			if (c->ascii)
				assert_true(cell->cp < 0x7f);
			if (wide)
				assert_true(x + 1 < c->width && (cell[1].flags & CELL_WIDE_TAIL));
		}
	}
}

static size_t critical_alerts(const struct frame *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->judgement->n_alerts; i++)
		n += f->judgement->alerts[i].state == ALERT_FIRING &&
		     f->judgement->alerts[i].severity == SEVERITY_CRITICAL;
	return n;
}

/* Goes through all panes, into rows and out again. */
static void walk(struct frame *f, int width, int height, bool ascii)
{
	static const char keys[] =
	    "0\r\0331\r\r\033jv\0332\r\0333\r\033v\033G4\r\0335v\0336v\0337\r\r\033\0338"
	    "9?\033Ze";
	struct canvas c;
	struct ui ui;
	int y, x;

	canvas_init(&c, width, height, ascii);
	ui_init(&ui);
	ui.ascii = ascii;
	ui_frame(&ui, frame_ref(f));
	ui_draw(&ui, SAMPLE_BOOT, SAMPLE_WALL, &c, &y, &x);
	for (size_t i = 0; i + 1 < sizeof(keys); i++) {
		ui_key(&ui, (unsigned char)keys[i], SAMPLE_BOOT);
		ui.message[0] = '\0';
		ui_draw(&ui, SAMPLE_BOOT, SAMPLE_WALL, &c, &y, &x);
		assert_sound(&c);
		if (width >= 20 && critical_alerts(f) && !has(&c, "CRIT"))
			fail_msg(
			    "%dx%d, key %zu: a critical alert fires and no CRIT is on the screen",
			    width, height, i);
	}
	ui_release(&ui);
	canvas_release(&c);
}

static void every_sample_at_every_size_is_sound(void **state)
{
	static const int sizes[][2] = {{20, 6}, {39, 9}, {40, 10}, {40, 12}, {60, 15}, {80, 24},
	    {119, 34}, {120, 35}, {200, 50}, {1, 1}, {5, 2}};

	(void)state;
	for (int kind = 0; kind < SAMPLE_KINDS; kind++) {
		struct frame *f = sample_frame((enum sample_kind)kind);

		if (kind != SAMPLE_BIG)
			for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
				walk(f, sizes[i][0], sizes[i][1], i % 2);
		else
			walk(f, 80, 24, false);
		frame_unref(f);
	}
}

static void random_frames_at_random_sizes_are_sound(void **state)
{
	unsigned seed = 7;

	(void)state;
	for (unsigned i = 1; i <= SEEDS; i++) {
		struct frame *f = random_frame(i);

		walk(
		    f, 20 + (int)random_below(&seed, 181), 6 + (int)random_below(&seed, 45), i % 2);
		frame_unref(f);
	}
}

/* Draws a view into the middle of a canvas full of sentinels. */
static void draw_boxed(const struct view_ops *ops, const struct view_arg *arg,
    const struct view_ctx *ctx, struct canvas *c, const struct area *box)
{
	struct area all = area_of(c);
	struct table t;

	for (int y = 0; y < c->height; y++)
		area_fill(&all, y, 0, c->width, ROLE_MATCH, '@');
	if (!ops->columns) {
		ops->draw(ctx, arg, 0, box);
		return;
	}
	table_init(&t, ops, arg->id);
	table_update(&t, ctx, false);
	table_draw(&t, ctx, box);
	table_release(&t);
}

static void assert_only_inside(const struct canvas *c, const struct area *box, const char *name)
{
	for (int y = 0; y < c->height; y++)
		for (int x = 0; x < c->width; x++) {
			const struct cell *cell = &c->cells[y * c->width + x];
			bool inside = y >= box->y && y < box->y + box->height && x >= box->x &&
				      x < box->x + box->width;

			if (!inside && (cell->cp != '@' || cell->role != ROLE_MATCH || cell->flags))
				fail_msg("%s draws at %d,%d, outside of its area", name, y, x);
		}
}

static void views_draw_only_inside_their_area(void **state)
{
	unsigned seed = 3;

	(void)state;
	for (unsigned i = 1; i <= SEEDS; i++) {
		struct frame *f = random_frame(i);
		struct view_ctx ctx = ctx_of(f, i % 2);
		struct canvas c;
		struct area all, box;

		canvas_init(&c, 40 + (int)random_below(&seed, 150),
		    12 + (int)random_below(&seed, 40), i % 2);
		all = area_of(&c);
		box = area_cut(&all, 3, 5, (int)random_below(&seed, (unsigned)c.height),
		    (int)random_below(&seed, (unsigned)c.width));
		for (int p = 0; p < PANE_COUNT; p++) {
			draw_boxed(panes[p], &(struct view_arg){0}, &ctx, &c, &box);
			assert_only_inside(&c, &box, panes[p]->name);
		}
		canvas_release(&c);
		frame_unref(f);
	}
}

/* Every number of the table stands whole in its row, or '#' stands for it, or its column is gone.
 */
static void assert_numbers_whole(const struct view_ops *ops, const struct view_ctx *ctx, int width)
{
	struct canvas c;
	struct area a;
	struct table t;

	canvas_init(&c, width, 30, ctx->ascii);
	a = area_of(&c);
	table_init(&t, ops, NULL);
	table_update(&t, ctx, false);
	table_draw(&t, ctx, &a);
	for (size_t r = 0; r < t.page && t.top + r < t.n; r++) {
		const char *line = line_of(&c, 1 + (int)r);

		for (size_t k = 0; ops->columns[k].key; k++) {
			struct cell_text cell = {.text = ""};

			if (!t.widths[k])
				continue;
			ops->columns[k].cell(ctx, &t.rows.rows[t.order[t.top + r]], &cell);
			if (cell.number && !strstr(line, cell.text) && !strchr(line, '#'))
				fail_msg("%s, %d wide: %s is cut in |%s|", ops->name, width,
				    cell.text, line);
		}
	}
	table_release(&t);
	canvas_release(&c);
}

static void numbers_are_whole_or_not_there(void **state)
{
	(void)state;
	for (int kind = 0; kind < SAMPLE_KINDS; kind++) {
		struct frame *f = sample_frame((enum sample_kind)kind);
		struct view_ctx ctx = ctx_of(f, false);

		for (int p = 0; p < PANE_COUNT; p++)
			for (int width = 20; panes[p]->columns && width <= 200;
			     width += kind == SAMPLE_BIG ? 60 : 9)
				assert_numbers_whole(panes[p], &ctx, width);
		frame_unref(f);
	}
}

static void assert_ids_are_unique(const struct view_ops *ops, const struct row_list *list)
{
	struct map seen;

	map_init(&seen);
	for (size_t i = 0; i < list->n; i++)
		if (map_put(&seen, list->rows[i].id, (void *)1))
			fail_msg("%s: two rows are called %s", ops->name, list->rows[i].id);
	map_release(&seen);
}

/* The worst row of a pane that stands for a section is what strip and title say. */
static void assert_rows_agree(const struct view_ops *ops, const struct view_ctx *ctx)
{
	enum verdict worst = VERDICT_NA;
	struct row_list list = {0};

	ops->rows(ctx, NULL, &list);
	assert_ids_are_unique(ops, &list);
	for (size_t i = 0; i < list.n; i++) {
		const struct view_row *row = &list.rows[i];

		worst = verdict_worse(worst, row->verdict);
		if (row->section < SECTION_COUNT && row->section != SECTION_CLUSTER &&
		    ops->pane != PANE_ALERTS)
			assert_int_equal(row->verdict, judgement_row(ctx->frame->judgement,
							   row->cluster, row->section, row->row)
							   .verdict);
	}
	if (ops->pane >= PANE_LAG && ops->pane <= PANE_DISK)
		assert_int_equal(worst, pane_verdict(ctx, ops->pane));
	if (ops->pane == PANE_ALERTS)
		assert_true(worst <= pane_verdict(ctx, ops->pane));
	row_list_release(&list);
}

static void assert_strip_agrees(const struct view_ctx *ctx)
{
	static const struct {
		enum pane_id pane;
		const char *label;
	} shown[] = {{PANE_OVERVIEW, "1ov "}, {PANE_CHECKLIST, "2ck "}, {PANE_LAG, "3lag "},
	    {PANE_ROUTES, "4rt "}, {PANE_CONNECTIONS, "5con "}, {PANE_DISK, "6dsk "},
	    {PANE_LOGS, "8log "}};
	struct canvas c;
	struct area a;

	canvas_init(&c, 200, 2, true);
	a = area_of(&c);
	chrome_strip(ctx, &a, PANE_LAG);
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		char want[32];

		snprintf(want, sizeof(want), "%s%s ", shown[i].label,
		    verdict_word(pane_verdict(ctx, shown[i].pane)));
		if (!strstr(line_of(&c, 0), want))
			fail_msg("the strip does not say \"%s\": %s", want, line_of(&c, 0));
	}
	canvas_release(&c);
}

static void assert_alert_line_agrees(const struct view_ctx *ctx)
{
	const struct alert *first;
	struct canvas c;
	struct area a;
	size_t n = chrome_firing(ctx, 0, &first);

	canvas_init(&c, 200, 1, true);
	a = area_of(&c);
	chrome_alert(ctx, &a, 0, 0);
	if (n) {
		char want[64];

		snprintf(want, sizeof(want), "1/%zu ", n);
		assert_non_null(strstr(line_of(&c, 0), want));
		assert_non_null(strstr(line_of(&c, 0), first->name));
		assert_int_equal(
		    c.cells[0].role, first->severity == SEVERITY_CRITICAL ? ROLE_CRIT : ROLE_WARN);
	} else {
		assert_non_null(
		    strstr(line_of(&c, 0), verdict_word(ctx->frame->judgement->verdict)));
	}
	canvas_release(&c);
}

static void assert_agrees(struct frame *f)
{
	struct view_ctx ctx = ctx_of(f, true);

	for (int p = 0; p < PANE_COUNT; p++)
		if (panes[p]->rows)
			assert_rows_agree(panes[p], &ctx);
	assert_int_equal(pane_verdict(&ctx, PANE_OVERVIEW), f->judgement->verdict);
	assert_strip_agrees(&ctx);
	assert_alert_line_agrees(&ctx);
}

static void strip_panes_and_alert_line_never_disagree(void **state)
{
	(void)state;
	for (int kind = 0; kind < SAMPLE_KINDS; kind++) {
		struct frame *f = sample_frame((enum sample_kind)kind);

		assert_agrees(f);
		frame_unref(f);
	}
}

/* What nobody could see is not green anywhere. */
static void unknown_is_never_green(void **state)
{
	static const enum sample_kind blind[] = {SAMPLE_UNKNOWN, SAMPLE_EMPTY};

	(void)state;
	for (size_t i = 0; i < sizeof(blind) / sizeof(blind[0]); i++) {
		struct frame *f = sample_frame(blind[i]);
		struct view_ctx ctx = ctx_of(f, false);

		for (int p = PANE_OVERVIEW; p <= PANE_ALERTS; p++) {
			struct row_list list = {0};

			assert_int_equal(pane_verdict(&ctx, (enum pane_id)p), VERDICT_UNKNOWN);
			panes[p]->rows(&ctx, NULL, &list);
			for (size_t r = 0; r < list.n; r++)
				if (list.rows[r].verdict == VERDICT_OK)
					fail_msg("%s is OK in pane %d", list.rows[r].id, p);
			row_list_release(&list);
		}
		frame_unref(f);
	}
}

/* A number that is not fresh is dim and says its age; one that is not there is no number. */
static void what_is_not_fresh_looks_so(void **state)
{
	static const struct {
		struct value v;
		enum role role;
		const char *text;
	} cases[] = {
	    {{.type = VALUE_INT, .i = 9102, .at = SAMPLE_BOOT - NS_PER_S, .period = 10 * NS_PER_S},
		ROLE_TEXT, "9,102"},
	    {{.type = VALUE_INT,
		 .i = 9102,
		 .at = SAMPLE_BOOT - 240 * NS_PER_S,
		 .period = 10 * NS_PER_S},
		ROLE_DIM, "9,102 (4m)"},
	    {{.type = VALUE_INT,
		 .i = 9102,
		 .at = SAMPLE_BOOT - 60 * NS_PER_S,
		 .quality = QUALITY_ERROR},
		ROLE_DIM, "9,102 (1m)"},
	    {{.quality = QUALITY_ERROR, .reason = "refused"}, ROLE_UNKNOWN, "?"},
	    {{.quality = QUALITY_MISSING}, ROLE_UNKNOWN, "?"},
	    {{.quality = QUALITY_NA}, ROLE_NA, "n/a"},
	    {{.type = VALUE_NONE}, ROLE_UNKNOWN, "?"},
	};
	struct view_ctx ctx = {.now = SAMPLE_BOOT};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cell_text cell = {.text = ""};

		cell_value(&ctx, &cases[i].v, STYLE_COUNT, &cell);
		assert_string_equal(cell.text, cases[i].text);
		assert_int_equal(cell.role, cases[i].role);
	}
}

static void lag_is_in_the_order_of_its_urgency(void **state)
{
	static const char *const first[] = {"orders/audit/events", "orders/billing/invoices"};
	struct frame *f = sample_frame(SAMPLE_RICH);
	struct view_ctx ctx = ctx_of(f, false);
	struct table t;

	(void)state;
	table_init(&t, &view_lag, NULL);
	table_update(&t, &ctx, false);
	for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++)
		assert_string_equal(t.rows.rows[t.order[i]].id, first[i]);
	for (size_t i = 1; i < t.n; i++) {
		enum verdict before = t.rows.rows[t.order[i - 1]].verdict;

		assert_true(before >= t.rows.rows[t.order[i]].verdict);
	}
	table_release(&t);
	frame_unref(f);
}

/* A drill-down of what is gone is empty, and says so. */
static void drills_of_what_is_gone_are_empty(void **state)
{
	struct frame *f = sample_frame(SAMPLE_RICH);
	struct view_ctx ctx = ctx_of(f, false);
	struct view_arg arg = {.id = "gone/with/the/wind"};

	(void)state;
	for (size_t i = 0; i < sizeof(drills) / sizeof(drills[0]); i++) {
		struct row_list list = {0};

		drills[i]->rows(&ctx, &arg, &list);
		assert_int_equal(list.n, 0);
		assert_non_null(drills[i]->empty);
		row_list_release(&list);
	}
	frame_unref(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_sample_at_every_size_is_sound),
	    cmocka_unit_test(random_frames_at_random_sizes_are_sound),
	    cmocka_unit_test(views_draw_only_inside_their_area),
	    cmocka_unit_test(numbers_are_whole_or_not_there),
	    cmocka_unit_test(strip_panes_and_alert_line_never_disagree),
	    cmocka_unit_test(unknown_is_never_green),
	    cmocka_unit_test(what_is_not_fresh_looks_so),
	    cmocka_unit_test(lag_is_in_the_order_of_its_urgency),
	    cmocka_unit_test(drills_of_what_is_gone_are_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
