#include "source/exporter/figures.h"

#include "base/i18n.h"
#include "base/text.h"
#include "source/exporter/prom_text.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define REQUESTS "kafka_network_requestmetrics_"

/* First the names of jmx_exporter's and Strimzi's sample rules, then those that jmx_exporter makes
 * without rules. */
const struct figure_info figure_info[FIGURE_COUNT] = {
    [FIGURE_CONTROLLER] = {METRIC_ACTIVE_CONTROLLER, "active_controller",
	{"kafka_controller_kafkacontroller_activecontrollercount",
	    "kafka_controller_kafkacontroller_value{name=ActiveControllerCount}"},
	"kafka.controller:type=KafkaController,name=ActiveControllerCount/Value", 1},
    [FIGURE_PRODUCE] = {METRIC_PRODUCE_P99_MS, "produce_p99_ms",
	{REQUESTS "totaltimems{request=Produce,quantile=0.99}",
	    REQUESTS "99thpercentile{name=TotalTimeMs,request=Produce}"},
	"kafka.network:type=RequestMetrics,name=TotalTimeMs,request=Produce/99thPercentile", 1},
    [FIGURE_FETCH] = {METRIC_FETCH_P99_MS, "fetch_p99_ms",
	{REQUESTS "totaltimems{request=FetchConsumer,quantile=0.99}",
	    REQUESTS "99thpercentile{name=TotalTimeMs,request=FetchConsumer}"},
	"kafka.network:type=RequestMetrics,name=TotalTimeMs,request=FetchConsumer/99thPercentile", 1},
    [FIGURE_FOLLOWER] = {METRIC_FOLLOWER_P99_MS, "follower_p99_ms",
	{REQUESTS "totaltimems{request=FetchFollower,quantile=0.99}",
	    REQUESTS "99thpercentile{name=TotalTimeMs,request=FetchFollower}"},
	"kafka.network:type=RequestMetrics,name=TotalTimeMs,request=FetchFollower/99thPercentile", 1},
    [FIGURE_NETWORK_IDLE] = {METRIC_NETWORK_IDLE, "network_idle_percent",
	{"kafka_network_socketserver_networkprocessoravgidle_percent",
	    "kafka_network_socketserver_networkprocessoravgidlepercent",
	    "kafka_network_socketserver_value{name=NetworkProcessorAvgIdlePercent}"},
	"kafka.network:type=SocketServer,name=NetworkProcessorAvgIdlePercent/Value", 100},
    [FIGURE_HANDLER_IDLE] = {METRIC_HANDLER_IDLE, "handler_idle_percent",
	{"kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent",
	    "kafka_server_kafkarequesthandlerpool_oneminuterate{name=RequestHandlerAvgIdlePercent}"},
	"kafka.server:type=KafkaRequestHandlerPool,name=RequestHandlerAvgIdlePercent/OneMinuteRate", 100},
    [FIGURE_UNDER_REPLICATED] = {METRIC_JMX_UNDER_REPLICATED, "jmx_under_replicated",
	{"kafka_server_replicamanager_underreplicatedpartitions",
	    "kafka_server_replicamanager_value{name=UnderReplicatedPartitions}"},
	"kafka.server:type=ReplicaManager,name=UnderReplicatedPartitions/Value", 1},
    [FIGURE_OFFLINE_PARTITIONS] = {METRIC_JMX_OFFLINE, "jmx_offline_partitions",
	{"kafka_controller_kafkacontroller_offlinepartitionscount",
	    "kafka_controller_kafkacontroller_value{name=OfflinePartitionsCount}"},
	"kafka.controller:type=KafkaController,name=OfflinePartitionsCount/Value", 1},
    [FIGURE_OFFLINE_DIRS] = {METRIC_OFFLINE_DIRS, "offline_log_dirs",
	{"kafka_log_logmanager_offlinelogdirectorycount",
	    "kafka_log_logmanager_value{name=OfflineLogDirectoryCount}"},
	"kafka.log:type=LogManager,name=OfflineLogDirectoryCount/Value", 1},
};

void figures_clear(struct figures *f)
{
	for (int i = 0; i < FIGURE_COUNT; i++)
		f->value[i] = NAN;
	f->broker_id[0] = '\0';
}

/* Is a label of that name (any case) there with that value? */
static bool has_label(const struct prom_sample *s, const char *name, size_t n, const char *value, size_t len)
{
	for (unsigned i = 0; i < s->n_labels; i++) {
		const struct prom_label *l = &s->labels[i];

		if (strlen(l->name) == n && !strncasecmp(l->name, name, n) && strlen(l->value) == len &&
		    !strncasecmp(l->value, value, len))
			return true;
	}
	return false;
}

/* Does the sample fit "name{label=value,label=value}"? */
static bool fits(const struct prom_sample *s, const char *spec)
{
	size_t n = strcspn(spec, "{");

	if (strlen(s->name) != n || strncasecmp(s->name, spec, n) != 0)
		return false;
	for (const char *p = spec[n] ? spec + n + 1 : spec + n; *p && *p != '}';) {
		size_t label = strcspn(p, "=,}"), value;

		if (p[label] != '=')
			return false;
		value = strcspn(p + label + 1, ",}");
		if (!has_label(s, p, label, p + label + 1, value))
			return false;
		p += label + 1 + value;
		p += *p == ',';
	}
	return true;
}

static const char *own_spec(const struct cluster_conf *conf, const char *name)
{
	for (size_t i = 0; conf && i < conf->n_exporter_names; i++)
		if (!strcmp(conf->exporter_names[i].key, name))
			return conf->exporter_names[i].value;
	return NULL;
}

static bool is_figure(const struct prom_sample *s, const struct cluster_conf *conf, int i)
{
	const struct figure_info *info = &figure_info[i];
	const char *own = own_spec(conf, info->name);

	if (own)
		return fits(s, own);
	for (size_t k = 0; k < sizeof(info->specs) / sizeof(info->specs[0]) && info->specs[k]; k++)
		if (fits(s, info->specs[k]))
			return true;
	return false;
}

static void set(struct figures *f, int i, double value)
{
	value *= figure_info[i].factor;
	/* Idle ratios of several threads add up to more than all in some releases. */
	if (figure_info[i].factor > 1 && value > 100)
		value = 100;
	f->value[i] = value;
}

/* kafka.server:type=app-info,id=1 in whatever spelling. */
static void note_id(struct figures *f, const struct prom_sample *s)
{
	const char *id = prom_label(s, "id");

	if (!id)
		id = prom_label(s, "broker_id");
	if (!id || !strcasestr(s->name, "app") || !strcasestr(s->name, "info") ||
	    strspn(id, "0123456789") != strlen(id))
		return;
	snprintf(f->broker_id, sizeof(f->broker_id), "%s", id);
}

int figures_read(struct figures *f, const struct cluster_conf *conf, const char *what, const char *body,
    size_t len, struct err *err)
{
	struct prom_text p;
	struct prom_sample s;
	size_t found = 0;

	figures_clear(f);
	prom_text_init(&p, body, len);
	while (prom_text_next(&p, &s)) {
		for (int i = 0; i < FIGURE_COUNT; i++)
			if (isnan(f->value[i]) && isfinite(s.value) && is_figure(&s, conf, i)) {
				set(f, i, s.value);
				found++;
			}
		note_id(f, &s);
	}
	if (prom_text_check(&p, what, err))
		return -1;
	return found ? 0
		     : err_set(err,
			   _("none of the %zu figures has a name that mqduty knows: name them in exporter_names"),
			   p.samples);
}

static json_t *load(const char *what, const char *body, size_t len, struct err *err)
{
	json_t *j = json_loadb(body, len, 0, NULL);

	if (!json_is_object(j) || !json_object_get(j, "status")) {
		err_set(err, _("%s does not answer as Jolokia does: check the address"), what);
		json_decref(j);
		return NULL;
	}
	return j;
}

int figures_jolokia(struct figures *f, int i, const char *what, const char *body, size_t len, struct err *err)
{
	json_t *j = load(what, body, len, err), *v;
	json_int_t status;

	if (!j)
		return -1;
	v = json_object_get(j, "value");
	status = json_integer_value(json_object_get(j, "status"));
	if (json_is_number(v) && isfinite(json_number_value(v)))
		set(f, i, json_number_value(v));
	json_decref(j);
	/* 404: this broker has no such bean, such as a controller's. */
	if (status == 401 || status == 403)
		return err_set(err, _("%s: auth: Jolokia does not permit it (status %d)"), what, (int)status);
	return 0;
}

void figures_jolokia_id(struct figures *f, const char *body, size_t len)
{
	json_t *j = json_loadb(body, len, 0, NULL), *v;
	const char *key;

	json_object_foreach(json_object_get(j, "value"), key, v) {
		const char *id = strstr(key, "id=");

		if (id && strspn(id + 3, "0123456789"))
			snprintf(f->broker_id, sizeof(f->broker_id), "%.*s",
			    (int)strspn(id + 3, "0123456789"), id + 3);
	}
	json_decref(j);
}
