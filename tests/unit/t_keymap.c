/* The table of actions, and what the keys do to the state of the UI. */
#include "ui/ui.h"

#include "base/clock.h"
#include "sample_frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const unsigned contexts[] = {CTX_TABLE, CTX_TEXT, CTX_HISTORY, CTX_HELP, CTX_FILTER, CTX_PALETTE, CTX_PROMPT,
    CTX_CHOICE};

static void a_key_means_one_thing(void **state)
{
	(void)state;
	for (size_t c = 0; c < sizeof(contexts) / sizeof(contexts[0]); c++) {
		for (int id = 0; id < ACT_COUNT; id++) {
			for (const int *k = actions[id].keys; *k; k++) {
				if (!(actions[id].contexts & contexts[c]))
					continue;
				if (action_for_key(*k, contexts[c]) != (enum action_id)id)
					fail_msg("key %d of %s is taken by %s", *k,
					    actions[id].name,
					    actions[action_for_key(*k, contexts[c])].name);
			}
		}
	}
}

static void every_action_is_documented(void **state)
{
	struct buf page;

	(void)state;
	buf_init(&page, 65536);
	assert_int_equal(actions_roff(&page), 0);
	for (int id = 0; id < ACT_COUNT; id++) {
		char keys[64], mention[64];

		assert_non_null(actions[id].name);
		assert_true(actions[id].help && strlen(actions[id].help) > 10);
		assert_int_equal(actions[id].help[strlen(actions[id].help) - 1], '.');
		assert_int_not_equal(actions[id].contexts, 0);
		assert_int_equal(action_by_name(actions[id].name), id);
		assert_true(strlen(action_keys((enum action_id)id, keys, sizeof(keys))) > 0);
		snprintf(mention, sizeof(mention), "(\\fI%s\\fR)", actions[id].name);
		assert_non_null(strstr(page.data, mention));
	}
	buf_release(&page);
}

/* The keys that the design names, where rows are shown. */
static void the_designs_keys_are_there(void **state)
{
	static const int keys[] = {'?', '/', ':', K_TAB, K_BACKTAB, '0', '9', K_ENTER, K_ESC, 'q',
	    'h', 'j', 'k', 'l', 'g', 'G', K_CTRL_D, K_CTRL_U, K_UP, K_DOWN, K_LEFT, K_RIGHT,
	    K_SPACE, 'e', 'E', 'Z', '<', '>', 'r', 'y', '+', 'z', 'R', K_CTRL_L, K_F2};

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (action_for_key(keys[i], CTX_TABLE) == ACT_COUNT)
			fail_msg("key %d does nothing", keys[i]);
	}
}

static struct ui ui;
static struct canvas canvas;
static const int64_t now = SAMPLE_BOOT;

static void redraw(int64_t at)
{
	int y, x;

	ui_draw(&ui, at, SAMPLE_WALL, &canvas, &y, &x);
}

static int begin(void **state)
{
	(void)state;
	ui_init(&ui);
	canvas_init(&canvas, 80, 24, false);
	ui_frame(&ui, sample_frame(SAMPLE_RICH));
	redraw(now);
	return 0;
}

static int end(void **state)
{
	(void)state;
	ui_release(&ui);
	canvas_release(&canvas);
	return 0;
}

static void press(const char *keys)
{
	for (; *keys; keys++) {
		ui_key(&ui, (unsigned char)*keys, now);
		redraw(now);
	}
}

static const char *selected(void)
{
	const struct view_row *row = table_selected(&ui_level(&ui)->table);

	return row ? row->id : "";
}

static void back_goes_one_step(void **state)
{
	(void)state;
	press("3/audit\r");
	assert_string_equal(ui_level(&ui)->table.filter, "audit");
	press("\r");
	assert_string_equal(ui_level(&ui)->ops->name, "partitions");
	press("q");
	assert_string_equal(ui_level(&ui)->ops->name, "lag");
	press("\033");
	assert_string_equal(ui_level(&ui)->table.filter, "");
	press("?");
	assert_int_equal(ui.popup, POPUP_HELP);
	press("q");
	assert_int_equal(ui.popup, POPUP_NONE);
	press("\033");
	assert_false(ui.wishes.quit);
	press("q");
	assert_true(ui.wishes.quit);
}

static void a_filter_can_be_left(void **state)
{
	(void)state;
	press("3/ledger\r");
	assert_int_equal(ui_level(&ui)->table.n, 1);
	press("/x");
	assert_int_equal(ui_level(&ui)->table.n, 0);
	press("\033");
	assert_string_equal(ui_level(&ui)->table.filter, "ledger");
	assert_int_equal(ui_level(&ui)->table.n, 1);
	/* While one types, letters are letters. */
	press("/\025q");
	assert_int_equal(ui.popup, POPUP_FILTER);
	assert_string_equal(ui.typed, "q");
}

static void the_palette_does_what_it_is_told(void **state)
{
	(void)state;
	press(":disk\r");
	assert_int_equal(ui.pane, PANE_DISK);
	press(":lag\r");
	assert_int_equal(ui.pane, PANE_LAG);
	press(":sort lag\r");
	assert_string_equal(table_sort_key(&ui_level(&ui)->table), "lag");
	assert_string_equal(selected(), "orders/billing/invoices");
	press(":theme mono\r");
	assert_string_equal(ui.wishes.theme, "mono");
	press(":reload\r");
	assert_true(ui.wishes.reload);
	press(":free\r");
	assert_non_null(ui.frozen);
	press(":nothing of the kind\r");
	assert_non_null(strstr(ui.message, "There is no command"));
}

static void problems_are_walked_with_their_rows(void **state)
{
	struct view_ctx ctx = ui_ctx(&ui, now, SAMPLE_WALL);
	size_t n = chrome_firing(&ctx, 0, NULL);

	(void)state;
	assert_true(n >= 4);
	for (size_t i = 0; i <= n; i++) {
		const struct alert *a;

		press("e");
		chrome_firing(&ctx, i % n, &a);
		assert_int_equal(ui.alert, i % n);
		assert_non_null(strstr(selected(), a->cluster));
	}
	press("E");
	assert_int_equal(ui.alert, n - 1);
	ui_frame(&ui, sample_frame(SAMPLE_HUNG));
	assert_int_equal(ui.alert, 0);
}

static void a_frozen_view_stands_still(void **state)
{
	(void)state;
	press("3Z");
	assert_non_null(ui.frozen);
	ui_frame(&ui, sample_frame(SAMPLE_HUNG));
	redraw(now + 40 * NS_PER_S);
	assert_ptr_equal(ui_ctx(&ui, now, 0).frame, ui.frozen);
	assert_string_equal(selected(), "orders/audit/events");
	press("Z");
	assert_null(ui.frozen);
	assert_ptr_equal(ui_ctx(&ui, now, 0).frame, ui.frame);
}

static void a_new_critical_alert_is_counted_until_a_key(void **state)
{
	(void)state;
	assert_int_equal(ui.fresh, 0);
	assert_true(ui_frame(&ui, sample_frame(SAMPLE_HUNG)));
	assert_true(ui.fresh > 0);
	assert_false(ui_frame(&ui, sample_frame(SAMPLE_HUNG)));
	press("j");
	assert_int_equal(ui.fresh, 0);
}

static void what_is_copied_is_clean(void **state)
{
	(void)state;
	press("3y");
	assert_string_equal(ui.wishes.copy, "orders/audit/events");
	press("/bad\ry");
	assert_string_equal(ui.wishes.copy, "");
	assert_non_null(strstr(ui.message, "not safe"));
	press("\033  y");
	assert_non_null(strchr(ui.wishes.copy, ' '));
}

static void a_copied_name_is_quoted_for_a_shell(void **state)
{
	(void)state;
	press("3");
	for (int i = 0; i < 20 && !strstr(ui.wishes.copy, "\346\220\234"); i++)
		press("jy");
	assert_string_equal(ui.wishes.copy, "'orders/\346\220\234\347\264\242/\347\233\256\345\275\225'");
}

static void asking_now_is_limited(void **state)
{
	(void)state;
	press("R");
	assert_true(ui.wishes.poll_now);
	ui.wishes.poll_now = false;
	ui_key(&ui, 'R', now + NS_PER_S);
	assert_false(ui.wishes.poll_now);
	ui_key(&ui, 'R', now + 3 * NS_PER_S);
	assert_true(ui.wishes.poll_now);
}

/* All clients of a server of the bus, the last of which has most waiting. */
static struct frame *frame_with_clients(int64_t n)
{
	struct frame *f = sample_frame(SAMPLE_RICH);
	struct cluster_view *bus = &f->snap->clusters[1];
	struct section *s = section_new(SECTION_CLIENTS);
	struct client_list_row *r = section_add(s);

	r->broker = section_connection(bus->sections[SECTION_CONNECTIONS], 0)->broker;
	r->listed = value_int(n, SAMPLE_BOOT, 0);
	r->total = n + 1;
	r->clients = arena_alloc(&s->arena, (size_t)n * sizeof(*r->clients));
	for (int64_t i = 0; i < n; i++)
		r->clients[r->n_clients++] = (struct client_row){
		    .cid = i, .name = arena_printf(&s->arena, "c%lld", (long long)i), .pending = i, .out_msgs = n - i};
	bus->sections[SECTION_CLIENTS] = s;
	return f;
}

static void all_clients_of_a_server_are_asked_for_filtered_and_sorted(void **state)
{
	char one[64];

	(void)state;
	press(":connections\r/bus\r\r");
	assert_string_equal(ui_level(&ui)->ops->name, "clients");
	press("R");
	assert_true(ui.wishes.poll_now);
	assert_string_equal(ui.wishes.list_of, ui_level(&ui)->table.arg);
	assert_memory_equal(ui.wishes.list_of, "bus/", 4);
	snprintf(one, sizeof(one), "bus/%s", section_connection(ui.frame->snap->clusters[1].sections[SECTION_CONNECTIONS], 0)->broker);
	if (strcmp(one, ui.wishes.list_of) != 0)
		fail_msg("%s was asked for, not %s", ui.wishes.list_of, one);
	ui_frame(&ui, frame_with_clients(20000));
	redraw(now);
	assert_int_equal(ui_level(&ui)->table.n, 20000);
	press("g");
	assert_non_null(strstr(selected(), "/19999"));
	press("/c777\r");
	assert_int_equal(ui_level(&ui)->table.n, 11);
	press("g");
	assert_non_null(strstr(selected(), "/7779"));
	press("\033\033");
}

static void a_moved_cursor_holds_the_sort(void **state)
{
	(void)state;
	press("3j");
	assert_true(ui.held);
	assert_true(ui_next_change(&ui, now) < INT64_MAX);
	redraw(now + 4 * NS_PER_S);
	assert_false(ui.held);
}

static void the_state_file_keeps_pane_and_sort(void **state)
{
	char path[] = "t_keymap.state.XXXXXX";
	int fd = mkstemp(path);
	struct err err = {""};
	struct ui other;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	press("3:sort lag\rr");
	assert_int_equal(ui_state_save(&ui, path, &err), 0);
	ui_init(&other);
	ui_state_load(&other, path);
	assert_int_equal(other.pane, PANE_LAG);
	assert_string_equal(table_sort_key(&ui_level(&other)->table), "lag");
	assert_true(ui_level(&other)->table.reverse);
	ui_release(&other);
	unlink(path);
	assert_int_equal(ui_state_save(&ui, "/proc/nowhere/at/all", &err), -1);
	assert_non_null(strstr(err.msg, "/proc/nowhere/at/all"));
	ui_init(&other);
	ui_state_load(&other, "/proc/nowhere/at/all");
	ui_release(&other);
}

/* Any key at any size, over every kind of frame: nothing breaks. */
static void any_key_at_any_size(void **state)
{
	static const int sizes[][2] = {
	    {80, 24}, {1, 1}, {39, 9}, {40, 10}, {60, 15}, {120, 35}, {200, 50}, {0, 0}};
	unsigned seed = 1;

	(void)state;
	for (int i = 0; i < 4000; i++) {
		int key;

		/* Before the first frame and after a reload there is none. */
		if (i % 700 == 650)
			ui_forget_frames(&ui);

		seed = seed * 1103515245 + 12345;
		key = (int)(seed >> 16) % 140;
		if (key > 126)
			key = K_SPECIAL + 1 + (key - 127);
		if (i % 97 == 0) {
			canvas_release(&canvas);
			canvas_init(&canvas, sizes[i / 97 % 8][0], sizes[i / 97 % 8][1], i % 2);
			ui_frame(&ui, sample_frame((enum sample_kind)(i / 97 % SAMPLE_KINDS)));
		}
		if (key == K_MOUSE_PRESS)
			ui_click(&ui, i % 30, i % 90, now);
		else
			ui_key(&ui, key, now + i * NS_PER_MS);
		redraw(now + i * NS_PER_MS);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_key_means_one_thing),
	    cmocka_unit_test(every_action_is_documented),
	    cmocka_unit_test(the_designs_keys_are_there),
	    cmocka_unit_test_setup_teardown(back_goes_one_step, begin, end),
	    cmocka_unit_test_setup_teardown(a_filter_can_be_left, begin, end),
	    cmocka_unit_test_setup_teardown(the_palette_does_what_it_is_told, begin, end),
	    cmocka_unit_test_setup_teardown(problems_are_walked_with_their_rows, begin, end),
	    cmocka_unit_test_setup_teardown(a_frozen_view_stands_still, begin, end),
	    cmocka_unit_test_setup_teardown(
		a_new_critical_alert_is_counted_until_a_key, begin, end),
	    cmocka_unit_test_setup_teardown(what_is_copied_is_clean, begin, end),
	    cmocka_unit_test_setup_teardown(all_clients_of_a_server_are_asked_for_filtered_and_sorted, begin, end),
	    cmocka_unit_test_setup_teardown(a_copied_name_is_quoted_for_a_shell, begin, end),
	    cmocka_unit_test_setup_teardown(asking_now_is_limited, begin, end),
	    cmocka_unit_test_setup_teardown(a_moved_cursor_holds_the_sort, begin, end),
	    cmocka_unit_test_setup_teardown(the_state_file_keeps_pane_and_sort, begin, end),
	    cmocka_unit_test_setup_teardown(any_key_at_any_size, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
