#include "config/cli.h"

#include <string.h>

/*
 * The arms of the case statements in data/completion/mqduty.bash.in, from the
 * tables that parse the command line: no word stands in both.
 */

/* The first of a command's two words, or all of its one. */
static size_t first_word(const char *name)
{
	return strcspn(name, " ");
}

static void add_word(struct buf *out, const char *word, size_t len)
{
	buf_addf(out, "%s%.*s", out->len && out->data[out->len - 1] != '\'' ? " " : "", (int)len, word);
}

static bool began_before(size_t i)
{
	size_t len = first_word(cli_commands[i].name);

	for (size_t j = 0; j < i; j++)
		if (first_word(cli_commands[j].name) == len &&
		    !memcmp(cli_commands[j].name, cli_commands[i].name, len))
			return true;
	return false;
}

/* What may follow the first word: second words of commands, and what an argument is chosen from. */
static void add_followers(struct buf *out, const char *name)
{
	size_t len = first_word(name);

	for (size_t i = 0; i < n_cli_commands; i++) {
		const char *other = cli_commands[i].name;

		if (first_word(other) != len || memcmp(other, name, len) != 0)
			continue;
		if (other[len])
			add_word(out, other + len + 1, strlen(other + len + 1));
		else if (cli_commands[i].choices)
			add_word(out, cli_commands[i].choices, strlen(cli_commands[i].choices));
	}
}

void cli_print_completion_words(struct buf *out)
{
	buf_adds(out, "\t'') echo '");
	for (size_t i = 1; i < n_cli_commands; i++)
		if (!began_before(i))
			add_word(out, cli_commands[i].name, first_word(cli_commands[i].name));
	buf_adds(out, "' ;;\n");
	for (size_t i = 1; i < n_cli_commands; i++) {
		const char *name = cli_commands[i].name;

		if (began_before(i))
			continue;
		buf_addf(out, "\t'%.*s') echo '", (int)first_word(name), name);
		add_followers(out, name);
		buf_adds(out, "' ;;\n");
	}
}

/* What the first argument of a command is: FILE, ID, NAME, ... */
void cli_print_completion_arguments(struct buf *out)
{
	for (size_t i = 1; i < n_cli_commands; i++) {
		const char *arg = cli_commands[i].args + strspn(cli_commands[i].args, "[");

		if (*arg)
			buf_addf(out, "\t'%s') echo '%.*s' ;;\n", cli_commands[i].name, (int)strcspn(arg, " ].["), arg);
	}
}

void cli_print_completion_options(struct buf *out)
{
	for (size_t i = 0; i < n_cli_commands; i++) {
		buf_addf(out, "\t'%s') echo '", cli_commands[i].name);
		for (size_t o = 0; o < n_cli_options; o++) {
			uint64_t of = cli_options[o].commands;

			if (of && !(of & UINT64_C(1) << cli_commands[i].id))
				continue;
			add_word(out, "--", 2);
			buf_adds(out, cli_options[o].name);
		}
		buf_adds(out, "' ;;\n");
	}
}

void cli_print_completion_values(struct buf *out)
{
	for (size_t i = 0; i < n_cli_options; i++) {
		const struct cli_option *o = &cli_options[i];

		if (o->type == CLI_FLAG)
			continue;
		buf_adds(out, "\t");
		if (o->letter)
			buf_addf(out, "-%c | ", o->letter);
		buf_addf(out, "--%s) echo '%s' ;;\n", o->name, o->choices ? o->choices : o->arg);
	}
}
