#include "source/mqtt/queue.h"

#include "base/alloc.h"
#include "base/err.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Longer messages are cut: mosquitto's log lines end at 1,000 bytes, numbers are short. */
enum { PAYLOAD_MOST = 1024, TOPIC_MOST = 256 };

/* Places kept free for events that are no messages: those must never be lost. */
enum { RESERVE = 64 };

struct queue {
	pthread_mutex_t lock;
	struct event **ring;
	size_t cap, head, n;
	uint64_t lost;
	int fd;
};

struct queue *queue_new(size_t most)
{
	struct queue *q = xcalloc(1, sizeof(*q));

	pthread_mutex_init(&q->lock, NULL);
	q->cap = most + RESERVE;
	q->ring = xcalloc(q->cap, sizeof(*q->ring));
	q->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (q->fd < 0)
		BUG("eventfd failed");
	return q;
}

void queue_free(struct queue *q)
{
	struct event *e;

	if (!q)
		return;
	while ((e = queue_take(q)))
		free(e);
	free(q->ring);
	close(q->fd);
	pthread_mutex_destroy(&q->lock);
	free(q);
}

int queue_fd(const struct queue *q)
{
	return q->fd;
}

static void put(struct queue *q, struct event *e)
{
	size_t room = e->kind == EVENT_MESSAGE ? q->cap - RESERVE : q->cap;
	uint64_t one = 1;
	ssize_t ignored;

	pthread_mutex_lock(&q->lock);
	if (q->n < room) {
		q->ring[(q->head + q->n++) % q->cap] = e;
		e = NULL;
	} else {
		q->lost++;
	}
	pthread_mutex_unlock(&q->lock);
	free(e);
	ignored = write(q->fd, &one, sizeof(one));
	(void)ignored; /* fails only when it is readable already */
}

void queue_put_message(struct queue *q, struct event head, const char *topic, size_t topic_len,
    const char *payload, size_t len)
{
	struct event *e;
	char *data;

	if (topic_len > TOPIC_MOST)
		topic_len = TOPIC_MOST;
	if (len > PAYLOAD_MOST)
		len = PAYLOAD_MOST;
	e = xmalloc(sizeof(*e) + topic_len + len + 2);
	data = (char *)e + sizeof(*e);
	*e = head;
	if (topic_len)
		memcpy(data, topic, topic_len);
	data[topic_len] = 0;
	if (len)
		memcpy(data + topic_len + 1, payload, len);
	data[topic_len + 1 + len] = 0;
	e->topic = data;
	e->topic_len = topic_len;
	e->payload = data + topic_len + 1;
	e->len = len;
	put(q, e);
}

void queue_put(struct queue *q, struct event head, const char *text)
{
	queue_put_message(q, head, "", 0, text ? text : "", text ? strlen(text) : 0);
}

struct event *queue_take(struct queue *q)
{
	struct event *e = NULL;
	uint64_t drained;
	ssize_t ignored;

	pthread_mutex_lock(&q->lock);
	if (q->n) {
		e = q->ring[q->head];
		q->head = (q->head + 1) % q->cap;
		q->n--;
	} else {
		/* Inside the lock: whoever puts after this makes it readable again. */
		ignored = read(q->fd, &drained, sizeof(drained));
		(void)ignored;
	}
	pthread_mutex_unlock(&q->lock);
	return e;
}

uint64_t queue_lost(struct queue *q)
{
	uint64_t n;

	pthread_mutex_lock(&q->lock);
	n = q->lost;
	q->lost = 0;
	pthread_mutex_unlock(&q->lock);
	return n;
}
