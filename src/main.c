/* argv -> mode; wiring; exit code. */
#include "config.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/log.h"
#include "config/cli.h"
#include "config/config.h"
#include "config/options.h"
#include "report/config_check.h"
#include "report/report.h"
#include "source/discover.h"
#include "ui/app.h"
#include "wire/wire.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_SIZE = 4096, OUTPUT_MAX = 256 << 20 };

#define DEADLINE (10 * NS_PER_S)

static volatile sig_atomic_t interrupted;

/* Says the sentence, unless what went wrong has been said already. */
static int fail(const struct err *err)
{
	if (err->msg[0])
		fprintf(stderr, "mqduty: %s\n", err_msg(err));
	return CLI_USAGE_EXIT;
}

/* Prints and empties the buffer; -1 when nobody takes the output any more. */
static int print(struct buf *b, FILE *to)
{
	int rc = fwrite(b->data, 1, b->len, to) == b->len && !fflush(to) ? 0 : -1;

	buf_release(b);
	return rc;
}

/* The configuration with its secrets, or what runs on this host. What there is to
 * say about it, a line each, goes into `said`; NULL: why not stands there too. */
static struct config *load(const struct cli *cli, struct buf *said)
{
	struct config_errors errors = {0};
	struct err err = {{0}};
	char path[PATH_SIZE];
	struct config *c = config_load(cli->config, path, sizeof(path), &errors);

	config_errors_print(&errors, path, said);
	config_errors_release(&errors);
	if (!c && !said->len) {
		c = config_new_default();
		if (!discover(c, discover_usual, said)) {
			config_free(c);
			return NULL;
		}
	}
	if (c && config_resolve_secrets(c, &err)) {
		buf_addf(said, "%s\n", err_msg(&err));
		config_free(c);
		return NULL;
	}
	return c;
}

/* What the mode looks at: a recording, or an engine of our own. NULL: err says why
 * not, or is empty where it has been said on stderr. */
static struct feed *open_feed(const struct cli *cli, bool one_shot, struct config **config, struct err *err)
{
	struct buf said;

	*config = NULL;
	if (cli->replay)
		return wire_replay(cli->replay, one_shot ? 0 : cli->speed, err);
	buf_init(&said, OUTPUT_MAX);
	*config = load(cli, &said);
	print(&said, stderr);
	return *config ? engine_start(*config, one_shot, err) : NULL;
}

/* The newest frame once every source has answered or failed, or at the deadline. */
static struct frame *settled_frame(struct feed *feed, int64_t patience)
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
	struct feed *feed = open_feed(cli, true, &config, &err);
	struct frame *f;
	struct buf out;
	int code;

	if (!feed)
		return fail(&err);
	f = settled_frame(feed, cli->deadline_ns ? cli->deadline_ns : DEADLINE);
	buf_init(&out, OUTPUT_MAX);
	if (!f) {
		err_set(&err, _("nothing was read before the deadline"));
		return fail(&err);
	}
	if (format->write(f, list, feed->ops->now(feed), &out)) {
		err_set(&err, _("the report is larger than %d MiB; name one list, such as `check daily`"), OUTPUT_MAX >> 20);
		return fail(&err);
	}
	code = report_exit_code(f, list);
	if (print(&out, stdout))
		code = CLI_USAGE_EXIT;
	frame_unref(f);
	feed->ops->close(feed);
	return code;
}

static int mode_check(const struct cli *cli)
{
	return report_once(cli, cli->format ? cli->format : "text", cli->arg);
}

/* For the dashboard's :reload: the file is read and checked again before anything
 * changes; what is wrong with it is for the screen, not for stderr. */
static struct feed *reload(void *arg, struct err *err)
{
	struct buf said;
	struct config *config;

	buf_init(&said, OUTPUT_MAX);
	config = load(arg, &said);
	if (!config)
		err_set(err, "%.*s", (int)strcspn(said.data, "\n"), said.data);
	buf_release(&said);
	return config ? engine_start(config, false, err) : NULL;
}

static int mode_dashboard(const struct cli *cli)
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
	char path[PATH_SIZE];
	struct config *config;
	struct feed *feed;
	int code;

	if (!terminal && !cli->plain)
		return report_once(cli, "text", NULL);
	/* Before any thread: signals are blocked, and a small parent guards the terminal. */
	if (app_prepare(!terminal || cli->plain, &err))
		return fail(&err);
	feed = open_feed(cli, false, &config, &err);
	if (!feed)
		return fail(&err);
	if (config && config->state_dir) {
		snprintf(path, sizeof(path), "%s/ui.state", config->state_dir);
		screen.state_path = path;
	}
	code = app_run(&feed, &screen, &err);
	return code < 0 ? fail(&err) : code;
}

static void on_interrupt(int sig)
{
	(void)sig;
	interrupted = 1;
}

static int mode_record(const struct cli *cli)
{
	struct sigaction act = {.sa_handler = on_interrupt};
	struct err err = {{0}};
	struct config *config;
	struct feed *feed;

	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGHUP, &act, NULL);
	feed = open_feed(cli, false, &config, &err);
	if (!feed)
		return fail(&err);
	if (wire_record(feed, cli->arg, (double)cli->for_ns / NS_PER_S, &interrupted, &err))
		return fail(&err);
	feed->ops->close(feed);
	return 0;
}

static int mode_config_check(const struct cli *cli)
{
	struct err err = {{0}};
	struct config *config;
	struct feed *feed = open_feed(cli, true, &config, &err);
	struct frame *f;
	struct buf out;
	int code;

	if (!feed)
		return fail(&err);
	f = settled_frame(feed, cli->deadline_ns ? cli->deadline_ns : DEADLINE);
	buf_init(&out, OUTPUT_MAX);
	code = config_check_report(config, f->snap, feed->ops->now(feed), &out);
	print(&out, stdout);
	frame_unref(f);
	feed->ops->close(feed);
	return code;
}

static int mode_config_options(const struct cli *cli)
{
	struct buf out;

	(void)cli;
	buf_init(&out, OUTPUT_MAX);
	options_print_help(&out);
	return print(&out, stdout) ? CLI_USAGE_EXIT : 0;
}

static int (*const modes[N_COMMANDS])(const struct cli *) = {
    [CMD_DASHBOARD] = mode_dashboard,
    [CMD_CHECK] = mode_check,
    [CMD_RECORD] = mode_record,
    [CMD_CONFIG_CHECK] = mode_config_check,
    [CMD_CONFIG_OPTIONS] = mode_config_options,
};

int main(int argc, char **argv)
{
	struct err err = {{0}};
	struct cli cli;
	int code;

	i18n_init(NULL);
	if (cli_parse(argc, argv, &cli, &err))
		return fail(&err);
	i18n_init(cli.lang);
	signal(SIGPIPE, SIG_IGN);
	if (cli.version) {
		puts(PACKAGE_STRING);
		return 0;
	}
	if (cli.help) {
		struct buf out;

		buf_init(&out, OUTPUT_MAX);
		cli_print_help(&out);
		return print(&out, stdout) ? CLI_USAGE_EXIT : 0;
	}
	if (cli.log && log_open(cli.log, LOG_LEVEL_DEBUG)) {
		err_set(&err, _("the log %s cannot be written: %s"), cli.log, strerror(errno));
		return fail(&err);
	}
	code = modes[cli.command](&cli);
	/* Client libraries may still have threads that hang: they end with the process. */
	fflush(NULL);
	_exit(code);
}
