#include "ui/app.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "ui/guard.h"
#include "ui/history.h"
#include "ui/judging.h"
#include "ui/reload.h"
#include "ui/term.h"
#include "ui/ui.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { RESIZE_QUIET_MS = 50, KEYS_PER_PAINT = 64, BACKGROUND_MS = 500, MOST_EMPTY_READS = 100 };

struct app {
	struct feed **feed;
	const struct app_options *opt;
	struct ui ui;
	struct canvas canvas;
	struct reload *reload;
	struct history *history; /* NULL: none is read */
	struct judging *judging; /* NULL: no list is judged */
	const char *state_dir; /* of the configuration that is in force; NULL: nothing is kept */
	const char *opening; /* what is still to be opened; NULL */
	int signals;
	int ended_by;	 /* signal, or 0 */
	int empty_reads; /* in a row: the terminal was readable and there was nothing */
	bool over, mouse;
	int64_t resized_at; /* boot ns of the last SIGWINCH that was not acted on; 0: none */
};

int app_prepare(bool plain, struct err *err)
{
	return guard_start(!plain, err);
}

static int64_t app_now(const struct app *a)
{
	return (*a->feed)->ops->now(*a->feed);
}

static void take_theme(struct app *a, const char *name)
{
	struct err err = {""};
	struct theme t;
	int rc = theme_load(&t, name, &err);

	if (rc >= 0) {
		term_theme(&t);
		a->ui.lines = t.lines;
	}
	if (rc)
		ui_say(&a->ui, app_now(a), "%s", err.msg);
}

static void note_theme(void *arg, const char *name)
{
	struct ui *ui = arg;

	if (ui->n_themes < UI_THEMES)
		snprintf(ui->themes[ui->n_themes++], sizeof(ui->themes[0]), "%s", name);
}

static void take_frame(struct app *a)
{
	struct frame *f = (*a->feed)->ops->acquire(*a->feed);

	a->ui.trouble = (*a->feed)->ops->trouble(*a->feed);
	if (!f)
		return;
	if (f == a->ui.frame)
		frame_unref(f);
	else if (ui_frame(&a->ui, f) && a->opt->bell)
		term_bell();
}

/* The page that rang: as soon as its alert is there; when every source has answered, whatever fits best. */
static void take_open(struct app *a)
{
	bool last = (*a->feed)->ops->settled(*a->feed);

	if (!a->opening || !a->ui.frame)
		return;
	if (manual_open_words(&a->ui, a->opening, last, app_now(a)))
		a->opening = NULL;
}

static void begin_reload(struct app *a)
{
	struct err err = {""};

	if (reload_begin(a->reload, &err))
		ui_say(&a->ui, app_now(a), "%s", err.msg);
	else
		ui_say(&a->ui, app_now(a), _("Reading the configuration again."));
}

/* Contacts, the manual, the lists, the graphs and what is written follow the configuration that is in force. */
static void take_config(struct app *a, const struct reloaded *fresh)
{
	desk_configure(&a->ui.desk, fresh->config, fresh->manual);
	if (a->judging)
		judging_configure(a->judging, fresh->config);
	if (fresh->config && fresh->config->state_dir) {
		a->state_dir = fresh->config->state_dir;
		if (a->history)
			history_configure(a->history, a->state_dir);
	}
	if (a->opt->configured)
		a->opt->configured(a->opt->report_arg, fresh->config);
}

/* The old feed's frames go with it: they may point into it. */
static void end_reload(struct app *a)
{
	struct err err = {""};
	struct reloaded fresh = reload_take(a->reload, &err);

	if (!fresh.feed) {
		ui_say(&a->ui, app_now(a), "%s", err.msg);
		return;
	}
	ui_forget_frames(&a->ui);
	take_config(a, &fresh);
	reload_discard(*a->feed);
	*a->feed = fresh.feed;
	ui_say(&a->ui, app_now(a), _("The configuration was read again."));
}

static void grant(struct app *a)
{
	struct wishes w = a->ui.wishes;
	struct err err = {""};

	memset(&a->ui.wishes, 0, sizeof(a->ui.wishes));
	a->over = a->over || w.quit;
	if (w.repaint)
		term_repaint();
	if (w.report[0] && a->opt->report && a->ui.frame)
		a->opt->report(a->opt->report_arg, a->ui.frame, w.report);
	if (w.decision[0] && a->opt->decision)
		a->opt->decision(a->opt->report_arg, &a->ui.selecting.s, w.decision);
	if (w.bell)
		term_bell();
	if (w.poll_now)
		(*a->feed)->ops->poll_now(*a->feed, w.list_of[0] ? w.list_of : NULL);
	if (w.theme[0])
		take_theme(a, w.theme);
	if (w.copy[0] && term_copy(w.copy, &err))
		ui_say(&a->ui, app_now(a), "%s", err.msg);
	if (w.mouse) {
		a->mouse = !a->mouse;
		term_mouse(a->mouse);
		ui_say(&a->ui, app_now(a),
		    a->mouse ? _("The mouse is on; with Shift the terminal selects.")
			     : _("The mouse is off."));
	}
	for (size_t i = 0; i < w.n_submit; i++) {
		/* That somebody looked is noted by the way: no word about it where nothing can be kept. */
		bool quiet = w.submit[i]->kind == RECORD_EVIDENCE;

		if ((*a->feed)->ops->submit(*a->feed, w.submit[i], &err) && !quiet)
			ui_say(&a->ui, app_now(a), _("NOT SAVED: %s"), err_msg(&err));
	}
	if (w.reload)
		begin_reload(a);
}

static void take_keys(struct app *a)
{
	int key;

	a->empty_reads++;
	for (int i = 0; i < KEYS_PER_PAINT && !a->over && (key = term_key()) != K_NONE; i++) {
		int y, x;

		a->empty_reads = 0;
		if (key == K_MOUSE_PRESS) {
			term_mouse_at(&y, &x);
			ui_click(&a->ui, y, x, app_now(a));
		} else if (term_pasting() && !ui_takes_text(&a->ui)) {
			/* Letters that nobody pressed would be keys here. */
			ui_say(&a->ui, app_now(a), _("Nothing is being typed here: what was pasted is left out."));
		} else {
			ui_key(&a->ui, key, app_now(a));
		}
		grant(a);
	}
}

static void take_signals(struct app *a)
{
	struct signalfd_siginfo si;

	while (read(a->signals, &si, sizeof(si)) == sizeof(si)) {
		switch (si.ssi_signo) {
		case SIGWINCH:
			a->resized_at = clock_boot();
			break;
		case SIGTSTP:
			term_suspend();
			a->resized_at = clock_boot();
			break;
		case SIGCONT:
			term_resume();
			a->resized_at = clock_boot();
			break;
		case SIGUSR1:
			begin_reload(a);
			break;
		default:
			a->ended_by = (int)si.ssi_signo;
			a->over = true;
		}
	}
}

static void new_canvas(struct app *a)
{
	int w, h;

	term_resize(&w, &h);
	canvas_release(&a->canvas);
	canvas_init(&a->canvas, w, h, term_ascii() || a->opt->ascii);
	a->ui.ascii = a->canvas.ascii;
	a->resized_at = 0;
}

/* A drag of a window's corner is a hundred sizes; only the last is drawn. */
static bool resize_is_due(const struct app *a, int64_t now)
{
	return a->resized_at && now - a->resized_at >= RESIZE_QUIET_MS * NS_PER_MS;
}

static void paint(struct app *a)
{
	int64_t now = app_now(a), wall = (*a->feed)->ops->wall(*a->feed);
	int y, x;

	if (a->resized_at || !guard_in_foreground() || !term_writable())
		return;
	ui_draw(&a->ui, now, wall, &a->canvas, &y, &x);
	term_paint(&a->canvas, y, x);
}

static int ms_until(int64_t ns)
{
	return ns <= 0 ? 0 : ns / NS_PER_MS >= 60000 ? 60000 : (int)(ns / NS_PER_MS) + 1;
}

/* How long nothing changes by itself: until the clock's next second, the end of a
 * message, the quiet after a resize. */
static int sleep_ms(const struct app *a)
{
	int64_t now = app_now(a), wall = (*a->feed)->ops->wall(*a->feed);
	int64_t next = ui_next_change(&a->ui, now), second = NS_PER_S - wall % NS_PER_S;
	int ms = ms_until(second);

	if (next != INT64_MAX && ms_until(next - now) < ms)
		ms = ms_until(next - now);
	if (a->resized_at) {
		int64_t quiet = a->resized_at + RESIZE_QUIET_MS * NS_PER_MS - clock_boot();

		ms = ms_until(quiet) < ms ? ms_until(quiet) : ms;
	}
	if (!guard_in_foreground())
		ms = BACKGROUND_MS;
	return ms;
}

/* Where the report is, which a thread wrote. */
static void tell_report(struct app *a)
{
	char said[sizeof(a->ui.message)];

	if (a->opt->report_said && a->opt->report_said(a->opt->report_arg, said, sizeof(said)))
		ui_say(&a->ui, app_now(a), "%s", said);
}

/* Asks for the history that is to be shown, in its own thread. */
static void look_back(struct app *a)
{
	struct past_ask ask;

	if (a->history && history_wanted(&a->ui, app_now(a), (*a->feed)->ops->wall(*a->feed), &ask))
		history_ask(a->history, &ask);
}

static void take_history(struct app *a)
{
	struct past_answer fresh = {0};

	if (history_take(a->history, &fresh))
		past_take(&a->ui.past, &fresh);
}

static void start_history(struct app *a)
{
	struct err err = {""};

	if (!a->opt->state_dir)
		return;
	a->history = history_new(a->opt->state_dir, metrics_read, &err);
	a->ui.past.kept = a->history != NULL;
	if (!a->history)
		ui_say(&a->ui, app_now(a), "%s", err_msg(&err));
}

/* Has the lists judged that are to be shown, in their own thread. */
static void look_at_lists(struct app *a)
{
	struct lists_ask ask;

	if (a->judging && lists_wanted(&a->ui, app_now(a), (*a->feed)->ops->wall(*a->feed), &ask))
		judging_ask(a->judging, &ask);
}

static void take_lists(struct app *a)
{
	struct lists_answer fresh;

	if (judging_take(a->judging, &fresh))
		lists_take(&a->ui, &fresh);
}

static void start_judging(struct app *a)
{
	struct err err = {""};

	a->judging = judging_new(a->opt->config, &err);
	if (!a->judging)
		ui_say(&a->ui, app_now(a), "%s", err_msg(&err));
}

static void run(struct app *a)
{
	while (!a->over) {
		struct pollfd p[6] = {
		    {.fd = term_fd(), .events = POLLIN},
		    {.fd = a->signals, .events = POLLIN},
		    {.fd = (*a->feed)->ops->fd(*a->feed), .events = POLLIN},
		    {.fd = reload_fd(a->reload), .events = POLLIN},
		    {.fd = a->history ? history_fd(a->history) : -1, .events = POLLIN},
		    {.fd = a->judging ? judging_fd(a->judging) : -1, .events = POLLIN},
		};
		int n;

		if (resize_is_due(a, clock_boot()))
			new_canvas(a);
		look_back(a);
		look_at_lists(a);
		paint(a);
		n = poll(p, 6, sleep_ms(a));
		if (n < 0 && errno != EINTR)
			break;
		tell_report(a);
		if (n <= 0)
			continue;
		if (p[1].revents)
			take_signals(a);
		/* A terminal that is gone makes every read return at once: leave. */
		if (p[0].revents & (POLLHUP | POLLERR | POLLNVAL)) {
			a->ended_by = SIGHUP;
			break;
		}
		if (p[0].revents && !a->over)
			take_keys(a);
		/* Some that are gone say so only by reading empty, for ever. */
		if (a->empty_reads > MOST_EMPTY_READS) {
			a->ended_by = SIGHUP;
			break;
		}
		if (p[2].revents && !a->over) {
			take_frame(a);
			take_open(a);
			grant(a);
		}
		if (p[3].revents && !a->over)
			end_reload(a);
		if (p[4].revents && !a->over)
			take_history(a);
		if (p[5].revents && !a->over)
			take_lists(a);
	}
}

static void configure(struct app *a)
{
	const struct config *c = a->opt->config;

	if (c)
		desk_configure(&a->ui.desk, c, c->n_manual ? manual_load(c->manual, c->n_manual, i18n_lang(), NULL) : NULL);
}

static const char *state_path(const struct app *a, char *out, size_t size)
{
	snprintf(out, size, "%s/ui.state", a->state_dir);
	return out;
}

static int run_screen(struct app *a, struct err *err)
{
	const struct term_setup setup = {.ascii = a->opt->ascii};
	char path[PATH_MAX];

	a->reload = reload_new(a->opt->reload, a->opt->reload_arg, err);
	if (!a->reload)
		return -1;
	if (term_start(&setup, err)) {
		term_stop();
		return -1;
	}
	ui_init(&a->ui);
	theme_each(note_theme, &a->ui);
	a->ui.desk.plan = a->opt->plan;
	a->ui.desk.plan_arg = a->opt->report_arg;
	configure(a);
	a->ui.desk.drill = a->opt->drill;
	a->opening = a->opt->open_text;
	start_history(a);
	start_judging(a);
	a->state_dir = a->opt->state_dir;
	if (a->state_dir)
		ui_state_load(&a->ui, state_path(a, path, sizeof(path)));
	take_theme(a, a->opt->theme ? a->opt->theme : "default");
	a->mouse = a->opt->mouse;
	term_mouse(a->mouse);
	new_canvas(a);
	take_frame(a);
	take_open(a);
	run(a);
	term_stop();
	if (a->state_dir && a->ended_by != SIGHUP && ui_state_save(&a->ui, state_path(a, path, sizeof(path)), err))
		guard_say(err_msg(err));
	history_stop(a->history, HISTORY_PATIENCE);
	judging_stop(a->judging, HISTORY_PATIENCE);
	ui_release(&a->ui);
	canvas_release(&a->canvas);
	return a->ended_by ? 128 + a->ended_by : 0;
}

int app_run(struct feed **feed, const struct app_options *options, struct err *err)
{
	struct app a = {.feed = feed, .opt = options};
	int rc;

	a.signals = guard_signals(err);
	if (a.signals < 0)
		return -1;
	rc = options->plain ? plain_run(*feed, a.signals) : run_screen(&a, err);
	close(a.signals);
	return rc;
}
