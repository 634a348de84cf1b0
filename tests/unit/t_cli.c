/* The command line: options on either side of the command, and a sentence for what is wrong. */
#include "base/clock.h"
#include "config/cli.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 12 };

/* Splits the line at blanks (into memory that lives to the end of the test) and parses it. */
static int parse(const char *line, struct cli *cli, struct err *err)
{
	static char words[256];
	char program[] = "mqduty", *argv[MOST + 2] = {program}, *save = NULL;
	int argc = 1;

	snprintf(words, sizeof(words), "%s", line);
	for (char *w = strtok_r(words, " ", &save); w && argc < MOST;
	     w = strtok_r(NULL, " ", &save))
		argv[argc++] = w;
	*err = (struct err){0};
	return cli_parse(argc, argv, cli, err);
}

static struct cli good(const char *line)
{
	struct cli cli;
	struct err err;

	if (parse(line, &cli, &err))
		fail_msg("'mqduty %s' was not taken: %s", line, err_msg(&err));
	return cli;
}

static void bad(const char *line, const char *want)
{
	struct cli cli;
	struct err err;

	if (!parse(line, &cli, &err))
		fail_msg("'mqduty %s' was taken", line);
	assert_string_equal(err_msg(&err), want);
}

static void options_stand_before_or_after_the_command(void **state)
{
	static const char *const same[] = {
	    "-c f check --format json --deadline 10s",
	    "check -c f --format=json --deadline=10s",
	    "--format json check --config f --deadline 10s",
	    "--deadline 10s --format json -cf check",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		struct cli cli = good(same[i]);

		assert_int_equal(cli.command, CMD_CHECK);
		assert_string_equal(cli.config, "f");
		assert_string_equal(cli.format, "json");
		assert_int_equal(cli.deadline_ns, 10 * NS_PER_S);
		assert_null(cli.arg);
	}
}

static void commands_and_their_words(void **state)
{
	struct cli cli = good("");

	(void)state;
	assert_int_equal(cli.command, CMD_DASHBOARD);
	assert_true(cli.speed == 1);
	assert_int_equal(good("config check").command, CMD_CONFIG_CHECK);
	assert_int_equal(good("config --lang zh_CN options").command, CMD_CONFIG_OPTIONS);
	assert_string_equal(good("check daily").arg, "daily");
	assert_int_equal(good("check restart orders/b1").command, CMD_CHECK_RESTART);
	assert_string_equal(good("check restart orders/b1").arg, "orders/b1");
	bad("check restart", "'mqduty check restart' needs CLUSTER/BROKER");
	cli = good("record -- -odd-name");
	assert_int_equal(cli.command, CMD_RECORD);
	assert_string_equal(cli.arg, "-odd-name");
	cli = good("--replay f --speed 2.5 --ascii --bell --theme mono --plain --log l");
	assert_string_equal(cli.replay, "f");
	assert_true(cli.speed == 2.5 && cli.ascii && cli.bell && cli.plain);
	assert_string_equal(cli.theme, "mono");
	assert_string_equal(cli.log, "l");
	cli = good("handover --confirm read");
	assert_int_equal(cli.command, CMD_HANDOVER);
	assert_string_equal(cli.confirm, "read");
	assert_true(good("nonsense --help").help);
	assert_true(good("-V").version);
}

/* Each command by its own name, whatever the order of the tables. */
static void every_command_is_named(void)
{
	for (size_t i = 1; i < n_cli_commands; i++) {
		const struct cli_command *c = &cli_commands[i];
		char line[200], want[200];

		if (c->id == CMD_DRILL)
			continue;
		snprintf(line, sizeof(line), "%s%s%s --dir d", c->name, c->args[0] && c->args[0] != '[' ? " x" : "",
		    c->id == CMD_MAINT ? " y" : "");
		snprintf(want, sizeof(want), "--dir does not go with 'mqduty %s'", c->name);
		bad(line, want);
	}
}

static void what_is_wrong_is_a_sentence(void **state)
{
	(void)state;
	bad("--fromat json check", "unknown option '--fromat': did you mean '--format'?");
	bad("--frobnicate=3", "unknown option '--frobnicate': see 'mqduty --help'");
	bad("-x", "unknown option '-x': see 'mqduty --help'");
	bad("chekc", "unknown command 'chekc': did you mean 'check'?");
	bad("elephant", "unknown command 'elephant': see 'mqduty --help'");
	bad("config", "'mqduty config' needs one of: check, options");
	bad("config chekc", "'mqduty config' needs one of: check, options");
	bad("record", "'mqduty record' needs FILE");
	bad("record a b", "'b' is one word too many for 'mqduty record'");
	bad("check nightly", "'mqduty check': 'nightly' is not one of: daily weekly monthly");
	bad("-c", "--config needs a value: --config FILE");
	bad("--config=", "--config needs a value: --config FILE");
	bad("--ascii=yes", "--ascii takes no value");
	bad("--lang de", "--lang: 'de' is not one of: auto en zh_CN");
	bad("check --deadline soon",
	    "--deadline: 'soon' is not a duration: write it as 500ms, 2s, 5m, 1h or 7d");
	bad("check --deadline 0s", "--deadline must be longer than nothing");
	bad("--replay f --speed 0", "--speed: '0' is not a number above 0");
	bad("--replay f --speed nan", "--speed: 'nan' is not a number above 0");
	bad("--speed 2", "--speed needs --replay FILE");
	bad("--format json", "--format belongs to 'mqduty check'");
	bad("handover --confirm=", "--confirm needs a value: --confirm TEXT");
	bad("check --confirm x", "--confirm does not go with 'mqduty check'");
	bad("record f --theme mono", "--theme does not go with 'mqduty record'");
	every_command_is_named();
	bad("elephant b c d e f", "unknown command 'elephant': see 'mqduty --help'");
}

/* As many files as a shell's glob gives, and more than anybody has. */
static void files_may_be_many(void **state)
{
	static char program[] = "mqduty", manual[] = "manual", lint[] = "lint", file[] = "f", last[] = "last";
	char *argv[3 + CLI_ARGS_MAX + 1] = {program, manual, lint};
	struct err err = {0};
	struct cli cli = good("manual lint a b c d e");

	(void)state;
	assert_int_equal(cli.command, CMD_MANUAL_LINT);
	assert_int_equal(cli.n_args, 5);
	assert_string_equal(cli.args[4], "e");
	for (size_t i = 3; i < 3 + CLI_ARGS_MAX; i++)
		argv[i] = file;
	assert_int_equal(cli_parse(3 + CLI_ARGS_MAX, argv, &cli, &err), 0);
	assert_int_equal(cli.n_args, CLI_ARGS_MAX);
	argv[3 + CLI_ARGS_MAX] = last;
	assert_int_equal(cli_parse(4 + CLI_ARGS_MAX, argv, &cli, &err), -1);
	assert_string_equal(err_msg(&err), "'last' is one word too many: see 'mqduty --help'");
}

static void help_names_every_row(void **state)
{
	struct buf help, man;

	(void)state;
	buf_init(&help, 65536);
	buf_init(&man, 65536);
	cli_print_help(&help);
	cli_print_man_commands(&man);
	cli_print_man_options(&man);
	for (size_t i = 0; i < n_cli_options; i++) {
		char want[64];

		snprintf(want, sizeof(want), "--%s", cli_options[i].name);
		assert_non_null(strstr(help.data, want));
		snprintf(want, sizeof(want), "\\-\\-%s", cli_options[i].name);
		assert_non_null(strstr(man.data, want));
	}
	for (size_t i = 0; i < n_cli_commands; i++) {
		assert_non_null(strstr(help.data, cli_commands[i].name));
		assert_non_null(strstr(man.data, cli_commands[i].name));
	}
	/* No line is wider than a small terminal. */
	for (const char *p = help.data; *p;) {
		size_t n = strcspn(p, "\n");

		assert_true(n <= 80);
		p += n + (p[n] == '\n');
	}
	buf_release(&help);
	buf_release(&man);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(options_stand_before_or_after_the_command),
	    cmocka_unit_test(commands_and_their_words),
	    cmocka_unit_test(what_is_wrong_is_a_sentence),
	    cmocka_unit_test(files_may_be_many),
	    cmocka_unit_test(help_names_every_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
