#include "modes.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "audit/answer.h"
#include "audit/periodic.h"
#include "report/audit.h"
#include "report/periodic.h"

#include <string.h>

#define PATIENCE (20 * NS_PER_S) /* configurations are read last */

/* What audits, lists and baselines look at: a frame that is settled. NULL: err says why not. */
static struct frame *look(const struct cli *cli, struct feed **feed, struct config **config, struct err *err)
{
	struct frame *f;

	*feed = modes_open_feed(cli, true, config, err);
	if (!*feed)
		return NULL;
	f = modes_settled_frame(*feed, cli->deadline_ns ? cli->deadline_ns : PATIENCE);
	if (!f)
		err_set(err, _("nothing was read before the deadline"));
	return f;
}

int mode_audit(const struct cli *cli)
{
	const char *format = cli->format ? cli->format : "text";
	struct audit_report report;
	struct audits audits;
	struct err err = {""};
	struct config *config;
	struct feed *feed;
	struct frame *f;
	struct buf out;
	unsigned kinds = 0;
	int code;

	for (int k = KIND_KAFKA; k <= KIND_MQTT; k++)
		if (!cli->arg || !strcmp(cli->arg, kind_name((enum broker_kind)k)))
			kinds |= 1u << k;
	if (audits_load(&audits, &err))
		return modes_fail(&err);
	f = look(cli, &feed, &config, &err);
	if (!f)
		return modes_fail(&err);
	audit_judge(&audits, kinds, f, feed->ops->now(feed), clock_wall(), &report);
	buf_init(&out, OUTPUT_MAX);
	if (audit_write(&report, f, format, clock_wall(), &out)) {
		err_set(&err, _("an audit is printed as text, json, markdown or junit, not as %s"), format);
		return modes_fail(&err);
	}
	code = verdict_exit_code(report.verdict);
	if (modes_print(&out, stdout))
		code = CLI_USAGE_EXIT;
	audit_report_release(&report);
	frame_unref(f);
	modes_leave(feed);
	return code;
}

int mode_periodic(const struct cli *cli)
{
	const char *format = cli->format ? cli->format : "text";
	struct periodic_report report;
	struct audits audits;
	struct err err = {""};
	struct config *config;
	struct feed *feed;
	struct frame *f;
	struct buf out;
	int code;

	if (audits_load(&audits, &err))
		return modes_fail(&err);
	/* With --replay there is no configuration: what needs one is not known then. */
	f = look(cli, &feed, &config, &err);
	if (!f)
		return modes_fail(&err);
	if (periodic_judge(&(struct periodic_input){config, f, &audits, feed->ops->now(feed), clock_wall()}, cli->arg, &report, &err))
		return modes_fail(&err);
	buf_init(&out, OUTPUT_MAX);
	if (periodic_write(&report, format, clock_wall(), &out)) {
		err_set(&err, _("the list '%s' is printed as text, json or markdown, not as %s"), cli->arg, format);
		return modes_fail(&err);
	}
	code = verdict_exit_code(report.verdict);
	if (modes_print(&out, stdout))
		code = CLI_USAGE_EXIT;
	periodic_release(&report);
	frame_unref(f);
	modes_leave(feed);
	return code;
}

static int keep_baseline(const struct config *config, const struct cluster_view *view, int64_t now)
{
	struct record *r = record_new(RECORD_BASELINE);
	struct err err = {""};
	struct buf data;
	int code;

	buf_init(&data, RECORD_DATA_MAX);
	baseline_write(view, now, &data);
	/* Nothing to compare with would take the place of a baseline that is good. */
	if (!strcmp(data.data, "{}") || data.overflow) {
		err_set(&err, _("nothing is known of how %s is set up: no baseline of it was kept"), view->name);
		buf_release(&data);
		record_unref(r);
		return modes_fail(&err);
	}
	r->cluster = record_str(r, view->name);
	r->data = record_str(r, data.data);
	buf_release(&data);
	code = modes_keep(config, r);
	if (!code)
		printf(_("baseline of %s kept\n"), view->name);
	return code;
}

int mode_baseline(const struct cli *cli)
{
	struct err err = {""};
	struct config *config;
	struct feed *feed;
	struct frame *f = look(cli, &feed, &config, &err);
	bool found = false;
	int code = 0;

	if (!f || !config)
		return modes_fail(&err);
	for (size_t i = 0; i < f->snap->n_clusters && !code; i++) {
		const struct cluster_view *view = &f->snap->clusters[i];

		if (cli->arg && strcmp(cli->arg, view->name) != 0)
			continue;
		found = true;
		code = keep_baseline(config, view, feed->ops->now(feed));
	}
	if (!found) {
		err_set(&err, _("there is no cluster '%s'"), cli->arg ? cli->arg : "");
		code = modes_fail(&err);
	}
	frame_unref(f);
	modes_leave(feed);
	return code;
}

/* The subject of a list or of an audit; -1 with a sentence where nothing is asked there. */
static int check_subject(const char *subject, struct err *err)
{
	struct audits audits;
	int rc = 0;

	if (strncmp(subject, "audit/", 6) != 0)
		return strchr(subject, '/') ? 0 : err_set(err, _("a subject is LIST/ITEM, such as audit/kafka/jvm"));
	if (audits_load(&audits, err))
		return -1;
	if (!audit_find(&audits, subject))
		rc = err_set(err, _("nothing is asked under '%s': see 'mqduty audit --format json'"), subject);
	audits_release(&audits);
	return rc;
}

int mode_answer(const struct cli *cli)
{
	struct config *config = modes_plain_config(cli);
	struct err err = {""};
	struct record *r;
	int64_t until = 0;

	if (!config)
		return CLI_USAGE_EXIT;
	if (check_subject(cli->args[0], &err))
		return modes_fail(&err);
	if (!cli->evidence || strlen(cli->evidence) > RECORD_TEXT_MAX) {
		err_set(&err, _("an answer needs --evidence TEXT: what was looked at, and what was found"));
		return modes_fail(&err);
	}
	if (cli->until) {
		until = answer_day_end(cli->until);
		if (!until || until < clock_wall()) {
			err_set(&err, _("--until is a day that is still to come, such as 2099-01-31"));
			return modes_fail(&err);
		}
	}
	r = record_new(RECORD_ANSWER);
	r->subject = record_str(r, cli->args[0]);
	r->cluster = record_str(r, cli->args[1]);
	r->text = record_str(r, cli->evidence);
	r->until = until;
	return modes_keep(config, r);
}
