/* What a real broker answers to each request that mqduty speaks, in each version that both know, read whole by the codec.
 *
 *   kafka_frames HOST:PORT GROUP TOPIC            "ok" or "not ok" for each API and version; ends with 1 if one was not read
 *   kafka_frames HOST:PORT GROUP TOPIC LABEL      the frames of the versions in use, as tests/fixtures/kafka-wire.txt has them:
 *                                                 "RESP Metadata v12 from Apache Kafka LABEL" and the bytes in hex
 *
 * Logins are not among them: t_kafka_security sees to those. */
#include "source/kafka/wire.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static const char *host, *group, *topic, *label;
static int fd = -1;
static int bad;

static int dial(const char *where)
{
	char name[256];
	const char *colon = strrchr(where, ':');
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list = NULL;
	struct timeval patience = {.tv_sec = 10};
	int s = -1;

	if (!colon)
		return -1;
	snprintf(name, sizeof(name), "%.*s", (int)(colon - where), where);
	if (getaddrinfo(name, colon + 1, &hints, &list))
		return -1;
	s = socket(list->ai_family, SOCK_STREAM, 0);
	if (s >= 0)
		setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (s >= 0 && connect(s, list->ai_addr, list->ai_addrlen)) {
		close(s);
		s = -1;
	}
	freeaddrinfo(list);
	return s;
}

static bool take(uint8_t *out, size_t n)
{
	for (size_t got = 0; got < n;) {
		ssize_t r = recv(fd, out + got, n - got, 0);

		if (r <= 0)
			return false;
		got += (size_t)r;
	}
	return true;
}

/* The frame with its size; NULL: the broker did not answer with one. */
static uint8_t *ask_broker(enum kafka_api api, int version, const struct wire_ask *ask, size_t *len)
{
	uint8_t head[4], *frame = NULL;
	struct buf b;

	buf_init(&b, WIRE_REQUEST_MAX);
	if (!wire_request(&b, api, version, 1, ask) && send(fd, b.data, b.len, MSG_NOSIGNAL) == (ssize_t)b.len &&
	    take(head, sizeof(head))) {
		*len = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
		frame = *len <= WIRE_FRAME_MAX ? malloc(*len + 4) : NULL;
	}
	buf_release(&b);
	if (frame)
		memcpy(frame, head, sizeof(head));
	if (frame && !take(frame + 4, *len)) {
		free(frame);
		frame = NULL;
	}
	*len += 4;
	return frame;
}

static void print_frame(enum kafka_api api, int version, const char *what, const uint8_t *frame, size_t len)
{
	printf("RESP %s v%d %sfrom Apache Kafka %s\n     ", kafka_apis[api].name, version, what, label);
	for (size_t i = 0; i < len; i++)
		printf("%02x", frame[i]);
	printf("\n");
}

/* After a broken reply the connection is worth nothing. */
static void dial_again(void)
{
	close(fd);
	fd = dial(host);
}

static void try_version(enum kafka_api api, int version, const char *what, const struct wire_ask *ask)
{
	struct arena arena;
	struct err err = {{0}};
	size_t len = 0;
	uint8_t *frame = ask_broker(api, version, ask, &len);
	bool read;

	arena_init(&arena);
	read = frame && wire_reply(frame + 4, len - 4, api, version, &arena, &err);
	if (!read) {
		printf("not ok %s v%d %s: %s\n", kafka_apis[api].name, version, what,
		    frame ? err.msg : "no frame came");
		bad++;
		dial_again();
	} else if (label) {
		print_frame(api, version, what, frame, len);
	} else {
		printf("ok %s v%d %s\n", kafka_apis[api].name, version, what);
	}
	arena_release(&arena);
	free(frame);
}

static void try_api(enum kafka_api api, const struct api_range *r, const char *what, const struct wire_ask *ask)
{
	const struct kafka_api_info *info = &kafka_apis[api];
	int from = r->min > info->min ? r->min : info->min;
	int to = r->max < info->max ? r->max : info->max;

	for (int v = label ? to : from; v <= to; v++)
		try_version(api, v, what, ask);
}

static const struct api_range *range_of(const struct api_versions *offered, enum kafka_api api)
{
	for (size_t i = 0; i < offered->n_apis; i++)
		if (offered->apis[i].key == kafka_apis[api].key)
			return &offered->apis[i];
	return NULL;
}

static void try_all(const struct api_versions *offered)
{
	static const int32_t zero[] = {0};
	const struct wire_topic t = {topic, zero, 1};
	const char *groups[] = {group}, *topics[] = {topic}, *brokers[] = {"1"};

	for (int api = 0; api < API_COUNT; api++) {
		const struct api_range *r = range_of(offered, api);
		struct wire_ask ask = {.timeout_ms = 5000, .timestamp = OFFSETS_LATEST, .topics = &t, .n_topics = 1};

		if (!r || api == API_SASL_HANDSHAKE || api == API_SASL_AUTH)
			continue;
		ask.names = api == API_CONFIGS ? topics : groups;
		ask.n_names = 1;
		try_api(api, r, "", &ask);
		if (api == API_CONFIGS) {
			ask.names = brokers;
			ask.of_broker = true;
			try_api(api, r, "of a broker, ", &ask);
		}
	}
}

int main(int argc, char **argv)
{
	struct arena arena;
	struct api_versions *offered;
	struct wire_ask none = {0};
	uint8_t *frame;
	size_t len;

	if (argc < 4) {
		fprintf(stderr, "usage: kafka_frames HOST:PORT GROUP TOPIC [LABEL]\n");
		return 3;
	}
	host = argv[1];
	group = argv[2];
	topic = argv[3];
	label = argv[4];
	fd = dial(host);
	frame = fd < 0 ? NULL : ask_broker(API_VERSIONS, 3, &none, &len);
	if (!frame) {
		fprintf(stderr, "kafka_frames: nothing that speaks Kafka at %s\n", host);
		return 3;
	}
	arena_init(&arena);
	offered = wire_reply(frame + 4, len - 4, API_VERSIONS, 3, &arena, NULL);
	if (offered)
		try_all(offered);
	arena_release(&arena);
	free(frame);
	close(fd);
	return !offered || bad > 0;
}
