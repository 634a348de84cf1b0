/* Figures of a broker's JMX in the dialects of its exporters, and the thread that asks them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"
#include "fault_server.h"
#include "source/exporter/exporter.h"
#include "source/exporter/figures.h"

#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

/* By jmx_exporter's sample rules, as Strimzi has them too. */
static const char by_rules[] =
    "# TYPE kafka_controller_kafkacontroller_activecontrollercount gauge\n"
    "kafka_controller_kafkacontroller_activecontrollercount 1.0\n"
    "kafka_controller_kafkacontroller_offlinepartitionscount 2.0\n"
    "kafka_server_replicamanager_underreplicatedpartitions 3.0\n"
    "kafka_log_logmanager_offlinelogdirectorycount 0.0\n"
    "kafka_network_requestmetrics_totaltimems{request=\"Produce\",quantile=\"0.50\",} 1.0\n"
    "kafka_network_requestmetrics_totaltimems{request=\"Produce\",quantile=\"0.99\",} 12.5\n"
    "kafka_network_requestmetrics_totaltimems{request=\"FetchConsumer\",quantile=\"0.99\",} 501.0\n"
    "kafka_network_requestmetrics_totaltimems{request=\"FetchFollower\",quantile=\"0.99\",} 502.0\n"
    "kafka_network_socketserver_networkprocessoravgidle_percent 0.97\n"
    "kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent 1.3\n"
    "kafka_server_app_info{id=\"2\",version=\"3.9.1\",} 1.0\n";

/* As jmx_exporter names them where it has no rules. */
static const char without_rules[] =
    "kafka_controller_KafkaController_Value{name=\"ActiveControllerCount\",} 0.0\n"
    "kafka_controller_KafkaController_Value{name=\"OfflinePartitionsCount\",} NaN\n"
    "kafka_server_ReplicaManager_Value{name=\"UnderReplicatedPartitions\",} 4.0\n"
    "kafka_network_RequestMetrics_99thPercentile{name=\"TotalTimeMs\",request=\"Produce\",} 8.0\n"
    "kafka_network_RequestMetrics_99thPercentile{name=\"LocalTimeMs\",request=\"Produce\",} 7.0\n";

static int read_page(struct figures *f, const struct cluster_conf *conf, const char *page, struct err *err)
{
	*err = (struct err){{0}};
	return figures_read(f, conf, "http://h/metrics", page, strlen(page), err);
}

static void prometheus_names(void **state)
{
	struct figures f;
	struct err err;

	(void)state;
	assert_int_equal(read_page(&f, NULL, by_rules, &err), 0);
	assert_true(f.value[FIGURE_CONTROLLER] == 1);
	assert_true(f.value[FIGURE_OFFLINE_PARTITIONS] == 2);
	assert_true(f.value[FIGURE_UNDER_REPLICATED] == 3);
	assert_true(f.value[FIGURE_OFFLINE_DIRS] == 0);
	assert_true(f.value[FIGURE_PRODUCE] == 12.5);
	assert_true(f.value[FIGURE_FETCH] == 501);
	assert_true(f.value[FIGURE_FOLLOWER] == 502);
	assert_true(fabs(f.value[FIGURE_NETWORK_IDLE] - 97) < 0.001);
	assert_true(f.value[FIGURE_HANDLER_IDLE] == 100);
	assert_string_equal(f.broker_id, "2");
	assert_int_equal(read_page(&f, NULL, without_rules, &err), 0);
	assert_true(f.value[FIGURE_CONTROLLER] == 0);
	assert_true(isnan(f.value[FIGURE_OFFLINE_PARTITIONS]));
	assert_true(f.value[FIGURE_UNDER_REPLICATED] == 4);
	assert_true(f.value[FIGURE_PRODUCE] == 8);
	assert_true(isnan(f.value[FIGURE_FETCH]));
	assert_string_equal(f.broker_id, "");
}

static void own_names(void **state)
{
	static struct text_pair names[] = {{"active_controller", "my_ctl{role=kafka,zone=a}"}};
	struct cluster_conf conf = {.exporter_names = names, .n_exporter_names = 1};
	struct figures f;
	struct err err;

	(void)state;
	assert_int_equal(read_page(&f, &conf,
			     "kafka_controller_kafkacontroller_activecontrollercount 1\n"
			     "my_ctl{role=\"kafka\",zone=\"b\"} 5\n"
			     "my_ctl{zone=\"a\",role=\"kafka\"} 7\n",
			     &err),
	    0);
	assert_true(f.value[FIGURE_CONTROLLER] == 7);
	assert_int_equal(read_page(&f, NULL, "up 1\nother 2\n", &err), -1);
	assert_non_null(strstr(err.msg, "name them in exporter_names"));
	assert_int_equal(read_page(&f, NULL, "<html>\n", &err), -1);
	assert_non_null(strstr(err.msg, "Prometheus text format"));
}

/* The config knows the same figures, and no other. */
static void names_of_the_config(void **state)
{
	struct config_errors errors = {0};
	struct config *c;
	char text[4096];
	size_t n = (size_t)snprintf(text, sizeof(text),
	    "clusters:\n  - {name: a, kind: kafka, bootstrap: ['h:1'], exporter_names: {");

	(void)state;
	for (int i = 0; i < FIGURE_COUNT; i++) {
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s: x, ", figure_info[i].name);
		assert_string_equal(figure_info[i].name, metric_info[figure_info[i].metric].name);
	}
	snprintf(text + n, sizeof(text) - n, "}}\n");
	c = config_parse("f", text, strlen(text), &errors);
	assert_non_null(c);
	assert_int_equal(c->clusters[0].n_exporter_names, FIGURE_COUNT);
	config_free(c);
	config_errors_release(&errors);
	snprintf(text + n, sizeof(text) - n, "produce: x}}\n");
	errors = (struct config_errors){0};
	assert_null(config_parse("f", text, strlen(text), &errors));
	assert_int_equal(errors.n, 1);
	assert_non_null(strstr(errors.list[0].text, "no figure 'produce'"));
	config_errors_release(&errors);
}

static void jolokia(void **state)
{
	static const char good[] = "{\"request\":{},\"value\":0.5,\"status\":200}",
			  gone[] = "{\"error\":\"no such bean\",\"status\":404}",
			  denied[] = "{\"status\":403}", html[] = "<html>",
			  id[] = "{\"value\":{\"kafka.server:id=3,type=app-info\":{\"version\":\"3.9.1\"}},\"status\":200}";
	struct figures f;
	struct err err = {{0}};

	(void)state;
	figures_clear(&f);
	assert_int_equal(figures_jolokia(&f, FIGURE_NETWORK_IDLE, "u", good, strlen(good), &err), 0);
	assert_true(f.value[FIGURE_NETWORK_IDLE] == 50);
	assert_int_equal(figures_jolokia(&f, FIGURE_CONTROLLER, "u", gone, strlen(gone), &err), 0);
	assert_true(isnan(f.value[FIGURE_CONTROLLER]));
	assert_int_equal(figures_jolokia(&f, FIGURE_CONTROLLER, "u", denied, strlen(denied), &err), -1);
	assert_non_null(strstr(err.msg, "auth:"));
	assert_int_equal(figures_jolokia(&f, FIGURE_CONTROLLER, "u", html, strlen(html), &err), -1);
	figures_jolokia_id(&f, id, strlen(id));
	assert_string_equal(f.broker_id, "3");
}

/* Two brokers on one host, as the source publishes them. */
static struct section *brokers_on(const char *host)
{
	struct section *s = section_new(SECTION_BROKERS);

	for (int i = 1; i <= 2; i++) {
		struct broker_row *b = section_add(s);

		b->id = arena_printf(&s->arena, "%d", i);
		b->name = arena_printf(&s->arena, "broker-%d", i);
		b->address = arena_printf(&s->arena, "%s:%d", host, 9090 + i);
		b->metrics = arena_alloc(&s->arena, sizeof(*b->metrics));
		b->metrics[0] = (struct metric){METRIC_LEADERS, value_int(5, 1, 0)};
		b->n_metrics = 1;
	}
	return s;
}

/* What exporters_reachable() said last. */
static int64_t reachable;
static char reachable_detail[300];

/* What the exporter of one URL adds to them. */
static struct section *added_to(enum broker_kind kind, const char *mode, const struct fault_page *pages)
{
	struct fault_server *server = fault_start(mode, NULL, pages, 0);
	struct config *config = config_new_default();
	const char *urls[1];
	struct cluster_conf conf = {.kind = kind, .exporters = urls, .n_exporters = 1, .timeout_ms = 300};
	struct source_ctx ctx = {.config = config, .cluster = &conf};
	struct exporters *e;
	struct section *s = brokers_on("127.0.0.1");
	int64_t deadline = clock_boot() + 5 * NS_PER_S;
	const char *detail;
	char url[80];

	snprintf(url, sizeof(url), "http://127.0.0.1:%d/metrics", fault_port(server));
	urls[0] = url;
	e = exporters_start(&ctx);
	assert_non_null(e);
	while (!exporters_settled(e) && clock_boot() < deadline)
		poll(NULL, 0, 2);
	assert_true(exporters_settled(e));
	exporters_metrics(e, s);
	reachable = exporters_reachable(e, s, &detail).i;
	snprintf(reachable_detail, sizeof(reachable_detail), "%s", detail ? detail : "");
	exporters_stop(e);
	fault_stop(server);
	config_free(config);
	return s;
}

static struct section *added(const char *mode, const struct fault_page *pages)
{
	return added_to(KIND_KAFKA, mode, pages);
}

/* Ended in the middle of a request, it leaves nothing behind: for the sanitizers to see. */
static void ended_while_it_asks(void **state)
{
	struct fault_server *server = fault_start("silent", NULL, NULL, 0);
	struct config *config = config_new_default();
	const char *urls[1];
	struct cluster_conf conf = {.kind = KIND_KAFKA, .exporters = urls, .n_exporters = 1, .timeout_ms = 20000};
	struct source_ctx ctx = {.config = config, .cluster = &conf};
	struct exporters *e;
	char url[80];

	(void)state;
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/metrics", fault_port(server));
	urls[0] = url;
	e = exporters_start(&ctx);
	assert_non_null(e);
	poll(NULL, 0, 50);
	assert_false(exporters_settled(e));
	exporters_stop(e);
	fault_stop(server);
	config_free(config);
}

static void by_broker_id(void **state)
{
	static const struct fault_page pages[] = {{"/metrics", 200, by_rules}, {NULL, 0, NULL}};
	struct section *s = added("ok", pages);
	const struct broker_row *one = section_broker(s, 0), *two = section_broker(s, 1);

	(void)state;
	assert_null(broker_metric(one, METRIC_EXPORTER));
	assert_string_equal(broker_metric(two, METRIC_EXPORTER)->s, "answers");
	assert_true(broker_metric(two, METRIC_PRODUCE_P99_MS)->d == 12.5);
	assert_int_equal(broker_metric(two, METRIC_LEADERS)->i, 5);
	assert_int_equal(reachable, 1);
	assert_string_equal(reachable_detail, "");
	section_unref(s);
}

/* An exporter that nobody can place is said at every broker that has none. */
static void strays(void **state)
{
	static const struct fault_page pages[] = {
	    {"/metrics", 200, without_rules}, {NULL, 0, NULL}};
	struct section *s = added("ok", pages);

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const struct value *v = broker_metric(section_broker(s, i), METRIC_EXPORTER);

		assert_non_null(v);
		assert_int_equal(v->quality, QUALITY_MISSING);
		assert_non_null(strstr(v->reason, "which broker it belongs to"));
	}
	section_unref(s);
}

static void not_there(void **state)
{
	static const struct fault_page pages[] = {{"/metrics", 404, ""}, {NULL, 0, NULL}};
	struct section *s = added("ok", pages);

	(void)state;
	assert_non_null(strstr(broker_metric(section_broker(s, 0), METRIC_EXPORTER)->reason, "HTTP 404"));
	assert_int_equal(reachable, 0);
	assert_non_null(strstr(reachable_detail, "HTTP 404"));
	section_unref(s);
}

/* NATS tells its figures itself: any page of figures will do, but it has to be one. */
static void of_nats(void **state)
{
	static const struct fault_page good[] = {{"/metrics", 200, "gnatsd_varz_cpu 1\n"}, {NULL, 0, NULL}};
	static const struct fault_page bad[] = {{"/metrics", 200, "<html>a login page</html>\n"}, {NULL, 0, NULL}};

	(void)state;
	section_unref(added_to(KIND_NATS, "ok", good));
	assert_int_equal(reachable, 1);
	section_unref(added_to(KIND_NATS, "ok", bad));
	assert_int_equal(reachable, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(prometheus_names), cmocka_unit_test(own_names), cmocka_unit_test(names_of_the_config),
	    cmocka_unit_test(jolokia), cmocka_unit_test(by_broker_id), cmocka_unit_test(ended_while_it_asks), cmocka_unit_test(strays),
	    cmocka_unit_test(not_there), cmocka_unit_test(of_nats)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
