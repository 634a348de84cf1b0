#ifndef MQ_SOURCE_EXPORTER_FIGURES_H
#define MQ_SOURCE_EXPORTER_FIGURES_H

#include "config/config.h"
#include "model/rows.h"

/*
 * figures: what a Kafka broker's JMX tells through jmx_exporter (Prometheus
 * text) or Jolokia (JSON). Rule files differ from site to site: each figure has
 * the names of the well-known ones, and the config may name another. Pure.
 */
enum {
	FIGURE_CONTROLLER,
	FIGURE_PRODUCE,
	FIGURE_FETCH,
	FIGURE_FOLLOWER,
	FIGURE_NETWORK_IDLE,
	FIGURE_HANDLER_IDLE,
	FIGURE_UNDER_REPLICATED,
	FIGURE_OFFLINE_PARTITIONS,
	FIGURE_OFFLINE_DIRS,
	FIGURE_COUNT
};

struct figures {
	double value[FIGURE_COUNT]; /* NaN: not told */
	char broker_id[16];	    /* whose they are, where the exporter tells; "" otherwise */
};

struct figure_info {
	enum metric_id metric;
	const char *name; /* in `exporter_names:`, and of the metric */
	const char *specs[4]; /* "name{label=value}", any case; the first that is found counts */
	const char *mbean;    /* for Jolokia: "kafka.x:type=..,name=../Attribute" */
	double factor;
};
extern const struct figure_info figure_info[FIGURE_COUNT];

void figures_clear(struct figures *f);

/* Reads a metrics page. conf (may be NULL) has names of its own. -1 with a sentence, where it is none or
 * has none of the figures in it; what is the URL. */
int figures_read(struct figures *f, const struct cluster_conf *conf, const char *what, const char *body,
    size_t len, struct err *err);

/* Reads Jolokia's answer to figure_info[i].mbean. -1 with a sentence, where it is none; a bean that is
 * not there leaves NaN. */
int figures_jolokia(struct figures *f, int i, const char *what, const char *body, size_t len, struct err *err);
/* Its answer to FIGURES_ID_BEAN: whose figures these are. */
#define FIGURES_ID_BEAN "kafka.server:type=app-info,id=*"
void figures_jolokia_id(struct figures *f, const char *body, size_t len);

#endif
