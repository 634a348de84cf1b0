#include "canary/canary.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/thread.h"
#include "source/source.h"
#include "store/state_dir.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define WRITE_EVERY (2 * NS_PER_S)
#define FIRST_WAIT (2 * NS_PER_S)
#define LONGEST_WAIT (60 * NS_PER_S)

enum { EXIT_USAGE = 3, PATH_SIZE = 4096, FIGURES_MAX = 4 << 20 };

static atomic_bool stop;

static int (*const run[])(struct canary *c, struct err *err) = {
    [KIND_KAFKA] = canary_run_kafka, [KIND_NATS] = canary_run_nats, [KIND_MQTT] = canary_run_mqtt};

struct flight *canary_flight(struct canary *c, const char *broker)
{
	struct flight *found = NULL;

	pthread_mutex_lock(&c->lock);
	for (size_t i = 0; i < c->n && !found; i++)
		if (!strcmp(c->flights[i]->broker, broker))
			found = c->flights[i];
	if (!found && c->n < CANARY_FLIGHTS) {
		found = xcalloc(1, sizeof(*found));
		flight_init(found, broker);
		c->flights[c->n++] = found;
	}
	pthread_mutex_unlock(&c->lock);
	return found;
}

static void nap(int64_t ns)
{
	struct timespec t = {.tv_sec = ns / NS_PER_S, .tv_nsec = ns % NS_PER_S};

	nanosleep(&t, NULL);
}

bool canary_wait(struct canary *c, int64_t *due)
{
	while (!atomic_load(c->stop) && clock_boot() < *due) {
		int64_t left = *due - clock_boot();

		nap(left > 100 * NS_PER_MS ? 100 * NS_PER_MS : left > 0 ? left : 0);
	}
	*due += c->conf->canary.every_ms * NS_PER_MS;
	/* What was missed is not made up for. */
	if (*due < clock_boot())
		*due = clock_boot();
	return !atomic_load(c->stop);
}

int64_t canary_patience(const struct canary *c)
{
	return c->conf->timeout_ms * 2 * NS_PER_MS;
}

static void *canary_main(void *arg)
{
	struct canary *c = arg;
	int64_t wait = FIRST_WAIT;

	while (!atomic_load(&stop)) {
		struct err err = {""};
		int64_t began = clock_boot(), due;

		if (run[c->conf->kind](c, &err))
			fprintf(stderr, "mqduty-canary: %s: %s\n", c->conf->name, err_msg(&err));
		if (clock_boot() - began > LONGEST_WAIT)
			wait = FIRST_WAIT;
		for (due = clock_boot() + wait; !atomic_load(&stop) && clock_boot() < due;)
			nap(100 * NS_PER_MS);
		wait = wait * 2 < LONGEST_WAIT ? wait * 2 : LONGEST_WAIT;
	}
	return NULL;
}

/* Whole or not at all, readable by whoever may read the folder: there is no secret in it. */
static int write_file(const char *path, const struct buf *b, struct err *err)
{
	char temp[PATH_SIZE + 8];
	FILE *f;
	int rc;

	snprintf(temp, sizeof(temp), "%s.new", path);
	f = fopen(temp, "we");
	if (!f)
		return err_set(err, _("the figures cannot be written to %s: %s"), temp, strerror(errno));
	rc = fwrite(b->data, 1, b->len, f) != b->len;
	if (fclose(f) || rc || rename(temp, path))
		return err_set(err, _("the figures cannot be written to %s: %s"), path, strerror(errno));
	return 0;
}

static int write_figures(struct canary *c, struct err *err)
{
	struct buf out;
	int rc;

	buf_init(&out, FIGURES_MAX);
	buf_addf(&out, "# mqduty-canary: produce-to-consume latency of the last 2 minutes\nmqduty_canary_time_seconds %.3f\n",
	    (double)clock_wall() / NS_PER_S);
	pthread_mutex_lock(&c->lock);
	for (size_t i = 0; i < c->n; i++)
		flight_write(c->flights[i], c->conf->name, clock_boot(), &out);
	pthread_mutex_unlock(&c->lock);
	rc = write_file(c->conf->canary.figures, &out, err);
	buf_release(&out);
	return rc;
}

static void on_signal(int sig)
{
	(void)sig;
	atomic_store(&stop, true);
}

static struct config *load(const char *path)
{
	struct config_errors errors = {0};
	char found[PATH_SIZE];
	struct err err = {""};
	struct config *c = config_load(path, found, sizeof(found), &errors);
	struct buf said;

	buf_init(&said, 1 << 20);
	config_errors_print(&errors, found, &said);
	config_errors_release(&errors);
	fputs(said.data, stderr);
	buf_release(&said);
	if (!c && !found[0])
		fprintf(stderr, "mqduty-canary: %s\n", _("there is no configuration: name one with -c FILE"));
	if (c && config_resolve_secrets(c, &err)) {
		fprintf(stderr, "mqduty-canary: %s\n", err_msg(&err));
		c = NULL;
	}
	return c;
}

static int usage(FILE *to, int code)
{
	fputs(_("usage: mqduty-canary [-c FILE] [--for SECONDS]\n"
		"Sends small messages to the topic or subject that `canary:` of each cluster names, reads them back and\n"
		"writes how long they took to the file of figures, which mqduty shows. It is the only program of mqduty\n"
		"that writes to a broker: make the topic for it alone.\n"),
	    to);
	return code;
}

static int read_arguments(int argc, char **argv, const char **path, double *seconds)
{
	for (int i = 1; i < argc; i++) {
		if ((!strcmp(argv[i], "-c") || !strcmp(argv[i], "--config")) && i + 1 < argc)
			*path = argv[++i];
		else if (!strcmp(argv[i], "--for") && i + 1 < argc)
			*seconds = strtod(argv[++i], NULL);
		else
			return -1;
	}
	return *seconds < 0 ? -1 : 0;
}

/* Writes the figures until a signal or the time ends it. */
static void watch(struct canary *all, size_t n, double seconds)
{
	int64_t end = seconds > 0 ? clock_boot() + (int64_t)(seconds * NS_PER_S) : INT64_MAX;
	char said[ERR_MAX] = "";

	while (!atomic_load(&stop) && clock_boot() < end) {
		for (size_t i = 0; i < n; i++) {
			struct err err = {""};

			/* A full disk is said once, not every two seconds. */
			if (write_figures(&all[i], &err) && strcmp(said, err.msg) != 0)
				fprintf(stderr, "mqduty-canary: %s\n", err_msg(&err));
			memcpy(said, err.msg, sizeof(said));
		}
		for (int64_t due = clock_boot() + WRITE_EVERY; !atomic_load(&stop) && clock_boot() < due;)
			nap(100 * NS_PER_MS);
	}
}

/* Where mqduty never ran the folder is not there yet. */
static void make_folder(const struct config *config, const char *figures)
{
	struct state_dir place;
	struct err err = {""};

	if (strncmp(figures, config->state_dir, strlen(config->state_dir)) != 0)
		return;
	if (state_dir_open(&place, config->state_dir, true, &err))
		fprintf(stderr, "mqduty-canary: %s\n", err_msg(&err));
	else
		state_dir_release(&place);
}

static int fly(const struct config *config, double seconds)
{
	struct canary *all = xcalloc(config->n_clusters + 1, sizeof(*all));
	size_t n = 0;

	for (size_t i = 0; i < config->n_clusters; i++) {
		const struct cluster_conf *conf = &config->clusters[i];
		pthread_t thread;

		if (!conf->canary.topic)
			continue;
		make_folder(config, conf->canary.figures);
		all[n] = (struct canary){.conf = conf, .stop = &stop};
		pthread_mutex_init(&all[n].lock, NULL);
		if (thread_start(&thread, "canary", canary_main, &all[n]))
			BUG("no thread for a canary");
		n++;
	}
	if (!n) {
		fprintf(stderr, "mqduty-canary: %s\n",
		    _("no cluster has a canary: block: name a topic or subject that was made for it"));
		return EXIT_USAGE;
	}
	watch(all, n, seconds);
	for (size_t i = 0; i < n; i++) {
		struct err err = {""};

		write_figures(&all[i], &err);
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct sigaction act = {.sa_handler = on_signal};
	const char *path = NULL;
	struct config *config;
	double seconds = 0;
	int code;

	i18n_init(NULL);
	if (argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")))
		return usage(stdout, 0);
	if (read_arguments(argc, argv, &path, &seconds))
		return usage(stderr, EXIT_USAGE);
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGHUP, &act, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_DFL); /* as in main.c: commands tell how they end */
	source_prepare(); /* no web proxy for MQTT */
	config = load(path);
	if (!config)
		return EXIT_USAGE;
	code = fly(config, seconds);
	/* Client libraries may still have threads that hang: they end with the process. */
	fflush(NULL);
	_exit(code);
}
