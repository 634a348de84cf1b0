#include "source/kafka/cluster.h"

#include "base/clock.h"
#include "base/i18n.h"

#include <stdlib.h>
#include <string.h>

/* How a broker is configured, as far as audits ask: each broker only tells its own, every ten minutes. */

#define MOST_WAIT (120 * NS_PER_S)

const char *const broker_config_names[BROKER_CONFIGS] = {
    [CONFIG_AUTO_CREATE] = "auto.create.topics.enable",
    [CONFIG_UNCLEAN] = "unclean.leader.election.enable",
    [CONFIG_AUTHORIZER] = "authorizer.class.name",
    [CONFIG_LISTENERS] = "listeners",
    [CONFIG_PROTOCOLS] = "listener.security.protocol.map",
    [CONFIG_CONTROLLER_LISTENERS] = "controller.listener.names",
    [CONFIG_CLIENT_AUTH] = "ssl.client.auth",
    [CONFIG_REPLICATION] = "default.replication.factor",
    [CONFIG_MIN_ISR] = "min.insync.replicas",
    [CONFIG_MESSAGE_MAX] = "message.max.bytes",
    [CONFIG_IO_THREADS] = "num.io.threads",
    [CONFIG_NETWORK_THREADS] = "num.network.threads",
    [CONFIG_RETENTION] = "log.retention.hours",
    [CONFIG_OFFSETS_REPLICATION] = "offsets.topic.replication.factor",
};

void broker_config_release(struct kbroker *b)
{
	for (size_t i = 0; i < BROKER_CONFIGS; i++) {
		free(b->config[i]);
		b->config[i] = NULL;
	}
	outcome_release(&b->config_read);
}

static void learn(struct kbroker *b, const struct config_resource *r)
{
	for (size_t i = 0; i < BROKER_CONFIGS; i++) {
		free(b->config[i]);
		b->config[i] = NULL;
	}
	for (size_t i = 0; i < r->n_entries; i++)
		for (size_t k = 0; k < BROKER_CONFIGS; k++)
			if (r->entries[i].name && r->entries[i].value && !b->config[k] &&
			    !strcmp(r->entries[i].name, broker_config_names[k]))
				b->config[k] = xstrdup(r->entries[i].value);
}

static void done(void *owner, const struct call *call, const struct answer *a)
{
	struct kbroker *b = owner;
	const struct configs *c = a->reply;
	int64_t now = clock_boot();

	(void)call;
	b->asking_config = false;
	b->k->facts_at = 0;
	if (c && c->n_resources == 1 && !c->resources[0].error) {
		learn(b, &c->resources[0]);
		outcome_good(&b->config_read, now);
		task_done(&b->config_due, now);
		return;
	}
	if (c && c->n_resources == 1 && c->resources[0].error == KERR_CLUSTER_AUTH)
		outcome_bad(&b->config_read,
		    _("how the brokers are configured is not shown: grant DESCRIBE_CONFIGS on the cluster"));
	else
		outcome_bad(&b->config_read,
		    c && c->n_resources == 1 ? kafka_error_name(c->resources[0].error) : c ? _("no answer") : a->error);
	task_failed(&b->config_due, now, MOST_WAIT);
}

void broker_config_step(struct kbroker *b, int64_t now)
{
	const char *names[] = {b->id_text};
	struct wire_ask ask = {.names = names, .n_names = 1, .of_broker = true};
	struct err err = {{0}};

	if (b->id < 0 || !b->up || b->asking_config)
		return;
	if (!b->config_due.period)
		task_init(&b->config_due, b->k->ctx->config, PERIOD_CONFIGS, now);
	if (now < b->config_due.next)
		return;
	if (!broker_ask(b, API_CONFIGS, &ask, done, 0, now, &err)) {
		b->asking_config = true;
		return;
	}
	outcome_bad(&b->config_read, err.msg);
	task_failed(&b->config_due, now, MOST_WAIT);
}
