#include "config/options.h"

#include "base/i18n.h"
#include "config/man.h"

#include <stdio.h>
#include <string.h>

enum { HELP_INDENT = 8, HELP_WIDTH = 80 };

/* "duration, 500ms to 10m, default 2s": all that the row says but its sentence. */
static void describe(struct buf *out, const struct option *o)
{
	char text[128];

	if (o->type == OPT_LIST)
		buf_addf(out, _("list of: %s"), _(option_type_name(o->item)));
	else if (o->choices)
		for (const struct option_choice *c = o->choices; c->word; c++)
			buf_addf(out, "%s%s", c == o->choices ? "" : " | ", c->word);
	else
		buf_adds(out, _(option_type_name(o->type)));
	if (*option_range(o, text, sizeof(text)))
		buf_addf(out, ", %s", text);
	if (o->required)
		buf_addf(out, ", %s", _("required"));
	if (o->kinds)
		buf_addf(out, _(", kind: %s"), option_kinds(text, sizeof(text), o->kinds));
	if (o->def || o->def_help)
		buf_addf(out, _(", default %s"), o->def ? o->def : _(o->def_help));
}

static void print_place(struct buf *out, enum option_place place, int depth)
{
	for (size_t i = 0; i < n_options; i++) {
		const struct option *o = &options[i];

		if (o->place != place || o->type == OPT_REFUSED)
			continue;
		buf_addf(out, "%*s%s: ", depth * 2, "", o->name);
		describe(out, o);
		buf_addf(out, "\n%*s", depth * 2 + HELP_INDENT, "");
		help_wrap(out, _(o->help), (size_t)depth * 2 + HELP_INDENT,
		    (size_t)depth * 2 + HELP_INDENT, HELP_WIDTH);
		if (o->type == OPT_OBJECT || o->type == OPT_OBJECTS)
			print_place(out, o->object, depth + 1);
	}
}

void options_print_help(struct buf *out)
{
	print_place(out, AT_TOP, 0);
}

static void man_option(struct buf *out, const struct option *o)
{
	struct buf what;

	buf_init(&what, 1024);
	describe(&what, o);
	buf_adds(out, ".TP\n.BR ");
	man_text(out, o->name);
	buf_adds(out, " \" (");
	man_text(out, what.data);
	buf_adds(out, ")\"\n");
	buf_release(&what);
	man_text(out, o->help);
	buf_addc(out, '\n');
	if (o->example) {
		buf_adds(out, ".br\n");
		man_text(out, o->name);
		buf_adds(out, ": ");
		man_text(out, o->example);
		buf_addc(out, '\n');
	}
}

static void man_place(struct buf *out, enum option_place place)
{
	for (size_t i = 0; i < n_options; i++) {
		const struct option *o = &options[i];

		if (o->place != place || o->type == OPT_REFUSED)
			continue;
		man_option(out, o);
		if (o->type == OPT_OBJECT || o->type == OPT_OBJECTS) {
			buf_adds(out, ".RS\n");
			man_place(out, o->object);
			buf_adds(out, ".RE\n");
		}
	}
}

void options_print_man(struct buf *out)
{
	man_place(out, AT_TOP);
}
