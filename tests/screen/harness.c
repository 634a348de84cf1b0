#include "harness.h"

#include "base/buf.h"
#include "base/clock.h"
#include "report/plan.h"
#include "ui/term.h"
#include "ui/ui.h"

#include <limits.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>
#define NCURSES_WIDECHAR 1
#include <curses.h>

enum { MOST_BYTES = 1 << 20, LOOKS = 26 };

struct look_name {
	attr_t attrs;
	int pair;
};

/* Each look is a letter, in the order in which it is met; plain cells are '.'. */
struct legend {
	struct look_name looks[LOOKS];
	int n;
};

static char letter_of(struct legend *l, attr_t attrs, int pair)
{
	attrs &= A_BOLD | A_DIM | A_UNDERLINE | A_ITALIC | A_REVERSE;
	if (!attrs && !pair)
		return '.';
	for (int i = 0; i < l->n; i++) {
		if (l->looks[i].attrs == attrs && l->looks[i].pair == pair)
			return (char)('a' + i);
	}
	assert_true(l->n < LOOKS);
	l->looks[l->n] = (struct look_name){attrs, pair};
	return (char)('a' + l->n++);
}

static void add_cell(struct buf *text, char *map, int *x, int y, struct legend *legend)
{
	wchar_t w[CCHARW_MAX + 1] = {0};
	cchar_t c;
	attr_t attrs;
	short short_pair;
	int pair = 0, width;
	char utf8[MB_LEN_MAX * CCHARW_MAX + 1] = " ";

	mvin_wch(y, *x, &c);
	getcchar(&c, w, &attrs, &short_pair, &pair);
	if (w[0] && wcstombs(utf8, w, sizeof(utf8) - 1) == (size_t)-1)
		snprintf(utf8, sizeof(utf8), "?");
	buf_adds(text, utf8);
	width = w[0] ? wcwidth(w[0]) : 1;
	for (int i = 0; i < (width > 0 ? width : 1); i++)
		map[(*x)++] = letter_of(legend, attrs, pair);
}

static void trim(struct buf *b)
{
	while (b->len && b->data[b->len - 1] == ' ')
		b->data[--b->len] = '\0';
}

static void add_look(struct buf *out, const struct look_name *l)
{
	static const struct {
		attr_t attr;
		const char *name;
	} names[] = {{A_BOLD, "bold"}, {A_DIM, "dim"}, {A_UNDERLINE, "underline"},
	    {A_ITALIC, "italic"}, {A_REVERSE, "reverse"}};
	int fg = -1, bg = -1;

	if (l->pair)
		extended_pair_content(l->pair, &fg, &bg);
	if (fg >= 0)
		buf_addf(out, " %d", fg);
	if (bg >= 0)
		buf_addf(out, " on %d", bg);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (l->attrs & names[i].attr)
			buf_addf(out, " %s", names[i].name);
	}
}

static void take_screen(struct buf *out, bool looks)
{
	struct legend legend = {.n = 0};
	struct buf maps;

	buf_init(&maps, MOST_BYTES);
	for (int y = 0; y < LINES; y++) {
		char *map = calloc((size_t)COLS + 3, 1);

		for (int x = 0; x < COLS;)
			add_cell(out, map, &x, y, &legend);
		trim(out);
		buf_addc(out, '\n');
		buf_addf(&maps, "%.*s\n", COLS, map);
		free(map);
	}
	if (looks) {
		buf_addf(out, "-- looks\n%s", maps.data);
		for (int i = 0; i < legend.n; i++) {
			buf_addf(out, "%c", 'a' + i);
			add_look(out, &legend.looks[i]);
			buf_addc(out, '\n');
		}
	}
	buf_release(&maps);
}

/* The feed: takes what was wished for into the ledger, and gives the next frame. */
static void take_records(struct ui *ui, const struct screen_case *c)
{
	struct ledger *l = ledger_ref(ui->frame->ledger), *old;

	if (!ui->wishes.n_submit) {
		ledger_unref(l);
		return;
	}
	for (size_t i = 0; i < ui->wishes.n_submit; i++) {
		old = l;
		l = ledger_with(old, ui->wishes.submit[i], c->keep);
		ledger_unref(old);
		record_unref(ui->wishes.submit[i]);
	}
	ui->wishes.n_submit = 0;
	if (c->written && ui->wishes.decision[0])
		ui_say(ui, SAMPLE_BOOT, "%s", c->written);
	if (c->trouble)
		snprintf(l->trouble, sizeof(l->trouble), "%s", c->trouble);
	ui_frame(ui, sample_frame_with(c->sample, l));
	ledger_unref(l);
}

/* Signatures of five items two days ago, and of two four days ago. */
static struct ledger *past_days(void)
{
	static const char *const items[] = {"daily/cluster-health", "daily/consumer-lag", "daily/disk-usage",
	    "daily/network-latency", "daily/error-logs"};
	struct ledger *l = ledger_new(), *old;

	for (int i = 0; i < 7; i++) {
		struct record *r = record_new(RECORD_SIGN);

		r->user = record_str(r, "duty2");
		r->wall = SAMPLE_WALL - (i < 5 ? 1 : 3) * 86400 * NS_PER_S;
		r->subject = record_str(r, items[i % 5]);
		r->data = record_str(
		    r, i < 5 ? "{\"day\":\"2026-11-20\"}" : "{ \"verdict\": \"OK\", \"day\": \"2026-11-18\" }");
		old = l;
		l = ledger_with(old, r, KEEP_KEPT);
		ledger_unref(old);
		record_unref(r);
	}
	return l;
}

/* Pages that do not change when somebody improves the manual. */
static void take_pages(struct ui *ui, const char *lang)
{
	char *data = getenv("MQDUTY_DATA_DIR") ? strdup(getenv("MQDUTY_DATA_DIR")) : NULL, path[4096];

	snprintf(path, sizeof(path), "%s/tests/fixtures/pages", getenv("top_srcdir"));
	setenv("MQDUTY_DATA_DIR", path, 1);
	manual_free(ui->desk.manual);
	ui->desk.manual = manual_load(NULL, 0, lang, NULL);
	if (data)
		setenv("MQDUTY_DATA_DIR", data, 1);
	else
		unsetenv("MQDUTY_DATA_DIR");
	free(data);
	assert_true(ui->desk.manual->n_pages > 0);
}

/* The plan as the program compiles it, without drills that were read. */
static int compile_plan(void *arg, const struct frame *f, const char *fault, struct buf *out, struct err *err)
{
	const struct ui *ui = arg;
	struct inventory inventory;
	struct plan_of of = {.fault = fault, .page = manual_find(ui->desk.manual, fault), .config = sample_config(SAMPLE_RICH),
	    .inventory = &inventory, .all = ui->desk.all, .ledger = f->ledger, .drills_unread = true};
	struct plan plan;
	int rc;

	inventory_init(&inventory);
	inventory_take(&inventory, f->snap, SAMPLE_WALL);
	rc = plan_make(&plan, &of, err) || plan_for_screen(&plan, SAMPLE_WALL, out) ? -1 : 0;
	plan_release(&plan);
	inventory_release(&inventory);
	return rc;
}

static void drive(const struct screen_case *c, struct canvas *canvas)
{
	int64_t now = SAMPLE_BOOT + c->later, wall = SAMPLE_WALL + c->later;
	int y, x;
	struct ui ui;

	setenv("SUDO_USER", "duty1", 1);
	setenv("SSH_CONNECTION", "10.1.2.3 50022 10.1.2.9 22", 1);
	clock_fake(SAMPLE_BOOT, SAMPLE_WALL);
	ui_init(&ui);
	ui.desk.plan = compile_plan;
	ui.desk.plan_arg = &ui;
	ui.ascii = canvas->ascii;
	if (c->pages)
		take_pages(&ui, c->pages);
	snprintf(ui.themes[ui.n_themes++], sizeof(ui.themes[0]), "default");
	snprintf(ui.themes[ui.n_themes++], sizeof(ui.themes[0]), "mono");
	if (c->days_before) {
		struct ledger *l = past_days();

		ui_frame(&ui, sample_frame_with(c->sample, l));
		ledger_unref(l);
	} else {
		ui_frame(&ui, sample_frame(c->sample));
	}
	ui_draw(&ui, SAMPLE_BOOT, SAMPLE_WALL, canvas, &y, &x);
	if (c->open)
		manual_open_words(&ui, c->open, true, now);
	if (c->frozen)
		ui_key(&ui, 'Z', now - c->frozen);
	for (const char *key = c->keys; key && *key; key++) {
		ui_key(&ui, (unsigned char)*key, now);
		take_records(&ui, c);
		if (c->past)
			c->past(&ui, now, wall);
		if (c->lists)
			c->lists(&ui, now, wall);
		ui_draw(&ui, now, wall, canvas, &y, &x);
	}
	ui_draw(&ui, now, wall, canvas, &y, &x);
	term_paint(canvas, y, x);
	ui_release(&ui);
	clock_real();
}

static void load_theme(const char *name)
{
	char path[4096];
	struct theme t;

	snprintf(path, sizeof(path), "%s/themes/%s.theme", getenv("top_srcdir"),
	    name ? name : "default");
	assert_int_equal(theme_load(&t, path, NULL), 0);
	term_theme(&t);
}

static void draw_screen(const struct screen_case *c, struct buf *out)
{
	FILE *to = fopen("/dev/null", "w"), *from = fopen("/dev/null", "r");
	struct term_setup setup = {.type = c->type ? c->type : "xterm-256color",
	    .out = to,
	    .in = from,
	    .width = c->width,
	    .height = c->height,
	    .no_colour = c->no_colour};
	struct canvas canvas;
	struct err err = {""};

	assert_non_null(setlocale(LC_ALL, c->locale ? c->locale : "C.UTF-8"));
	if (term_start(&setup, &err))
		fail_msg("%s", err.msg);
	load_theme(c->theme);
	canvas_init(&canvas, c->width, c->height, term_ascii());
	drive(c, &canvas);
	take_screen(out, c->looks);
	canvas_release(&canvas);
	term_stop();
	fclose(to);
	fclose(from);
}

static void golden_path(const char *name, char *path, size_t size)
{
	snprintf(path, size, "%s/tests/screen/golden/%s.txt", getenv("top_srcdir"), name);
}

static void write_golden(const char *name, const char *text)
{
	char path[4096];
	FILE *f;

	golden_path(name, path, sizeof(path));
	f = fopen(path, "w");
	if (!f)
		fail_msg("%s cannot be written", path);
	fputs(text, f);
	fclose(f);
}

static void read_golden(const char *name, struct buf *out)
{
	char path[4096], piece[4096];
	size_t n;
	FILE *f;

	golden_path(name, path, sizeof(path));
	f = fopen(path, "r");
	if (!f)
		fail_msg("%s is missing; tests/screen/update makes it", path);
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_add(out, piece, n);
	fclose(f);
}

static void compare(const char *name, const char *want, const char *got)
{
	for (int line = 1; *want || *got; line++) {
		size_t w = strcspn(want, "\n"), g = strcspn(got, "\n");

		if (w != g || memcmp(want, got, w) != 0)
			fail_msg("%s, line %d\n want |%.*s|\n got  |%.*s|\nIs it right now? "
				 "tests/screen/update",
			    name, line, (int)w, want, (int)g, got);
		want += w + (want[w] == '\n');
		got += g + (got[g] == '\n');
	}
}

void golden_check(const char *name, const char *text)
{
	struct buf want;

	if (getenv("MQ_SCREENS_UPDATE")) {
		write_golden(name, text);
		return;
	}
	buf_init(&want, MOST_BYTES);
	read_golden(name, &want);
	compare(name, want.data, text);
	buf_release(&want);
}

void screen_check(const struct screen_case *c)
{
	struct buf got;

	buf_init(&got, MOST_BYTES);
	draw_screen(c, &got);
	golden_check(c->name, got.data);
	buf_release(&got);
}

static void check_one(void **state)
{
	screen_check(*state);
}

int screen_run(const struct screen_case *cases)
{
	struct CMUnitTest *tests;
	size_t n = 0;
	int rc;

	while (cases[n].name)
		n++;
	tests = calloc(n + 1, sizeof(*tests));
	for (size_t i = 0; i < n; i++)
		tests[i] = (struct CMUnitTest){.name = cases[i].name,
		    .test_func = check_one,
		    .initial_state = (void *)(uintptr_t)&cases[i]};
	rc = _cmocka_run_group_tests("screens", tests, n, NULL, NULL);
	free(tests);
	return rc;
}
