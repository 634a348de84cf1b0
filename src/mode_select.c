#include "mode_incident.h"
#include "modes.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "report/selection.h"

#include <stdio.h>
#include <string.h>

/* What is no decision is seen by scripts. */
static const int exit_codes[] = {
    [OUTCOME_WINNER] = 0, [OUTCOME_TIE] = 1, [OUTCOME_NONE_LEFT] = 2, [OUTCOME_OPEN] = CLI_USAGE_EXIT};

/* Written, and kept for the monthly list. */
static int write_decision(const struct cli *cli, const struct selection *s)
{
	struct config *config = modes_plain_config(cli);
	struct record *r;
	struct err err = {""};
	struct buf data;
	char said[512];

	if (!config)
		return CLI_USAGE_EXIT;
	if (s->outcome == OUTCOME_OPEN || s->outcome == OUTCOME_NONE_LEFT) {
		err_set(&err, _("nothing is decided yet, so nothing is written: see 'mqduty select' without --write"));
		return modes_fail(&err);
	}
	if (decision_write_now(config, s, cli->write, said, sizeof(said), &err))
		return modes_fail(&err);
	puts(said);
	r = record_new(RECORD_SELECTION);
	buf_init(&data, RECORD_DATA_MAX - 1);
	selection_assumptions(s, &data);
	r->subject = record_str(r, cli->write);
	r->data = record_str(r, data.data);
	buf_release(&data);
	return modes_keep(config, r);
}

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
	} else if (cli->write) {
		selection_decide(&s);
		code = write_decision(cli, &s);
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
