#include "mqtt_broker.h"

#include "nats_cluster.h" /* free_port() */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void die(const char *what)
{
	fprintf(stderr, "test broker: %s: %s\n", what, strerror(errno));
	exit(1);
}

static const char *program(const char *variable, const char *usual)
{
	const char *named = getenv(variable);

	return named && *named ? named : usual;
}

void broker_prepare(struct test_broker *b)
{
	const char *tmp = getenv("TMPDIR");

	*b = (struct test_broker){.port = free_port()};
	snprintf(b->dir, sizeof(b->dir), "%.150s/mqduty-mqtt-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(b->dir))
		die(b->dir);
}

void broker_file(struct test_broker *b, const char *name, const char *text)
{
	char path[300];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", b->dir, name);
	f = fopen(path, "we");
	if (!f || fputs(text, f) < 0 || fclose(f))
		die(path);
}

static bool answers(const struct test_broker *b)
{
	int fd = client_connect(b, "test-start", 10);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

void broker_again(struct test_broker *b)
{
	pid_t parent = getpid();
	char conf[300];

	snprintf(conf, sizeof(conf), "%s/mosquitto.conf", b->dir);
	b->pid = fork();
	if (b->pid < 0)
		die("fork");
	if (!b->pid) {
		int null = open("/dev/null", O_RDWR | O_CLOEXEC);

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
		dup2(null, 2);
		execlp(program("MQ_MOSQUITTO", "mosquitto"), "mosquitto", "-c", conf, (char *)NULL);
		execl("/usr/sbin/mosquitto", "mosquitto", "-c", conf, (char *)NULL);
		_exit(127);
	}
}

void broker_start(struct test_broker *b, const char *more)
{
	char text[8192];

	if (!b->dir[0])
		broker_prepare(b);
	snprintf(text, sizeof(text), "%slistener %d 127.0.0.1\n%s%s%s",
	    more && strstr(more, "listener ") ? "per_listener_settings true\n" : "", b->port,
	    more && strstr(more, "allow_anonymous") ? "" : "allow_anonymous true\n",
	    more && strstr(more, "sys_interval") ? "" : "sys_interval 1\n", more ? more : "");
	if (geteuid() == 0)
		strncat(text, "user root\n", sizeof(text) - strlen(text) - 1);
	broker_file(b, "mosquitto.conf", text);
	broker_again(b);
	for (int i = 0; i < 500 && !(more && strstr(more, "allow_anonymous")); i++) {
		if (answers(b))
			return;
		nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
	}
}

void broker_signal(struct test_broker *b, int sig)
{
	if (!b->pid)
		return;
	kill(b->pid, sig);
	if (sig != SIGKILL)
		return;
	waitpid(b->pid, NULL, 0);
	b->pid = 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void broker_stop(struct test_broker *b)
{
	broker_signal(b, SIGKILL);
	if (b->dir[0])
		nftw(b->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	b->dir[0] = '\0';
}

static void put_all(int fd, const void *p, size_t n)
{
	if (send(fd, p, n, MSG_NOSIGNAL) != (ssize_t)n)
		die("a client's send");
}

int client_connect(const struct test_broker *b, const char *id, int keepalive)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)b->port)};
	unsigned char packet[64] = {0x10, 0, 0, 4, 'M', 'Q', 'T', 'T', 4, 2}, reply[4];
	size_t n = strlen(id);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	packet[1] = (unsigned char)(12 + n);
	packet[11] = (unsigned char)keepalive;
	packet[13] = (unsigned char)n;
	memcpy(packet + 14, id, n);
	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof(a)) ||
	    send(fd, packet, 14 + n, MSG_NOSIGNAL) < 0 || recv(fd, reply, 4, MSG_WAITALL) != 4 ||
	    reply[0] != 0x20 || reply[3]) {
		close(fd);
		return -1;
	}
	return fd;
}

void client_subscribe(int fd, const char *topic, int qos)
{
	unsigned char packet[128] = {0x82, 0, 0, 1, 0}, reply[5];
	size_t n = strlen(topic);

	packet[1] = (unsigned char)(5 + n);
	packet[5] = (unsigned char)n;
	memcpy(packet + 6, topic, n);
	packet[6 + n] = (unsigned char)qos;
	put_all(fd, packet, 7 + n);
	if (recv(fd, reply, 5, MSG_WAITALL) != 5 || reply[0] != 0x90)
		die("a client's SUBACK");
}

void client_publish(int fd, const char *topic, const void *payload, size_t len, bool retain)
{
	unsigned char head[128] = {retain ? 0x31 : 0x30};
	size_t n = strlen(topic), rest = 2 + n + len, at = 1;

	do {
		head[at] = rest & 127;
		rest >>= 7;
		head[at++] |= rest ? 128 : 0;
	} while (rest);
	head[at++] = 0;
	head[at++] = (unsigned char)n;
	memcpy(head + at, topic, n);
	put_all(fd, head, at + n);
	put_all(fd, payload, len);
}

void tool_start(struct sys_tool *t, const struct test_broker *b)
{
	char port[16];
	int p[2];

	memset(t, 0, sizeof(*t));
	snprintf(port, sizeof(port), "%d", b->port);
	if (pipe2(p, O_CLOEXEC) || (t->pid = fork()) < 0)
		die("mosquitto_sub");
	if (!t->pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(p[1], 1);
		execlp(program("MQ_MOSQUITTO_SUB", "mosquitto_sub"), "mosquitto_sub", "-p", port,
		    "-t", "$SYS/#", "-F", "%t=%p", (char *)NULL);
		_exit(127);
	}
	close(p[1]);
	t->fd = p[0];
	fcntl(t->fd, F_SETFL, O_NONBLOCK);
}

void tool_stop(struct sys_tool *t)
{
	kill(t->pid, SIGKILL);
	waitpid(t->pid, NULL, 0);
	close(t->fd);
}

int64_t tool_number(struct sys_tool *t, const char *topic)
{
	char key[100], *at;
	ssize_t n;

	/* Only the newest half is kept when it grows: values come again every tick or did not
	 * change. */
	while ((n = read(t->fd, t->text + t->len, sizeof(t->text) - 1 - t->len)) > 0)
		t->len += (size_t)n;
	t->text[t->len] = '\0';
	snprintf(key, sizeof(key), "$SYS/broker/%s=", topic);
	at = NULL;
	for (char *p = t->text; (p = strstr(p, key)); p++)
		at = p;
	return at && strchr(at, '\n') ? strtoll(at + strlen(key), NULL, 10) : -1;
}
