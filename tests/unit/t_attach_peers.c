#include "attach_world.h"

/* No viewer can harm the engine or the others. */

static int raw_connect(void)
{
	char key[SOCKET_NAME_MAX];
	int fd;

	socket_key(key, "");
	fd = socket_connect(w.folder, key);
	assert_true(fd >= 0);
	return fd;
}

static void await_viewers(size_t n)
{
	for (int i = 0; i < PATIENCE_MS && atomic_load(&w.viewers) != n; i++)
		poll(NULL, 0, 1);
	assert_int_equal(atomic_load(&w.viewers), n);
}

/* One that never reads: the others go on, what is kept for it is bounded, and in the end it is dropped. */
static void a_hung_viewer_holds_nobody_up(void **state)
{
	struct feed *feed;
	int fd;

	(void)state;
	start_server(2 * NS_PER_S);
	fd = raw_connect();
	await_viewers(1);
	feed = attach(ATTACH_OR_RUN);
	for (int i = 0; i < 60; i++) {
		put_frame(SAMPLE_BIG);
		frame_unref(await(feed, is_newest, "the newest frame"));
		if (atomic_load(&w.viewers) == 1)
			break;
	}
	await_viewers(1);
	feed->ops->close(feed);
	close(fd);
}

/* One that was behind: all that it reads is right, the last frame included, and it was sent less than all. */
static void a_slow_viewer_catches_up(void **state)
{
	struct wire_reader *r = wire_reader_new();
	struct buf in;
	struct frame *last = NULL;
	size_t frames = 0, looked = 0;
	static char block[1 << 20];
	int fd;

	(void)state;
	start_server(0);
	fd = raw_connect();
	await_viewers(1);
	for (int i = 0; i < 40; i++) {
		put_frame(i % 2 ? SAMPLE_BIG : SAMPLE_RICH);
		poll(NULL, 0, 20);
	}
	buf_init(&in, 256 << 20);
	while (!last || last->snap->seq != w.seq) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		ssize_t n;
		char *end;

		assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
		n = recv(fd, block, sizeof(block), MSG_DONTWAIT);
		assert_true(n > 0);
		buf_add(&in, block, (size_t)n);
		while ((end = memchr(in.data + looked, '\n', in.len - looked))) {
			struct err err = {""}, text;
			char id[RECORD_ID_SIZE];
			struct frame *f = NULL;
			size_t len = (size_t)(end - in.data);

			if (!talk_get_note(in.data, len, id, &text) && wire_read(r, in.data, len, &f, &err))
				fail_msg("%s", err_msg(&err));
			if (f) {
				frame_unref(last);
				last = f;
				frames++;
			}
			buf_consume(&in, len + 1);
			looked = 0;
		}
		looked = in.len;
	}
	assert_true(frames < 40);
	assert_int_equal(last->judgement->n_alerts, w.newest->judgement->n_alerts);
	frame_unref(last);
	wire_reader_free(r);
	buf_release(&in);
	close(fd);
}

static void send_all(int fd, const char *data, size_t len)
{
	while (len) {
		struct pollfd p = {.fd = fd, .events = POLLOUT};
		ssize_t n;

		poll(&p, 1, 1000);
		n = send(fd, data, len, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && p.revents & POLLERR)
			return;
		if (n < 0)
			return;
		data += n;
		len -= (size_t)n;
	}
}

static void a_bad_viewer_is_dropped(void **state)
{
	static const char *const bad[] = {"hello\n", "[]\n", "{}\n", "{\"submit\":7}\n", "{\"submit\":{\"id\":\"x\"}}\n",
	    "\xff\xfe\n", "GET / HTTP/1.1\r\n"};
	static char megabyte[1 << 20];
	struct feed *feed;

	(void)state;
	memset(megabyte, 'x', sizeof(megabyte));
	start_server(0);
	feed = attach(ATTACH_OR_RUN);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int fd = raw_connect();

		await_viewers(2);
		send_all(fd, bad[i], strlen(bad[i]));
		await_viewers(1);
		close(fd);
	}
	/* A line of 100 MB. */
	{
		int fd = raw_connect();

		await_viewers(2);
		for (int i = 0; i < 100; i++)
			send_all(fd, megabyte, sizeof(megabyte));
		await_viewers(1);
		close(fd);
	}
	/* One that asks without end is not listened to so often, and the others are served. */
	{
		int fd = raw_connect();

		for (size_t i = 0; i + 14 < sizeof(megabyte); i += 14)
			memcpy(megabyte + i, "{\"poll\":true}\n", 14);
		await_viewers(2);
		atomic_store(&w.polls, 0);
		send_all(fd, megabyte, 200000);
		put_frame(SAMPLE_RICH);
		frame_unref(await(feed, is_newest, "the newest frame"));
		assert_true(atomic_load(&w.polls) < 500);
		close(fd);
		await_viewers(1);
	}
	feed->ops->close(feed);
	await_viewers(0);
}

int main(void)
{
#define IN_WORLD(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    IN_WORLD(a_hung_viewer_holds_nobody_up),
	    IN_WORLD(a_slow_viewer_catches_up),
	    IN_WORLD(a_bad_viewer_is_dropped),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
