/*
 * Makes the man pages and the completion of bash at build time: copies a page from
 * stdin to stdout and puts in place of a line @NAME@ what the program's own table
 * of that name says.
 */
#include "config.h"

#include "base/buf.h"
#include "config/cli.h"
#include "config/options.h"
#include "config/man.h"
#include "source/nats/rights.h"
#include "ui/actions.h"

#include <stdio.h>
#include <string.h>

enum { MOST_BYTES = 1 << 20 };

static void print_keys(struct buf *out)
{
	if (actions_roff(out))
		out->overflow = true;
}

static void print_nats_rights(struct buf *out)
{
	struct buf text;

	buf_init(&text, MOST_BYTES);
	nats_rights_print(&text, "");
	man_text(out, text.data);
	buf_release(&text);
}

static const struct {
	const char *name;
	void (*print)(struct buf *out);
} tables[] = {
    {"@COMMANDS@\n", cli_print_man_commands},
    {"@OPTIONS@\n", cli_print_man_options},
    {"@CONFIG@\n", options_print_man},
    {"@KEYS@\n", print_keys},
    {"@NATS_RIGHTS@\n", print_nats_rights},
    {"@WORDS@\n", cli_print_completion_words},
    {"@ARGUMENTS@\n", cli_print_completion_arguments},
    {"@COMMAND_OPTIONS@\n", cli_print_completion_options},
    {"@VALUES@\n", cli_print_completion_values},
};

/* True where the line was the name of a table. */
static bool print_table(const char *line, struct buf *out)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		if (!strcmp(line, tables[i].name)) {
			tables[i].print(out);
			return true;
		}
	}
	return false;
}

int main(void)
{
	char line[1024];
	struct buf out;
	int rc;

	buf_init(&out, MOST_BYTES);
	while (fgets(line, sizeof(line), stdin)) {
		char *version = strstr(line, "@VERSION@");

		if (print_table(line, &out))
			continue;
		if (version)
			buf_addf(&out, "%.*s%s%s", (int)(version - line), line, PACKAGE_VERSION,
			    version + 9);
		else
			buf_adds(&out, line);
	}
	fputs(out.data, stdout);
	rc = out.overflow || ferror(stdin) || fflush(stdout);
	buf_release(&out);
	return rc;
}
