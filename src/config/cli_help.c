#include "config/cli.h"

#include "base/i18n.h"
#include "base/text.h"
#include "config/man.h"

#include <stdio.h>
#include <string.h>

enum { HELP_COLUMN = 26, HELP_WIDTH = 80 };

/* One row: what is typed, then what it does, in a column of its own. */
static void help_row(struct buf *out, const char *typed, const char *does)
{
	size_t width = text_width(typed) + 2;

	buf_addf(out, "  %s", typed);
	if (width + 2 > HELP_COLUMN) {
		buf_addc(out, '\n');
		width = 0;
	}
	for (; width < HELP_COLUMN; width++)
		buf_addc(out, ' ');
	help_wrap(out, does, HELP_COLUMN, HELP_COLUMN, HELP_WIDTH);
}

static char *option_typed(char *out, size_t size, const struct cli_option *o)
{
	char letter[8] = "";

	if (o->letter)
		snprintf(letter, sizeof(letter), "-%c, ", o->letter);
	snprintf(out, size, "%s--%s%s%s", letter, o->name, o->arg ? " " : "", o->arg ? o->arg : "");
	return out;
}

/* The help of an option with its choices, which are the same in every language. */
static char *option_help(char *out, size_t size, const struct cli_option *o)
{
	if (o->choices)
		snprintf(out, size, "%s: %s", _(o->help), o->choices);
	else
		snprintf(out, size, "%s", _(o->help));
	return out;
}

void cli_print_help(struct buf *out)
{
	char typed[80], help[512];

	buf_adds(out,
	    _("mqduty - the terminal of whoever is on duty for Kafka, NATS and MQTT brokers\n"));
	buf_addf(out, "\n%s\n", _("Commands:"));
	for (size_t i = 0; i < n_cli_commands; i++) {
		const struct cli_command *c = &cli_commands[i];

		snprintf(typed, sizeof(typed), "mqduty%s%s%s%s", *c->name ? " " : "", c->name,
		    *c->args ? " " : "", c->args);
		help_row(out, typed, _(c->summary));
	}
	buf_addf(out, "\n%s\n", _("Options, before or after the command:"));
	for (size_t i = 0; i < n_cli_options; i++)
		help_row(out, option_typed(typed, sizeof(typed), &cli_options[i]),
		    option_help(help, sizeof(help), &cli_options[i]));
	buf_addf(out, "\n%s\n",
	    _("mqduty only reads: nothing that it does changes a broker.\n"
	      "More: man mqduty, man mqduty.yaml"));
}

void cli_print_man_commands(struct buf *out)
{
	for (size_t i = 0; i < n_cli_commands; i++) {
		const struct cli_command *c = &cli_commands[i];

		buf_addf(out, ".TP\n.BI \"mqduty%s%s \" \"%s\"\n", *c->name ? " " : "", c->name, c->args);
		man_text(out, c->summary);
		buf_addc(out, '\n');
	}
}

void cli_print_man_options(struct buf *out)
{
	for (size_t i = 0; i < n_cli_options; i++) {
		const struct cli_option *o = &cli_options[i];

		buf_adds(out, ".TP\n");
		if (o->letter)
			buf_addf(out, "\\fB\\-%c\\fR, ", o->letter);
		buf_addf(out, "\\fB\\-\\-%s\\fR \\fI%s\\fR\n", o->name, o->arg ? o->arg : "");
		man_text(out, o->help);
		if (o->choices) {
			buf_adds(out, ": ");
			man_text(out, o->choices);
		}
		buf_addc(out, '\n');
	}
}
