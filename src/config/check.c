#include "config/load.h"

#include "base/clock.h"
#include "base/i18n.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static void check_top(struct loader *l, const yaml_node_t *node, void *base)
{
	struct config *c = base;
	const yaml_node_t *list = load_place(l, node, "clusters");

	for (size_t i = 0; i < c->n_clusters; i++) {
		struct canary_conf *canary = &c->clusters[i].canary;

		if (canary->topic && !canary->figures && c->clusters[i].name)
			canary->figures = arena_printf(&c->arena, "%s/canary-%s.prom", c->state_dir, c->clusters[i].name);
		for (size_t j = 0; j < i; j++) {
			if (!c->clusters[i].name || !c->clusters[j].name ||
			    strcmp(c->clusters[i].name, c->clusters[j].name) != 0)
				continue;
			load_error(l, load_place(l, load_item(l, list, i), "name"),
			    _("two clusters are called '%s': give one of them another name"),
			    c->clusters[i].name);
			break;
		}
	}
}

static void check_day(struct loader *l, const yaml_node_t *node, void *base)
{
	const struct config *c = base;
	char path[300];
	struct stat st;

	if (!strcmp(c->day_tz, "local") || !strcmp(c->day_tz, "UTC"))
		return;
	snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", c->day_tz);
	if (c->day_tz[0] == '/' || strstr(c->day_tz, "..") || stat(path, &st) ||
	    !S_ISREG(st.st_mode))
		load_error(l, load_place(l, node, "tz"),
		    _("time zone '%s' is not known on this host: write local, UTC, or a name such "
		      "as Asia/Shanghai"),
		    c->day_tz);
}

/* What stands in the file counts, usable or not: a wrong value has been reported already. */
static int how_many(struct loader *l, const yaml_node_t *node, const char *const *keys)
{
	int n = 0;

	for (; *keys; keys++)
		n += load_value(l, node, *keys) != NULL;
	return n;
}

static int passwords(struct loader *l, const yaml_node_t *node)
{
	static const char *const ways[] = {
	    "password_command", "password_file", "password_env", NULL};

	return how_many(l, node, ways);
}

static void check_one_password(struct loader *l, const yaml_node_t *node)
{
	if (passwords(l, node) > 1)
		load_error(l, node,
		    _("more than one of password_command, password_file and password_env: keep "
		      "one"));
}

static void check_tls(struct loader *l, const yaml_node_t *node, void *base)
{
	(void)base;
	if (!load_value(l, node, "cert") != !load_value(l, node, "key"))
		load_error(l, node, _("'cert' and 'key' belong together: give both"));
}

static bool has_part(const char **list, const char *part)
{
	for (; *list; list++) {
		if (strstr(*list, part))
			return true;
	}
	return false;
}

/* An address that never leaves this host: nobody can listen to what goes there. */
static bool on_this_host(const char *url)
{
	static const char *const here[] = {"://127.", "://localhost", "://[::1]"};

	for (size_t i = 0; i < sizeof(here) / sizeof(here[0]); i++) {
		if (strstr(url, here[i]))
			return true;
	}
	return false;
}

static void warn_plaintext(struct loader *l, const yaml_node_t *at, const struct cluster_conf *c,
    const char *url, const char *plain, const char *secure)
{
	if (url && !strncmp(url, plain, strlen(plain)) && !on_this_host(url) &&
	    !c->allow_plaintext_password)
		load_warning(l, at,
		    _("the password crosses the network unencrypted: use %s, "
		      "or accept it with allow_plaintext_password: true"),
		    secure);
}

/* The figures of src/source/exporter/figures.c; a test holds the two together. */
static void check_exporter_names(struct loader *l, const yaml_node_t *node, const struct cluster_conf *c)
{
	static const char *const known[] = {"active_controller", "produce_p99_ms", "fetch_p99_ms",
	    "follower_p99_ms", "network_idle_percent", "handler_idle_percent", "jmx_under_replicated",
	    "jmx_offline_partitions", "offline_log_dirs"};
	const yaml_node_t *names = load_place(l, node, "exporter_names");

	for (size_t i = 0; i < c->n_exporter_names; i++) {
		const char *key = c->exporter_names[i].key;
		bool found = false;

		for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++)
			found |= !strcmp(key, known[k]);
		if (!found)
			load_error(l, load_key(l, names, key),
			    _("exporter_names: there is no figure '%s'; see mqduty config options"), key);
	}
}

static void check_kafka(struct loader *l, const yaml_node_t *node, const struct cluster_conf *c)
{
	check_exporter_names(l, node, c);
	check_kafka_properties(l, node, c);
}

static void check_nats(struct loader *l, const yaml_node_t *node, const struct cluster_conf *c)
{
	if (!load_value(l, node, "monitor") && !load_value(l, node, "system"))
		load_error(l, node,
		    _("cluster lacks both 'monitor' and 'system': add, for example, %s"),
		    "monitor: [\"http://127.0.0.1:8222\"]");
	if (passwords(l, load_place(l, node, "system")))
		warn_plaintext(l, load_place(l, load_place(l, node, "system"), "url"), c,
		    c->sys.url, "nats://", "tls://");
}

static void check_mqtt_brokers(
    struct loader *l, const yaml_node_t *node, const struct cluster_conf *c)
{
	const yaml_node_t *list = load_place(l, node, "brokers");

	for (size_t i = 0; i < c->n_brokers; i++) {
		const yaml_node_t *at = load_item(l, list, i);

		if (!c->url && !load_value(l, at, "url"))
			load_error(l, at,
			    _("neither this broker nor the cluster has a 'url': add url: "
			      "mqtt://host:1883"));
		for (size_t j = 0; j < i && c->brokers[i].name; j++) {
			if (c->brokers[j].name && !strcmp(c->brokers[i].name, c->brokers[j].name))
				load_error(l, load_place(l, at, "name"),
				    _("two brokers are called '%s': give one of them another name"),
				    c->brokers[i].name);
		}
	}
}

static void check_mqtt(struct loader *l, const yaml_node_t *node, const struct cluster_conf *c)
{
	if (!load_value(l, node, "url") && !load_value(l, node, "brokers"))
		load_error(l, node, _("cluster lacks 'url': add, for example, %s"),
		    "url: \"mqtt://127.0.0.1:1883\"");
	if (c->tls.set && c->url && !strncmp(c->url, "mqtt://", 7))
		load_error(l, load_place(l, node, "url"),
		    _("'tls' is given, but mqtt:// does not use it: write mqtts://"));
	if (passwords(l, node) && !load_value(l, node, "username"))
		load_error(l, node, _("a password without 'username': add it"));
	if (passwords(l, node))
		warn_plaintext(l, load_place(l, node, "url"), c, c->url, "mqtt://", "mqtts://");
	check_mqtt_brokers(l, node, c);
}

static void check_canary(struct loader *l, const yaml_node_t *node, void *base)
{
	struct cluster_conf *c = base;

	check_one_password(l, node);
	if (c->canary.topic && strpbrk(c->canary.topic, "#+*> "))
		load_error(l, load_place(l, node, "topic"), _("the canary's topic may hold no wildcard and no blank"));
	if (load_value(l, node, "user") && !passwords(l, node))
		load_error(l, load_value(l, node, "user"),
		    _("'user' needs a password: add password_command, password_file or "
		      "password_env"));
}

/* What only the whole cluster can say: which kind it is, and what it is called. */
static void finish_canary(struct loader *l, const yaml_node_t *node, struct cluster_conf *c)
{
	if (!c->canary.topic)
		return;
	if (c->kind == KIND_NATS && !c->canary.n_servers)
		load_error(l, load_place(l, node, "canary"),
		    _("the canary of a NATS cluster needs 'servers': add, for example, %s"),
		    "servers: [\"nats://127.0.0.1:4222\"]");
}

static void check_cluster(struct loader *l, const yaml_node_t *node, void *base)
{
	static void (*const by_kind[])(
	    struct loader *, const yaml_node_t *, const struct cluster_conf *) = {
	    [KIND_KAFKA] = check_kafka, [KIND_NATS] = check_nats, [KIND_MQTT] = check_mqtt};
	struct cluster_conf *c = base;
	const yaml_node_t *kind = load_value(l, node, "kind");

	check_one_password(l, node);
	if (c->via && (!has_part(c->via, "%h") || !has_part(c->via, "%p")))
		load_error(l, load_place(l, node, "via"),
		    _("'via' must name both %%h (host) and %%p (port), such as [ssh, -W, "
		      "\"%%h:%%p\", jump]"));
	if (kind && kind->type == YAML_SCALAR_NODE &&
	    !strcmp((const char *)kind->data.scalar.value, kind_name(c->kind)))
		by_kind[c->kind](l, node, c);
	finish_canary(l, node, c);
}

static void check_system(struct loader *l, const yaml_node_t *node, void *base)
{
	static const char *const ways[] = {"user", "creds", "nkey", NULL};

	(void)base;
	check_one_password(l, node);
	if (how_many(l, node, ways) > 1)
		load_error(l, node, _("more than one of 'user', 'creds' and 'nkey': keep one"));
	if (load_value(l, node, "user") && !passwords(l, node) && !load_value(l, node, "password"))
		load_error(l, load_value(l, node, "user"),
		    _("'user' needs a password: add password_command, password_file or "
		      "password_env"));
	if (!load_value(l, node, "user") && passwords(l, node))
		load_error(l, node, _("a password without 'user': add it"));
}

static void check_log(struct loader *l, const yaml_node_t *node, void *base)
{
	(void)base;
	if (!load_value(l, node, "path") == !load_value(l, node, "command"))
		load_error(l, node, _("logs entry needs either 'path' or 'command'"));
}

static void check_backup(struct loader *l, const yaml_node_t *node, void *base)
{
	(void)base;
	if (!load_value(l, node, "path") == !load_value(l, node, "command"))
		load_error(l, node, _("backups entry needs either 'path' or 'command'"));
}

static void check_waive(struct loader *l, const yaml_node_t *node, void *base)
{
	const struct waive_conf *w = base;
	time_t now = clock_wall() / NS_PER_S;
	char today[16];
	struct tm tm;

	if (!w->until || !localtime_r(&now, &tm) ||
	    !strftime(today, sizeof(today), "%Y-%m-%d", &tm))
		return;
	/* Not an error: the screen must not fail to start in the night in which a waiver ends. */
	if (strcmp(w->until, today) < 0)
		load_warning(l, load_place(l, node, "until"),
		    _("the waiver ended on %s and the item is judged again: remove the entry or "
		      "give it a new date"),
		    w->until);
}

void check_place(struct loader *l, enum option_place place, const yaml_node_t *node, void *base)
{
	static void (*const checks[N_PLACES])(struct loader *, const yaml_node_t *, void *) = {
	    [AT_TOP] = check_top,
	    [AT_DAY] = check_day,
	    [AT_CLUSTER] = check_cluster,
	    [AT_SYSTEM] = check_system,
	    [AT_TLS] = check_tls,
	    [AT_LOG] = check_log,
	    [AT_WAIVE] = check_waive,
	    [AT_BACKUP] = check_backup,
	    [AT_CANARY] = check_canary,
	};

	if (checks[place])
		checks[place](l, node, base);
}
