#ifndef MQ_CONFIG_LOAD_H
#define MQ_CONFIG_LOAD_H

#include "config/config.h"
#include "config/options.h"

#include <yaml.h>

enum { CONFIG_MAX_BYTES = 1 << 20 };

/* Inside src/config only: what the parts of the loader share while one file is read. */
struct loader {
	yaml_document_t doc;
	struct config *config;
	struct config_errors *errors;
	const char *name; /* of the file */
	size_t visits;	  /* nodes looked at: aliases could make few bytes many */
};

/* Adds a mistake at the node's place. */
void load_error(struct loader *l, const yaml_node_t *at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void load_warning(struct loader *l, const yaml_node_t *at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The text of a scalar. */
const char *load_text(const yaml_node_t *scalar);

/* The value of a key in a mapping, or NULL. */
yaml_node_t *load_value(struct loader *l, const yaml_node_t *mapping, const char *key);

/* The same, or the mapping itself: a place to point at. */
const yaml_node_t *load_place(struct loader *l, const yaml_node_t *mapping, const char *key);

/* The key itself, or the mapping. */
const yaml_node_t *load_key(struct loader *l, const yaml_node_t *mapping, const char *key);

/* Element i of a sequence, or the sequence. */
const yaml_node_t *load_item(struct loader *l, const yaml_node_t *sequence, size_t i);

/* What no single option can say about a mapping of this place. */
void check_place(struct loader *l, enum option_place place, const yaml_node_t *node, void *base);

/* Judges `properties:` of a cluster, one by one and together. */
void check_kafka_properties(
    struct loader *l, const yaml_node_t *cluster, const struct cluster_conf *c);

/* One value, of the option's type or its elements', into its field; -1 with the reason why not. */
int option_store(struct config *c, const struct option *o, enum option_type type, const char *s,
    void *field, struct err *err);

/* Fills every option of the place that has a default. */
void options_set_defaults(struct config *c, enum option_place place, void *base);

void config_errors_add(
    struct config_errors *e, int line, int column, bool warning, const char *text);
bool config_errors_full(const struct config_errors *e); /* no more are kept */
void config_errors_sort(struct config_errors *e);

#endif
