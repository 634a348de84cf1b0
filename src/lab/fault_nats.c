/* Faults of JetStream that a client brings about: streams of their own, which go again when the fault is healed. */
#include "lab/traffic_nats.h"
#include "lab/worker.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

/* A stream whose consumer does not keep up: what the worker's name stands for. */
struct backlog {
	const char *worker, *stream, *subject, *reader;
	int64_t max_age;  /* ns; 0: it keeps all */
	int at_once;	  /* messages that are there from the start */
	double per_s;	  /* that come after them */
	double acks_per_s; /* 0: nobody acknowledges any */
	int unacked;	  /* that the reader takes and keeps to itself */
};

static const struct backlog backlogs[] = {
    {"nats-expiring", "EXPIRING", "lab.expiring", "reader", 600 * NS_PER_S, 0, 1, 0, 0},
    {"nats-backlog", "BACKLOG", "lab.backlog", "slow-reader", 0, 20000, 12, 10, 0},
    {"nats-stalled", "STALLED", "lab.stalled", "stuck-reader", 0, 0, 5, 0, 20},
};

static const struct backlog *backlog_find(const char *worker)
{
	for (size_t i = 0; i < sizeof(backlogs) / sizeof(backlogs[0]); i++)
		if (!strcmp(backlogs[i].worker, worker))
			return &backlogs[i];
	BUG("no backlog for %s", worker);
}

/* A stream of one replica, and its reader where one is named; tried until it stands. */
static natsSubscription *set_up(
    struct session *s, const char *stream, const char *subject, const char *reader, jsStorageType storage, int64_t max_age)
{
	const char *subjects[] = {subject};
	natsSubscription *sub = NULL;
	bool made = false;
	jsStreamConfig c;
	jsErrCode code = 0;

	jsStreamConfig_Init(&c);
	c.Name = stream;
	c.Subjects = subjects;
	c.SubjectsLen = 1;
	c.Storage = storage;
	c.MaxAge = max_age;
	while (worker_go()) {
		natsStatus st = NATS_OK;

		if (!made)
			st = js_AddStream(NULL, s->js, &c, NULL, &code);
		made = st == NATS_OK;
		if (made && reader)
			st = js_PullSubscribe(&sub, s->js, subject, reader, NULL, NULL, &code);
		if (st == NATS_OK)
			break;
		worker_log("%s: %s (%d)", stream, natsStatus_GetText(st), (int)code);
		sleep_ms(200);
	}
	return sub;
}

static void take(natsSubscription *sub, int n, bool ack)
{
	natsMsgList list = {0};

	if (n < 1 || natsSubscription_Fetch(&list, sub, n, 500, NULL) != NATS_OK)
		return;
	for (int i = 0; ack && i < list.Count; i++)
		natsMsg_Ack(list.Msgs[i], NULL);
	natsMsgList_Destroy(&list);
}

int nats_backlog(const struct lab *lab, const char *name)
{
	const struct backlog *b = backlog_find(name);
	enum { TICKS = 5 };
	natsSubscription *sub;
	double owed = 0, due = 0;
	int kept = 0;
	struct session s;
	struct pace p;

	if (session_wait(lab, name, &s))
		return 1;
	sub = set_up(&s, b->stream, b->subject, b->reader, js_MemoryStorage, b->max_age);
	for (int i = 0; i < b->at_once && worker_go(); i++)
		js_PublishAsync(s.js, b->subject, "x", 1, NULL);
	js_PublishAsyncComplete(s.js, NULL);
	for (pace_init(&p, TICKS); worker_go(); pace_wait(&p)) {
		for (owed += b->per_s / TICKS; owed >= 1; owed--)
			js_Publish(NULL, s.js, b->subject, "x", 1, NULL, NULL);
		due += b->acks_per_s / TICKS;
		if (due >= 1) {
			take(sub, (int)due, true);
			due -= (int)due;
		}
		if (kept < b->unacked) {
			take(sub, 5, false);
			kept += 5;
		}
	}
	natsSubscription_Destroy(sub);
	js_DeleteStream(s.js, b->stream, NULL, NULL);
	session_close(&s);
	return 0;
}

/*
 * A stream that takes the room which a node's JetStream may use (max_file in its configuration): at once up to where
 * filling becomes a worry, then steadily; or at once nearly all of it.
 */
int nats_filling(const struct lab *lab, const char *name)
{
	enum { CHUNK = 128 * 1024, FIRST_PERCENT = 66, FULL_PERCENT = 93, PER_S = 1 };
	const bool full = !strcmp(name, "nats-full");
	const int64_t most = (int64_t)LAB_NATS_FILE_MB * 1024 * 1024;
	int64_t at_once = most / 100 * (full ? FULL_PERCENT : FIRST_PERCENT), sent = 0;
	static char chunk[CHUNK];
	struct session s;
	struct pace p;

	if (session_wait(lab, name, &s))
		return 1;
	set_up(&s, "FILLING", "lab.filling", NULL, js_FileStorage, 0);
	memset(chunk, 'x', sizeof(chunk));
	for (pace_init(&p, PER_S); worker_go(); pace_wait(&p)) {
		while (worker_go() && sent < at_once && js_Publish(NULL, s.js, "lab.filling", chunk, CHUNK, NULL, NULL) == NATS_OK)
			sent += CHUNK;
		if (!full && at_once < most / 100 * FULL_PERCENT)
			at_once += CHUNK;
	}
	js_DeleteStream(s.js, "FILLING", NULL, NULL);
	session_close(&s);
	return 0;
}
