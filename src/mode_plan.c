/* mqduty plan list, show, diff, make: the emergency plans of the faults. */
#include "mode_incident.h"
#include "modes.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/text.h"
#include "manual/manual.h"
#include "manual/render.h"
#include "report/diff.h"
#include "report/parts.h"
#include "report/plan.h"
#include "store/ops_db.h"
#include "triage/act.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PATIENCE (10 * NS_PER_S)

enum { FILE_MOST = 4 << 20, CHANGED_MAX = 512, WIDTH = 79 };

static const char inventory_file[] = "plans/inventory.json";

/* What plans are compiled from. */
struct desk {
	struct config *config;
	struct feed *feed;   /* NULL: no broker is asked */
	struct frame *frame; /* NULL without a feed */
	struct ledger *ledger, *drilled;
	struct incidents *all, *drills;
	struct manual *manual;
	struct inventory inventory;
};

/* Whole, up to FILE_MOST; false: it is not there. */
static bool read_kept(const struct config *c, const char *name, struct buf *out)
{
	char path[PATH_MAX], block[65536];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", c->state_dir, name);
	f = fopen(path, "re");
	if (!f)
		return false;
	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		buf_add(out, block, n);
	fclose(f);
	return true;
}

static int ask_clusters(struct desk *d, const struct cli *cli, struct err *err)
{
	d->feed = modes_open_feed(cli, true, &d->config, err);
	if (!d->feed)
		return -1;
	d->frame = modes_settled_frame(d->feed, cli->deadline_ns ? cli->deadline_ns : PATIENCE);
	if (!d->frame)
		return err_set(err, _("nothing was read before the deadline"));
	d->ledger = ledger_ref(d->frame->ledger);
	return 0;
}

static int read_records(struct desk *d, const struct cli *cli, struct err *err)
{
	d->config = modes_plain_config(cli);
	if (!d->config)
		return -1;
	d->ledger = ops_db_read_incidents(d->config->state_dir, err);
	return d->ledger ? 0 : -1;
}

static int desk_open(struct desk *d, const struct cli *cli, struct err *err)
{
	bool ask = cli->command == CMD_PLAN_DIFF || cli->command == CMD_PLAN_MAKE;
	char dir[PATH_MAX];
	struct buf kept;

	inventory_init(&d->inventory);
	if (ask ? ask_clusters(d, cli, err) : read_records(d, cli, err))
		return -1;
	snprintf(dir, sizeof(dir), "%s/drills", d->config->state_dir);
	d->drilled = ops_db_read_incidents(dir, err);
	if (!d->drilled)
		return -1;
	d->all = incidents_fold(d->ledger);
	d->drills = incidents_fold(d->drilled);
	d->manual = manual_load(d->config->manual, d->config->n_manual, i18n_lang(), NULL);
	buf_init(&kept, FILE_MOST);
	if (read_kept(d->config, inventory_file, &kept) && !kept.overflow)
		inventory_read(&d->inventory, kept.data, kept.len);
	buf_release(&kept);
	if (d->frame)
		inventory_take(&d->inventory, d->frame->snap, clock_wall());
	return 0;
}

static void desk_leave(struct desk *d)
{
	frame_unref(d->frame);
	if (d->feed)
		modes_leave(d->feed);
	inventory_release(&d->inventory);
	manual_free(d->manual);
	incidents_free(d->all);
	incidents_free(d->drills);
	ledger_unref(d->ledger);
	ledger_unref(d->drilled);
	/* The feed may not have ended, and reads the configuration. */
	if (!d->feed)
		config_free(d->config);
}

static struct plan_of of_page(const struct desk *d, const struct manual_page *page, const struct ledger *l)
{
	return (struct plan_of){.fault = page->id, .page = page, .config = d->config, .inventory = &d->inventory,
	    .all = d->all, .drills = d->drills, .ledger = l};
}

/* Can a cluster of the configuration have this fault? */
static bool concerns(const struct desk *d, const struct manual_page *page)
{
	for (size_t i = 0; i < d->config->n_clusters; i++)
		if (!page->kinds || (page->kinds & 1u << d->config->clusters[i].kind))
			return true;
	return false;
}

static const struct manual_page *page_of(const struct desk *d, const char *id, struct err *err)
{
	const struct manual_page *page = manual_find(d->manual, id);

	if (!page)
		err_set(err, _("the manual has no page \"%.60s\": `mqduty manual` lists them"), id);
	return page;
}

/* --- list, show --- */

static void list_one(const struct desk *d, const struct manual_page *page, int64_t wall, struct buf *out)
{
	char name[160], path[PATH_MAX], when[FMT_MAX] = "", say[256];
	struct plan_drill last;
	struct stat st;
	bool kept = false;

	if (plan_file_name(page->id, name, sizeof(name))) {
		snprintf(path, sizeof(path), "%s/%s", d->config->state_dir, name);
		kept = !stat(path, &st);
	}
	if (kept)
		fmt_utc(when, sizeof(when), (int64_t)st.st_mtime * NS_PER_S);
	plan_last_drill(page->id, d->all, d->drills, &last);
	text_put(out, page->id, 30, true);
	buf_addc(out, ' ');
	if (kept)
		buf_addf(out, _("written %.10s"), when);
	else
		buf_adds(out, _("NOT WRITTEN"));
	buf_addf(out, "  %s\n", plan_say_drilled(&last, false, wall, say, sizeof(say)));
}

static int list(const struct desk *d, struct buf *out)
{
	size_t n = 0;

	for (size_t i = 0; i < d->manual->n_pages; i++) {
		if (!concerns(d, &d->manual->pages[i]))
			continue;
		list_one(d, &d->manual->pages[i], clock_wall(), out);
		n++;
	}
	if (!n)
		buf_addf(out, "%s\n", _("No cluster is configured: there is nothing to plan for."));
	return 0;
}

static void put_document(const char *markdown, struct buf *out)
{
	struct manual_lines l;

	manual_lines_init(&l);
	manual_document(&l, markdown, WIDTH);
	for (size_t i = 0; i < l.n; i++) {
		if (i && !l.lines[i].indent && l.lines[i].text[0])
			buf_addc(out, '\n');
		if (l.lines[i].text[0])
			buf_addf(out, "%*s%s\n", l.lines[i].indent, "", l.lines[i].text);
		else if (i + 1 < l.n && l.lines[i + 1].indent)
			buf_addc(out, '\n');
	}
	manual_lines_release(&l);
}

static int show(const struct desk *d, const struct cli *cli, struct buf *out, struct err *err)
{
	const char *format = cli->format ? cli->format : "text";
	const struct manual_page *page = page_of(d, cli->arg, err);
	struct plan_of of;
	struct buf text;
	struct plan p;
	int rc;

	if (!page)
		return -1;
	if (strcmp(format, "text") != 0 && strcmp(format, "markdown") != 0 && strcmp(format, "json") != 0)
		return err_set(err, _("a plan is printed as text, markdown or json, not as %s"), format);
	of = of_page(d, page, d->ledger);
	rc = plan_make(&p, &of, err);
	if (!rc && !strcmp(format, "markdown")) {
		rc = plan_to_markdown(&p, out);
	} else if (!rc && !strcmp(format, "json")) {
		rc = plan_to_json(&p, clock_wall(), out);
		buf_addc(out, '\n');
	} else if (!rc) {
		buf_init(&text, FILE_MOST);
		rc = plan_for_screen(&p, clock_wall(), &text);
		put_document(text.data, out);
		buf_release(&text);
	}
	plan_release(&p);
	return rc && !err->msg[0] ? err_set(err, _("the plan is too large")) : rc;
}

/* --- diff, make --- */

struct making {
	struct desk *desk;
	const struct manual_page *page;
	const char *kept; /* text of the file; "" where there is none */
	char name[160];
	bool write;
};

/* The titles of the sections that stand otherwise in what is kept; *record: of anything but the change record, and not
 * only because it is written in another language. */
static void what_changed(const struct plan *p, const char *kept, const struct ledger *l, char *out, size_t size, bool *record)
{
	struct buf section;

	snprintf(out, size, "%s", kept[0] ? "" : _("written for the first time"));
	*record = !kept[0] && !ledger_newest(l, RECORD_PLAN, NULL, NULL, p->fault);
	for (size_t i = 0; kept[0] && i < p->n; i++) {
		size_t at = strlen(out);

		if (p->list[i].field || !strcmp(p->list[i].id, "changes"))
			continue;
		buf_init(&section, FILE_MOST);
		buf_addf(&section, "### %s\n\n%s", p->list[i].title, p->list[i].text);
		if (!strstr(kept, section.data)) {
			snprintf(out + at, size - at, "%s%s", at ? ", " : _("made anew: "), p->list[i].title);
			*record = true;
		}
		buf_release(&section);
	}
}

/* A kept file may have been written by anybody. */
static void print_diff(const char *text, struct buf *out)
{
	char raw[1024], line[1024];

	while (*text) {
		size_t n = strcspn(text, "\n");

		snprintf(raw, sizeof(raw), "%.*s", (int)(n < sizeof(raw) ? n : sizeof(raw) - 1), text);
		buf_addf(out, "%s\n", text_sanitise(line, sizeof(line), raw, sizeof(raw)));
		text += n + (text[n] == '\n');
	}
}

static int keep_file(const struct making *m, const struct buf *text, struct err *err)
{
	struct state_dir dir = {0};
	int rc = state_dir_open(&dir, m->desk->config->state_dir, true, err);

	if (!rc)
		rc = state_file_write(&dir, m->name, text, err);
	state_dir_release(&dir);
	return rc;
}

/* The change record first: a line that is in a file stands in the ledger too. Returns an exit code. */
static int keep_both(const struct making *m, struct record *r, const struct buf *text)
{
	struct err err = {""};
	int code = r ? modes_keep(m->desk->config, record_ref(r)) : 0;

	if (!code && keep_file(m, text, &err))
		code = modes_fail(&err);
	return code;
}

/* Shows what differs, and writes it after that. *differs: it did. Returns an exit code. */
static int make_plan(const struct making *m, bool *differs)
{
	struct ledger *l = ledger_ref(m->desk->ledger);
	struct plan_of of = of_page(m->desk, m->page, l);
	char changed[CHANGED_MAX];
	struct record *r = NULL;
	struct err err = {""};
	struct buf text, diff, out;
	size_t added, removed;
	struct plan p;
	bool record;
	int code = 0, rc;

	buf_init(&text, FILE_MOST);
	buf_init(&diff, FILE_MOST);
	buf_init(&out, OUTPUT_MAX);
	rc = plan_make(&p, &of, &err);
	if (!rc)
		what_changed(&p, m->kept, l, changed, sizeof(changed), &record);
	if (!rc && record && m->write) {
		struct ledger *with = ledger_copy(l);

		r = act_plan_made(m->page->id, changed, l);
		ledger_add(with, r, KEEP_SAVING);
		ledger_unref(l);
		l = with;
		of.ledger = l;
		plan_release(&p);
		rc = plan_make(&p, &of, &err);
	}
	if (!rc && plan_to_markdown(&p, &text))
		rc = err_set(&err, _("the plan is too large"));
	if (rc)
		code = modes_fail(&err);
	*differs = !code && diff_texts(m->kept, text.data, m->kept[0] ? m->name : "/dev/null", m->name, &diff, &added, &removed);
	if (*differs) {
		print_diff(diff.data, &out);
		modes_print(&out, stdout);
		if (m->write)
			code = keep_both(m, r, &text);
	}
	plan_release(&p);
	record_unref(r);
	ledger_unref(l);
	buf_release(&text);
	buf_release(&diff);
	buf_release(&out);
	return code;
}

static int keep_inventory(struct desk *d)
{
	struct making m = {.desk = d};
	struct err err = {""};
	struct buf text;
	int code = 0;

	snprintf(m.name, sizeof(m.name), "%s", inventory_file);
	buf_init(&text, FILE_MOST);
	if (inventory_write(&d->inventory, &text) ? err_set(&err, _("the list of brokers is too large to be kept"))
						  : keep_file(&m, &text, &err))
		code = modes_fail(&err);
	buf_release(&text);
	return code;
}

static int make_all(struct desk *d, const struct cli *cli)
{
	size_t same = 0, changed = 0;
	struct err err = {""};
	int code = 0;

	if (cli->arg && !page_of(d, cli->arg, &err))
		return modes_fail(&err);
	for (size_t i = 0; i < d->manual->n_pages && !code; i++) {
		struct making m = {.desk = d, .page = &d->manual->pages[i], .write = cli->command == CMD_PLAN_MAKE};
		struct buf kept;
		bool differs;

		if (cli->arg ? strcmp(cli->arg, m.page->id) != 0 : !concerns(d, m.page))
			continue;
		if (!plan_file_name(m.page->id, m.name, sizeof(m.name)))
			continue;
		buf_init(&kept, FILE_MOST);
		read_kept(d->config, m.name, &kept);
		m.kept = kept.data ? kept.data : "";
		code = make_plan(&m, &differs);
		buf_release(&kept);
		same += !differs;
		changed += differs;
	}
	if (!code && cli->command == CMD_PLAN_MAKE)
		code = keep_inventory(d);
	if (code)
		return code;
	if (cli->command == CMD_PLAN_MAKE)
		printf(changed == 1 ? _("%zu plan written to %s/plans, %zu unchanged\n") : _("%zu plans written to %s/plans, %zu unchanged\n"), changed, d->config->state_dir, same);
	else
		printf(changed == 1 ? _("%zu plan would be written, %zu are as they are kept\n")
				    : _("%zu plans would be written, %zu are as they are kept\n"),
		    changed, same);
	return cli->command == CMD_PLAN_DIFF && changed ? 1 : 0;
}

int mode_plan(const struct cli *cli)
{
	struct desk d = {.config = NULL};
	struct err err = {""};
	struct buf out;
	int code = 0;

	buf_init(&out, OUTPUT_MAX);
	if (desk_open(&d, cli, &err))
		code = modes_fail(&err);
	else if (cli->command == CMD_PLAN_LIST || cli->command == CMD_PLAN_SHOW)
		code = (cli->command == CMD_PLAN_LIST ? list(&d, &out) : show(&d, cli, &out, &err)) ? modes_fail(&err) : 0;
	else
		code = make_all(&d, cli);
	if (modes_print(&out, stdout))
		code = CLI_USAGE_EXIT;
	if (d.config)
		desk_leave(&d);
	return code;
}
