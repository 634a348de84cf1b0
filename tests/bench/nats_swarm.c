/*
 * nats_swarm PORT N [GONE]: N idle clients of a NATS server of this host in one process, each subscribed to a
 * subject of its own, after GONE more that came and went. Prints "ready" when all are connected, answers the
 * server's pings, ends when its stdin is closed.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 60000, BATCH = 256 };

static int connect_one(const struct sockaddr_in *to, long i)
{
	char hello[256];
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), n;

	if (fd < 0 || connect(fd, (const struct sockaddr *)to, sizeof(*to)))
		return -1;
	n = snprintf(hello, sizeof(hello), "CONNECT {\"verbose\":false,\"name\":\"swarm-%ld\"}\r\nSUB swarm.%ld 1\r\n", i, i);
	return write(fd, hello, (size_t)n) == n ? fd : -1;
}

/* The server keeps those that went, up to its max_closed_clients. Each waits for its INFO, so that none is refused. */
static int come_and_go(const struct sockaddr_in *to, long n)
{
	for (long i = 0; i < n; i++) {
		char info[1];
		int fd = connect_one(to, i);

		if (fd < 0 || read(fd, info, 1) != 1)
			return -1;
		close(fd);
	}
	return 0;
}

/* Answers pings; whatever else comes is read and forgotten. False when the connection has ended. */
static int serve(int fd)
{
	char data[8192];
	ssize_t n = recv(fd, data, sizeof(data) - 1, MSG_DONTWAIT);

	if (n <= 0)
		return n < 0 && errno == EAGAIN;
	data[n] = '\0';
	if (strstr(data, "PING"))
		return write(fd, "PONG\r\n", 6) == 6;
	return 1;
}

int main(int argc, char **argv)
{
	long n = argc > 2 ? strtol(argv[2], NULL, 10) : 0, gone = argc > 3 ? strtol(argv[3], NULL, 10) : 0, ended = 0;
	struct rlimit limit;
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct epoll_event events[BATCH], in = {.events = EPOLLIN, .data.fd = STDIN_FILENO};
	int ep = epoll_create1(EPOLL_CLOEXEC);

	if (argc < 3 || argc > 4 || n < 1 || n > MOST || gone < 0 || gone > MOST) {
		fprintf(stderr, "usage: nats_swarm PORT N [GONE] (each at most %d)\n", MOST);
		return 3;
	}
	to.sin_port = htons((unsigned short)strtol(argv[1], NULL, 10));
	/* As many open files as this host allows. */
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit))
		perror("nats_swarm: ulimit -n");
	epoll_ctl(ep, EPOLL_CTL_ADD, STDIN_FILENO, &in);
	if (come_and_go(&to, gone)) {
		perror("nats_swarm: coming and going");
		return 1;
	}
	for (long i = 0; i < n; i++) {
		struct epoll_event e = {.events = EPOLLIN, .data.fd = connect_one(&to, i)};

		if (e.data.fd < 0) {
			perror("nats_swarm: connecting");
			return 1;
		}
		epoll_ctl(ep, EPOLL_CTL_ADD, e.data.fd, &e);
	}
	puts("ready");
	fflush(stdout);
	for (;;) {
		int got = epoll_wait(ep, events, BATCH, -1);

		for (int i = 0; i < got; i++) {
			char c;

			if (events[i].data.fd == STDIN_FILENO) {
				if (read(STDIN_FILENO, &c, 1) <= 0)
					return ended != 0;
			} else if (!serve(events[i].data.fd)) {
				epoll_ctl(ep, EPOLL_CTL_DEL, events[i].data.fd, NULL);
				ended++;
			}
		}
	}
}
