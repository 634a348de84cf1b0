#include "mode_incident.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/text.h"
#include "base/thread.h"
#include "modes.h"
#include "report/incident.h"
#include "report/parts.h"
#include "report/plan.h"
#include "report/selection.h"
#include "store/ops_db.h"
#include "store/state_dir.h"
#include "triage/words.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { REPORT_MAX = 8 << 20, FILES = 3 };

/* The texts of one closed incident, and where they go. */
struct job {
	char *state_dir;
	char name[FILES][160]; /* below state_dir; "" none */
	struct buf text[FILES];
	const char *beside; /* what the second file ends with */
	struct report_files *owner;
	char said[512];
};

struct report_files {
	const struct config *config;
	_Atomic(struct job *) done;
	pthread_mutex_t lock;  /* of what follows */
	unsigned configured;   /* how often */
	struct ledger *drills; /* what drills left on disk; NULL: not read yet, or not readable */
	char refused[512];
};

static void job_free(struct job *j)
{
	for (int i = 0; j && i < FILES; i++)
		buf_release(&j->text[i]);
	if (j)
		free(j->state_dir);
	free(j);
}

/* Names of faults come from files and incidents from records: only harmless ones become names of files. */
static bool is_file_name(const char *s)
{
	return s && s[0] && s[0] != '.' && strlen(s) < 100 &&
	       !s[strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")];
}

bool plan_file_name(const char *fault, char *out, size_t size)
{
	bool english = !strcmp(i18n_lang(), "en");

	if (!is_file_name(fault))
		return false;
	snprintf(out, size, "plans/%s%s%s.md", fault, english ? "" : ".", english ? "" : i18n_lang());
	return true;
}

/* A reference; NULL: they are not known. */
static struct ledger *known_drills(struct report_files *r)
{
	struct ledger *l;

	pthread_mutex_lock(&r->lock);
	l = r->drills ? ledger_ref(r->drills) : NULL;
	pthread_mutex_unlock(&r->lock);
	return l;
}

static int make_texts(struct job *j, struct report_files *r, const struct frame *f, const char *id, struct err *err)
{
	struct incidents *all = incidents_fold(f->ledger);
	const struct incident *inc = incidents_find(all, id);
	struct manual *manual = manual_load(r->config->manual, r->config->n_manual, i18n_lang(), NULL);
	const struct manual_page *page = inc && inc->fault ? manual_find(manual, inc->fault) : NULL;
	struct inventory inventory;
	struct ledger *drilled = known_drills(r);
	struct incidents *drills = drilled ? incidents_fold(drilled) : NULL;
	struct plan_of plan = {.config = r->config, .all = all, .ledger = f->ledger, .page = page, .inventory = &inventory,
	    .drills = drills, .drills_unread = !drills};
	int rc = 0;

	inventory_init(&inventory);
	inventory_take(&inventory, f->snap, f->snap->wall);
	if (!inc || !is_file_name(inc->id)) {
		rc = err_set(err, _("There is no incident \"%.64s\"; `mqduty incident list` lists them."), id);
	} else {
		snprintf(j->name[0], sizeof(j->name[0]), "incidents/%s.md", inc->id);
		snprintf(j->name[1], sizeof(j->name[1]), "incidents/%s.json", inc->id);
		if (incident_markdown(inc, page, clock_wall(), &j->text[0]) || incident_json(inc, clock_wall(), &j->text[1]))
			rc = err_set(err, _("The report of %s is too large."), inc->id);
		plan.fault = inc->fault;
		if (!rc && plan_file_name(inc->fault, j->name[2], sizeof(j->name[2])))
			rc = plan_markdown(&plan, &j->text[2], err);
	}
	inventory_release(&inventory);
	manual_free(manual);
	incidents_free(drills);
	incidents_free(all);
	ledger_unref(drilled);
	return rc;
}

static struct job *job_empty(const struct config *config, const char *beside)
{
	struct job *j = xcalloc(1, sizeof(*j));

	for (int i = 0; i < FILES; i++)
		buf_init(&j->text[i], REPORT_MAX);
	j->state_dir = xstrdup(config->state_dir);
	j->beside = beside;
	return j;
}

/* The decision, and the answers that it was made from. */
static struct job *job_of_decision(const struct config *config, const struct selection *s, const char *name, struct err *err)
{
	struct job *j;

	if (!is_file_name(name)) {
		err_set(err, _("'%.100s' is no name for a file: letters, digits and - _ . only"), name);
		return NULL;
	}
	j = job_empty(config, ".yaml");
	snprintf(j->name[0], sizeof(j->name[0]), "decisions/%s.md", name);
	snprintf(j->name[1], sizeof(j->name[1]), "decisions/%s.yaml", name);
	selection_write_answers(s, &j->text[1]);
	if (!selection_report(s, "markdown", clock_wall(), &j->text[0]))
		return j;
	err_set(err, _("The decision is too large to be written."));
	job_free(j);
	return NULL;
}

static struct job *job_new(struct report_files *r, const struct frame *f, const char *id, struct err *err)
{
	struct job *j = job_empty(r->config, ".json");

	if (!make_texts(j, r, f, id, err))
		return j;
	job_free(j);
	return NULL;
}

/* Whole or not at all: a report that was there stays until the new one is on disk. */
int state_file_write(const struct state_dir *dir, const char *name, const struct buf *text, struct err *err)
{
	char path[PATH_MAX], fresh[PATH_MAX + 8];
	int fd, why = 0;

	snprintf(path, sizeof(path), "%s/%s", dir->path, name);
	*strrchr(path, '/') = '\0';
	if (mkdir(path, dir->shared ? 02770 : 0700) && errno != EEXIST)
		return err_set(err, "%s: %s", path, strerror(errno));
	snprintf(path, sizeof(path), "%s/%s", dir->path, name);
	snprintf(fresh, sizeof(fresh), "%s.new", path);
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_set(err, "%s: %s", fresh, strerror(errno));
	state_dir_adopt(dir, fd);
	if (buf_write(text, fd) || fsync(fd))
		why = errno;
	if (close(fd) && !why)
		why = errno;
	if (!why && rename(fresh, path))
		why = errno;
	if (!why)
		return 0;
	unlink(fresh);
	return err_set(err, "%s: %s", path, strerror(why));
}

static int write_job(struct job *j)
{
	struct state_dir dir = {0};
	struct err err = {""};
	int rc = state_dir_open(&dir, j->state_dir, true, &err);

	for (int i = 0; i < FILES && !rc; i++)
		if (j->name[i][0])
			rc = state_file_write(&dir, j->name[i], &j->text[i], &err);
	if (rc)
		snprintf(j->said, sizeof(j->said), _("It was NOT written: %s"), err_msg(&err));
	else if (j->name[2][0])
		snprintf(j->said, sizeof(j->said), _("Written: %s/%s and .json; the plan: %s"), j->state_dir, j->name[0],
		    j->name[2]);
	else
		snprintf(j->said, sizeof(j->said), _("Written: %s/%s and %s"), j->state_dir, j->name[0], j->beside);
	state_dir_release(&dir);
	return rc;
}

static void *work(void *arg)
{
	struct job *j = arg, *before;

	write_job(j);
	before = atomic_exchange(&j->owner->done, j);
	job_free(before);
	return NULL;
}

/* The records of drills below a state_dir, read by a thread: the disk may hang, and nobody waits for it. */
struct drills_read {
	struct report_files *owner;
	unsigned configured;
	char dir[PATH_MAX];
};

static void *read_drills(void *arg)
{
	struct drills_read *d = arg;
	struct err err = {""};
	struct ledger *l = ops_db_read_incidents(d->dir, &err);

	pthread_mutex_lock(&d->owner->lock);
	if (d->configured == d->owner->configured) {
		d->owner->drills = l;
		l = NULL;
	}
	pthread_mutex_unlock(&d->owner->lock);
	ledger_unref(l);
	free(d);
	return NULL;
}

/* Forgets the drills that are known and has those of the configuration's folder read. */
static void find_drills(struct report_files *r)
{
	struct drills_read *d = xcalloc(1, sizeof(*d));
	pthread_t t;

	pthread_mutex_lock(&r->lock);
	ledger_unref(r->drills);
	r->drills = NULL;
	*d = (struct drills_read){.owner = r, .configured = ++r->configured};
	pthread_mutex_unlock(&r->lock);
	if (r->config && r->config->state_dir) {
		snprintf(d->dir, sizeof(d->dir), "%.4000s/drills", r->config->state_dir);
		if (!thread_start(&t, "drills", read_drills, d)) {
			pthread_detach(t);
			return;
		}
	}
	free(d);
}

struct report_files *report_files_new(const struct config *config)
{
	struct report_files *r = xcalloc(1, sizeof(*r));

	r->config = config;
	atomic_init(&r->done, NULL);
	pthread_mutex_init(&r->lock, NULL);
	find_drills(r);
	return r;
}

void report_files_configure(void *arg, const struct config *config)
{
	struct report_files *r = arg;

	r->config = config;
	find_drills(r);
}

int report_files_plan(void *arg, const struct frame *f, const char *fault, struct buf *out, struct err *err)
{
	struct report_files *r = arg;
	struct ledger *drilled = known_drills(r);
	struct incidents *all = incidents_fold(f->ledger), *drills = drilled ? incidents_fold(drilled) : NULL;
	struct manual *manual = manual_load(r->config ? r->config->manual : NULL, r->config ? r->config->n_manual : 0,
	    i18n_lang(), NULL);
	struct inventory inventory;
	struct plan_of of = {.fault = fault, .page = manual_find(manual, fault), .config = r->config, .all = all,
	    .ledger = f->ledger, .inventory = &inventory, .drills = drills, .drills_unread = !drills};
	struct plan plan;
	int rc;

	inventory_init(&inventory);
	inventory_take(&inventory, f->snap, f->snap->wall);
	rc = plan_make(&plan, &of, err);
	if (!rc && plan_for_screen(&plan, clock_wall(), out))
		rc = err_set(err, _("the plan is too large"));
	plan_release(&plan);
	inventory_release(&inventory);
	manual_free(manual);
	incidents_free(drills);
	incidents_free(all);
	ledger_unref(drilled);
	return rc;
}

/* Takes the job; NULL: err says why there is none. */
static void start_job(struct report_files *r, struct job *j, const struct err *err)
{
	pthread_t t;

	if (!j) {
		snprintf(r->refused, sizeof(r->refused), "%s", err_msg(err));
		return;
	}
	j->owner = r;
	if (thread_start(&t, "report", work, j)) {
		snprintf(r->refused, sizeof(r->refused), "%s", _("There is no thread left to write the report in."));
		job_free(j);
		return;
	}
	pthread_detach(t);
}

static bool has_folder(struct report_files *r)
{
	if (r->config && r->config->state_dir)
		return true;
	snprintf(r->refused, sizeof(r->refused), "%s", _("No report is written from a recording."));
	return false;
}

void decision_files_write(void *arg, const struct selection *s, const char *name)
{
	struct report_files *r = arg;
	struct err err = {""};

	if (has_folder(r))
		start_job(r, job_of_decision(r->config, s, name, &err), &err);
}

void report_files_write(void *arg, const struct frame *f, const char *incident)
{
	struct report_files *r = arg;
	struct err err = {""};

	if (has_folder(r))
		start_job(r, job_new(r, f, incident, &err), &err);
}

bool report_files_said(void *arg, char *out, size_t size)
{
	struct report_files *r = arg;
	struct job *j = atomic_exchange(&r->done, NULL);

	if (j)
		snprintf(out, size, "%s", j->said);
	else if (r->refused[0])
		snprintf(out, size, "%s", r->refused);
	else
		return false;
	if (!j)
		r->refused[0] = '\0';
	job_free(j);
	return true;
}

int decision_write_now(
    const struct config *config, const struct selection *sel, const char *name, char *out, size_t size, struct err *err)
{
	struct job *j = job_of_decision(config, sel, name, err);
	int rc;

	if (!j)
		return -1;
	rc = write_job(j);
	if (rc)
		err_set(err, "%s", j->said);
	snprintf(out, size, "%s", j->said);
	job_free(j);
	return rc;
}

/* --- the commands --- */

/* Only state_dir is wanted: no password command is run, no broker is looked for. */
static struct config *settings(const struct cli *cli)
{
	struct config_errors errors = {0};
	struct buf said;
	char path[PATH_MAX];
	struct config *c = config_load(cli->config, path, sizeof(path), &errors);

	modes_speak(cli, c);
	buf_init(&said, OUTPUT_MAX);
	config_errors_print(&errors, path, &said);
	if (!c && !config_errors_count(&errors))
		c = config_new_default();
	config_errors_release(&errors);
	modes_print(&said, stderr);
	return c;
}

int modes_drill_state(const struct cli *cli, char *out, size_t size, struct err *err)
{
	struct config *c = settings(cli);

	if (!c)
		return err_set(err, _("the configuration has mistakes; see the lines above"));
	snprintf(out, size, "%s/drills", c->state_dir);
	config_free(c);
	return 0;
}

/* What is on disk, in earnest and of drills. */
static struct ledger *read_all(const char *state_dir, struct err *err)
{
	struct ledger *l = ops_db_read_incidents(state_dir, err), *drills, *more;
	char dir[PATH_MAX];

	if (!l)
		return NULL;
	snprintf(dir, sizeof(dir), "%s/drills", state_dir);
	drills = ops_db_read_incidents(dir, err);
	if (!drills) {
		ledger_unref(l);
		return NULL;
	}
	more = ledger_copy(l);
	for (size_t i = 0; i < drills->n; i++)
		if (!ledger_find(more, drills->lines[i].record->id))
			ledger_add(more, drills->lines[i].record, KEEP_KEPT);
	ledger_unref(l);
	ledger_unref(drills);
	return more;
}

static void put_clean(struct buf *out, const char *s)
{
	char raw[1024], text[1024];

	snprintf(raw, sizeof(raw), "%s", s ? s : "-");
	buf_adds(out, text_sanitise(text, sizeof(text), raw, sizeof(raw)));
}

static int list(const struct incidents *all, struct buf *out)
{
	for (size_t i = all->n; i-- > 0;) {
		const struct incident *inc = &all->list[i];
		char when[FMT_MAX], about[320], id[65];

		buf_addf(out, "%-16s %s ", text_sanitise(id, sizeof(id), inc->id, 64), fmt_utc(when, sizeof(when), inc->opened));
		text_put(out, inc->closed ? _("closed") : _("open"), 6, true);
		buf_addc(out, ' ');
		text_put(out, _(stage_name(inc->stage)), 9, true);
		buf_addc(out, ' ');
		if (inc->drill)
			buf_addf(out, "%s ", _("DRILL"));
		put_clean(out, incident_about(inc, about, sizeof(about)));
		buf_addc(out, '\n');
	}
	if (!all->n)
		buf_addf(out, "%s\n", _("No incident is recorded."));
	return 0;
}

static void show(const struct incident *inc, struct buf *out)
{
	struct timeline t;
	char when[FMT_MAX], about[320];

	buf_adds(out, inc->drill ? _("DRILL ") : "");
	put_clean(out, inc->id);
	buf_adds(out, "  ");
	put_clean(out, incident_about(inc, about, sizeof(about)));
	buf_addf(out, "  %s\n", inc->closed ? _("closed") : _(stage_name(inc->stage)));
	timeline_make(&t, inc);
	for (size_t i = 0; i < t.n; i++) {
		buf_addf(out, "%s%s  %-12s ", inc->drill ? _("DRILL ") : "", fmt_utc(when, sizeof(when), t.list[i].wall),
		    t.list[i].what);
		put_clean(out, t.list[i].text);
		buf_addc(out, '\n');
	}
	timeline_release(&t);
}

static int export(const struct incident *inc, const char *format, struct buf *out)
{
	struct manual *manual;
	int rc;

	if (!strcmp(format, "json"))
		return incident_json(inc, clock_wall(), out);
	manual = manual_load(NULL, 0, i18n_lang(), NULL);
	rc = incident_markdown(inc, inc->fault ? manual_find(manual, inc->fault) : NULL, clock_wall(), out);
	manual_free(manual);
	return rc;
}

/* One incident of that id, or all of them; written to out. */
static int answer(const struct cli *cli, const struct incidents *all, struct buf *out, struct err *err)
{
	const char *format = cli->format ? cli->format : "markdown";
	const struct incident *inc = incidents_find(all, cli->arg);

	if (cli->command == CMD_INCIDENT_LIST)
		return list(all, out);
	if (!inc)
		return err_set(err, _("There is no incident \"%.64s\"; `mqduty incident list` lists them."), cli->arg);
	if (cli->command == CMD_INCIDENT_SHOW) {
		show(inc, out);
		return 0;
	}
	if (strcmp(format, "markdown") && strcmp(format, "json"))
		return err_set(err, _("An incident is exported as markdown or json, not as %s."), format);
	return export(inc, format, out) ? err_set(err, _("The report is too large.")) : 0;
}

int mode_incident(const struct cli *cli)
{
	struct config *config = settings(cli);
	struct err err = {""};
	struct incidents *all;
	struct ledger *l;
	struct buf out;
	int rc;

	if (!config)
		return CLI_USAGE_EXIT;
	l = read_all(config->state_dir, &err);
	if (!l)
		return modes_fail(&err);
	all = incidents_fold(l);
	buf_init(&out, OUTPUT_MAX);
	rc = answer(cli, all, &out, &err);
	if (rc)
		buf_release(&out);
	else
		rc = modes_print(&out, stdout);
	incidents_free(all);
	ledger_unref(l);
	config_free(config);
	return rc ? modes_fail(&err) : 0;
}
