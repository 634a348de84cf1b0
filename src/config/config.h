#ifndef MQ_CONFIG_CONFIG_H
#define MQ_CONFIG_CONFIG_H

#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/kinds.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * config: what the operator wrote, parsed, checked, with defaults filled in.
 * Immutable once loaded; everything lives in its arena. Secrets are resolved
 * (password_command run, files read) by config_resolve_secrets() before curses
 * starts, and are never logged, recorded or shown.
 */
struct text_pair {
	const char *key, *value;
};

struct tls_conf {
	const char *ca, *cert, *key;
	bool set;
};

struct secret_conf {
	const char *env, *file;   /* password_env, password_file */
	const char **command;     /* password_command, NULL-terminated */
	const char *value;        /* after config_resolve_secrets(); NULL: none asked for */
};

struct disk_conf {
	const char *broker, *path;
	bool local;
};

struct log_conf {
	const char *broker, *path;
	const char **command; /* NULL-terminated */
};

struct waive_conf {
	const char *item, *until, *reason; /* until: YYYY-MM-DD */
};

/* What mqduty-canary may write to, and where its figures are. */
struct canary_conf {
	const char *topic;   /* or subject; NULL: no canary here */
	const char *figures; /* file; set where topic is */
	int64_t every_ms;
	const char **servers; /* NATS: client URLs */
	size_t n_servers;
	const char *user, *creds; /* NATS */
	struct secret_conf password;
	struct tls_conf tls;
};

struct mqtt_broker_conf {
	const char *name, *url;
	int64_t max_connections; /* 0: the cluster's */
};

/* Something that is backed up: how old and large a path is, or what a command says. */
struct backup_conf {
	const char *name, *path;
	const char **command; /* NULL-terminated; in place of path */
	int64_t max_age_ns, min_size;
};

/* What things cost in a month. */
struct price_conf {
	const char *currency;
	double storage, traffic; /* a GiB */
	double broker, budget;	 /* 0: not said */
	bool set;
};

struct cluster_conf {
	const char *name;
	enum tier tier;
	enum broker_kind kind;
	int64_t timeout_ms;
	struct text_pair *address_map; /* "host:port" -> "host:port" */
	size_t n_address_map;
	const char **via;              /* command with %h and %p; NULL: none */
	struct disk_conf *disks;
	size_t n_disks;
	struct log_conf *logs;
	size_t n_logs;
	const char **exporters;
	size_t n_exporters;
	struct text_pair *exporter_names; /* figure -> name in the exporter */
	size_t n_exporter_names;
	struct waive_conf *waives;
	size_t n_waives;
	const char **zookeeper;
	size_t n_zookeeper;
	const char **contacts;
	size_t n_contacts;
	struct secret_conf password;
	const char *username;
	bool allow_plaintext_password;
	struct tls_conf tls;

	/* kafka */
	const char **bootstrap;
	size_t n_bootstrap;
	int64_t expected_brokers; /* 0: not said */
	struct text_pair *properties;
	size_t n_properties;
	const char *command_config; /* the operator's own file for Kafka's tools; never read here; NULL */
	const char **groups_include, **groups_exclude;
	size_t n_groups_include, n_groups_exclude;

	/* nats */
	const char **monitor;
	size_t n_monitor;
	int64_t expected_nodes; /* 0: not said */
	int64_t memory_limit;   /* bytes per node; 0: not said */
	struct {
		const char *url, *user, *creds, *nkey;
		struct secret_conf password;
		struct tls_conf tls;
	} sys; /* the `system:` block: the system account */

	/* mqtt */
	const char *flavor; /* "auto", "mosquitto", ... */
	const char *url;
	int64_t max_connections; /* 0: not said */
	bool anonymous_check;
	struct mqtt_broker_conf *brokers;
	size_t n_brokers;

	struct canary_conf canary;
	bool found_here; /* by discovery, not written by anyone */
};

struct config {
	struct arena arena;
	const char *path;     /* NULL: discovered */
	uint64_t text_hash;   /* of what stood in the file */
	int64_t interval_ns;
	const char *language; /* "auto", "en", "zh_CN" */
	const char *state_dir;
	const char *day_tz;   /* "local" or a zone name */
	int day_starts;       /* minutes after midnight */
	struct cluster_conf *clusters;
	size_t n_clusters;
	const char **rules;
	size_t n_rules;
	struct backup_conf *backups;
	size_t n_backups;
	struct price_conf prices;
	const char **manual; /* folders of the teams' own pages */
	size_t n_manual;
};

/* All mistakes of a file, in the order of their place. Warnings stand among
 * them and do not keep the config from being used. */
struct config_errors {
	struct config_error {
		int line, column; /* from 1; 0: the file as a whole */
		char *text;       /* how to mend it is part of it */
		bool warning;
	} *list;
	size_t n, cap;
};

/* How many of them are not warnings. */
size_t config_errors_count(const struct config_errors *e);

void config_errors_release(struct config_errors *e);

/* Parses text (name is for the messages, and relative paths count from its
 * folder). Returns NULL when there is any error; all of them are in errors, and
 * so are the warnings of a config that is returned. */
struct config *config_parse(const char *name, const char *text, size_t len, struct config_errors *errors);

/* Finds (-c FILE, $MQDUTY_CONFIG, the two standard places) and parses the file.
 * cli_path may be NULL. *path is the file that was read (in the caller's buffer of
 * size bytes), or "" when there is none: then NULL is returned without errors and
 * the caller looks for brokers on this host. */
struct config *config_load(const char *cli_path, char *path, size_t size, struct config_errors *errors);

/* An empty config with all defaults; clusters are added by discovery. */
struct config *config_new_default(void);
struct cluster_conf *config_add_cluster(struct config *c, const char *name, enum broker_kind kind);
void config_free(struct config *c);

/* "file:line:column: text", one a line, as it is shown to the operator. */
void config_errors_print(const struct config_errors *e, const char *name, struct buf *out);

/* Runs password commands, reads files and variables. -1: which one failed and why. */
int config_resolve_secrets(struct config *c, struct err *err);

/* Appends a secret as it is now: one in a file is read again, which may have been renewed; others are as they were
 * resolved. The caller cleanses out. */
int config_newest_secret(const struct secret_conf *s, struct buf *out, struct err *err);

/* FNV-1a, 64 bits, over more bytes; starts with 0. No secret. */
uint64_t config_hash(uint64_t before, const void *data, size_t len);

/* 16 hexadecimal digits that differ where the file or one of its rule files does. Reads files. */
void config_digest(const struct config *c, char out[17]);

/* The value of a Kafka property, or NULL. */
const char *cluster_property(const struct cluster_conf *c, const char *key);

/* The SASL mechanism by either of its names in librdkafka, or NULL. */
const char *cluster_mechanism(const struct cluster_conf *c);

/* The address to dial for one that a broker advertises ("host:port"): itself
 * where the map does not name it. */
const char *cluster_dial_address(const struct cluster_conf *c, const char *address);

/* Is the group to be watched? include (all if empty) minus exclude. */
bool cluster_wants_group(const struct cluster_conf *c, const char *group);

#endif
