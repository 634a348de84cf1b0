#include "modes.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/stdio.h"
#include "base/thread.h"
#include "config/options.h"
#include "mode_incident.h"
#include "report/config_check.h"
#include "report/report.h"
#include "rules/rules.h"
#include "source/discover.h"
#include "ui/app.h"
#include "wire/wire.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PATH_SIZE = 4096, LEAVE_MS = 350 };

#define DEADLINE (10 * NS_PER_S)

static volatile sig_atomic_t interrupted;

int modes_fail(const struct err *err)
{
	if (err->msg[0])
		fprintf(stderr, "mqduty: %s\n", err_msg(err));
	return CLI_USAGE_EXIT;
}

int modes_print(struct buf *b, FILE *to)
{
	int rc = fwrite(b->data, 1, b->len, to) == b->len && !fflush(to) ? 0 : -1;

	if (rc && to == stdout)
		stdio_lost(errno);
	buf_release(b);
	return rc;
}

void modes_speak(const struct cli *cli, const struct config *config)
{
	static bool spoken;

	/* What is read again later is read beside threads that look messages up. */
	if (!spoken && !cli->lang && config && config->language && strcmp(config->language, "auto") != 0)
		i18n_init(config->language);
	spoken = true;
}

struct config *modes_load(const struct cli *cli, struct buf *said)
{
	struct config_errors errors = {0};
	struct err err = {{0}};
	char path[PATH_SIZE];
	struct config *c = config_load(cli->config, path, sizeof(path), &errors);

	modes_speak(cli, c);
	config_errors_print(&errors, path, said);
	config_errors_release(&errors);
	if (!c && !said->len) {
		c = config_new_default();
		if (!discover(c, discover_usual, said)) {
			config_free(c);
			return NULL;
		}
	}
	if (c && rules_mistakes(c, said)) {
		config_free(c);
		return NULL;
	}
	if (c && config_resolve_secrets(c, &err)) {
		buf_addf(said, "%s\n", err_msg(&err));
		config_free(c);
		return NULL;
	}
	return c;
}

/* config check tries the connections itself. */
static struct feed *watch(const struct cli *cli, const struct config *config, bool one_shot, struct err *err)
{
	if (cli->no_attach || cli->command == CMD_CONFIG_CHECK)
		return engine_start(config, one_shot, err);
	return wire_attach(config, one_shot ? ATTACH_OR_LOOK : ATTACH_OR_RUN, err);
}

struct leaving {
	struct feed *feed;
	int done;
};

static void *leave(void *arg)
{
	struct leaving *l = arg;

	l->feed->ops->close(l->feed);
	wake_set(l->done);
	return NULL;
}

void modes_leave(struct feed *feed)
{
	static struct leaving l;
	struct pollfd p = {.events = POLLIN};
	pthread_t t;

	l = (struct leaving){feed, wake_open()};
	p.fd = l.done;
	if (l.done < 0 || thread_start(&t, "leave", leave, &l))
		return;
	/* Who has not ended by now may hang for good: it ends with the process. */
	if (poll(&p, 1, LEAVE_MS) > 0)
		pthread_join(t, NULL);
	else
		pthread_detach(t);
}

struct feed *modes_open_feed(const struct cli *cli, bool one_shot, struct config **config, struct err *err)
{
	struct buf said;

	*config = NULL;
	if (cli->replay)
		return wire_replay(cli->replay, one_shot ? 0 : cli->speed, err);
	buf_init(&said, OUTPUT_MAX);
	*config = modes_load(cli, &said);
	modes_print(&said, stderr);
	return *config ? watch(cli, *config, one_shot, err) : NULL;
}

struct frame *modes_settled_frame(struct feed *feed, int64_t patience)
{
	int64_t deadline = clock_boot() + patience;

	while (!feed->ops->settled(feed) && !interrupted) {
		struct pollfd p = {.fd = feed->ops->fd(feed), .events = POLLIN};
		int64_t left = deadline - clock_boot();

		if (left <= 0)
			break;
		/* Settling itself makes no noise on the descriptor: look at least every 20 ms. */
		if (poll(&p, 1, left < 20 * NS_PER_MS ? (int)(left / NS_PER_MS) + 1 : 20) > 0)
			frame_unref(feed->ops->acquire(feed));
	}
	return feed->ops->acquire(feed);
}

/* One frame, written as a report. */
static int report_once(const struct cli *cli, const char *format_name, const char *list)
{
	const struct report_format *format = report_format_find(format_name);
	struct err err = {{0}};
	struct config *config;
	struct feed *feed;
	struct frame *f;
	struct buf out;
	int code;

	if (!format) {
		err_set(&err, _("a check is printed as text, json, nagios, openmetrics or markdown, not as %s"), format_name);
		return modes_fail(&err);
	}
	feed = modes_open_feed(cli, true, &config, &err);
	if (!feed)
		return modes_fail(&err);
	f = modes_settled_frame(feed, cli->deadline_ns ? cli->deadline_ns : DEADLINE);
	buf_init(&out, OUTPUT_MAX);
	if (!f) {
		err_set(&err, _("nothing was read before the deadline"));
		return modes_fail(&err);
	}
	if (format->write(f, list, feed->ops->now(feed), &out)) {
		err_set(&err, _("the report is larger than %d MiB; name one list, such as `check daily`"), OUTPUT_MAX >> 20);
		return modes_fail(&err);
	}
	code = report_exit_code(f, list);
	if (modes_print(&out, stdout))
		code = CLI_USAGE_EXIT;
	frame_unref(f);
	feed->ops->close(feed);
	return code;
}

int mode_check(const struct cli *cli)
{
	if (cli->arg && strcmp(cli->arg, "daily") != 0)
		return mode_periodic(cli);
	return report_once(cli, cli->format ? cli->format : "text", cli->arg);
}

/* For the dashboard's :reload: the file is read and checked again before anything
 * changes; what is wrong with it is for the screen, not for stderr. */
static struct feed *reload(void *arg, const struct config **config, struct err *err)
{
	struct buf said;

	buf_init(&said, OUTPUT_MAX);
	*config = modes_load(arg, &said);
	if (!*config)
		err_set(err, "%.*s", (int)strcspn(said.data, "\n"), said.data);
	buf_release(&said);
	return *config ? watch(arg, *config, false, err) : NULL;
}

int mode_dashboard(const struct cli *cli)
{
	struct app_options screen = {
	    .theme = cli->theme,
	    .ascii = cli->ascii,
	    .plain = cli->plain,
	    .bell = cli->bell,
	    .reload = reload,
	    .reload_arg = (void *)cli,
	};
	bool terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
	struct err err = {{0}};
	struct config *config;
	struct feed *feed;
	int code;

	/* Lines for each change need somebody who reads them as they come, and can end them. */
	if (!terminal && (!cli->plain || (!isatty(STDIN_FILENO) && !isatty(STDOUT_FILENO))))
		return report_once(cli, "text", NULL);
	/* Before any thread: signals are blocked, and a small parent guards the terminal. */
	if (app_prepare(!terminal || cli->plain, &err))
		return modes_fail(&err);
	feed = modes_open_feed(cli, false, &config, &err);
	if (!feed)
		return modes_fail(&err);
	if (config)
		screen.state_dir = config->state_dir;
	screen.config = config;
	screen.drill = cli->drill;
	screen.report = report_files_write;
	screen.decision = decision_files_write;
	screen.report_said = report_files_said;
	screen.plan = report_files_plan;
	screen.report_arg = report_files_new(config);
	screen.configured = report_files_configure;
	screen.open_text = cli->command == CMD_OPEN ? cli->arg : NULL;
	code = app_run(&feed, &screen, &err);
	modes_leave(feed);
	return code < 0 ? modes_fail(&err) : code;
}

static void on_interrupt(int sig)
{
	(void)sig;
	interrupted = 1;
}

int mode_record(const struct cli *cli)
{
	struct sigaction act = {.sa_handler = on_interrupt};
	struct err err = {{0}};
	struct config *config;
	struct feed *feed;

	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGHUP, &act, NULL);
	feed = modes_open_feed(cli, false, &config, &err);
	if (!feed)
		return modes_fail(&err);
	if (wire_record(feed, cli->arg, (double)cli->for_ns / NS_PER_S, &interrupted, &err))
		return modes_fail(&err);
	feed->ops->close(feed);
	return 0;
}

int mode_config_check(const struct cli *cli)
{
	struct err err = {{0}};
	struct config *config;
	struct feed *feed = modes_open_feed(cli, true, &config, &err);
	struct frame *f;
	struct buf out;
	int code;

	if (!feed)
		return modes_fail(&err);
	f = modes_settled_frame(feed, cli->deadline_ns ? cli->deadline_ns : DEADLINE);
	if (!f) {
		err_set(&err, _("nothing was read before the deadline"));
		return modes_fail(&err);
	}
	buf_init(&out, OUTPUT_MAX);
	code = config_check_report(config, f->snap, feed->ops->now(feed), &out);
	modes_print(&out, stdout);
	frame_unref(f);
	feed->ops->close(feed);
	return code;
}

int mode_config_options(const struct cli *cli)
{
	struct buf out;

	(void)cli;
	buf_init(&out, OUTPUT_MAX);
	options_print_help(&out);
	return modes_print(&out, stdout) ? CLI_USAGE_EXIT : 0;
}
