#include "source/mqtt/reading.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "source/exporter/prom_text.h"
#include "source/nats/json_read.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Entries of a list that are looked at. */
enum { ENTRIES_MOST = 256 };

enum { NAME_MOST = 160 };

/* No count of a broker is beyond what a double holds exactly. */
#define COUNT_MOST 9007199254740992.0

/* Nothing has been up for a hundred years. */
#define UPTIME_MOST (100.0 * 366 * 24 * 3600)

static void set(struct reading *r, enum stat stat, double v)
{
	double most = stat == STAT_UPTIME ? UPTIME_MOST : COUNT_MOST, least = stat == STAT_UPTIME ? 0 : -COUNT_MOST;

	r->v[stat] = v > most ? most : v < least ? least : v;
	r->seen[stat] = true;
}

static void add(struct reading *r, enum stat stat, double v)
{
	if (isfinite(v))
		set(r, stat, v + (r->seen[stat] ? r->v[stat] : 0));
}

static bool label_fits(const struct stat_name *n, const struct prom_sample *s)
{
	const char *have;
	size_t len;

	if (!n->label)
		return true;
	have = s ? prom_label(s, n->label) : NULL;
	if (!have)
		return false;
	len = strlen(n->value);
	if (n->value[len - 1] == '*')
		return strncmp(have, n->value, len - 1) == 0;
	return strcmp(have, n->value) == 0;
}

/* OpenMetrics ends counters with _total, whatever the broker calls them. */
static bool same_name(const char *have, const char *want)
{
	size_t len = strlen(want);

	return strncmp(have, want, len) == 0 && (!have[len] || !strcmp(have + len, "_total"));
}

static void take(struct reading *r, const char *name, const struct prom_sample *s, double v)
{
	const struct flavor *f = r->flavor;

	for (size_t i = 0; i < f->n_names; i++)
		if (same_name(name, f->names[i].name) && label_fits(&f->names[i], s))
			add(r, f->names[i].stat, v * f->names[i].scale);
}

static void note_version(struct reading *r, const char *text)
{
	if (text && !r->version[0])
		text_sanitise(r->version, sizeof(r->version), text, strlen(text));
}

static int unknown(const char *what, struct err *err)
{
	return err_set(err,
	    _("the metrics of %s are of no MQTT broker that mqduty knows: see flavor: and exporters:"), what);
}

static int take_text(struct reading *r, const char *what, const char *body, size_t len, struct err *err)
{
	struct prom_text p;
	struct prom_sample s;

	prom_text_init(&p, body, len);
	while (!r->flavor && prom_text_next(&p, &s))
		r->flavor = flavor_of_metric(s.name);
	if (!r->flavor)
		return prom_text_check(&p, what, err) < 0 ? -1 : unknown(what, err);
	prom_text_init(&p, body, len);
	while (prom_text_next(&p, &s)) {
		take(r, s.name, &s, s.value);
		if (!strcmp(s.name, "rabbitmq_build_info"))
			note_version(r, prom_label(&s, "rabbitmq_version"));
	}
	return prom_text_check(&p, what, err);
}

/* nats-server writes "3d4h5m6s". */
static void note_uptime(struct reading *r, const char *text)
{
	int64_t ns = text ? nats_duration(text) : -1;

	if (ns >= 0 && !r->seen[STAT_UPTIME])
		add(r, STAT_UPTIME, (double)(ns / NS_PER_S));
}

/* "messages.received" of EMQX is emqx_messages_received in Prometheus' text. */
static void take_object(struct reading *r, const json_t *o)
{
	const char *key;
	const json_t *v;
	char name[NAME_MOST];

	json_object_foreach((json_t *)(uintptr_t)o, key, v)
	{
		if (!json_is_number(v))
			continue;
		snprintf(name, sizeof(name), "%s%s", r->flavor->json, key);
		for (char *c = name; *c; c++)
			if (*c == '.')
				*c = '_';
		take(r, name, NULL, json_number_value(v));
	}
	note_version(r, json_string_value(json_object_get(o, "version")));
	note_uptime(r, json_string_value(json_object_get(o, "uptime")));
}

/* EMQX names a node emqx@HOST. */
static bool is_node(const struct reading *r, const char *name)
{
	const char *at = name ? strchr(name, '@') : NULL;

	return name && r->node && (!strcmp(name, r->node) || (at && !strcmp(at + 1, r->node)));
}

static bool wanted(struct reading *r, const json_t *entry)
{
	const char *name = json_string_value(json_object_get(entry, "node"));
	size_t len = strlen(r->other_nodes);
	char clean[64];

	if (!r->node || !name)
		return true;
	if (is_node(r, name)) {
		r->node_seen = true;
		return true;
	}
	text_sanitise(clean, sizeof(clean), name, strlen(name));
	if (!strstr(r->other_nodes, clean))
		snprintf(r->other_nodes + len, sizeof(r->other_nodes) - len, "%s%s", len ? ", " : "", clean);
	return false;
}

/* A limit, as a number or as "infinity". */
static void take_limit(struct reading *r, const json_t *o)
{
	const json_t *max = json_object_get(o, "max_connections");

	if (json_is_number(max))
		add(r, STAT_MAX, json_number_value(max));
	else if (json_is_string(max))
		r->no_limit = true;
}

/* {"id": "tcp:default", "enable": true, "max_connections": .., "node_status": [{"node": .., "status": ..}]} */
static void take_listener(struct reading *r, const json_t *o)
{
	const json_t *nodes = json_object_get(o, "node_status"), *status = json_object_get(o, "status");

	if (json_is_false(json_object_get(o, "enable")))
		return;
	if (!r->node || !json_array_size(nodes)) {
		take_limit(r, json_object_get(o, "max_connections") ? o : status);
		return;
	}
	for (size_t i = 0; i < json_array_size(nodes) && i < ENTRIES_MOST; i++) {
		const json_t *n = json_array_get(nodes, i);

		if (is_node(r, json_string_value(json_object_get(n, "node"))))
			take_limit(r, json_object_get(n, "status"));
	}
}

static void take_node(struct reading *r, const json_t *o)
{
	const json_t *uptime = json_object_get(o, "uptime");

	note_version(r, json_string_value(json_object_get(o, "version")));
	/* ms; of several nodes that of the youngest, whose restart counts. */
	if (json_is_number(uptime) &&
	    (!r->seen[STAT_UPTIME] || json_number_value(uptime) / 1000 < r->v[STAT_UPTIME]))
		set(r, STAT_UPTIME, json_number_value(uptime) / 1000);
}

static void take_entry(struct reading *r, const json_t *o)
{
	if (!json_is_object(o))
		return;
	if (json_object_get(o, "bind") || json_is_array(json_object_get(o, "node_status")))
		take_listener(r, o);
	else if (!wanted(r, o))
		return;
	else if (json_is_string(json_object_get(o, "node_status")))
		take_node(r, o);
	else
		take_object(r, o);
}

static const struct flavor *flavor_of_json(const json_t *root)
{
	return flavor_find(json_object_get(root, "server_id") ? "nats" : json_is_array(root) ? "emqx" : NULL);
}

static int take_json(struct reading *r, const char *what, const char *body, size_t len, struct err *err)
{
	json_error_t je;
	json_t *root = json_loadb(body, len, 0, &je);

	if (!root)
		return err_set(err, _("the reply of %s is cut off or is not JSON"), what);
	if (!r->flavor)
		r->flavor = flavor_of_json(root);
	if (!r->flavor || !r->flavor->json) {
		json_decref(root);
		return unknown(what, err);
	}
	if (json_is_object(root))
		take_object(r, root);
	for (size_t i = 0; i < json_array_size(root) && i < ENTRIES_MOST; i++)
		take_entry(r, json_array_get(root, i));
	json_decref(root);
	return 0;
}

int reading_take(struct reading *r, const char *what, const char *body, size_t len, struct err *err)
{
	size_t at = 0;

	while (at < len && strchr(" \t\r\n", body[at]) && body[at])
		at++;
	if (at < len && (body[at] == '{' || body[at] == '['))
		return take_json(r, what, body, len, err);
	return take_text(r, what, body, len, err);
}
