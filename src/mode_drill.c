/* `mqduty drill NAME`: a lab, a fault in it, and the triage of it, recorded as a drill. Every line says so. */
#include "modes.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "triage/drill.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARGS_MOST = 24, CONFIG_MOST = 1 << 20, SETTLE_S = 60, AFTER_S = 120, WELL_S = 20 };

struct run {
	const struct drill *drill;
	char dir[PATH_MAX / 2];	   /* of the lab */
	char parent[PATH_MAX / 4]; /* folder made for it, to be removed; "" none */
	char config[PATH_MAX];	   /* of the drill */
	bool ours;		   /* the lab was started here, so it ends here */
	bool faulty;
};

static void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void say(const char *fmt, ...)
{
	va_list ap;

	fputs("DRILL ", stdout);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
}

/* Beside this program, else wherever the shell finds it. */
static void exec_lab(char *const *argv)
{
	char self[PATH_MAX - 16], path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	self[n > 0 ? n : 0] = '\0';
	slash = strrchr(self, '/');
	if (slash) {
		*slash = '\0';
		snprintf(path, sizeof(path), "%s/mqduty-lab", self);
		execv(path, argv);
	}
	execvp("mqduty-lab", argv);
	_exit(127);
}

/* What it said, each line as part of the drill. A file holds it: brokers that are started would keep a pipe open. */
static void retell(FILE *said)
{
	char line[1024];

	rewind(said);
	while (fgets(line, sizeof(line), said)) {
		line[strcspn(line, "\n")] = '\0';
		say("mqduty-lab: %s", line);
	}
}

/* Runs `mqduty-lab WORDS --dir DIR`; its exit code. */
static int lab(const struct run *r, const char *words, bool quiet)
{
	char copy[512], *argv[ARGS_MOST], *save = NULL;
	FILE *said = tmpfile();
	int n = 0, status = 0;
	pid_t pid;

	if (!said)
		return 1;
	snprintf(copy, sizeof(copy), "%s", words);
	argv[n++] = (char *)"mqduty-lab";
	for (char *w = strtok_r(copy, " ", &save); w && n < ARGS_MOST - 3; w = strtok_r(NULL, " ", &save))
		argv[n++] = w;
	argv[n++] = (char *)"--dir";
	argv[n++] = (char *)r->dir;
	argv[n] = NULL;
	pid = fork();
	if (!pid) {
		dup2(fileno(said), STDOUT_FILENO);
		dup2(fileno(said), STDERR_FILENO);
		exec_lab(argv);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	if (!quiet)
		retell(said);
	fclose(said);
	if (pid < 0 || !WIFEXITED(status))
		return 1;
	if (WEXITSTATUS(status) == 127)
		say("%s", _("mqduty-lab was not found beside mqduty or in PATH."));
	return WEXITSTATUS(status);
}

/* A lab that is up in the folder that was named is used; else one is started, in a folder of its own if none was. */
static int begin(struct run *r, const char *dir, struct err *err)
{
	const char *tmp = getenv("TMPDIR");
	char words[256];

	if (dir) {
		snprintf(r->dir, sizeof(r->dir), "%s", dir);
		if (!lab(r, "status", true))
			return 0;
	} else {
		snprintf(r->parent, sizeof(r->parent), "%.900s/mqduty-drill-XXXXXX", tmp && tmp[0] ? tmp : "/tmp");
		if (!mkdtemp(r->parent)) {
			r->parent[0] = '\0';
			return err_set(err, _("no folder for the lab can be made in %s: %s"), tmp && tmp[0] ? tmp : "/tmp",
			    strerror(errno));
		}
		snprintf(r->dir, sizeof(r->dir), "%s/lab", r->parent);
	}
	r->ours = true;
	snprintf(words, sizeof(words), "up %s", drill_lab(r->drill, !geteuid()));
	if (lab(r, words, false))
		return err_set(err, _("the lab did not start; see the lines above"));
	return 0;
}

static void heal(struct run *r)
{
	char words[128];

	snprintf(words, sizeof(words), "heal %s", r->drill->lab_fault);
	lab(r, words, false);
	r->faulty = false;
}

static void end(struct run *r)
{
	if (r->faulty)
		heal(r);
	if (r->ours)
		lab(r, "down", true);
	if (r->parent[0])
		rmdir(r->parent);
}

static int write_text(const char *path, const struct buf *text, struct err *err)
{
	FILE *f = fopen(path, "we");
	int rc = f && fwrite(text->data, 1, text->len, f) == text->len ? 0 : -1;

	if (f && fclose(f))
		rc = -1;
	return rc ? err_set(err, "%s: %s", path, strerror(errno)) : 0;
}

/* The lab's configuration with the drill's rules, and with a state_dir that keeps what is recorded. */
static int write_config(struct run *r, const char *state_dir, struct err *err)
{
	char path[PATH_MAX], line[1024];
	struct buf text, rules;
	FILE *from;
	int rc;

	buf_init(&text, CONFIG_MOST);
	buf_init(&rules, CONFIG_MOST);
	snprintf(path, sizeof(path), "%s/drill-rules.yaml", r->dir);
	drill_rules(r->drill, &rules);
	rc = write_text(path, &rules, err);
	buf_addf(&text, "state_dir: %s\nrules: [%s]\n", state_dir, path);
	snprintf(path, sizeof(path), "%s/mqduty.yaml", r->dir);
	from = fopen(path, "re");
	if (!from)
		rc = err_set(err, "%s: %s", path, strerror(errno));
	while (from && fgets(line, sizeof(line), from))
		if (strncmp(line, "state_dir:", 10))
			buf_adds(&text, line);
	if (from)
		fclose(from);
	snprintf(r->config, sizeof(r->config), "%s/drill.yaml", r->dir);
	rc = rc || write_text(r->config, &text, err);
	buf_release(&text);
	buf_release(&rules);
	return rc ? -1 : 0;
}

static int inject(struct run *r, struct err *err)
{
	char words[128];

	snprintf(words, sizeof(words), "fault %s", r->drill->lab_fault);
	if (lab(r, words, false))
		return err_set(err, _("the fault was not brought about; see the lines above"));
	r->faulty = true;
	return 0;
}

/* --- without a terminal: does the fault raise its alert, and can its page see it? --- */

struct checking {
	const struct drill *drill;
	const struct manual_page *page;
	struct feed *feed;
	char *about; /* the binding of the alert, packed: it outlives the alert */
	struct buf said;
	size_t bad, later;
};

/* One frame: does it show the alert, and are its questions answered? After the heal the alert may be gone. */
static bool look(struct checking *c, bool healed)
{
	struct frame *f = c->feed->ops->acquire(c->feed);
	const struct alert *a = f && !healed ? drill_alert(c->drill, f->judgement) : NULL;
	struct binding b;
	bool done = false;

	if (a || (f && healed)) {
		binding_init(&b);
		if (a)
			binding_alert(&b, f->snap, a);
		else
			binding_unpack(&b, c->about, f->snap);
		buf_reset(&c->said);
		c->bad = drill_check(c->page, &b, f, c->feed->ops->now(c->feed), healed ? NULL : &c->later, &c->said);
		done = !c->bad;
		if (a) {
			free(c->about);
			c->about = binding_pack(&b);
		}
		binding_release(&b);
	}
	frame_unref(f);
	return done;
}

static void look_until(struct checking *c, bool healed, int patience_s)
{
	int64_t deadline = clock_boot() + patience_s * NS_PER_S;

	while (clock_boot() < deadline) {
		struct pollfd p = {.fd = c->feed->ops->fd(c->feed), .events = POLLIN};

		poll(&p, 1, 500);
		if (look(c, healed))
			break;
	}
}

/* What is asked after the recovery is asked after it. */
static int check_healed(struct run *r, struct checking *c)
{
	if (!c->later || !r->faulty)
		return 0;
	heal(r);
	c->bad = c->later;
	look_until(c, true, AFTER_S);
	modes_print(&c->said, stdout);
	return c->bad ? -1 : 0;
}

static int check_page(struct run *r, struct checking *c, struct err *err)
{
	int rc;

	look_until(c, false, r->drill->patience_s);
	if (!c->about)
		return err_set(err, _("DRILL %s: %s did not fire within %d s"), r->drill->fault, r->drill->alert,
		    r->drill->patience_s);
	modes_print(&c->said, stdout);
	rc = c->bad ? -1 : check_healed(r, c);
	say(_("%s fired; %zu questions of %s cannot be answered"), r->drill->alert, c->bad, c->page->id);
	return rc ? err_set(err, _("DRILL %s: not every question is answered with a good number"), r->drill->fault) : 0;
}

static int check(struct run *r, const struct cli *cli, struct err *err)
{
	struct manual *manual = manual_load(NULL, 0, _("en"), NULL);
	struct checking c = {.drill = r->drill, .page = manual_find(manual, r->drill->fault)};
	struct cli on_drill = *cli;
	struct config *config;
	int rc;

	if (!c.page)
		return err_set(err, _("the manual has no page %s"), r->drill->fault);
	on_drill.config = r->config;
	on_drill.no_attach = true;
	c.feed = modes_open_feed(&on_drill, false, &config, err);
	if (!c.feed)
		return -1;
	/* Health first: what changes is seen against it. */
	frame_unref(modes_settled_frame(c.feed, SETTLE_S * NS_PER_S));
	if (inject(r, err))
		return -1;
	buf_init(&c.said, CONFIG_MOST);
	rc = check_page(r, &c, err);
	buf_release(&c.said);
	free(c.about);
	return rc;
}

/* --- at a terminal: the dashboard on the lab, in a process of its own, so that the lab is tidied up whatever ends it --- */

/* Nothing may write to the terminal while the dashboard has it. */
static void inject_behind(struct run *r, pid_t dashboard)
{
	char words[128];

	for (int i = 0; i < WELL_S * 10; i++) {
		siginfo_t ended = {0};

		if (waitid(P_PID, (id_t)dashboard, &ended, WEXITED | WNOHANG | WNOWAIT) || ended.si_pid)
			return;
		poll(NULL, 0, 100);
	}
	snprintf(words, sizeof(words), "fault %s", r->drill->lab_fault);
	r->faulty = !lab(r, words, true);
}

static int practise(struct run *r, const struct cli *cli, struct err *err)
{
	struct cli on_drill = *cli;
	char text[256];
	int status = 0;
	pid_t pid;

	if (!r->drill->seen_well && inject(r, err))
		return -1;
	if (r->drill->seen_well)
		say(_("The dashboard opens on a cluster that is well; %s comes after %d s. t begins the triage. Everything is "
		      "recorded as a drill."), r->drill->lab_fault, WELL_S);
	else
		say(_("The dashboard opens on it; t begins the triage. Everything is recorded as a drill."));
	snprintf(text, sizeof(text), "alertname=%s cluster=%s", r->drill->alert, r->drill->cluster);
	on_drill.command = r->drill->seen_well ? CMD_DASHBOARD : CMD_OPEN;
	on_drill.arg = r->drill->seen_well ? NULL : text;
	on_drill.config = r->config;
	on_drill.drill = true;
	pid = fork();
	if (!pid) {
		int code = mode_dashboard(&on_drill);

		fflush(NULL);
		_exit(code);
	}
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	if (pid > 0 && r->drill->seen_well)
		inject_behind(r, pid);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return pid > 0 ? 0 : err_set(err, "%s", strerror(errno));
}

static int list(void)
{
	for (size_t i = 0; i < n_drills; i++)
		printf("%-28s %-26s %s\n", drills[i].fault, drills[i].alert, drills[i].lab_fault);
	return 0;
}

int mode_drill(const struct cli *cli)
{
	struct run r = {.drill = cli->arg ? drill_find(cli->arg) : NULL};
	char state_dir[PATH_MAX];
	struct err err = {""};
	int rc;

	if (!cli->arg)
		return list();
	if (!r.drill) {
		err_set(&err, _("there is no drill \"%s\"; `mqduty drill` lists them"), cli->arg);
		return modes_fail(&err);
	}
	rc = begin(&r, cli->lab_dir, &err);
	if (!rc && cli->drill_check)
		snprintf(state_dir, sizeof(state_dir), "%s/state", r.dir);
	else if (!rc)
		rc = modes_drill_state(cli, state_dir, sizeof(state_dir), &err);
	rc = rc || write_config(&r, state_dir, &err);
	if (!rc)
		rc = cli->drill_check ? check(&r, cli, &err) : practise(&r, cli, &err);
	end(&r);
	if (rc && strncmp(err_msg(&err), "DRILL ", 6))
		err_prefix(&err, "DRILL %s", r.drill->fault);
	if (rc)
		modes_fail(&err);
	return rc ? 1 : 0;
}
