#include "source/kafka/cluster.h"

#include "base/clock.h"
#include "base/i18n.h"

#include <stdio.h>

/*
 * Under KRaft a broker passes some requests on to the controller and answers when that does. While it waits it answers
 * nothing else on that connection: a frozen controller would silence every broker that was asked. So these requests have
 * a connection of their own, to one broker at a time; when it falls, the next is to another, which may not wait.
 */

static void close_it(struct aside *a)
{
	conn_release(&a->conn);
	*a = (struct aside){0};
}

static void open_to(struct aside *a, struct kbroker *b, int64_t now)
{
	struct kafka *k = b->k;

	*a = (struct aside){.of = b, .opened_at = now};
	conn_init(&a->conn, b, b->conn.address, k->conf->via, k->timeout);
	conn_secure(&a->conn, &k->security, b->address);
}

bool aside_ready(struct kafka *k, enum kafka_api api, int64_t now)
{
	struct aside *a = &k->aside;
	struct kbroker *b;

	if (!k->kraft)
		return true;
	b = a->of ? NULL : broker_any(k, api);
	if (b)
		open_to(a, b, now);
	return !a->of || conn_ready(&a->conn) || a->conn.falls || now - a->opened_at > k->timeout;
}

int aside_ask(struct kafka *k, enum kafka_api api, const struct wire_ask *ask, call_done *done, int64_t now, struct err *err)
{
	struct aside *a = &k->aside;
	char words[ERR_MAX];

	if (!a->of)
		return nobody_offers(k, api, err);
	if (conn_ready(&a->conn))
		return conn_call(&a->conn, api, ask, done, 0, now, err);
	err_set(err, _("%s is down: %s"), a->of->name, conn_words(&a->conn, now, words, sizeof(words)));
	close_it(a);
	return -1;
}

const char *aside_words(const struct kafka *k, const char *error, char *out, size_t size)
{
	if (!k->aside.of)
		return error;
	snprintf(out, size, _("the controller, asked through %s: %s"), k->aside.of->name, error);
	return out;
}

int64_t aside_step(struct kafka *k, int64_t now)
{
	struct aside *a = &k->aside;
	int64_t sent;

	if (!a->of)
		return 0;
	conn_step(&a->conn, now);
	sent = a->conn.requests;
	a->of->allowance -= (int)sent;
	a->conn.requests = 0;
	a->served |= conn_ready(&a->conn);
	if (a->served && a->conn.falls)
		close_it(a);
	return sent;
}

void aside_forget(struct kafka *k, const struct kbroker *b)
{
	if (k->aside.of != b)
		return;
	conn_close(&k->aside.conn, clock_boot(), _("the broker is gone"));
	close_it(&k->aside);
}
