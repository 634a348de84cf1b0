#include "lab/options.h"
#include "lab/worker.h"

#include "base/buf.h"
#include "base/text.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { VALUE_MAX = 8192 };

struct variable {
	const char *name;
	void (*value)(const struct lab *lab, struct buf *out); /* empty: not set */
};

static void v_config(const struct lab *lab, struct buf *out)
{
	buf_addf(out, "%s/mqduty.yaml", lab->dir);
}

static void v_dir(const struct lab *lab, struct buf *out)
{
	buf_adds(out, lab->dir);
}

static void v_kafka(const struct lab *lab, struct buf *out)
{
	for (int i = 0; lab->kafka && i < LAB_NODES; i++)
		buf_addf(out, "%s127.0.0.1:%d", i ? "," : "", lab->kafka_port[i]);
}

static void v_kafka_kind(const struct lab *lab, struct buf *out)
{
	if (lab->kafka)
		buf_adds(out, lab->kafka_kind == KAFKA_SIM ? "sim" : "real");
}

static void v_nats(const struct lab *lab, struct buf *out)
{
	for (int i = 0; lab->nats && i < LAB_NODES; i++)
		buf_addf(out, "%snats://app:%s@127.0.0.1:%d", i ? "," : "", lab->secret,
		    lab->nats_port[i]);
}

static void v_monitor(const struct lab *lab, struct buf *out)
{
	for (int i = 0; lab->nats && i < LAB_NODES; i++)
		buf_addf(out, "%shttp://127.0.0.1:%d", i ? "," : "", lab->nats_http[i]);
}

static void v_mqtt(const struct lab *lab, struct buf *out)
{
	if (lab->mqtt)
		buf_addf(out, "mqtt://127.0.0.1:%d", lab->mqtt_port);
}

static void v_path(const struct lab *lab, struct buf *out)
{
	const char *path = getenv("PATH");

	buf_addf(out, "%s/bin:%s", lab->dir, path && *path ? path : "/usr/bin:/bin");
}

static const struct variable variables[] = {
    {"MQDUTY_CONFIG", v_config},
    {"MQDUTY_LAB_DIR", v_dir},
    {"KAFKA_BOOTSTRAP", v_kafka},
    {"KAFKA_KIND", v_kafka_kind},
    {"NATS_URL", v_nats},
    {"NATS_MONITOR", v_monitor},
    {"MQTT_URL", v_mqtt},
    {"PATH", v_path},
};

enum { N_VARIABLES = sizeof(variables) / sizeof(variables[0]) };

static void variable_value(const struct lab *lab, const struct variable *v, struct buf *out)
{
	buf_reset(out);
	v->value(lab, out);
}

int cmd_env(struct lab *lab, const struct options *o)
{
	char quoted[VALUE_MAX];
	struct err err;
	struct buf b;

	(void)o;
	if (lab_load(lab, &err)) {
		fprintf(stderr, "mqduty-lab: %s\n", err.msg);
		return 1;
	}
	buf_init(&b, VALUE_MAX / 2);
	for (size_t i = 0; i < N_VARIABLES; i++) {
		variable_value(lab, &variables[i], &b);
		quoted[0] = '\0';
		if (b.len && text_shell_quote(quoted, sizeof(quoted), b.data) == 0)
			printf("export %s=%s\n", variables[i].name, quoted);
	}
	buf_release(&b);
	return 0;
}

static pid_t start_command(const struct lab *lab, const struct options *o)
{
	struct buf b;
	pid_t pid = fork();

	if (pid)
		return pid;
	buf_init(&b, VALUE_MAX / 2);
	for (size_t i = 0; i < N_VARIABLES; i++) {
		variable_value(lab, &variables[i], &b);
		if (b.len)
			setenv(variables[i].name, b.data, 1);
	}
	execvp(o->args[0], (char *const *)o->args);
	fprintf(stderr, "mqduty-lab: %s: %s.\n", o->args[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

/* A signal for us is meant for the command as well; the lab goes down after it has ended. */
static int wait_command(pid_t pid)
{
	bool told = false;
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return 1;
		if (interrupted() && !told) {
			kill(pid, SIGTERM);
			told = true;
		}
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int cmd_run(struct lab *lab, const struct options *o)
{
	bool mine = !lab_exists(lab);
	struct err err;
	pid_t pid;
	int rc;

	if (!o->n_args) {
		fputs("mqduty-lab: `run` needs a command: mqduty-lab run -- COMMAND.\n", stderr);
		return 3;
	}
	interrupts_catch();
	if (mine ? lab_up(lab, o, &err) : lab_load(lab, &err)) {
		fprintf(stderr, "mqduty-lab: %s\n", err.msg);
		return 1;
	}
	fflush(NULL);
	pid = start_command(lab, o);
	rc = pid > 0 ? wait_command(pid) : 1;
	if (mine && (lab_lock(lab, &err) || lab_down(lab, &err))) {
		fprintf(stderr, "mqduty-lab: %s\n", err.msg);
		return rc ? rc : 1;
	}
	return rc;
}
