#include "canary/canary.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "source/kafka/wire_oauth.h"

#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { PARTITIONS_MOST = 256, TEXT = 256, METADATA_MS = 5000 };

#define LOOK_AGAIN (30 * NS_PER_S)

struct kafka_canary {
	struct canary *c;
	rd_kafka_t *producer, *consumer;
	struct flight *of[PARTITIONS_MOST]; /* by partition: the flight of its leader */
	int n_partitions;
};

/* Waiting makes latency, and a canary that retries for minutes tells nothing. */
static const struct {
	const char *key, *value;
} producing[] = {{"linger.ms", "0"}, {"acks", "all"}, {"message.timeout.ms", "10000"}, {"retries", "1"},
    {"queue.buffering.max.messages", "1000"}, {NULL, NULL}},
  consuming[] = {{"group.id", "mqduty-canary"}, {"enable.auto.commit", "false"}, {"fetch.wait.max.ms", "100"},
      {"auto.offset.reset", "latest"}, {"allow.auto.create.topics", "false"}, {NULL, NULL}};

static int set(rd_kafka_conf_t *k, const char *key, const char *value, struct err *err)
{
	char text[TEXT];

	if (rd_kafka_conf_set(k, key, value, text, sizeof(text)) == RD_KAFKA_CONF_OK)
		return 0;
	return err_set(err, _("librdkafka refuses %s: %s"), key, text);
}

static bool uses_tokens(const struct cluster_conf *conf)
{
	const char *m = cluster_mechanism(conf);

	return m && !strcasecmp(m, "OAUTHBEARER");
}

/* The newest token, of which mqduty and the canary say the same where it is no good. One that does not say when it ends is
 * looked at again within the hour. */
static void give_token(rd_kafka_t *rk, const char *unused, void *opaque)
{
	const struct cluster_conf *conf = opaque;
	int64_t now_s = clock_wall() / NS_PER_S, ends;
	struct err err = {{0}};
	char text[TEXT], *token;
	struct oauth o;

	(void)unused;
	oauth_init(&o);
	if (oauth_first(&o, &conf->password, now_s, &err)) {
		rd_kafka_oauthbearer_set_token_failure(rk, err.msg);
		oauth_forget(&o);
		return;
	}
	token = o.message.data + o.token_at;
	token[o.token_len] = '\0';
	ends = oauth_token_ends(token, o.token_len);
	if (rd_kafka_oauthbearer_set_token(rk, token, (ends ? ends : now_s + 3600) * 1000, "mqduty-canary", NULL, 0, text,
		sizeof(text)))
		rd_kafka_oauthbearer_set_token_failure(rk, _("auth: the token is not usable"));
	oauth_forget(&o);
}

static rd_kafka_conf_t *configured(const struct cluster_conf *conf, struct err *err)
{
	rd_kafka_conf_t *k = rd_kafka_conf_new();
	int rc = 0;

	for (size_t i = 0; i < conf->n_bootstrap && !rc; i++) {
		char had[1024] = "", all[1400];
		size_t size = sizeof(had);

		rd_kafka_conf_get(k, "bootstrap.servers", had, &size);
		snprintf(all, sizeof(all), "%s%s%s", i ? had : "", i ? "," : "",
		    cluster_dial_address(conf, conf->bootstrap[i]));
		rc = set(k, "bootstrap.servers", all, err);
	}
	for (size_t i = 0; i < conf->n_properties && !rc; i++)
		rc = set(k, conf->properties[i].key, conf->properties[i].value, err);
	if (uses_tokens(conf))
		rd_kafka_conf_set_oauthbearer_token_refresh_cb(k, give_token);
	else if (!rc && conf->password.value)
		rc = set(k, "sasl.password", conf->password.value, err);
	rd_kafka_conf_set_opaque(k, (void *)conf);
	if (!rc)
		rc = set(k, "client.id", "mqduty-canary", err) | set(k, "log_level", "3", err);
	if (!rc)
		return k;
	rd_kafka_conf_destroy(k);
	return NULL;
}

static rd_kafka_t *client(struct canary *c, rd_kafka_type_t type, struct err *err)
{
	rd_kafka_conf_t *k = configured(c->conf, err);
	char text[TEXT];
	rd_kafka_t *rk;
	int rc = 0;

	if (!k)
		return NULL;
	for (size_t i = 0; type == RD_KAFKA_PRODUCER && producing[i].key && !rc; i++)
		rc = set(k, producing[i].key, producing[i].value, err);
	for (size_t i = 0; type == RD_KAFKA_CONSUMER && consuming[i].key && !rc; i++)
		rc = set(k, consuming[i].key, consuming[i].value, err);
	rk = rc ? NULL : rd_kafka_new(type, k, text, sizeof(text));
	if (!rk) {
		rd_kafka_conf_destroy(k);
		if (!rc)
			err_set(err, "%s", text);
	} else if (uses_tokens(c->conf)) {
		/* It asks for the next ones by itself. */
		give_token(rk, NULL, (void *)c->conf);
	}
	return rk;
}

/* Who leads which partition of the topic now. */
static int look(struct kafka_canary *k, struct err *err)
{
	const struct rd_kafka_metadata *md;
	rd_kafka_topic_t *topic = rd_kafka_topic_new(k->producer, k->c->conf->canary.topic, NULL);
	rd_kafka_resp_err_t e = rd_kafka_metadata(k->producer, 0, topic, &md, METADATA_MS);

	rd_kafka_topic_destroy(topic);
	if (e)
		return err_set(err, _("no metadata: %s"), rd_kafka_err2str(e));
	k->n_partitions = 0;
	if (md->topic_cnt == 1 && !md->topics[0].err) {
		for (int p = 0; p < md->topics[0].partition_cnt && p < PARTITIONS_MOST; p++) {
			char broker[16];

			snprintf(broker, sizeof(broker), "%d", (int)md->topics[0].partitions[p].leader);
			k->of[p] = md->topics[0].partitions[p].leader < 0 ? NULL : canary_flight(k->c, broker);
			k->n_partitions = p + 1;
		}
	}
	rd_kafka_metadata_destroy(md);
	return k->n_partitions ? 0
			       : err_set(err, _("there is no topic %s: make one with a partition for each broker"),
				     k->c->conf->canary.topic);
}

static int read_from_the_end(struct kafka_canary *k, struct err *err)
{
	rd_kafka_topic_partition_list_t *all = rd_kafka_topic_partition_list_new(k->n_partitions);
	rd_kafka_resp_err_t e;

	for (int p = 0; p < k->n_partitions; p++)
		rd_kafka_topic_partition_list_add(all, k->c->conf->canary.topic, p)->offset = RD_KAFKA_OFFSET_END;
	e = rd_kafka_assign(k->consumer, all);
	rd_kafka_topic_partition_list_destroy(all);
	return e ? err_set(err, _("the topic cannot be read: %s"), rd_kafka_err2str(e)) : 0;
}

/* One message to a partition of each broker. */
static void send_round(struct kafka_canary *k)
{
	for (int p = 0; p < k->n_partitions; p++) {
		char text[64];
		rd_kafka_resp_err_t e;
		bool first = k->of[p] != NULL;

		for (int q = 0; q < p && first; q++)
			first = k->of[q] != k->of[p];
		if (!first)
			continue;
		flight_send(k->of[p], clock_boot(), text, sizeof(text));
		e = rd_kafka_producev(k->producer, RD_KAFKA_V_TOPIC(k->c->conf->canary.topic), RD_KAFKA_V_PARTITION(p),
		    RD_KAFKA_V_VALUE(text, strlen(text)), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
		if (e)
			flight_failed(k->of[p], rd_kafka_err2str(e));
	}
}

static void receive(struct kafka_canary *k, int64_t until)
{
	do {
		int64_t left = until - clock_boot();
		rd_kafka_message_t *m;

		rd_kafka_poll(k->producer, 0);
		m = rd_kafka_consumer_poll(k->consumer, left > 100 * NS_PER_MS ? 100 : (int)(left / NS_PER_MS) + 1);
		if (!m)
			continue;
		if (!m->err && m->partition < k->n_partitions && k->of[m->partition])
			flight_back(k->of[m->partition], clock_boot(), m->payload, m->len);
		rd_kafka_message_destroy(m);
	} while (clock_boot() < until && !atomic_load(k->c->stop));
}

static int fly(struct kafka_canary *k, struct err *err)
{
	int64_t looked = clock_boot();

	if (look(k, err) || read_from_the_end(k, err))
		return -1;
	/* The consumer settles at the end of the log before the first message is sent. */
	receive(k, clock_boot() + 2 * NS_PER_S);
	while (!atomic_load(k->c->stop)) {
		int64_t now = clock_boot();

		if (now - looked > LOOK_AGAIN) {
			if (look(k, err))
				return -1;
			looked = now;
		}
		send_round(k);
		receive(k, now + k->c->conf->canary.every_ms * NS_PER_MS);
		for (int p = 0; p < k->n_partitions; p++)
			if (k->of[p])
				flight_sweep(k->of[p], clock_boot(), canary_patience(k->c));
	}
	return 0;
}

int canary_run_kafka(struct canary *c, struct err *err)
{
	struct kafka_canary k = {.c = c};
	int rc = -1;

	k.producer = client(c, RD_KAFKA_PRODUCER, err);
	k.consumer = k.producer ? client(c, RD_KAFKA_CONSUMER, err) : NULL;
	if (k.consumer) {
		rd_kafka_poll_set_consumer(k.consumer);
		rc = fly(&k, err);
		rd_kafka_consumer_close(k.consumer);
		rd_kafka_destroy(k.consumer);
	}
	if (k.producer)
		rd_kafka_destroy(k.producer);
	return rc;
}
