#include "modes.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "report/selection.h"

#include <string.h>

/* What is no decision is seen by scripts. */
static const int exit_codes[] = {
    [OUTCOME_WINNER] = 0, [OUTCOME_TIE] = 1, [OUTCOME_NONE_LEFT] = 2, [OUTCOME_OPEN] = CLI_USAGE_EXIT};

int mode_select(const struct cli *cli)
{
	const char *format = cli->format ? cli->format : "text";
	struct err err = {{0}};
	struct selection s;
	struct buf out;
	int code;

	buf_init(&out, OUTPUT_MAX);
	if (selection_load(&s, cli->matrix, &err) || (cli->arg && selection_answers(&s, cli->arg, &err)))
		return modes_fail(&err);
	if (cli->answers) {
		selection_write_answers(&s, &out);
		code = 0;
	} else {
		selection_decide(&s);
		if (selection_report(&s, format, clock_wall(), &out)) {
			err_set(&err, _("a selection is printed as text, json or markdown, not as %s"), format);
			return modes_fail(&err);
		}
		code = exit_codes[s.outcome];
	}
	if (modes_print(&out, stdout))
		code = CLI_USAGE_EXIT;
	selection_release(&s);
	return code;
}
