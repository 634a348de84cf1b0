#include "config/cli.h"

#include "base/i18n.h"
#include "base/text.h"
#include "config/scalar.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_WORDS = 2 + CLI_ARGS_MAX };

const struct cli_command cli_commands[] = {
    {CMD_DASHBOARD, "", "", NULL,
	N_("the dashboard; without a terminal it prints the text report")},
    {CMD_CHECK, "check", "[LIST]", "daily weekly monthly",
	N_("poll once, print a report and end with 0 OK, 1 WARN, 2 CRIT, 3 UNKNOWN or NA")},
    {CMD_CHECK_RESTART, "check restart", "CLUSTER/BROKER", NULL,
	N_("may that broker be restarted now? Ends with 0 yes, 2 NO (what would be lost), 3 UNKNOWN")},
    {CMD_RECORD, "record", "FILE", NULL, N_("write what is seen to a file that --replay plays")},
    {CMD_CONFIG_CHECK, "config check", "", NULL,
	N_("check the file, connect to each cluster and say what works and which right is "
	   "missing")},
    {CMD_CONFIG_OPTIONS, "config options", "", NULL,
	N_("list every option of the configuration file")},
    {CMD_RULES_TEST, "rules test", "FILE", NULL,
	N_("play recordings or made-up numbers through the rules and say where the alerts are not those that the "
	   "file expects; ends with 0 where all are, 2 where not")},
    {CMD_HISTORY, "history", "[SERIES]", NULL,
	N_("the names of all numbers whose past is kept, or one of them as CSV for the last hour or --for TIME")},
    {CMD_AUDIT, "audit", "[KIND]", "kafka mqtt nats",
	N_("how the clusters are designed and deployed, item by item: measured, attested or unanswered")},
    {CMD_BASELINE, "baseline", "[CLUSTER]", NULL,
	N_("save how the clusters are set up now, for the weekly review of configurations to compare with")},
    {CMD_HANDOVER, "handover", "", NULL,
	N_("write the report of the shift, which whoever takes over confirms with --confirm")},
    {CMD_ANSWER, "answer", "SUBJECT [CLUSTER]", NULL,
	N_("answer what no protocol shows, such as audit/kafka/jvm, with evidence and until when it holds")},
    {CMD_SELECT, "select", "[ANSWERS]", NULL,
	N_("which broker for a new system: the answers of a file against requirements, knock-outs and a weighted matrix; "
	   "ends with 0 for a winner, 1 for a tie, 2 when nobody is left, 3 while answers are missing that could rule the first one out")},
    {CMD_COLLECT, "collect", "", NULL,
	N_("the engine without a terminal, in the foreground: dashboards and checks of the same configuration attach to it; "
	   "SIGHUP reads the configuration again")},
    {CMD_EVENT, "event", "TEXT", NULL, N_("note what has been done, such as \"deploy 4.2\": it stands among the events")},
    {CMD_DAILY, "daily", "[DAY]", NULL,
	N_("the daily checklist as Markdown; of a day before as it was signed, then 1 where something was missed")},
    {CMD_MAINT, "maint", "ENTITY TIME", NULL,
	N_("put a broker (CLUSTER/BROKER, or its name) under maintenance for a time such as 45m, or end: "
	   "its alerts and what follows from them are muted")},
    {CMD_MANUAL_LINT, "manual lint", "[FILE...]", NULL,
	N_("check the pages of the fault manual, all or those named: what is wrong as file:line, "
	   "and how to mend it")},
    {CMD_MANUAL, "manual", "[ID]", NULL,
	N_("list the faults that the manual knows, one a line, or print one of them")},
    {CMD_OPEN, "open", "TEXT", NULL,
	N_("the dashboard, on the row that the text of a page is about, its manual open; labels such "
	   "as alertname=ConsumerLag group=billing, or words")},
    {CMD_DRILL, "drill", "[NAME]", NULL,
	N_("practise a fault: a lab with the fault in it, its triage recorded as a drill; without a name: the list")},
    {CMD_INCIDENT_LIST, "incident list", "", NULL, N_("list the incidents that were recorded, the newest first")},
    {CMD_INCIDENT_SHOW, "incident show", "ID", NULL, N_("print the timeline of one incident")},
    {CMD_INCIDENT_EXPORT, "incident export", "ID", NULL,
	N_("print the report of one incident, as markdown or with --format json")},
    {CMD_PLAN_LIST, "plan list", "", NULL,
	N_("the emergency plans of the faults that the configured clusters can have: which are written, when each was drilled last")},
    {CMD_PLAN_SHOW, "plan show", "ID", NULL,
	N_("print the emergency plan of a fault from what is known, as text, or with --format markdown or json; asks no broker")},
    {CMD_PLAN_DIFF, "plan diff", "[ID]", NULL,
	N_("ask the clusters which brokers there are, and show what in the plans would differ from those that are kept; "
	   "ends with 1 where something would")},
    {CMD_PLAN_MAKE, "plan make", "[ID]", NULL,
	N_("the same, then write them to state_dir/plans, with a line in the change record of each")},
};

const size_t n_cli_commands = sizeof(cli_commands) / sizeof(cli_commands[0]);

#define AT(field) .offset = offsetof(struct cli, field)
/* The bit of a command in an option's `commands`. */
#define OF(command) (UINT64_C(1) << (command))
#define SCREEN (OF(CMD_DASHBOARD) | OF(CMD_OPEN))
#define CHECK OF(CMD_CHECK)

const struct cli_option cli_options[] = {
    {"config", 'c', CLI_TEXT, "FILE", AT(config),
	.help = N_("read this configuration; otherwise $MQDUTY_CONFIG, then the standard places")},
    {"lang", 0, CLI_WORD, "LANG", "auto en zh_CN", AT(lang),
	.help = N_("language of screens and reports")},
    {"theme", 0, CLI_TEXT, "NAME", AT(theme), .commands = SCREEN,
	.help = N_("colours of the dashboard")},
    {"ascii", 0, CLI_FLAG, AT(ascii), .commands = SCREEN,
	.help = N_("draw with ASCII characters only")},
    {"plain", 0, CLI_FLAG, AT(plain), .commands = SCREEN,
	.help = N_("a line of text for each change in place of the screen, for screen readers")},
    {"bell", 0, CLI_FLAG, AT(bell), .commands = SCREEN,
	.help = N_("ring the terminal's bell on a new critical alert")},
    {"replay", 0, CLI_TEXT, "FILE", AT(replay), .commands = SCREEN | CHECK | OF(CMD_CHECK_RESTART) | OF(CMD_AUDIT),
	.help = N_("show a recording in place of live clusters")},
    {"speed", 0, CLI_NUMBER, "N", AT(speed), .commands = SCREEN,
	.help = N_("play the recording N times as fast")},
    {"format", 0, CLI_WORD, "FORMAT", "text json nagios openmetrics markdown junit", AT(format),
	.commands = CHECK | OF(CMD_SELECT) | OF(CMD_AUDIT) | OF(CMD_INCIDENT_EXPORT) |
		    OF(CMD_HANDOVER) | OF(CMD_PLAN_SHOW),
	.help = N_("form of the report")},
    {"deadline", 0, CLI_DURATION, "TIME", AT(deadline_ns), .commands = CHECK | OF(CMD_CHECK_RESTART) | OF(CMD_AUDIT) | OF(CMD_BASELINE) | OF(CMD_CONFIG_CHECK) | OF(CMD_DAILY) |
		    OF(CMD_HANDOVER) | OF(CMD_PLAN_DIFF) | OF(CMD_PLAN_MAKE),
	.help = N_("judge what has been answered after this time, such as 10s")},
    {"for", 0, CLI_DURATION, "TIME", AT(for_ns), .commands = OF(CMD_RECORD) | OF(CMD_HISTORY),
	.help = N_("record for this long, such as 10m; otherwise until interrupted; of a history: how far it reaches back, such as 7d")},
    {"evidence", 0, CLI_TEXT, "TEXT", AT(evidence), .commands = OF(CMD_ANSWER),
	.help = N_("what was looked at, and what was found")},
    {"until", 0, CLI_TEXT, "DATE", AT(until), .commands = OF(CMD_ANSWER),
	.help = N_("the last day on which the answer holds, such as 2099-01-31")},
    {"confirm", 0, CLI_TEXT, "TEXT", AT(confirm), .commands = OF(CMD_HANDOVER),
	.help = N_("take the shift over: what you read back of its report")},
    {"matrix", 0, CLI_TEXT, "FILE", AT(matrix), .commands = OF(CMD_SELECT),
	.help = N_("weights and scores of your own in place of the guide's")},
    {"write", 0, CLI_TEXT, "NAME", AT(write), .commands = OF(CMD_SELECT),
	.help = N_("write the decision to decisions/NAME.md in state_dir, and have what it assumes checked monthly")},
    {"answers", 0, CLI_FLAG, AT(answers), .commands = OF(CMD_SELECT),
	.help = N_("print the file of answers, to be filled in")},
    {"reason", 0, CLI_TEXT, "TEXT", AT(reason), .commands = OF(CMD_MAINT), .help = N_("why there is maintenance")},
    {"no-attach", 0, CLI_FLAG, AT(no_attach), .commands = SCREEN | CHECK | OF(CMD_CHECK_RESTART) | OF(CMD_RECORD) | OF(CMD_DAILY),
	.help = N_("ask the clusters even where mqduty collect runs for this configuration")},
    {"log", 0, CLI_TEXT, "FILE", AT(log), .help = N_("append mqduty's own messages to this file")},
    {"dir", 0, CLI_TEXT, "D", AT(lab_dir), .commands = OF(CMD_DRILL),
	.help = N_("use the lab in this folder, or start one there")},
    {"check", 0, CLI_FLAG, AT(drill_check), .commands = OF(CMD_DRILL),
	.help = N_("without a terminal: wait for the alert, ask every question of its manual page, heal")},
    {"help", 'h', CLI_FLAG, AT(help), .help = N_("print this help")},
    {"version", 'V', CLI_FLAG, AT(version), .help = N_("print the version")},
};

const size_t n_cli_options = sizeof(cli_options) / sizeof(cli_options[0]);

static bool in_choices(const char *choices, const char *word)
{
	size_t len = strlen(word);

	while (*choices) {
		size_t n = strcspn(choices, " ");

		if (n == len && !memcmp(choices, word, n))
			return true;
		choices += n;
		choices += strspn(choices, " ");
	}
	return false;
}

static int unknown_option(const char *word, struct err *err)
{
	const char *best = NULL;
	unsigned least = 3;
	char name[64];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word, "="), word);
	for (size_t i = 0; i < n_cli_options && !strncmp(word, "--", 2); i++) {
		unsigned far = text_distance(name + 2, cli_options[i].name);

		if (far <= least && (!best || far < least)) {
			best = cli_options[i].name;
			least = far;
		}
	}
	if (best)
		return err_set(err, _("unknown option '%s': did you mean '--%s'?"), name, best);
	return err_set(err, _("unknown option '%s': see 'mqduty --help'"), name);
}

/* The option that word names; *value is what follows '=' or the letter, or NULL. */
static const struct cli_option *find_option(const char *word, const char **value)
{
	bool is_long = word[1] == '-';
	size_t n = strcspn(word + 2, "=");

	*value = NULL;
	for (size_t i = 0; i < n_cli_options; i++) {
		const struct cli_option *o = &cli_options[i];

		if (is_long && strlen(o->name) == n && !memcmp(o->name, word + 2, n)) {
			*value = word[2 + n] ? word + 2 + n + 1 : NULL;
			return o;
		}
		if (!is_long && o->letter && word[1] == o->letter &&
		    (!word[2] || o->type != CLI_FLAG)) {
			*value = word[2] ? word + 2 : NULL;
			return o;
		}
	}
	return NULL;
}

static int store(const struct cli_option *o, const char *value, struct cli *out, struct err *err)
{
	void *field = (char *)out + o->offset;
	double number;
	char *end;

	switch (o->type) {
	case CLI_FLAG:
		*(bool *)field = true;
		return 0;
	case CLI_WORD:
		if (!in_choices(o->choices, value))
			return err_set(
			    err, _("--%s: '%s' is not one of: %s"), o->name, value, o->choices);
		*(const char **)field = value;
		return 0;
	case CLI_DURATION:
		if (scalar_duration(value, field, err))
			return err_prefix(err, "--%s", o->name);
		if (*(int64_t *)field <= 0)
			return err_set(err, _("--%s must be longer than nothing"), o->name);
		return 0;
	case CLI_NUMBER:
		number = strtod(value, &end);
		if (end == value || *end || !isfinite(number) || number <= 0)
			return err_set(
			    err, _("--%s: '%s' is not a number above 0"), o->name, value);
		*(double *)field = number;
		return 0;
	case CLI_TEXT:
		if (!*value)
			return err_set(
			    err, _("--%s needs a value: --%s %s"), o->name, o->name, o->arg);
		*(const char **)field = value;
		return 0;
	}
	BUG("option --%s has no type", o->name);
}

/* Reads the option at argv[*i], and its value, which may be the next word. */
static int read_option(
    char **argv, int argc, int *i, struct cli *out, uint64_t *used, struct err *err)
{
	const char *value;
	const struct cli_option *o = find_option(argv[*i], &value);

	if (!o)
		return unknown_option(argv[*i], err);
	if (o->type == CLI_FLAG && value)
		return err_set(err, _("--%s takes no value"), o->name);
	if (o->type != CLI_FLAG && !value) {
		if (*i + 1 >= argc)
			return err_set(
			    err, _("--%s needs a value: --%s %s"), o->name, o->name, o->arg);
		value = argv[++*i];
	}
	*used |= UINT64_C(1) << (o - cli_options);
	return store(o, value, out, err);
}

static int unknown_command(const char *word, struct err *err)
{
	const char *best = NULL;
	unsigned least = 3;

	for (size_t i = 1; i < n_cli_commands; i++) {
		char first[32];
		unsigned far;

		snprintf(first, sizeof(first), "%.*s", (int)strcspn(cli_commands[i].name, " "),
		    cli_commands[i].name);
		far = text_distance(word, first);
		if (far < least) {
			best = cli_commands[i].name;
			least = far;
		}
	}
	if (best)
		return err_set(err, _("unknown command '%s': did you mean '%s'?"), word, best);
	return err_set(err, _("unknown command '%s': see 'mqduty --help'"), word);
}

/* How many of the words are the command's name; 0: it is another one. */
static size_t name_words(const struct cli_command *c, char **words, size_t n)
{
	size_t first = strcspn(c->name, " ");

	if (!n || strlen(words[0]) != first || memcmp(words[0], c->name, first) != 0)
		return 0;
	if (!c->name[first])
		return 1;
	return n > 1 && !strcmp(words[1], c->name + first + 1) ? 2 : 0;
}

static int half_command(const char *word, struct err *err)
{
	char all[128] = "";
	size_t at = 0, len = strlen(word);

	for (size_t i = 1; i < n_cli_commands && at < sizeof(all); i++) {
		const char *name = cli_commands[i].name;

		if (!strncmp(name, word, len) && name[len] == ' ')
			at += (size_t)snprintf(
			    all + at, sizeof(all) - at, "%s%s", at ? ", " : "", name + len + 1);
	}
	if (at)
		return err_set(err, _("'mqduty %s' needs one of: %s"), word, all);
	return unknown_command(word, err);
}

/* How many words the command takes ("ENTITY TIME [MORE]"), or needs. */
static size_t count_args(const char *args, bool all)
{
	size_t n = 0;

	if (all && strstr(args, "..."))
		return CLI_ARGS_MAX;
	for (const char *p = args; *p; p += strcspn(p, " "), p += strspn(p, " "))
		n += all || *p != '[';
	return n;
}

static int read_command(char **words, size_t n, struct cli *out, struct err *err)
{
	const struct cli_command *c = &cli_commands[0];
	size_t used = 0;

	/* "check restart" is no "check" of a list. */
	for (size_t i = 1; i < n_cli_commands; i++) {
		size_t fits = name_words(&cli_commands[i], words, n);

		if (fits > used) {
			used = fits;
			c = &cli_commands[i];
		}
	}
	if (n && !used)
		return half_command(words[0], err);
	out->command = c->id;
	while (n > used && out->n_args < count_args(c->args, true))
		out->args[out->n_args++] = words[used++];
	out->arg = out->args[0];
	if (n > used)
		return err_set(
		    err, _("'%s' is one word too many for 'mqduty %s'"), words[used], c->name);
	if (out->n_args < count_args(c->args, false))
		return err_set(err, _("'mqduty %s' needs %s"), c->name, c->args);
	if (out->arg && c->choices && !in_choices(c->choices, out->arg))
		return err_set(
		    err, _("'mqduty %s': '%s' is not one of: %s"), c->name, out->arg, c->choices);
	return 0;
}

/* The table of commands has an order of its own. */
static const char *name_of(enum cli_command_id id)
{
	size_t i = 0;

	while (cli_commands[i].id != id)
		i++;
	return cli_commands[i].name;
}

/* An option that the command does not know would be ignored without a word. */
static int check_use(const struct cli *out, uint64_t used, struct err *err)
{
	for (size_t i = 0; i < n_cli_options; i++) {
		const struct cli_option *o = &cli_options[i];

		if (!(used & UINT64_C(1) << i) || !o->commands || (o->commands & OF(out->command)))
			continue;
		if (o->commands & CHECK && !(o->commands & SCREEN))
			return err_set(err, _("--%s belongs to 'mqduty check'"), o->name);
		return err_set(err, _("--%s does not go with 'mqduty %s'"), o->name, name_of(out->command));
	}
	if (out->speed != 1 && !out->replay)
		return err_set(err, _("--speed needs --replay FILE"));
	return 0;
}

int cli_parse(int argc, char **argv, struct cli *out, struct err *err)
{
	char *words[MOST_WORDS];
	size_t n = 0;
	uint64_t used = 0;
	bool options_end = false;

	*out = (struct cli){.speed = 1};
	for (int i = 1; i < argc; i++) {
		if (!options_end && !strcmp(argv[i], "--")) {
			options_end = true;
		} else if (!options_end && argv[i][0] == '-' && argv[i][1]) {
			if (read_option(argv, argc, &i, out, &used, err))
				return -1;
		} else if (n < MOST_WORDS) {
			words[n++] = argv[i];
		} else {
			return err_set(
			    err, _("'%s' is one word too many: see 'mqduty --help'"), argv[i]);
		}
	}
	if (out->help || out->version)
		return 0;
	return read_command(words, n, out, err) || check_use(out, used, err) ? -1 : 0;
}
