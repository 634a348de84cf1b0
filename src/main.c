/* argv -> mode; exit code. */
#include "config.h"

#include "base/i18n.h"
#include "base/log.h"
#include "base/stdio.h"
#include "modes.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int (*const modes[N_COMMANDS])(const struct cli *) = {
    [CMD_DASHBOARD] = mode_dashboard,
    [CMD_CHECK] = mode_check,
    [CMD_CHECK_RESTART] = mode_check_restart,
    [CMD_RECORD] = mode_record,
    [CMD_CONFIG_CHECK] = mode_config_check,
    [CMD_CONFIG_OPTIONS] = mode_config_options,
    [CMD_RULES_TEST] = mode_rules_test,
    [CMD_SELECT] = mode_select,
    [CMD_HISTORY] = mode_history,
    [CMD_AUDIT] = mode_audit,
    [CMD_ANSWER] = mode_answer,
    [CMD_BASELINE] = mode_baseline,
    [CMD_HANDOVER] = mode_handover,
    [CMD_COLLECT] = mode_collect,
    [CMD_EVENT] = mode_event,
    [CMD_MAINT] = mode_maint,
    [CMD_MANUAL] = mode_manual,
    [CMD_MANUAL_LINT] = mode_manual_lint,
    [CMD_OPEN] = mode_dashboard,
    [CMD_DAILY] = mode_daily,
    [CMD_DRILL] = mode_drill,
    [CMD_INCIDENT_LIST] = mode_incident,
    [CMD_INCIDENT_SHOW] = mode_incident,
    [CMD_INCIDENT_EXPORT] = mode_incident,
    [CMD_PLAN_LIST] = mode_plan,
    [CMD_PLAN_SHOW] = mode_plan,
    [CMD_PLAN_DIFF] = mode_plan,
    [CMD_PLAN_MAKE] = mode_plan,
};

/* What is wrong with the words after --lang is said in that language too. */
static const char *lang_asked(int argc, char **argv)
{
	const char *lang = NULL;

	for (int i = 1; i < argc; i++)
		if (!strncmp(argv[i], "--lang=", 7))
			lang = argv[i] + 7;
		else if (!strcmp(argv[i], "--lang") && i + 1 < argc)
			lang = argv[i + 1];
	return lang;
}

static int run(const struct cli *cli)
{
	struct err err = {{0}};
	struct buf out;

	if (cli->version) {
		puts(PACKAGE_STRING);
		return 0;
	}
	if (cli->help) {
		buf_init(&out, OUTPUT_MAX);
		cli_print_help(&out);
		return modes_print(&out, stdout) ? CLI_USAGE_EXIT : 0;
	}
	if (cli->log && log_open(cli->log, LOG_LEVEL_DEBUG)) {
		err_set(&err, _("the log %s cannot be written: %s"), cli->log, strerror(errno));
		return modes_fail(&err);
	}
	return modes[cli->command](cli);
}

int main(int argc, char **argv)
{
	struct err err = {{0}};
	struct cli cli;
	int code;

	i18n_init(lang_asked(argc, argv));
	if (stdio_prepare(&err) || cli_parse(argc, argv, &cli, &err))
		return modes_fail(&err);
	i18n_init(cli.lang);
	signal(SIGPIPE, SIG_IGN);
	/* Ignored by who started us, no command could tell how it ended. */
	signal(SIGCHLD, SIG_DFL);
	code = run(&cli);
	/* A report that nobody got is no success. */
	if (stdio_flush(&err) && code < CLI_USAGE_EXIT)
		code = CLI_USAGE_EXIT;
	modes_fail(&err);
	/* Client libraries may still have threads that hang: they end with the process. */
	fflush(NULL);
	_exit(code);
}
