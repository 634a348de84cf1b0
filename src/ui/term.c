#include "ui/term.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "ui/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <term.h>

enum { LOOKS = 4 }; /* selected or not, bold or not */

struct paint { /* a look as curses takes it */
	attr_t attrs;
	int pair;
};

static struct {
	SCREEN *screen;
	FILE *out, *in; /* ours to close; NULL: the caller's */
	int fd_out, fd_in;
	bool ascii, real; /* real: the guard's terminal, not a test's */
	bool mouse, sync;
	bool pasting;	   /* between the marks of what is pasted */
	int64_t pasted_at; /* the last of it, boot ns */
	enum depth depth;
	struct theme theme;
	struct paint paint[ROLE_COUNT][LOOKS];
	struct canvas shown; /* what the terminal shows */
	int cursor_y, cursor_x;
	bool whole; /* the next paint writes everything */
	int mouse_y, mouse_x;
} term;

/* Also switched off when we never switched it on: that does no harm. */
#define SYNC_OFF "\033[?2026l"
#define MOUSE_OFF "\033[?1006l\033[?1000l"
/* Asks the terminal to say what is pasted and not typed. */
#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"

/* Beyond the codes that curses has. */
#define PASTE_GAP (1 * NS_PER_S)

enum { KEY_PASTE_BEGIN = KEY_MAX + 1, KEY_PASTE_END };

static void prepare_restore(void)
{
	const char *const part[] = {SYNC_OFF, MOUSE_OFF, PASTE_OFF, exit_attribute_mode, keypad_local,
	    cursor_normal, exit_ca_mode, "\r"};
	char seq[512];
	size_t len = 0;

	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
		size_t n = part[i] && part[i] != (char *)-1 ? strlen(part[i]) : 0;

		if (!n || len + n > sizeof(seq))
			continue;
		memcpy(seq + len, part[i], n);
		len += n;
	}
	guard_up(seq, len);
}

static enum depth find_depth(bool no_colour)
{
	const char *said = getenv("NO_COLOR");

	if (no_colour || (said && *said) || !has_colors() || start_color() == ERR || COLORS < 8)
		return DEPTH_MONO;
	if (COLORS >= 1 << 24 || tigetflag("RGB") > 0)
		return DEPTH_RGB;
	return COLORS >= 256 ? DEPTH_256 : COLORS >= 16 ? DEPTH_16 : DEPTH_8;
}

static bool wants_sync(void)
{
	const char *said = getenv("MQDUTY_SYNC"), *cap;

	if (said && *said)
		return *said != '0';
	cap = tigetstr("Sync");
	return cap && cap != (char *)-1;
}

/* Keys come from standard input, or where that is no terminal, from the one we are on. */
static FILE *open_keys(void)
{
	int fd = isatty(STDIN_FILENO) ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) : open("/dev/tty", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? NULL : fdopen(fd, "r");
}

static int open_files(const struct term_setup *setup, struct err *err)
{
	if (setup->out) {
		term.fd_out = fileno(setup->out);
		term.fd_in = fileno(setup->in);
		return 0;
	}
	if (guard_tty() < 0)
		return err_set(err,
		    _("Standard output is not a terminal. `mqduty check` reports without one."));
	term.real = true;
	term.fd_out = fcntl(guard_tty(), F_DUPFD_CLOEXEC, 3);
	term.out = fdopen(term.fd_out, "w");
	term.in = open_keys();
	if (!term.out || !term.in)
		return err_set(err, _("The terminal cannot be opened: %s."), strerror(errno));
	term.fd_in = fileno(term.in);
	return 0;
}

static void set_modes(void)
{
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	intrflush(stdscr, FALSE);
	/* Keys that wait must not put off a frame. */
	typeahead(-1);
	if (!getenv("ESCDELAY"))
		set_escdelay(25);
	curs_set(0);
	leaveok(stdscr, TRUE);
	define_key("\033[200~", KEY_PASTE_BEGIN);
	define_key("\033[201~", KEY_PASTE_END);
}

static void write_raw(const char *bytes, size_t len);

static void ask_for_marks(bool on)
{
	if (term.real)
		write_raw(on ? PASTE_ON : PASTE_OFF, sizeof(PASTE_ON) - 1);
	term.pasting = false;
}

int term_start(const struct term_setup *setup, struct err *err)
{
	const char *type = setup->type ? setup->type : getenv("TERM");

	memset(&term, 0, sizeof(term));
	term.cursor_y = -1;
	if (open_files(setup, err))
		return -1;
	term.screen = newterm(
	    setup->type, setup->out ? setup->out : term.out, setup->in ? setup->in : term.in);
	/* One that cannot place its cursor is no screen either. */
	if (term.screen && !cursor_address) {
		endwin();
		delscreen(term.screen);
		term.screen = NULL;
	}
	if (!term.screen)
		return err_set(err,
		    _("The terminal type \"%.32s\" is not known here, or cannot show a screen. Set "
		      "TERM to one that can, "
		      "such as xterm-256color, or use --plain."),
		    type ? type : "");
	set_term(term.screen);
	if (term.real)
		prepare_restore();
	set_modes();
	if (setup->width)
		resizeterm(setup->height, setup->width);
	term.depth = find_depth(setup->no_colour);
	if (term.depth != DEPTH_MONO)
		use_default_colors();
	term.ascii = setup->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	term.sync = term.real && wants_sync();
	term.whole = true;
	theme_default(&term.theme);
	term_theme(&term.theme);
	ask_for_marks(true);
	if (term.real)
		guard_mute();
	return 0;
}

void term_stop(void)
{
	if (!term.screen)
		return;
	if (term.real)
		term_mouse(false);
	ask_for_marks(false);
	endwin();
	/* Still mute: libraries that end slowly must not talk into the shell. */
	if (term.real)
		guard_down();
	delscreen(term.screen);
	if (term.out)
		fclose(term.out);
	if (term.in)
		fclose(term.in);
	canvas_release(&term.shown);
	term.screen = NULL;
}

bool term_ascii(void)
{
	return term.ascii;
}

int term_fd(void)
{
	return term.fd_in;
}

static struct paint paint_of(struct look look)
{
	static const struct {
		unsigned bit;
		attr_t attr;
	} attrs[] = {
	    {STYLE_BOLD, A_BOLD},
	    {STYLE_DIM, A_DIM},
	    {STYLE_UNDERLINE, A_UNDERLINE},
	    {STYLE_ITALIC, A_ITALIC},
	    {STYLE_REVERSE, A_REVERSE},
	};
	struct paint p = {.attrs = A_NORMAL};

	for (size_t i = 0; i < sizeof(attrs) / sizeof(attrs[0]); i++)
		p.attrs |= look.attrs & attrs[i].bit ? attrs[i].attr : 0;
	if (look.fg >= 0 || look.bg >= 0) {
		int pair = alloc_pair(look.fg, look.bg);

		p.pair = pair > 0 ? pair : 0;
	}
	return p;
}

void term_theme(const struct theme *t)
{
	term.theme = *t;
	for (int role = 0; role < ROLE_COUNT; role++) {
		for (unsigned flags = 0; flags < LOOKS; flags++)
			term.paint[role][flags] =
			    paint_of(theme_look(&term.theme, (enum role)role, flags, term.depth));
	}
	canvas_release(&term.shown);
}

bool term_resize(int *width, int *height)
{
	struct winsize size;
	int before_w = COLS, before_h = LINES;

	if (!ioctl(term.fd_out, TIOCGWINSZ, &size) && size.ws_row && size.ws_col)
		resizeterm(size.ws_row, size.ws_col);
	*width = COLS;
	*height = LINES;
	if (COLS == before_w && LINES == before_h)
		return false;
	term.whole = true;
	return true;
}

void term_repaint(void)
{
	term.whole = true;
}

/* Where curses thinks otherwise than we about a character's width, the line would
 * shift: such a character is not drawn. */
static void put_cell(const struct cell *cell, int width, cchar_t *out)
{
	const struct paint *p = &term.paint[cell->role][cell->flags & (LOOKS - 1)];
	wchar_t text[3] = {cell->cp ? (wchar_t)cell->cp : L' ', (wchar_t)cell->mark, 0};
	int pair = p->pair;

	if (cell->cp > 0x7e && wcwidth(text[0]) != width) {
		text[0] = L'?';
		text[1] = 0;
	}
	if (text[1] && wcwidth(text[1]) != 0)
		text[1] = 0;
	setcchar(out, text, p->attrs, (short)(pair > 32767 ? 32767 : pair), &pair);
}

static void put_row(const struct canvas *c, int y, cchar_t *line)
{
	const struct cell *row = c->cells + (size_t)y * (size_t)c->width;
	int n = 0;

	for (int x = 0; x < c->width; x++) {
		bool wide = x + 1 < c->width && (row[x + 1].flags & CELL_WIDE_TAIL);

		if (row[x].flags & CELL_WIDE_TAIL)
			continue;
		put_cell(&row[x], wide ? 2 : 1, &line[n++]);
		/* The '?' of a wide one leaves a cell over. */
		if (wide && wcwidth((wchar_t)row[x].cp) != 2) {
			struct cell blank = row[x];

			blank.cp = blank.mark = 0;
			put_cell(&blank, 1, &line[n++]);
		}
	}
	mvadd_wchnstr(y, 0, line, n);
}

static bool same_size(const struct canvas *a, const struct canvas *b)
{
	return a->cells && b->cells && a->width == b->width && a->height == b->height;
}

static bool same_row(const struct canvas *c, int y)
{
	size_t bytes = (size_t)c->width * sizeof(*c->cells), at = (size_t)y * (size_t)c->width;

	return !memcmp(c->cells + at, term.shown.cells + at, bytes);
}

static void remember(const struct canvas *c)
{
	if (!same_size(c, &term.shown)) {
		canvas_release(&term.shown);
		canvas_init(&term.shown, c->width, c->height, c->ascii);
	}
	memcpy(
	    term.shown.cells, c->cells, (size_t)c->width * (size_t)c->height * sizeof(*c->cells));
}

static void write_raw(const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = write(term.fd_out, bytes, len);

		if (n < 0 && errno != EINTR)
			return;
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		}
	}
}

static void place_cursor(int y, int x)
{
	curs_set(y >= 0);
	leaveok(stdscr, y < 0);
	if (y >= 0)
		move(y, x);
	term.cursor_y = y;
	term.cursor_x = x;
}

/* Frames may be kept whole by the terminal: then nobody sees a half of one. */
static void flush_frame(void)
{
	if (term.sync)
		write_raw("\033[?2026h", 8);
	wnoutrefresh(stdscr);
	doupdate();
	if (term.sync)
		write_raw(SYNC_OFF, strlen(SYNC_OFF));
}

void term_paint(const struct canvas *c, int cursor_y, int cursor_x)
{
	bool all = term.whole || !same_size(c, &term.shown), changed = all;
	cchar_t *line;

	changed =
	    changed || cursor_y != term.cursor_y || (cursor_y >= 0 && cursor_x != term.cursor_x);
	for (int y = 0; !changed && y < c->height; y++)
		changed = !same_row(c, y);
	if (!changed)
		return;
	line = xcalloc((size_t)c->width * 2 + 1, sizeof(*line));
	if (all)
		erase();
	for (int y = 0; y < c->height && y < LINES; y++) {
		if (all || !same_row(c, y))
			put_row(c, y, line);
	}
	free(line);
	if (term.whole)
		clearok(curscr, TRUE);
	term.whole = false;
	place_cursor(cursor_y, cursor_x);
	flush_frame();
	remember(c);
}

bool term_writable(void)
{
	struct pollfd p = {.fd = term.fd_out, .events = POLLOUT};

	return !term.real || (poll(&p, 1, 0) == 1 && (p.revents & POLLOUT));
}

static int mouse_key(void)
{
	MEVENT e;

	if (getmouse(&e) != OK)
		return K_NONE;
	term.mouse_y = e.y;
	term.mouse_x = e.x;
	if (e.bstate & BUTTON4_PRESSED)
		return K_WHEEL_UP;
	if (e.bstate & BUTTON5_PRESSED)
		return K_WHEEL_DOWN;
	return e.bstate & BUTTON1_PRESSED ? K_MOUSE_PRESS : K_NONE;
}

static const struct {
	int curses, ours;
} key_map[] = {
    {KEY_UP, K_UP},
    {KEY_DOWN, K_DOWN},
    {KEY_LEFT, K_LEFT},
    {KEY_RIGHT, K_RIGHT},
    {KEY_HOME, K_HOME},
    {KEY_END, K_END},
    {KEY_PPAGE, K_PAGE_UP},
    {KEY_NPAGE, K_PAGE_DOWN},
    {KEY_BTAB, K_BACKTAB},
    {KEY_BACKSPACE, K_BACKSPACE},
    {KEY_DC, K_DELETE},
    {KEY_ENTER, K_ENTER},
    {KEY_F(1), K_F1},
    {KEY_F(2), K_F2},
};

static int special_key(int curses)
{
	if (curses == KEY_MOUSE)
		return mouse_key();
	if (curses == KEY_PASTE_BEGIN || curses == KEY_PASTE_END) {
		term.pasting = curses == KEY_PASTE_BEGIN;
		term.pasted_at = clock_boot();
	}
	for (size_t i = 0; i < sizeof(key_map) / sizeof(key_map[0]); i++) {
		if (key_map[i].curses == curses)
			return key_map[i].ours;
	}
	return K_NONE;
}

/* What is pasted is text: the end of a line is a blank, and nothing in it is a key. */
static int pasted_key(int key)
{
	if (key == K_ENTER || key == K_TAB)
		return K_SPACE;
	return key < K_SPACE || key >= K_SPECIAL ? K_NONE : key;
}

bool term_pasting(void)
{
	return term.pasting;
}

int term_key(void)
{
	for (;;) {
		wint_t c;
		int kind = get_wch(&c), key;

		if (kind == ERR)
			return K_NONE;
		key = kind == KEY_CODE_YES ? special_key((int)c) : (int)c;
		if (key == '\n')
			key = K_ENTER;
		if (key == 127 || key == 8)
			key = K_BACKSPACE;
		/* Where the end mark was lost, what is pressed later is a key again. */
		if (term.pasting && clock_boot() - term.pasted_at > PASTE_GAP)
			term.pasting = false;
		if (term.pasting) {
			key = pasted_key(key);
			term.pasted_at = clock_boot();
		}
		/* A key that means nothing to us must not end the caller's loop. */
		if (key != K_NONE)
			return key;
	}
}

void term_mouse(bool on)
{
	if (on == term.mouse)
		return;
	term.mouse = on;
	mousemask(on ? BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED : 0, NULL);
	mouseinterval(0);
}

void term_mouse_at(int *y, int *x)
{
	*y = term.mouse_y;
	*x = term.mouse_x;
}

void term_bell(void)
{
	write_raw("\a", 1);
}

void term_resume(void)
{
	int w, h;

	endwin();
	prepare_restore();
	ask_for_marks(true);
	term_resize(&w, &h);
	term.whole = true;
	guard_continued();
}

void term_suspend(void)
{
	bool mouse = term.mouse;

	term_mouse(false);
	ask_for_marks(false);
	endwin();
	guard_down();
	guard_stop_self();
	term_resume();
	term_mouse(mouse);
}

int term_copy(const char *text, struct err *err)
{
	const char *tmux = getenv("TMUX");
	struct buf bytes;
	int rc;

	buf_init(&bytes, 128 * 1024);
	rc = term_copy_bytes(text, tmux && *tmux, &bytes, err);
	if (!rc)
		write_raw(bytes.data, bytes.len);
	buf_release(&bytes);
	return rc;
}
