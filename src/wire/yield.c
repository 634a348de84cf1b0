#include "wire/yield.h"

#include "base/clock.h"
#include "wire/socket.h"
#include "wire/talk.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHUNK = 64 << 10, SOON_MS = 100 };

#define HELLO_WITHIN (2 * NS_PER_S)
#define GONE_WITHIN (5 * NS_PER_S)

enum more { MORE, SILENT, GONE };

static enum more read_more(int fd, struct buf *in, int64_t until)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	int64_t left = until - clock_boot();
	char block[CHUNK];
	ssize_t n;

	if (left <= 0 || poll(&p, 1, (int)(left / NS_PER_MS) + 1) <= 0)
		return SILENT;
	n = recv(fd, block, sizeof(block), MSG_DONTWAIT);
	return n <= 0 || buf_add(in, block, (size_t)n) ? GONE : MORE;
}

enum host { VIEWERS, OTHERS, NOBODYS };

static enum host who_is_it(int fd)
{
	int64_t until = clock_boot() + HELLO_WITHIN;
	struct talk_hello hello = {0};
	enum more more = MORE;
	struct err err = {""};
	const char *end = NULL;
	struct buf in;

	buf_init(&in, WIRE_LINE_MAX);
	while (!end && more == MORE) {
		more = read_more(fd, &in, until);
		end = in.len ? memchr(in.data, '\n', in.len) : NULL;
	}
	if (end && talk_get_hello(in.data, (size_t)(end - in.data), &hello, &err))
		hello.viewer = false;
	buf_release(&in);
	return hello.viewer ? VIEWERS : more == GONE ? NOBODYS : OTHERS;
}

static void ask(int fd)
{
	int64_t until = clock_boot() + GONE_WITHIN;
	struct buf b;

	buf_init(&b, 64);
	talk_put_yield(&b);
	if (send(fd, b.data, b.len, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)b.len) {
		/* Frames come until it goes. */
		buf_release(&b);
		buf_init(&b, 2 * CHUNK);
		while (read_more(fd, &b, until) == MORE)
			buf_reset(&b);
	}
	buf_release(&b);
}

bool yield_ask(const char *state_dir, const char *key)
{
	int fd = socket_connect(state_dir, key);
	enum host host = fd < 0 ? NOBODYS : who_is_it(fd);

	if (host == VIEWERS)
		ask(fd);
	if (host == NOBODYS)
		poll(NULL, 0, SOON_MS);
	if (fd >= 0)
		close(fd);
	return host != OTHERS;
}
