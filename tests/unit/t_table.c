#include "ui/widget_table.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <time.h>

#include <cmocka.h>

/* A view over rows that the test sets. */
static struct fake_row {
	const char *name;
	int lag, urgency;
} fake[20000];
static size_t n_fake;

static void set_rows(size_t n, const struct fake_row *rows)
{
	n_fake = n;
	memcpy(fake, rows, n * sizeof(*rows));
}

static void fake_rows(const struct view_ctx *ctx, const struct view_arg *arg, struct row_list *out)
{
	(void)ctx;
	(void)arg;
	for (size_t i = 0; i < n_fake; i++) {
		struct view_row *row = row_list_join(out, "orders", fake[i].name, NULL);

		row->row = i;
		row->urgency = fake[i].urgency;
		row->verdict = fake[i].urgency > 5 ? VERDICT_CRIT : VERDICT_OK;
	}
}

static void cell_name(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	(void)ctx;
	snprintf(out->text, sizeof(out->text), "%s", fake[row->row].name);
}

static void cell_lag(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	struct value v = value_int(fake[row->row].lag, 0, 0);

	cell_value(ctx, &v, STYLE_COUNT, out);
}

static double number_lag(const struct view_ctx *ctx, const struct view_row *row)
{
	(void)ctx;
	return fake[row->row].lag;
}

static void cell_note(const struct view_ctx *ctx, const struct view_row *row, struct cell_text *out)
{
	(void)ctx;
	(void)row;
	snprintf(out->text, sizeof(out->text), "a remark");
}

static const struct column columns[] = {
    {"name", "NAME", 6, 20, 1, false, cell_name, NULL},
    {"lag", "LAG", 4, 8, 2, true, cell_lag, number_lag},
    {"note", "NOTE", 4, 12, 3, false, cell_note, NULL},
    {0},
};

static const struct view_ops view = {
    .pane = PANE_LAG,
    .name = "lag",
    .title = "LAG",
    .columns = columns,
    .rows = fake_rows,
    .empty = "no groups",
};

static const struct fake_row three[] = {
    {"audit", 9102, 9}, {"billing", 48211, 7}, {"Search", 9870, 1}};
static const struct view_ctx ctx;

static const char *order_of(const struct table *t)
{
	static char names[256];
	size_t at = 0;

	names[0] = '\0';
	for (size_t i = 0; i < t->n; i++)
		at += (size_t)snprintf(names + at, sizeof(names) - at, "%s%s", i ? " " : "",
		    t->rows.rows[t->order[i]].id + strlen("orders/"));
	for (char *p = names; *p; p++)
		*p = *p == '/' ? ' ' : *p;
	return names;
}

static const char *line_of(const struct canvas *c, int y)
{
	static char line[1024];
	size_t n = 0, end = 0;

	for (int x = 0; x < c->width; x++) {
		const struct cell *cell = &c->cells[y * c->width + x];

		n += text_encode(cell->cp ? cell->cp : ' ', line + n);
		if (cell->cp)
			end = n;
	}
	line[end] = '\0';
	return line;
}

static void draw(struct table *t, struct canvas *c, int width, int height)
{
	struct area a;

	canvas_init(c, width, height, true);
	a = area_of(c);
	table_draw(t, &ctx, &a);
}

static void sorts_by_urgency_and_columns(void **state)
{
	struct table t;

	(void)state;
	set_rows(3, three);
	table_init(&t, &view, NULL);
	table_update(&t, &ctx, false);
	assert_string_equal(order_of(&t), "audit  billing  Search ");
	table_sort_next(&t, 1);
	assert_string_equal(table_sort_key(&t), "name");
	table_update(&t, &ctx, false);
	assert_string_equal(order_of(&t), "Search  audit  billing ");
	table_sort_next(&t, 1);
	table_update(&t, &ctx, false);
	assert_string_equal(order_of(&t), "billing  Search  audit ");
	t.reverse = true;
	table_update(&t, &ctx, false);
	assert_string_equal(order_of(&t), "audit  Search  billing ");
	table_sort_next(&t, -1);
	table_sort_next(&t, -1);
	assert_string_equal(table_sort_key(&t), "urgency");
	assert_false(t.reverse);
	table_sort_next(&t, -1);
	assert_string_equal(table_sort_key(&t), "note");
	assert_false(table_sort_by(&t, "nothing"));
	assert_true(table_sort_by(&t, "lag"));
	table_release(&t);
}

static void the_selection_follows_the_row(void **state)
{
	struct fake_row moved[] = {
	    {"audit", 1, 1}, {"billing", 2, 7}, {"Search", 3, 9}, {"new", 4, 10}};
	struct table t;

	(void)state;
	set_rows(3, three);
	table_init(&t, &view, NULL);
	table_update(&t, &ctx, false);
	/* Until the cursor is moved it stands on what is most urgent. */
	assert_string_equal(table_selected(&t)->id, "orders/audit/");
	set_rows(4, moved);
	table_update(&t, &ctx, false);
	assert_string_equal(table_selected(&t)->id, "orders/new/");

	assert_true(table_select(&t, "orders/audit/"));
	assert_int_equal(t.at, 3);
	set_rows(3, three);
	table_update(&t, &ctx, false);
	assert_int_equal(t.at, 0);
	assert_string_equal(table_selected(&t)->id, "orders/audit/");

	/* The row goes: the one that takes its place is selected. */
	set_rows(2, three + 1);
	table_update(&t, &ctx, false);
	assert_string_equal(table_selected(&t)->id, "orders/billing/");
	set_rows(0, three);
	table_update(&t, &ctx, false);
	assert_null(table_selected(&t));
	assert_false(table_move(&t, 1));
	table_release(&t);
}

static void a_held_order_does_not_move(void **state)
{
	struct fake_row other[] = {
	    {"new", 4, 10}, {"audit", 1, 1}, {"billing", 2, 7}, {"Search", 3, 9}};
	struct table t;

	(void)state;
	set_rows(3, three);
	table_init(&t, &view, NULL);
	table_update(&t, &ctx, false);
	set_rows(4, other);
	table_update(&t, &ctx, true);
	assert_string_equal(order_of(&t), "audit  billing  Search  new ");
	set_rows(3, other + 1);
	table_update(&t, &ctx, true);
	assert_string_equal(order_of(&t), "audit  billing  Search ");
	table_update(&t, &ctx, false);
	assert_string_equal(order_of(&t), "Search  billing  audit ");
	table_release(&t);
}

static size_t passing(struct table *t, const char *filter)
{
	snprintf(t->filter, sizeof(t->filter), "%s", filter);
	table_update(t, &ctx, false);
	return t->n;
}

static void the_filter_takes_text_globs_and_their_inverse(void **state)
{
	struct table t;

	(void)state;
	set_rows(3, three);
	table_init(&t, &view, NULL);
	assert_int_equal(passing(&t, "search"), 1);
	assert_int_equal(passing(&t, "!search"), 2);
	assert_int_equal(passing(&t, "b*ing"), 1);
	assert_int_equal(passing(&t, "crit"), 2);
	assert_int_equal(passing(&t, "a remark"), 3);
	assert_int_equal(passing(&t, "!"), 0);
	assert_int_equal(passing(&t, "zzz"), 0);
	assert_int_equal(passing(&t, ""), 3);
	table_release(&t);
}

static void numbers_are_never_cut(void **state)
{
	struct fake_row big[] = {{"a-very-long-name-of-a-group", 2000000000, 1}};
	struct canvas c;
	struct table t;

	(void)state;
	set_rows(1, big);
	table_init(&t, &view, NULL);
	table_update(&t, &ctx, false);
	draw(&t, &c, 80, 5);
	assert_string_equal(line_of(&c, 0), "  NAME                            LAG  NOTE");
	assert_string_equal(line_of(&c, 1), "> a-very-long-name-of~  2,000,000,000  a remark");
	canvas_release(&c);
	/* The least important column goes before a text is hard to read; then text gives way. */
	draw(&t, &c, 31, 5);
	assert_string_equal(line_of(&c, 1), "> a-very-long-n~  2,000,000,000");
	canvas_release(&c);
	draw(&t, &c, 26, 5);
	assert_string_equal(line_of(&c, 1), "> a-very-l~  2,000,000,000");
	canvas_release(&c);
	draw(&t, &c, 20, 5);
	assert_string_equal(line_of(&c, 1), "> a-very-long-name-~");
	canvas_release(&c);
	table_release(&t);
}

/* What stands in an order of its own is not called urgent. */
static void the_order_is_said_as_it_is(void **state)
{
	static const struct {
		const char *order, *line;
	} cases[] = {{NULL, "  and 90 more, most urgent first"}, {"in the guide's order", "  and 90 more, in the guide's order"},
	    {"", "  and 90 more"}};
	static struct fake_row many[100];
	static char names[100][8];

	(void)state;
	for (int i = 0; i < 100; i++) {
		snprintf(names[i], sizeof(names[i]), "g%02d", i);
		many[i] = (struct fake_row){names[i], i, 100 - i};
	}
	set_rows(100, many);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct view_ops ordered = view;
		struct canvas c;
		struct table t;

		ordered.order = cases[i].order;
		table_init(&t, &ordered, NULL);
		table_update(&t, &ctx, false);
		draw(&t, &c, 60, 12);
		assert_string_equal(line_of(&c, 11), cases[i].line);
		canvas_release(&c);
		/* Sorted by a column it is not that order any more. */
		table_sort_next(&t, 1);
		table_update(&t, &ctx, false);
		draw(&t, &c, 60, 12);
		assert_string_equal(line_of(&c, 11), "  and 90 more");
		canvas_release(&c);
		table_release(&t);
	}
}

static void the_cursor_stays_in_sight(void **state)
{
	static struct fake_row many[100];
	static char names[100][8];
	struct canvas c;
	struct table t;

	(void)state;
	for (int i = 0; i < 100; i++) {
		snprintf(names[i], sizeof(names[i]), "g%02d", i);
		many[i] = (struct fake_row){names[i], i, 100 - i};
	}
	set_rows(100, many);
	table_init(&t, &view, NULL);
	table_update(&t, &ctx, false);
	draw(&t, &c, 60, 12);
	assert_int_equal(t.page, 10);
	assert_string_equal(line_of(&c, 11), "  and 90 more, most urgent first");
	canvas_release(&c);
	assert_true(table_move(&t, 50));
	draw(&t, &c, 60, 12);
	assert_int_equal(t.top, 41);
	assert_string_equal(line_of(&c, 10), "> g50       50  a remark");
	assert_string_equal(line_of(&c, 11), "  rows 42 to 51 of 100");
	canvas_release(&c);
	assert_true(table_move(&t, 1000));
	assert_false(table_move(&t, 1));
	assert_int_equal(t.at, 99);
	assert_true(table_move(&t, -1000));
	draw(&t, &c, 60, 12);
	assert_int_equal(t.top, 0);
	canvas_release(&c);
	/* Nothing fits at all: no crash, nothing drawn. */
	draw(&t, &c, 1, 1);
	canvas_release(&c);
	draw(&t, &c, 0, 0);
	canvas_release(&c);
	table_release(&t);
}

static void an_empty_table_says_why(void **state)
{
	struct canvas c;
	struct table t;

	(void)state;
	set_rows(0, three);
	table_init(&t, &view, NULL);
	table_update(&t, &ctx, false);
	draw(&t, &c, 40, 5);
	assert_string_equal(line_of(&c, 1), "  no groups");
	canvas_release(&c);
	table_release(&t);
}

static void marks_follow_identity(void **state)
{
	struct canvas c;
	struct table t;

	(void)state;
	set_rows(3, three);
	table_init(&t, &view, NULL);
	table_update(&t, &ctx, false);
	table_mark(&t);
	assert_int_equal(t.at, 1);
	t.reverse = true;
	table_update(&t, &ctx, false);
	draw(&t, &c, 60, 6);
	assert_string_equal(line_of(&c, 3), " *audit     9,102  a remark");
	canvas_release(&c);
	table_release(&t);
}

/* CPU of a frame with n rows whose order changes each time, ms. */
static double frame_ms(size_t n)
{
	static char names[10000][32];
	struct timespec from, to;
	struct canvas c;
	struct table t;

	n_fake = n;
	for (size_t i = 0; i < n; i++) {
		snprintf(names[i], sizeof(names[i]), "group-%05zu", i);
		fake[i] = (struct fake_row){
		    names[i], (int)(i * 7919 % 10007), i % 100 ? 0 : (int)(i % 7)};
	}
	table_init(&t, &view, NULL);
	table_update(&t, &ctx, false);
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
	for (int i = 0; i < 20; i++) {
		fake[(size_t)i * 37].urgency = i;
		table_update(&t, &ctx, false);
		draw(&t, &c, 80, 24);
		canvas_release(&c);
	}
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
	table_release(&t);
	return ((double)(to.tv_sec - from.tv_sec) * 1e3 + (double)(to.tv_nsec - from.tv_nsec) / 1e6) / 20;
}

/* Ten times the rows cost about ten times as much, not a hundred times: nothing compares
 * all with all. tests/bench holds the cost beside its limit. */
static void ten_thousand_rows_are_quick(void **state)
{
	double few = frame_ms(1000), many = frame_ms(10000);

	(void)state;
	print_message("1,000 rows: %.2f ms of CPU per frame, 10,000 rows: %.2f ms\n", few, many);
	assert_true(many < 40 * few);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sorts_by_urgency_and_columns),
	    cmocka_unit_test(the_selection_follows_the_row),
	    cmocka_unit_test(a_held_order_does_not_move),
	    cmocka_unit_test(the_filter_takes_text_globs_and_their_inverse),
	    cmocka_unit_test(numbers_are_never_cut),
	    cmocka_unit_test(the_order_is_said_as_it_is),
	    cmocka_unit_test(the_cursor_stays_in_sight),
	    cmocka_unit_test(an_empty_table_says_why),
	    cmocka_unit_test(marks_follow_identity),
	    cmocka_unit_test(ten_thousand_rows_are_quick),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
