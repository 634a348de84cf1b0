/* Runs the engine on a config and prints, one line a thing, what the Kafka source found:
 *
 *   kafka_source CONFIG            once everything was tried: broker, partitions, lag and disk
 * lines kafka_source CONFIG SECONDS    the same every half second, each round ended by "--"
 *
 * t_kafka compares these lines with what Apache's own tools print. */
#include "base/clock.h"
#include "config/config.h"
#include "engine/engine.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_value(const char *name, const struct value *v, int64_t now)
{
	enum quality q = value_quality(v, now);

	if (q != QUALITY_OK)
		printf(" %s=%s", name, quality_name(q));
	else if (v->type == VALUE_TEXT)
		printf(" %s=%s", name, v->s);
	else
		printf(" %s=%.0f", name, value_number(v));
}

static void print_cluster(const struct cluster_view *c, int64_t now)
{
	const struct cluster_row *row = cluster_facts(c);
	const struct partition_row *p = cluster_partitions(c);
	const struct section *brokers = c->sections[SECTION_BROKERS];

	if (!row || !p)
		return;
	printf("cluster %s mode=%s", c->name, row->mode ? row->mode : "?");
	print_value("reachable", &row->reachable, now);
	print_value("controllers", &row->controllers, now);
	print_value("controller", &row->controller, now);
	printf(" trouble=%s\n", row->trouble ? row->trouble : "none");
	printf("partitions");
	print_value("topics", &p->topics, now);
	print_value("partitions", &p->partitions, now);
	print_value("under_replicated", &p->under_replicated, now);
	print_value("offline", &p->offline, now);
	print_value("under_min_isr", &p->under_min_isr, now);
	print_value("at_min_isr", &p->at_min_isr, now);
	printf("\n");
	for (size_t i = 0; i < section_count(brokers); i++) {
		const struct broker_row *b = section_broker(brokers, i);

		printf("broker %s", b->id);
		print_value("up", &b->up, now);
		printf(" state=%s\n", b->state);
	}
}

static void print_lag(const struct section *s, int64_t now)
{
	for (size_t i = 0; i < section_count(s); i++) {
		const struct lag_row *row = section_lag(s, i);

		printf("group %s %s", row->group, row->topic);
		print_value("lag", &row->lag, now);
		print_value("members", &row->members, now);
		printf(" state=%s age_ms=%.0f status=%s why=%s\n", row->state ? row->state : "?",
		    row->lag.at ? (double)(now - row->lag.at) / NS_PER_MS : -1.0,
		    lag_status_name[row->status], row->why ? row->why : "-");
		for (size_t j = 0; j < row->n_parts; j++)
			printf("lag %s %s %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n",
			    row->group, row->topic, row->parts[j].partition,
			    row->parts[j].committed, row->parts[j].end, row->parts[j].lag);
	}
}

static void print_disk(const struct section *s, int64_t now)
{
	for (size_t i = 0; i < section_count(s); i++) {
		const struct disk_row *row = section_disk(s, i);

		printf("disk %s %s", row->broker, row->path);
		print_value("data", &row->data_bytes, now);
		print_value("percent", &row->percent, now);
		printf("\n");
	}
}

static void print_round(struct feed *feed)
{
	struct frame *f = feed->ops->acquire(feed);
	int64_t now = feed->ops->now(feed);

	for (size_t i = 0; f && i < f->snap->n_clusters; i++) {
		const struct cluster_view *c = &f->snap->clusters[i];

		if (c->kind != KIND_KAFKA)
			continue;
		print_cluster(c, now);
		print_lag(c->sections[SECTION_LAG], now);
		print_disk(c->sections[SECTION_DISK], now);
		printf("requests %" PRId64 "\n", f->snap->stats.requests);
	}
	frame_unref(f);
	printf("--\n");
	fflush(stdout);
}

int main(int argc, char **argv)
{
	double seconds = argc > 2 ? strtod(argv[2], NULL) : 0;
	struct config_errors errors = {0};
	char path[1024];
	struct err err = {{0}};
	struct config *config = config_load(argc > 1 ? argv[1] : NULL, path, sizeof(path), &errors);
	struct feed *feed;
	int64_t until;

	for (size_t i = 0; i < errors.n; i++)
		fprintf(stderr, "%s:%d: %s\n", path, errors.list[i].line, errors.list[i].text);
	config_errors_release(&errors);
	if (config && config_resolve_secrets(config, &err)) {
		fprintf(stderr, "%s\n", err.msg);
		return 3;
	}
	feed = config ? engine_start(config, seconds <= 0, &err) : NULL;
	if (!feed) {
		fprintf(stderr, "%s\n", err.msg);
		return 3;
	}
	until = clock_boot() + (int64_t)((seconds > 0 ? seconds : 30) * NS_PER_S);
	while (clock_boot() < until && (seconds > 0 || !feed->ops->settled(feed))) {
		poll(NULL, 0, seconds > 0 ? 500 : 20);
		if (seconds > 0)
			print_round(feed);
	}
	if (seconds <= 0)
		print_round(feed);
	feed->ops->close(feed);
	config_free(config);
	return 0;
}
