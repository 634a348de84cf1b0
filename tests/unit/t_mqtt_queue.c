/* What paho's threads hand over: bounded, in order, and nothing but messages is ever lost. */
#include "source/mqtt/queue.h"

#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool readable(const struct queue *q)
{
	struct pollfd p = {.fd = queue_fd(q), .events = POLLIN};

	return poll(&p, 1, 0) == 1;
}

static void put(struct queue *q, const char *payload)
{
	queue_put_message(q, (struct event){.kind = EVENT_MESSAGE, .link = 1}, "$SYS/x", 6, payload,
	    strlen(payload));
}

static void keeps_order_and_wakes(void **state)
{
	struct queue *q = queue_new(8);
	struct event *e;

	(void)state;
	assert_false(readable(q));
	put(q, "one");
	put(q, "two");
	assert_true(readable(q));
	e = queue_take(q);
	assert_string_equal(e->topic, "$SYS/x");
	assert_string_equal(e->payload, "one");
	free(e);
	e = queue_take(q);
	assert_string_equal(e->payload, "two");
	free(e);
	assert_null(queue_take(q));
	assert_false(readable(q));
	put(q, "three"); /* left in it: freed with it */
	queue_free(q);
}

static void a_flood_loses_messages_but_no_event(void **state)
{
	struct queue *q = queue_new(8);
	struct event *e;
	int messages = 0, lost = 0;

	(void)state;
	for (int i = 0; i < 1000; i++)
		put(q, "x");
	queue_put(q, (struct event){.kind = EVENT_LOST, .link = 1}, "gone");
	assert_int_equal(queue_lost(q), 992);
	assert_int_equal(queue_lost(q), 0);
	while ((e = queue_take(q))) {
		messages += e->kind == EVENT_MESSAGE;
		lost += e->kind == EVENT_LOST && strcmp(e->payload, "gone") == 0;
		free(e);
	}
	assert_int_equal(messages, 8);
	assert_int_equal(lost, 1);
	queue_free(q);
}

static void cuts_what_is_too_long(void **state)
{
	struct queue *q = queue_new(8);
	static char big[1 << 20];
	struct event *e;

	(void)state;
	memset(big, 'x', sizeof(big));
	queue_put_message(
	    q, (struct event){.kind = EVENT_MESSAGE}, big, sizeof(big), big, sizeof(big));
	e = queue_take(q);
	assert_int_equal(e->topic_len, 256);
	assert_int_equal(e->len, 1024);
	assert_int_equal(strlen(e->payload), 1024);
	free(e);
	queue_put(q, (struct event){.kind = EVENT_PONG}, NULL);
	e = queue_take(q);
	assert_int_equal(e->len, 0);
	free(e);
	queue_free(q);
}

enum { EACH = 2000 };

static void *producer(void *arg)
{
	for (int i = 0; i < EACH; i++)
		put(arg, "x");
	return NULL;
}

/* Two threads put, one takes until it has seen everything: a wake-up that got lost would hang it.
 */
static void no_wake_up_is_lost(void **state)
{
	struct queue *q = queue_new(2 * EACH);
	pthread_t t[2];
	int seen = 0;

	(void)state;
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&t[i], NULL, producer, q), 0);
	while (seen < 2 * EACH) {
		struct pollfd p = {.fd = queue_fd(q), .events = POLLIN};
		struct event *e;

		assert_int_equal(poll(&p, 1, 30000), 1);
		while ((e = queue_take(q))) {
			seen++;
			free(e);
		}
	}
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	assert_int_equal(queue_lost(q), 0);
	queue_free(q);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keeps_order_and_wakes),
	    cmocka_unit_test(a_flood_loses_messages_but_no_event),
	    cmocka_unit_test(cuts_what_is_too_long),
	    cmocka_unit_test(no_wake_up_is_lost),
	};

	return cmocka_run_group_tests_name("mqtt_queue", tests, NULL, NULL);
}
