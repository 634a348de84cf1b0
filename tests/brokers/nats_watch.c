#include "nats_watch.h"

#include "base/clock.h"
#include "base/thread.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void *watch_main(void *arg)
{
	struct watch *w = arg;
	struct err err = {""};
	const struct source_ops *ops = source_for(w->ctx.cluster->kind);
	struct source *s = ops->open(&w->ctx, &err);

	if (!s) {
		fprintf(stderr, "open: %s\n", err_msg(&err));
		abort();
	}
	while (!atomic_load(&w->ctx.stop)) {
		int64_t next = ops->run(s, clock_boot());

		if (next > clock_boot())
			ops->wait(s, next);
		wake_drain(w->ctx.wake_fd);
	}
	ops->close(s);
	return NULL;
}

void watch_start(struct watch *w, const char *yaml, bool one_shot)
{
	struct config_errors errors = {0};
	struct err err = {""};

	memset(w, 0, sizeof(*w));
	w->config = config_parse("test", yaml, strlen(yaml), &errors);
	for (size_t i = 0; i < errors.n; i++)
		fprintf(stderr, "config: %d: %s\n", errors.list[i].line, errors.list[i].text);
	if (!w->config)
		abort();
	if (config_resolve_secrets(w->config, &err)) {
		fprintf(stderr, "config: %s\n", err_msg(&err));
		abort();
	}
	/* A tenth of the usual periods, less than a file may say: liveness 0.2 s, jsz 3 s. */
	w->config->interval_ns = 200 * NS_PER_MS;
	w->model = model_new();
	w->ctx.config = w->config;
	w->ctx.cluster = &w->config->clusters[0];
	w->ctx.model = w->model;
	w->ctx.one_shot = one_shot;
	w->ctx.index = model_add_cluster(w->model, w->ctx.cluster->name, w->ctx.cluster->kind, TIER_NONE);
	w->ctx.wake_fd = wake_open();
	if (pthread_create(&w->thread, NULL, watch_main, w))
		abort();
}

double watch_stop(struct watch *w)
{
	int64_t start = clock_boot();
	double ms;

	atomic_store(&w->ctx.stop, true);
	wake_set(w->ctx.wake_fd);
	pthread_join(w->thread, NULL);
	ms = (double)(clock_boot() - start) / NS_PER_MS;
	if (w->snap)
		snapshot_unref(w->snap);
	model_free(w->model);
	config_free(w->config);
	close(w->ctx.wake_fd);
	return ms;
}

const struct cluster_view *watch_look(struct watch *w)
{
	if (w->snap)
		snapshot_unref(w->snap);
	w->snap = model_acquire(w->model);
	return &w->snap->clusters[0];
}

bool watch_until(struct watch *w, double seconds, bool (*cond)(const struct cluster_view *v, void *arg), void *arg)
{
	int64_t deadline = clock_boot() + (int64_t)(seconds * NS_PER_S);

	while (!cond(watch_look(w), arg)) {
		if (clock_boot() > deadline) {
			watch_dump(w, stderr);
			return false;
		}
		nanosleep(&(struct timespec){.tv_nsec = 20 * NS_PER_MS}, NULL);
	}
	return true;
}

enum quality quality_now(const struct value *v)
{
	return value_quality(v, clock_boot());
}

#define FINDER(fn, type, kind, field)                                                              \
	const struct type *fn(const struct cluster_view *v, const char *name)                      \
	{                                                                                          \
		for (size_t i = 0; i < section_count(v->sections[kind]); i++) {                    \
			const struct type *row = section_row(v->sections[kind], i);                \
                                                                                                   \
			if (row->field && !strcmp(row->field, name))                               \
				return row;                                                        \
		}                                                                                  \
		return NULL;                                                                       \
	}

FINDER(find_broker, broker_row, SECTION_BROKERS, name)
FINDER(find_route, route_row, SECTION_ROUTES, server)
FINDER(find_connection, connection_row, SECTION_CONNECTIONS, broker)
FINDER(find_disk, disk_row, SECTION_DISK, broker)
FINDER(find_lag, lag_row, SECTION_LAG, group)

bool has_event(struct watch *w, const char *entity, const char *part)
{
	watch_look(w);
	for (size_t i = 0; i < section_count(w->snap->events); i++) {
		const struct event_row *e = section_event(w->snap->events, i);

		if ((!entity || (e->entity && !strcmp(e->entity, entity))) && strstr(e->text, part))
			return true;
	}
	return false;
}

size_t count_events(struct watch *w, const char *part)
{
	size_t n = 0;

	watch_look(w);
	for (size_t i = 0; i < section_count(w->snap->events); i++)
		n += strstr(section_event(w->snap->events, i)->text, part) != NULL;
	return n;
}

static void dump_value(FILE *out, const char *name, const struct value *v)
{
	fprintf(out, " %s=", name);
	if (v->type == VALUE_TEXT)
		fprintf(out, "%s", v->s);
	else if (v->type == VALUE_NONE)
		fprintf(out, "-");
	else
		fprintf(out, "%g", value_number(v));
	if (quality_now(v) != QUALITY_OK)
		fprintf(out, "(%s: %s)", quality_name(quality_now(v)), v->reason ? v->reason : "");
}

static void dump_texts(FILE *out, const struct route_row *r)
{
	for (size_t i = 0; i < r->n_missing; i++)
		fprintf(out, " -%s", r->missing[i]);
	fprintf(out, " [%s]\n", r->detail ? r->detail : "");
}

void watch_dump(struct watch *w, FILE *out)
{
	const struct cluster_view *v = watch_look(w);
	const struct cluster_row *c = cluster_facts(v);

	if (!c)
		return;
	fprintf(out, "cluster");
	dump_value(out, "reachable", &c->reachable);
	dump_value(out, "version", &c->version);
	dump_value(out, "controllers", &c->controllers);
	dump_value(out, "controller", &c->controller);
	dump_value(out, "up", &c->brokers_up);
	dump_value(out, "expected", &c->brokers_expected);
	fprintf(out, " mode=%s trouble=%s\n", c->mode ? c->mode : "-", c->trouble ? c->trouble : "-");
	for (size_t i = 0; i < section_count(v->sections[SECTION_BROKERS]); i++) {
		const struct broker_row *b = section_broker(v->sections[SECTION_BROKERS], i);

		fprintf(out, "broker %s %s '%s' controller=%d", b->name, b->address, b->state, b->controller);
		dump_value(out, "up", &b->up);
		dump_value(out, "rtt", &b->rtt_ms);
		dump_value(out, "p95", &b->rtt_p95_ms);
		dump_value(out, "version", &b->version);
		dump_value(out, "uptime", &b->uptime_s);
		dump_value(out, "memory", &b->memory_percent);
		for (size_t k = 0; k < b->n_metrics; k++)
			dump_value(out, metric_info[b->metrics[k].id].name, &b->metrics[k].v);
		fputc('\n', out);
	}
	for (size_t i = 0; i < section_count(v->sections[SECTION_ROUTES]); i++) {
		const struct route_row *r = section_route(v->sections[SECTION_ROUTES], i);

		fprintf(out, "route %s", r->server);
		dump_value(out, "peers", &r->peers);
		dump_value(out, "expected", &r->expected);
		dump_texts(out, r);
	}
	for (size_t i = 0; i < section_count(v->sections[SECTION_CONNECTIONS]); i++) {
		const struct connection_row *r = section_connection(v->sections[SECTION_CONNECTIONS], i);

		fprintf(out, "connections %s", r->broker);
		dump_value(out, "current", &r->current);
		dump_value(out, "max", &r->max);
		dump_value(out, "percent", &r->percent);
		dump_value(out, "slow_total", &r->slow_total);
		dump_value(out, "slow_10m", &r->slow_10m);
		dump_value(out, "dropped", &r->dropped_total);
		dump_value(out, "drop%", &r->drop_percent);
		dump_value(out, "timeouts", &r->timeouts);
		dump_value(out, "connects/min", &r->connects_per_min);
		fputc('\n', out);
	}
	for (size_t i = 0; i < section_count(v->sections[SECTION_DISK]); i++) {
		const struct disk_row *r = section_disk(v->sections[SECTION_DISK], i);

		fprintf(out, "disk %s %s", r->broker, r->path);
		dump_value(out, "used", &r->used_bytes);
		dump_value(out, "total", &r->total_bytes);
		dump_value(out, "percent", &r->percent);
		fputc('\n', out);
	}
	for (size_t i = 0; i < section_count(v->sections[SECTION_LAG]); i++) {
		const struct lag_row *r = section_lag(v->sections[SECTION_LAG], i);

		fprintf(out, "lag %s/%s %s '%s' %s", r->topic, r->group, lag_status_name[r->status],
		    r->state ? r->state : "", r->why ? r->why : "");
		dump_value(out, "lag", &r->lag);
		dump_value(out, "ack_pending", &r->ack_pending);
		dump_value(out, "lag_s", &r->lag_seconds);
		dump_value(out, "lost_s", &r->lost_in_seconds);
		dump_value(out, "end", &r->end_rate);
		dump_value(out, "commit", &r->commit_rate);
		dump_value(out, "trend", &r->trend);
		dump_value(out, "stalled", &r->stalled_s);
		fputc('\n', out);
	}
	if (v->sections[SECTION_LAG])
		dump_value(out, "lag listing", &v->sections[SECTION_LAG]->listing);
	fprintf(out, "\n");
	for (size_t i = 0; i < section_count(w->snap->events); i++) {
		const struct event_row *e = section_event(w->snap->events, i);

		fprintf(out, "event %s: %s\n", e->entity ? e->entity : "-", e->text);
	}
	fprintf(out, "requests %lld\n", (long long)w->snap->stats.requests);
}
