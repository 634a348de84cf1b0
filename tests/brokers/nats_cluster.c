#include "nats_cluster.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void die(const char *what)
{
	fprintf(stderr, "test cluster: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* Below the range from which Linux takes the ports of outgoing connections: nobody's client lands on it before the server does,
 * or while it is down. */
int free_port(void)
{
	enum { LOW = 15000, HIGH = 32000, TRIES = 1000 };

	for (int i = 0; i < TRIES; i++) {
		struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), port;
		uint32_t r;
		bool is_free;

		if (fd < 0 || getrandom(&r, sizeof(r), 0) != (ssize_t)sizeof(r))
			break;
		port = LOW + (int)(r % (HIGH - LOW));
		a.sin_port = htons((uint16_t)port);
		is_free = !bind(fd, (struct sockaddr *)&a, sizeof(a));
		close(fd);
		if (is_free)
			return port;
	}
	die("no free port");
	return -1;
}

static void write_config(const struct test_cluster *c, struct test_server *s)
{
	FILE *f;

	snprintf(s->config, sizeof(s->config), "%s/%s.conf", c->dir, s->name);
	f = fopen(s->config, "we");
	if (!f)
		die(s->config);
	fprintf(f, "server_name: %s\nlisten: 127.0.0.1:%d\nmax_connections: 100\n", s->name, s->client);
	if (!c->plan.no_monitor)
		fprintf(f, "%s: 127.0.0.1:%d\n", c->plan.https ? "https" : "http", s->monitor);
	/* Less patience with slow clients than usual. */
	fprintf(f, "max_pending: 1MB\nmax_payload: 512KB\nwrite_deadline: \"1s\"\n");
	fprintf(f, "log_file: \"%s/%s.log\"\n", c->dir, s->name);
	if (c->plan.jetstream)
		fprintf(f, "jetstream { store_dir: \"%s/%s\", max_mem: 16MB, max_file: 64MB }\n", c->dir, s->name);
	if (c->plan.more)
		fputs(c->plan.more, f);
	if (c->n > 1 && !c->plan.no_cluster) {
		fprintf(f, "cluster { name: %s, listen: 127.0.0.1:%d, routes: [", c->name, s->route);
		for (size_t i = 0; i < c->n; i++)
			fprintf(f, "%snats-route://127.0.0.1:%d", i ? ", " : "", c->server[i].route);
		fprintf(f, "] }\n");
	}
	fclose(f);
}

void server_start(struct test_cluster *c, size_t i)
{
	struct test_server *s = &c->server[i];
	pid_t parent = getpid();

	s->pid = fork();
	if (s->pid < 0)
		die("fork");
	if (s->pid)
		return;
	/* Whatever ends the test ends its servers, also a frozen one. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	execlp(c->binary, c->binary, "-c", s->config, (char *)NULL);
	_exit(127);
}

void server_signal(struct test_cluster *c, size_t i, int sig)
{
	struct test_server *s = &c->server[i];

	if (!s->pid)
		return;
	kill(s->pid, sig);
	if (sig == SIGKILL) {
		waitpid(s->pid, NULL, 0);
		s->pid = 0;
	}
}

void cluster_start(struct test_cluster *c, const char *binary, const char *name, size_t n, bool jetstream)
{
	cluster_start_as(c, binary, name, n, (struct cluster_plan){.jetstream = jetstream});
}

void cluster_rewrite(struct test_cluster *c, const char *more)
{
	c->plan.more = more;
	for (size_t i = 0; i < c->n; i++)
		write_config(c, &c->server[i]);
}

void cluster_start_as(struct test_cluster *c, const char *binary, const char *name, size_t n, struct cluster_plan plan)
{
	const char *tmp = getenv("TMPDIR");

	*c = (struct test_cluster){.binary = binary, .name = name, .plan = plan, .n = n};
	snprintf(c->dir, sizeof(c->dir), "%.150s/mqduty-nats-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(c->dir))
		die(c->dir);
	for (size_t i = 0; i < n; i++) {
		snprintf(c->server[i].name, sizeof(c->server[i].name), "%.8s-%d", name, (int)(i % CLUSTER_MAX) + 1);
		c->server[i].client = free_port();
		c->server[i].monitor = free_port();
		c->server[i].route = free_port();
	}
	for (size_t i = 0; i < n; i++) {
		write_config(c, &c->server[i]);
		server_start(c, i);
	}
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void cluster_stop(struct test_cluster *c)
{
	for (size_t i = 0; i < c->n; i++)
		server_signal(c, i, SIGKILL);
	if (c->dir[0])
		nftw(c->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	c->dir[0] = '\0';
}
