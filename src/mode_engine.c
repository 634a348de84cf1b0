#include "modes.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/thread.h"
#include "rules/rules.h"
#include "store/ops_db.h"
#include "wire/server.h"
#include "wire/socket.h"
#include "wire/wire.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

/* The engine without a terminal, and what hands records to whoever keeps them. */

enum { STEP_MS = 1000 };

#define KEPT_WITHIN (10 * NS_PER_S)

/* SIGHUP, SIGTERM and SIGINT as a descriptor; before the first thread. */
static int take_signals(struct err *err)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return fd < 0 ? err_set(err, _("signals cannot be waited for: %s"), strerror(errno)) : fd;
}

struct collect {
	const struct cli *cli;
	struct config *config;
	struct feed *feed;
	struct server *server;
	char path[TALK_PATH_MAX];
};

/* The config that is new is tried before the old engine ends. */
static struct config *read_config(const struct cli *cli, struct err *err)
{
	struct config *c;
	struct rules *rules;
	struct buf said;

	buf_init(&said, OUTPUT_MAX);
	c = modes_load(cli, &said);
	for (const char *line = said.data; *line; line += strcspn(line, "\n") + 1)
		log_warn("%.*s", (int)strcspn(line, "\n"), line);
	buf_release(&said);
	if (!c)
		err_set(err, _("mend what is said above"));
	rules = c ? rules_new(c, false, err) : NULL;
	rules_free(rules);
	return rules ? c : NULL;
}

static void serve_feed(struct collect *k)
{
	char digest[TALK_DIGEST_SIZE];

	config_digest(k->config, digest);
	server_feed(k->server, k->feed, digest);
}

/* The frames of the old engine may point into its config, which stays. */
static int reload(struct collect *k, struct err *err)
{
	struct config *fresh = read_config(k->cli, err);

	if (!fresh) {
		log_warn("the configuration was not taken, the one before stays in force: %s", err_msg(err));
		return 0;
	}
	if (strcmp(fresh->state_dir, k->config->state_dir) != 0)
		log_warn("state_dir is another one now: the socket moves when mqduty collect is started again");
	k->feed->ops->close(k->feed);
	k->config = fresh;
	k->feed = engine_start(k->config, false, err);
	if (!k->feed)
		return -1;
	serve_feed(k);
	log_info("the configuration was read again");
	return 0;
}

/* false: it is over. */
static bool obey(struct collect *k, int signals, struct err *err)
{
	struct signalfd_siginfo si;

	while (read(signals, &si, sizeof(si)) == sizeof(si)) {
		if (si.ssi_signo != SIGHUP) {
			log_info("ended by %s", strsignal((int)si.ssi_signo));
			return false;
		}
		if (reload(k, err))
			return false;
	}
	return true;
}

static int collect(struct collect *k, int signals, struct err *err)
{
	struct server_setup setup = {.state_dir = k->config->state_dir, .config = k->path, .takes_over = true};

	k->server = server_new(&setup, err);
	if (!k->server)
		return -1;
	k->feed = engine_start(k->config, false, err);
	if (!k->feed)
		return -1;
	serve_feed(k);
	while (obey(k, signals, err))
		server_step(k->server, signals, STEP_MS);
	/* The engine first: a viewer that goes on by itself finds what it kept, and may keep more, at once. */
	if (k->feed)
		k->feed->ops->close(k->feed);
	server_free(k->server);
	return err_msg(err)[0] ? -1 : 0;
}

int mode_collect(const struct cli *cli)
{
	struct collect k = {.cli = cli};
	struct err err = {""};
	int signals = take_signals(&err);

	if (signals < 0)
		return modes_fail(&err);
	umask(077);
	if (!cli->log)
		log_use(STDERR_FILENO, LOG_LEVEL_INFO);
	k.config = read_config(cli, &err);
	if (!k.config)
		return modes_fail(&err);
	socket_config_path(k.config, k.path, sizeof(k.path));
	return collect(&k, signals, &err) ? modes_fail(&err) : 0;
}

struct config *modes_plain_config(const struct cli *cli)
{
	struct config_errors errors = {0};
	char path[TALK_PATH_MAX];
	struct config *c = config_load(cli->config, path, sizeof(path), &errors);
	struct buf said;

	modes_speak(cli, c);
	buf_init(&said, OUTPUT_MAX);
	config_errors_print(&errors, path, &said);
	config_errors_release(&errors);
	if (!c && !said.len)
		c = config_new_default();
	modes_print(&said, stderr);
	return c;
}

/* How the record stands; true: that is final. */
static bool is_final(const struct ledger *l, const char *id, bool *kept, struct err *err)
{
	const struct ledger_line *line = ledger_find(l, id);

	*kept = line && line->keep == KEEP_KEPT;
	if (line && line->keep == KEEP_FAILED)
		err_set(err, "%s", l->trouble[0] ? l->trouble : _("it is NOT SAVED"));
	return *kept || (line && line->keep == KEEP_FAILED);
}

static int through_engine(struct feed *feed, struct record *r, struct err *err)
{
	int64_t until = clock_boot() + KEPT_WITHIN;
	char id[RECORD_ID_SIZE];
	bool kept = false, final = false;

	memcpy(id, r->id, sizeof(id));
	if (feed->ops->submit(feed, r, err))
		return -1;
	while (!final && clock_boot() < until) {
		struct pollfd p = {.fd = feed->ops->fd(feed), .events = POLLIN};
		struct frame *f;

		poll(&p, 1, 100);
		f = feed->ops->acquire(feed);
		final = f && is_final(f->ledger, id, &kept, err);
		frame_unref(f);
	}
	if (!final)
		err_set(err, _("the engine has not said within 10 s that it is saved: it is NOT SAVED as far as is known"));
	return kept ? 0 : -1;
}

static int into_file(const struct config *config, struct record *r, struct err *err)
{
	int64_t until = clock_boot() + KEPT_WITHIN;
	int wake = wake_open();
	struct ops_db *db = ops_db_start(config->state_dir, OPS_WRITE, wake);
	char id[RECORD_ID_SIZE];
	bool kept = false, final = false;

	memcpy(id, r->id, sizeof(id));
	if (ops_db_submit(db, r, err))
		return -1;
	while (!final && clock_boot() < until) {
		struct pollfd p = {.fd = wake, .events = POLLIN};
		struct ledger *l = ops_db_ledger(db);

		final = is_final(l, id, &kept, err);
		if (!final && l->trouble[0])
			err_set(err, "%s", l->trouble);
		ledger_unref(l);
		if (final)
			break;
		poll(&p, 1, 100);
		wake_drain(wake);
	}
	ops_db_stop(db, NS_PER_S);
	return kept ? 0 : -1;
}

/* With the engine that runs for the config, or the file where nobody holds it. Takes r. */
static int keep(const struct config *config, struct feed *engine, struct record *r)
{
	struct err err = {""};
	int rc = engine ? through_engine(engine, r, &err) : into_file(config, r, &err);

	if (engine)
		engine->ops->close(engine);
	return rc ? modes_fail(&err) : 0;
}

int modes_keep(const struct config *config, struct record *r)
{
	struct err err = {""};

	return keep(config, wire_attach(config, ATTACH_ONLY, &err), r);
}

int mode_event(const struct cli *cli)
{
	struct config *config = modes_plain_config(cli);
	struct err err = {""};
	struct record *r;

	if (!config)
		return CLI_USAGE_EXIT;
	if (!cli->arg[strspn(cli->arg, " \t\n")]) {
		err_set(&err, _("'mqduty event' needs a text that says what was done"));
		return modes_fail(&err);
	}
	if (strlen(cli->arg) > RECORD_TEXT_MAX) {
		err_set(&err, _("the text is longer than %d bytes"), RECORD_TEXT_MAX);
		return modes_fail(&err);
	}
	r = record_new(RECORD_EVENT);
	r->text = record_str(r, cli->arg);
	return keep(config, wire_attach(config, ATTACH_ONLY, &err), r);
}
