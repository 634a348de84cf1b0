#include "fault_server.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { OVERSIZED = 200 << 20, SLOW_MS = 50, TICK_MS = 20, REQUEST_MAX = 8192 };

struct fault_mode;

struct fault_server {
	int fd, port;
	const struct fault_mode *mode;
	const char *path;
	const struct fault_page *pages;
	pthread_t thread;
	atomic_bool stop;
	atomic_size_t requests, connections, live;
};

/* Answers one request on fd. */
struct fault_mode {
	const char *name;
	void (*answer)(struct fault_server *s, int fd);
	bool at_once; /* does not wait for a request */
	bool deaf;    /* does not even accept */
};

static bool send_all(struct fault_server *s, int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len && !atomic_load(&s->stop)) {
		ssize_t n = send(fd, p, len, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n > 0) {
			p += n;
			len -= (size_t)n;
		} else if (n < 0 && errno == EAGAIN) {
			poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, TICK_MS);
		} else {
			return false;
		}
	}
	return !len;
}

static bool send_text(struct fault_server *s, int fd, const char *text)
{
	return send_all(s, fd, text, strlen(text));
}

/* Until the other side goes or the server ends. */
static void linger(struct fault_server *s, int fd)
{
	char waste[512];

	while (!atomic_load(&s->stop)) {
		struct pollfd p = {.fd = fd, .events = POLLIN};

		if (poll(&p, 1, TICK_MS) > 0 && recv(fd, waste, sizeof(waste), MSG_DONTWAIT) <= 0)
			return;
	}
}

static void reply(struct fault_server *s, int fd, int status, const char *extra, const char *body)
{
	char head[512];

	snprintf(head, sizeof(head), "HTTP/1.1 %d X\r\nContent-Length: %zu\r\n%s\r\n", status, strlen(body), extra);
	if (send_text(s, fd, head))
		send_text(s, fd, body);
}

static void slowly(struct fault_server *s, int fd, const char *text)
{
	for (; *text && send_all(s, fd, text, 1); text++)
		nanosleep(&(struct timespec){.tv_nsec = SLOW_MS * 1000000L}, NULL);
}

/* A body of n bytes (0: without end) after the head. */
static void pour(struct fault_server *s, int fd, const char *head, size_t n)
{
	char block[1 << 14];
	size_t sent = 0;

	memset(block, ' ', sizeof(block));
	if (!send_text(s, fd, head))
		return;
	while ((!n || sent < n) && send_all(s, fd, block, sizeof(block)))
		sent += sizeof(block);
}

static void do_garbage(struct fault_server *s, int fd)
{
	char junk[4096];
	unsigned x = 12345;

	for (size_t i = 0; i < sizeof(junk); i++) {
		x = x * 1103515245 + 12345;
		junk[i] = (char)(x >> 16);
	}
	send_all(s, fd, junk, sizeof(junk));
}

static void do_garbage_body(struct fault_server *s, int fd)
{
	reply(s, fd, 200, "", "\x01\x02\x1b]0;owned\x07{{{{ \xff\xfe not json");
}

static void do_html(struct fault_server *s, int fd)
{
	reply(s, fd, 200, "Content-Type: text/html\r\n", "<html><body>Welcome to the proxy</body></html>");
}

static void do_truncated(struct fault_server *s, int fd)
{
	send_text(s, fd, "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{\"server_id\": \"NABC\", \"ver");
	shutdown(fd, SHUT_RDWR);
}

static void do_truncated_json(struct fault_server *s, int fd)
{
	reply(s, fd, 200, "", "{\"server_id\": \"NABC\", \"version\": \"2.1");
}

static void do_oversized(struct fault_server *s, int fd)
{
	char head[128];

	snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", OVERSIZED);
	pour(s, fd, head, OVERSIZED);
}

/* Without a length: only counting what comes helps. */
static void do_oversized_unsaid(struct fault_server *s, int fd)
{
	pour(s, fd, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", OVERSIZED);
	shutdown(fd, SHUT_RDWR);
}

static void do_never_ending(struct fault_server *s, int fd)
{
	if (!send_text(s, fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"))
		return;
	while (send_text(s, fd, "1\r\n \r\n"))
		nanosleep(&(struct timespec){.tv_nsec = 1000000L}, NULL);
}

static void do_endless_headers(struct fault_server *s, int fd)
{
	if (!send_text(s, fd, "HTTP/1.1 200 OK\r\n"))
		return;
	while (send_text(s, fd, "X-Filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n"))
		;
}

static void do_slow(struct fault_server *s, int fd)
{
	slowly(s, fd, "HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n{\"server_id\": \"NABC\", "
	    "\"version\": \"2.10.0\", \"connections\": 1, \"and\": \"so on and so on and so on\"");
	linger(s, fd);
}

static void do_silent(struct fault_server *s, int fd)
{
	linger(s, fd);
}

static void do_rst(struct fault_server *s, int fd)
{
	struct linger l = {1, 0};

	(void)s;
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof(l));
}

static void do_close(struct fault_server *s, int fd)
{
	(void)s;
	shutdown(fd, SHUT_RDWR);
}

static void do_empty(struct fault_server *s, int fd)
{
	reply(s, fd, 200, "", "");
}

static void do_many_values(struct fault_server *s, int fd)
{
	char block[8192];

	for (size_t i = 0; i + 1 < sizeof(block); i += 2)
		memcpy(block + i, "0,", 2);
	if (!send_text(s, fd, "HTTP/1.1 200 OK\r\nContent-Length: 8000001\r\n\r\n["))
		return;
	for (size_t sent = 0; sent < 8000000; sent += 8000)
		if (!send_all(s, fd, block, 8000))
			return;
}

static void do_redirect(struct fault_server *s, int fd)
{
	reply(s, fd, 302, "Location: http://127.0.0.1:1/elsewhere\r\n", "");
}

static void do_401(struct fault_server *s, int fd)
{
	reply(s, fd, 401, "WWW-Authenticate: Basic realm=\"x\"\r\n", "who are you\n");
}

static void do_404(struct fault_server *s, int fd)
{
	reply(s, fd, 404, "", "404 page not found\n");
}

static void do_400(struct fault_server *s, int fd)
{
	reply(s, fd, 400, "Content-Type: text/plain; charset=utf-8\r\nConnection: close\r\n", "400 Bad Request");
}

static void do_503(struct fault_server *s, int fd)
{
	reply(s, fd, 503, "", "busy\n");
}

static void do_ok(struct fault_server *s, int fd);

static const struct fault_mode modes[] = {
    {"ok", do_ok, false, false},
    {"garbage", do_garbage, true, false},
    {"garbage-body", do_garbage_body, false, false},
    {"html", do_html, false, false},
    {"truncated", do_truncated, false, false},
    {"truncated-json", do_truncated_json, false, false},
    {"oversized", do_oversized, false, false},
    {"oversized-unsaid", do_oversized_unsaid, false, false},
    {"never-ending", do_never_ending, false, false},
    {"endless-headers", do_endless_headers, false, false},
    {"slow", do_slow, false, false},
    {"silent", do_silent, true, false},
    {"deaf", do_silent, true, true},
    {"rst", do_rst, false, false},
    {"close", do_close, true, false},
    {"empty", do_empty, false, false},
    {"many-values", do_many_values, false, false},
    {"redirect", do_redirect, false, false},
    {"400", do_400, false, false},
    {"401", do_401, false, false},
    {"404", do_404, false, false},
    {"503", do_503, false, false},
};

enum { N_MODES = sizeof(modes) / sizeof(modes[0]) };

const char *const fault_modes[] = {"ok", "garbage", "garbage-body", "html", "truncated", "truncated-json",
    "oversized", "oversized-unsaid", "never-ending", "endless-headers", "slow", "silent", "deaf", "rst", "close",
    "empty", "many-values", "redirect", "400", "401", "404", "503", NULL};

static const struct fault_page healthy[] = {
    {"/varz", 200,
	"{\"server_id\": \"NHEALTHY\", \"server_name\": \"fake\", \"version\": \"2.10.0\", "
	"\"start\": \"2026-01-01T00:00:00Z\", \"uptime\": \"1h0m0s\", \"mem\": 1000000, \"cpu\": 0.5, "
	"\"connections\": 3, \"total_connections\": 5, \"max_connections\": 100, \"remotes\": 0, \"routes\": 0, "
	"\"in_msgs\": 1, \"out_msgs\": 1, \"in_bytes\": 1, \"out_bytes\": 1, \"slow_consumers\": 0, "
	"\"subscriptions\": 7, \"cluster\": {}, \"jetstream\": {}}"},
    {"/healthz", 200, "{\"status\": \"ok\"}"},
    {"/routez", 200, "{\"server_id\": \"NHEALTHY\", \"num_routes\": 0, \"routes\": null}"},
    {"/connz", 200, "{\"server_id\": \"NHEALTHY\", \"total\": 0, \"connections\": []}"},
    {"/jsz", 200, "{\"server_id\": \"NHEALTHY\", \"disabled\": true}"},
    {NULL, 0, NULL},
};

static void serve(struct fault_server *s, int fd, const char *path)
{
	for (const struct fault_page *p = s->pages; p->path; p++)
		if (!strcmp(p->path, path)) {
			reply(s, fd, p->status, "", p->body);
			return;
		}
	reply(s, fd, 404, "", "404 page not found\n");
}

static void do_ok(struct fault_server *s, int fd)
{
	serve(s, fd, "/varz");
}

/* Reads one request's head; the path without the query. False at the end. */
static bool read_request(struct fault_server *s, int fd, char *path, size_t size)
{
	char head[REQUEST_MAX];
	size_t len = 0, n;

	while (!atomic_load(&s->stop)) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		ssize_t got;

		if (poll(&p, 1, TICK_MS) <= 0)
			continue;
		got = recv(fd, head + len, sizeof(head) - 1 - len, 0);
		if (got <= 0)
			return false;
		len += (size_t)got;
		head[len] = '\0';
		/* Who speaks another protocol is answered as well. */
		if (!strncmp(head, "GET ", len < 4 ? len : 4) && !strstr(head, "\r\n\r\n") && len < sizeof(head) - 1)
			continue;
		path[0] = '\0';
		if (!strncmp(head, "GET ", 4)) {
			n = strcspn(head + 4, " ?");
			snprintf(path, size, "%.*s", (int)n, head + 4);
		}
		return true;
	}
	return false;
}

struct conn {
	struct fault_server *s;
	int fd;
};

static void converse(struct fault_server *s, int fd)
{
	char path[512];

	if (s->mode->at_once && !s->path) {
		s->mode->answer(s, fd);
		return;
	}
	while (read_request(s, fd, path, sizeof(path))) {
		atomic_fetch_add(&s->requests, 1);
		if (s->mode != &modes[0] && (!s->path || !strcmp(s->path, path))) {
			s->mode->answer(s, fd);
			return;
		}
		serve(s, fd, path);
	}
}

static void *conn_main(void *arg)
{
	struct conn *c = arg;

	converse(c->s, c->fd);
	close(c->fd);
	atomic_fetch_sub(&c->s->live, 1);
	free(c);
	return NULL;
}

static void *accept_main(void *arg)
{
	struct fault_server *s = arg;

	while (!atomic_load(&s->stop)) {
		struct pollfd p = {.fd = s->fd, .events = POLLIN};
		struct conn *c;
		pthread_t t;
		int fd;

		if (s->mode->deaf) {
			poll(NULL, 0, TICK_MS);
			continue;
		}
		if (poll(&p, 1, TICK_MS) <= 0)
			continue;
		fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0)
			continue;
		atomic_fetch_add(&s->connections, 1);
		atomic_fetch_add(&s->live, 1);
		c = malloc(sizeof(*c));
		if (!c)
			abort();
		*c = (struct conn){s, fd};
		if (pthread_create(&t, NULL, conn_main, c))
			abort();
		pthread_detach(t);
	}
	return NULL;
}

static const struct fault_mode *find_mode(const char *name)
{
	for (size_t i = 0; i < N_MODES; i++)
		if (!strcmp(modes[i].name, name))
			return &modes[i];
	fprintf(stderr, "fault_server: no mode %s\n", name);
	exit(2);
}

struct fault_server *fault_start(const char *mode, const char *path, const struct fault_page *pages, int port)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	    .sin_port = htons((unsigned short)port)};
	socklen_t len = sizeof(a);
	struct fault_server *s = calloc(1, sizeof(*s));
	int on = 1;

	if (!s)
		abort();
	s->mode = find_mode(mode);
	s->path = path;
	s->pages = pages ? pages : healthy;
	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(s->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(s->fd, (struct sockaddr *)&a, len) || listen(s->fd, 64) ||
	    getsockname(s->fd, (struct sockaddr *)&a, &len)) {
		perror("fault_server");
		exit(2);
	}
	s->port = ntohs(a.sin_port);
	if (pthread_create(&s->thread, NULL, accept_main, s))
		abort();
	return s;
}

int fault_port(const struct fault_server *s)
{
	return s->port;
}

size_t fault_requests(struct fault_server *s)
{
	return atomic_load(&s->requests);
}

size_t fault_connections(struct fault_server *s)
{
	return atomic_load(&s->connections);
}

void fault_stop(struct fault_server *s)
{
	atomic_store(&s->stop, true);
	pthread_join(s->thread, NULL);
	while (atomic_load(&s->live))
		poll(NULL, 0, 1);
	close(s->fd);
	free(s);
}
