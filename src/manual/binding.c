/* What a row is about. */
#include "manual/binding.h"

#include "base/i18n.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BOOTSTRAP_MOST = 3, PACKED_MAX = 8192 };

#define NAME(field) {#field, offsetof(struct binding, field)}

static const struct {
	const char *name;
	size_t offset;
} names[] = {
    NAME(cluster), NAME(broker), NAME(host), NAME(port), NAME(group), NAME(topic), NAME(partition),
    NAME(server), NAME(client), NAME(path), NAME(monitor), NAME(url), NAME(bootstrap)};

enum { N_NAMES = sizeof(names) / sizeof(names[0]) };

static const char **slot(struct binding *b, const char *name)
{
	for (size_t i = 0; i < N_NAMES; i++)
		if (!strcmp(names[i].name, name))
			return (const char **)((char *)b + names[i].offset);
	return NULL;
}

void binding_init(struct binding *b)
{
	*b = (struct binding){
	    .section = SECTION_KINDS, .cluster_index = SIZE_MAX, .row = SIZE_MAX};
	arena_init(&b->arena);
}

void binding_release(struct binding *b)
{
	arena_release(&b->arena);
}

bool binding_set(struct binding *b, const char *name, const char *value)
{
	const char **at = slot(b, name);

	if (at)
		*at = arena_strdup(&b->arena, value);
	return at;
}

const char *binding_get(const struct binding *b, const char *name)
{
	for (size_t i = 0; i < N_NAMES; i++)
		if (!strcmp(names[i].name, name))
			return *(const char *const *)((const char *)b + names[i].offset);
	return NULL;
}

static void fill(struct binding *b, const char **at, const char *value)
{
	if (!*at && value && *value)
		*at = arena_strdup(&b->arena, value);
}

/* "host:port", "[::1]:9092", "http://host:port/x" */
static void fill_address(struct binding *b, const char *address)
{
	const char *scheme = strstr(address, "://"), *host = scheme ? scheme + 3 : address;
	size_t len = strcspn(host, "/");
	const char *colon = NULL;

	for (size_t i = 0; i < len; i++)
		if (host[i] == ':')
			colon = host + i;
	if (colon && host[0] == '[' && colon[-1] != ']')
		colon = NULL;
	if (colon && !b->port)
		b->port = arena_strndup(&b->arena, colon + 1, len - (size_t)(colon + 1 - host));
	if (colon)
		len = (size_t)(colon - host);
	if (len > 2 && host[0] == '[' && host[len - 1] == ']') {
		host++;
		len -= 2;
	}
	if (!b->host && len)
		b->host = arena_strndup(&b->arena, host, len);
}

static void fill_broker(struct binding *b, const struct broker_row *row)
{
	fill(b, &b->broker, row->name);
	if (b->kind == KIND_NATS)
		fill(b, &b->server, row->name);
	if (!row->address)
		return;
	fill_address(b, row->address);
	if (b->kind == KIND_NATS && !b->monitor)
		b->monitor = strstr(row->address, "://")
				 ? arena_strdup(&b->arena, row->address)
				 : arena_printf(&b->arena, "http://%s", row->address);
	if (b->kind == KIND_MQTT && !b->url)
		b->url = strstr(row->address, "://") ? arena_strdup(&b->arena, row->address)
						     : arena_printf(&b->arena, "mqtt://%s", row->address);
}

static bool is_up(const struct broker_row *row)
{
	return row->up.type == VALUE_BOOL && row->up.quality == QUALITY_OK && row->up.b;
}

/* A few brokers to ask first, those that are up before the others. */
static void fill_bootstrap(struct binding *b, const struct section *brokers)
{
	struct buf list;
	size_t n = 0;

	buf_init(&list, 2048);
	for (int up = 1; up >= 0; up--) {
		for (size_t i = 0; i < section_count(brokers) && n < BOOTSTRAP_MOST; i++) {
			const struct broker_row *row = section_broker(brokers, i);

			if (!row->address || is_up(row) != up || (!up && n))
				continue;
			buf_addf(&list, "%s%s", n ? "," : "", row->address);
			n++;
		}
	}
	if (n)
		fill(b, &b->bootstrap, list.data);
	buf_release(&list);
}

/* The broker that the row names, or the only one there is. */
static void look_up_broker(struct binding *b, const struct section *brokers)
{
	const struct broker_row *row = NULL;

	if (b->broker)
		row = brokers_find(brokers, b->broker);
	else if (section_count(brokers) == 1)
		row = section_broker(brokers, 0);
	if (row)
		fill_broker(b, row);
}

static void fill_cluster(struct binding *b, const struct snapshot *snap, size_t cluster)
{
	if (cluster >= snap->n_clusters)
		return;
	b->cluster_index = cluster;
	b->kind = snap->clusters[cluster].kind;
	fill(b, &b->cluster, snap->clusters[cluster].name);
}

static void finish(struct binding *b, const struct snapshot *snap)
{
	const struct section *brokers;

	if (b->cluster_index >= snap->n_clusters)
		return;
	brokers = snap->clusters[b->cluster_index].sections[SECTION_BROKERS];
	look_up_broker(b, brokers);
	if (b->kind == KIND_KAFKA)
		fill_bootstrap(b, brokers);
	/* Any server answers about the whole. */
	for (size_t i = 0; b->kind != KIND_KAFKA && i < section_count(brokers); i++) {
		const struct broker_row *row = section_broker(brokers, i);

		if (!is_up(row) || !row->address)
			continue;
		if (b->kind == KIND_NATS && !b->monitor)
			b->monitor = arena_printf(&b->arena, "%s%s",
			    strstr(row->address, "://") ? "" : "http://", row->address);
	}
}

static void fill_partition(struct binding *b, int64_t partition)
{
	if (partition >= 0 && !b->partition)
		b->partition = arena_printf(&b->arena, "%lld", (long long)partition);
}

/* The broker that is not there, where it is one, and the first partition that suffers. */
static void fill_problems(struct binding *b, const struct snapshot *snap, const struct partition_row *row)
{
	const struct section *brokers = snap->clusters[b->cluster_index].sections[SECTION_BROKERS];
	const char *missing = row->missing_brokers;
	const struct broker_row *broker =
	    missing && !strchr(missing, ',') ? brokers_find(brokers, missing) : NULL;

	if (broker)
		fill(b, &b->broker, broker->name);
	if (!row->n_problems)
		return;
	fill(b, &b->topic, row->problems[0].topic);
	fill_partition(b, row->problems[0].partition);
}

static void fill_row(struct binding *b, const struct snapshot *snap, const struct section *s, size_t i)
{
	switch (s->kind) {
	case SECTION_BROKERS:
		fill_broker(b, section_broker(s, i));
		break;
	case SECTION_PARTITIONS:
		fill_problems(b, snap, section_row(s, i));
		break;
	case SECTION_LAG:
		fill(b, &b->group, section_lag(s, i)->group);
		fill(b, &b->topic, section_lag(s, i)->topic);
		fill_partition(b, section_lag(s, i)->worst_partition);
		break;
	case SECTION_ROUTES:
		fill(b, &b->broker, section_route(s, i)->server);
		break;
	case SECTION_CONNECTIONS:
		fill(b, &b->broker, section_connection(s, i)->broker);
		break;
	case SECTION_DISK:
		fill(b, &b->broker, section_disk(s, i)->broker);
		fill(b, &b->path, section_disk(s, i)->path);
		break;
	case SECTION_LOGS:
		fill(b, &b->broker, section_log(s, i)->broker);
		fill(b, &b->path, section_log(s, i)->path);
		break;
	default:
		break;
	}
}

void binding_row(struct binding *b, const struct snapshot *snap, size_t cluster,
    enum section_kind section, size_t i)
{
	const struct section *s;

	fill_cluster(b, snap, cluster);
	if (b->cluster_index == SIZE_MAX)
		return;
	s = section < SECTION_COUNT ? snap->clusters[cluster].sections[section] : NULL;
	if (s && i < section_count(s)) {
		b->section = section;
		b->row = i;
		fill_row(b, snap, s, i);
	}
	finish(b, snap);
}

static size_t cluster_named(const struct snapshot *snap, const char *name)
{
	size_t i = 0;

	while (i < snap->n_clusters && strcmp(snap->clusters[i].name, name) != 0)
		i++;
	return i < snap->n_clusters ? i : SIZE_MAX;
}

/* Who holds the metadata and is no broker (a dedicated controller, a ZooKeeper server) has no row: the alert's name is what
 * is known, and of a ZooKeeper server that is its address. */
static void fill_member(struct binding *b, const struct cluster_view *view, const char *name)
{
	const struct cluster_row *c = cluster_facts(view);

	for (size_t i = 0; c && name && i < c->n_ensemble; i++) {
		if (!c->ensemble[i].name || strcmp(c->ensemble[i].name, name) != 0)
			continue;
		fill(b, &b->broker, name);
		if (strchr(name, ':'))
			fill_address(b, name);
	}
}

void binding_alert(struct binding *b, const struct snapshot *snap, const struct alert *a)
{
	size_t cluster;

	b->alert = arena_strdup(&b->arena, a->name);
	if (!a->cluster)
		return;
	cluster = cluster_named(snap, a->cluster);
	if (cluster < snap->n_clusters && a->section == SECTION_BROKERS && a->row == SIZE_MAX)
		fill_member(b, &snap->clusters[cluster], a->entity);
	binding_row(b, snap, cluster, a->section < SECTION_COUNT ? a->section : SECTION_KINDS, a->row);
	fill(b, &b->cluster, a->cluster);
}

void binding_evidence(struct binding *b, const struct snapshot *snap, const struct query_result *r)
{
	const struct section *s;

	if (b->cluster_index >= snap->n_clusters || r->section >= SECTION_COUNT)
		return;
	s = snap->clusters[b->cluster_index].sections[r->section];
	if (!s || r->row >= section_count(s))
		return;
	fill_row(b, snap, s, r->row);
	finish(b, snap);
}

struct query_scope binding_scope(
    const struct binding *b, const struct snapshot *snap, const struct judgement *j)
{
	struct query_scope s = {
	    .cluster = b->cluster_index,
	    .section = b->section,
	    .row = b->row,
	    .broker = b->broker,
	    .group = b->group,
	    .topic = b->topic,
	    .path = b->section == SECTION_DISK ? b->path : NULL,
	    .bad = VERDICT_CRIT,
	};

	/* The partition row is about all topics; its first problem is for commands. */
	if (b->section == SECTION_PARTITIONS)
		s.topic = NULL;
	if (b->section < SECTION_COUNT && b->row != SIZE_MAX && b->cluster_index < snap->n_clusters &&
	    judgement_row(j, b->cluster_index, b->section, b->row).verdict == VERDICT_WARN)
		s.bad = VERDICT_WARN;
	return s;
}

char *binding_title(const struct binding *b, char *out, size_t size)
{
	char raw[512];
	size_t at = 0;

	at += (size_t)snprintf(raw, sizeof(raw), "%.100s", b->cluster ? b->cluster : "");
	if (b->group)
		snprintf(raw + at, sizeof(raw) - at, " %.150s > %.150s", b->group, b->topic ? b->topic : "");
	else if (b->broker && strcmp(b->broker, b->cluster ? b->cluster : ""))
		snprintf(raw + at, sizeof(raw) - at, " %.100s %.200s", b->broker,
		    b->section == SECTION_DISK && b->path ? b->path : "");
	text_sanitise(out, size, raw, sizeof(raw));
	for (size_t n = strlen(out); n && out[n - 1] == ' '; n--)
		out[n - 1] = '\0';
	return out;
}

/* '%' and the separator, in a name, as %XX. */
static void pack_name(struct buf *out, const char *name)
{
	for (; name && *name; name++) {
		if (*name == '%' || *name == '|')
			buf_addf(out, "%%%02X", (unsigned char)*name);
		else
			buf_addc(out, *name);
	}
	buf_addc(out, '|');
}

char *binding_pack(const struct binding *b)
{
	struct buf out;

	buf_init(&out, PACKED_MAX);
	pack_name(&out, b->section < SECTION_COUNT ? row_types[b->section].name : "");
	pack_name(&out, b->alert);
	pack_name(&out, b->cluster);
	pack_name(&out, b->broker);
	pack_name(&out, b->group);
	pack_name(&out, b->topic);
	pack_name(&out, b->path);
	pack_name(&out, b->partition);
	pack_name(&out, b->client);
	return buf_detach(&out);
}

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static const char *unpack_name(struct binding *b, const char **at)
{
	size_t n = strcspn(*at, "|"), len = 0;
	char *name = arena_strndup(&b->arena, *at, n);

	*at += n + ((*at)[n] == '|');
	for (size_t i = 0; i < n; i++) {
		if (name[i] == '%' && i + 2 < n && hex(name[i + 1]) >= 0 && hex(name[i + 2]) >= 0) {
			name[len++] = (char)(hex(name[i + 1]) * 16 + hex(name[i + 2]));
			i += 2;
		} else {
			name[len++] = name[i];
		}
	}
	name[len] = '\0';
	return len ? name : NULL;
}

static bool same(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

/* Does the row carry all the names that its kind has? */
static bool is_row(const struct binding *b, const struct section *s, size_t i)
{
	switch (s->kind) {
	case SECTION_CLUSTER:
	case SECTION_PARTITIONS:
		return true;
	case SECTION_BROKERS:
		return same(section_broker(s, i)->name, b->broker);
	case SECTION_LAG:
		return same(section_lag(s, i)->group, b->group) && same(section_lag(s, i)->topic, b->topic);
	case SECTION_ROUTES:
		return same(section_route(s, i)->server, b->broker);
	case SECTION_CONNECTIONS:
		return same(section_connection(s, i)->broker, b->broker);
	case SECTION_DISK:
		return same(section_disk(s, i)->broker, b->broker) && same(section_disk(s, i)->path, b->path);
	case SECTION_LOGS:
		return same(section_log(s, i)->broker, b->broker) && same(section_log(s, i)->path, b->path);
	default:
		return false;
	}
}

static void find_row(struct binding *b, const struct snapshot *snap)
{
	const struct section *s = snap->clusters[b->cluster_index].sections[b->section];

	for (size_t i = 0; i < section_count(s); i++) {
		if (!is_row(b, s, i))
			continue;
		b->row = i;
		if (s->kind == SECTION_LAG)
			fill_partition(b, section_lag(s, i)->worst_partition);
		return;
	}
}

void binding_unpack(struct binding *b, const char *packed, const struct snapshot *snap)
{
	const char *section = unpack_name(b, &packed);

	b->alert = unpack_name(b, &packed);
	b->cluster = unpack_name(b, &packed);
	b->broker = unpack_name(b, &packed);
	b->group = unpack_name(b, &packed);
	b->topic = unpack_name(b, &packed);
	b->path = unpack_name(b, &packed);
	b->partition = unpack_name(b, &packed);
	b->client = unpack_name(b, &packed);
	for (int k = 0; section && k < SECTION_COUNT; k++)
		if (!strcmp(row_types[k].name, section))
			b->section = (enum section_kind)k;
	if (!b->cluster)
		return;
	fill_cluster(b, snap, cluster_named(snap, b->cluster));
	if (b->cluster_index == SIZE_MAX)
		return;
	if (b->section < SECTION_COUNT)
		find_row(b, snap);
	finish(b, snap);
}
