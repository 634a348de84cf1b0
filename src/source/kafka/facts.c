#include "source/kafka/cluster.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/num.h"

#include "source/facts.h"

#include <stdio.h>
#include <string.h>

/* SECTION_FACTS: how the cluster is set up, from what the source knows anyway and the brokers' configurations. */

enum { MOST_RACKS = 64 };

#define PUBLISH_EVERY (30 * NS_PER_S)

struct facts {
	struct kafka *k;
	struct section *s;
	int64_t period; /* of the metadata */
};

static void fact(struct facts *f, const char *name, struct value v, const char *detail)
{
	fact_add(f->s, name, v, detail);
}

/* A number that comes from the metadata and is as good as they are. */
static void from_metadata(struct facts *f, const char *name, int64_t n, const char *detail)
{
	struct kafka *k = f->k;

	fact(f, name,
	    k->meta.at ? outcome_value(&k->meta, value_int(n, k->meta.at, f->period), &f->s->arena)
		       : value_missing(_("not asked yet")),
	    detail);
}

static void tally_fact(struct facts *f, const char *name, const struct tally *t)
{
	from_metadata(f, name, t->n, tally_names(t, &f->s->arena));
}

/* "team.service", "service-purpose": at least two words. What tools make up is no name. */
static bool named_group(const char *id)
{
	static const char *const made_up[] = {"console-consumer-", "test", "tmp"};

	for (size_t i = 0; i < sizeof(made_up) / sizeof(made_up[0]); i++)
		if (!strncmp(id, made_up[i], strlen(made_up[i])))
			return false;
	return strpbrk(id, ".-_") != NULL;
}

static int64_t least_replicas(const struct ktopic *t)
{
	int64_t least = INT64_MAX;

	for (size_t i = 0; i < t->n_parts; i++)
		if (t->parts[i].n_replicas < least)
			least = t->parts[i].n_replicas;
	return least;
}

/* Has it a partition whose replicas all stand in one rack? */
static bool in_one_rack(const struct kafka *k, const struct ktopic *t)
{
	for (size_t i = 0; i < t->n_parts; i++) {
		const char *rack = NULL;
		bool one = t->parts[i].n_replicas > 1;

		for (size_t r = 0; one && r < t->parts[i].n_replicas; r++) {
			const struct kbroker *b = broker_by_id(k, t->parts[i].replicas[r]);

			if (!b || !b->rack || (rack && strcmp(rack, b->rack) != 0))
				one = false;
			else
				rack = b->rack;
		}
		if (one)
			return true;
	}
	return false;
}

static int64_t count_racks(const struct kafka *k)
{
	const char *racks[MOST_RACKS];
	int64_t n = 0;

	for (size_t i = 0; i < k->n_brokers; i++) {
		const char *rack = k->brokers[i]->in_metadata ? k->brokers[i]->rack : NULL;
		int64_t j = 0;

		while (rack && j < n && strcmp(racks[j], rack) != 0)
			j++;
		if (rack && j == n && n < MOST_RACKS)
			racks[n++] = rack;
	}
	return n;
}

static void topic_facts(struct facts *f)
{
	struct tally bad = {0}, single = {0}, few = {0}, many = {0}, one_rack = {0};
	int64_t least = INT64_MAX, topics = 0;
	size_t pos = 0;
	void *value;

	while (map_each(&f->k->topics, &pos, &value)) {
		const struct ktopic *t = value;

		if (t->internal || !t->n_parts)
			continue;
		topics++;
		if (!name_has_parts(t->name, 3))
			tally_add(&bad, t->name);
		if (t->n_parts == 1)
			tally_add(&single, t->name);
		if (least_replicas(t) < least)
			least = least_replicas(t);
		if (least_replicas(t) < 3)
			tally_add(&few, t->name);
		if (least_replicas(t) > 3)
			tally_add(&many, t->name);
		if (in_one_rack(f->k, t))
			tally_add(&one_rack, t->name);
	}
	from_metadata(f, "topics.count", topics, NULL);
	tally_fact(f, "topics.bad_names", &bad);
	tally_fact(f, "topics.single_partition", &single);
	if (topics)
		from_metadata(f, "topics.replication_min", least, tally_names(&few, &f->s->arena));
	else
		fact(f, "topics.replication_min", f->k->meta.at ? value_na(_("there is no topic")) : value_missing(_("not asked yet")),
		    NULL);
	tally_fact(f, "topics.one_rack", &one_rack);
	tally_fact(f, "topics.over_replicated", &many);
}

/* Who reads with a group leaves offsets behind; whether somebody reads without one the protocol does not tell. */
static bool read_topics(const struct kafka *k, struct map *read)
{
	size_t pos = 0;
	void *value;
	bool all = k->tried & TRIED_LAG;

	while (map_each(&k->groups, &pos, &value)) {
		const struct kgroup *g = value;

		all = all && (!g->consumer || (g->fetched_at && !g->offsets.error));
		for (size_t i = 0; i < g->n_topics; i++)
			map_put(read, g->topics[i].name, value);
	}
	return all;
}

static void unread_fact(struct facts *f)
{
	const struct cluster_conf *conf = f->k->conf;
	struct tally unread = {0};
	struct map read;
	size_t pos = 0;
	void *value;
	bool all;

	map_init(&read);
	all = read_topics(f->k, &read);
	while (map_each(&f->k->topics, &pos, &value)) {
		const struct ktopic *t = value;

		if (!t->internal && t->n_parts && !map_get(&read, t->name))
			tally_add(&unread, t->name);
	}
	map_release(&read);
	if (conf->n_groups_include || conf->n_groups_exclude)
		fact(f, "topics.unread", value_missing(_("the configuration leaves groups out (groups:)")), NULL);
	else if (!all)
		fact(f, "topics.unread", value_missing(_("the offsets of some groups are not known")), NULL);
	else
		tally_fact(f, "topics.unread", &unread);
}

/* What the topics' own configuration says. */
static void config_facts(struct facts *f)
{
	struct kafka *k = f->k;
	int64_t period = schedule_period(k->ctx->config, PERIOD_CONFIGS);
	struct tally unbounded = {0}, low = {0};
	size_t pos = 0;
	void *value;
	bool all = true;
	struct value v;

	while (map_each(&k->topics, &pos, &value)) {
		const struct ktopic *t = value;

		if (t->internal || !t->n_parts)
			continue;
		all = all && t->configured;
		if (t->configured && t->retention_ms < 0 && t->retention_bytes < 0 && !t->compacted)
			tally_add(&unbounded, t->name);
		if (t->configured && t->min_isr < 2)
			tally_add(&low, t->name);
	}
	v = !k->config.at ? value_missing(_("not asked yet"))
	    : !all	  ? value_partial(value_int(0, k->config.at, period), _("some topics' configuration is not known"))
			  : value_int(0, k->config.at, period);
	v = outcome_value(&k->config, v, &f->s->arena);
	if (v.type == VALUE_INT)
		v.i = unbounded.n;
	fact(f, "topics.unbounded", v, tally_names(&unbounded, &f->s->arena));
	if (v.type == VALUE_INT)
		v.i = low.n;
	fact(f, "topics.min_isr_low", v, tally_names(&low, &f->s->arena));
	retention_facts(k, f->s, period);
}

static void group_facts(struct facts *f)
{
	struct tally bad = {0}, idle = {0};
	size_t pos = 0;
	void *value;

	while (map_each(&f->k->groups, &pos, &value)) {
		const struct kgroup *g = value;
		int64_t parts = 0;

		if (!named_group(g->id))
			tally_add(&bad, g->id);
		for (size_t i = 0; i < g->n_topics; i++) {
			const struct ktopic *t = topic_get(f->k, g->topics[i].name);

			parts += t ? (int64_t)t->n_parts : 0;
		}
		if (g->described && g->n_topics && g->members > parts)
			tally_add(&idle, g->id);
	}
	if (!(f->k->tried & TRIED_GROUPS)) {
		fact(f, "groups.bad_names", value_missing(_("not asked yet")), NULL);
		fact(f, "groups.idle_members", value_missing(_("not asked yet")), NULL);
		return;
	}
	tally_fact(f, "groups.bad_names", &bad);
	tally_fact(f, "groups.idle_members", &idle);
}

static void quorum_fact(struct facts *f, const char *name, int64_t n)
{
	struct kafka *k = f->k;
	struct value v;

	if (k->mode_known && !k->kraft)
		v = value_missing(_("controllers are elected by ZooKeeper: name its hosts under zookeeper:"));
	else if (!k->quorum.at)
		v = value_missing(_("not asked yet"));
	else
		v = value_int(n, k->quorum.at, f->period);
	fact(f, name, outcome_value(&k->quorum, v, &f->s->arena), NULL);
}

/* The value of a configuration on all brokers, as good as the worst of them. */
static struct value of_all(struct facts *f, int64_t n)
{
	int64_t period = schedule_period(f->k->ctx->config, PERIOD_CONFIGS), at = INT64_MAX;
	const struct outcome *bad = NULL;

	for (size_t i = 0; i < f->k->n_brokers; i++) {
		const struct kbroker *b = f->k->brokers[i];

		if (!b->in_metadata)
			continue;
		if (b->config_read.error || !b->config_read.at)
			bad = &b->config_read;
		else if (b->config_read.at < at)
			at = b->config_read.at;
	}
	if (bad && bad->error)
		return value_error(arena_strdup(&f->s->arena, bad->error));
	if (bad || at == INT64_MAX)
		return value_missing(_("not every broker has told its configuration yet"));
	return value_int(n, at, period);
}

static bool is_true(const char *s)
{
	return s && !strcmp(s, "true");
}

/* The security protocol of a listener by its name: that of the map, or the name itself. */
static void protocol_of(const char *map, const char *name, size_t len, char *out, size_t size)
{
	out[0] = '\0';
	for (const char *p = map; p && *p; p += strcspn(p, ",") + (p[strcspn(p, ",")] == ',')) {
		if (strncmp(p, name, len) || p[len] != ':')
			continue;
		snprintf(out, size, "%.*s", (int)strcspn(p + len + 1, ","), p + len + 1);
		return;
	}
	snprintf(out, size, "%.*s", (int)len, name);
}

static bool among(const char *list, const char *name, size_t len)
{
	for (const char *p = list; p && *p; p += strcspn(p, ",") + (p[strcspn(p, ",")] == ','))
		if (strcspn(p, ",") == len && !strncmp(p, name, len))
			return true;
	return false;
}

/* The listeners for clients of a broker: which are not encrypted, which ask nobody who he is. */
static void listeners_of(const struct kbroker *b, struct tally *plain, struct tally *anonymous)
{
	const char *p = b->config[CONFIG_LISTENERS];
	const char *auth = b->config[CONFIG_CLIENT_AUTH];

	while (p && *p) {
		size_t entry = strcspn(p, ","), name = strcspn(p, ":");
		char protocol[32];

		if (name < entry && !among(b->config[CONFIG_CONTROLLER_LISTENERS], p, name)) {
			protocol_of(b->config[CONFIG_PROTOCOLS], p, name, protocol, sizeof(protocol));
			if (!strstr(protocol, "SSL") || !strcmp(protocol, "SASL_PLAINTEXT"))
				tally_add(plain, b->name);
			if (!strncmp(protocol, "PLAINTEXT", 9) || (!strcmp(protocol, "SSL") && (!auth || strcmp(auth, "required"))))
				tally_add(anonymous, b->name);
		}
		p += entry + (p[entry] == ',');
	}
}

static void broker_config_facts(struct facts *f)
{
	struct tally automatic = {0}, unclean = {0}, plain = {0}, anonymous = {0}, differs = {0};
	const struct kbroker *first = NULL;
	bool authorizer = true;

	for (size_t i = 0; i < f->k->n_brokers; i++) {
		const struct kbroker *b = f->k->brokers[i];

		if (!b->in_metadata || !b->config_read.at)
			continue;
		if (!first)
			first = b;
		if (is_true(b->config[CONFIG_AUTO_CREATE]))
			tally_add(&automatic, b->name);
		if (is_true(b->config[CONFIG_UNCLEAN]))
			tally_add(&unclean, b->name);
		authorizer = authorizer && b->config[CONFIG_AUTHORIZER] && b->config[CONFIG_AUTHORIZER][0];
		listeners_of(b, &plain, &anonymous);
		for (size_t c = 0; c < BROKER_CONFIGS; c++) {
			const char *mine = b->config[c] ? b->config[c] : "", *other = first->config[c] ? first->config[c] : "";

			/* Addresses are each broker's own. */
			if (c != CONFIG_LISTENERS && strcmp(mine, other) != 0) {
				tally_add(&differs, broker_config_names[c]);
				break;
			}
		}
	}
	fact(f, "config.auto_create_topics", of_all(f, automatic.n), tally_names(&automatic, &f->s->arena));
	fact(f, "config.unclean_election", of_all(f, unclean.n), tally_names(&unclean, &f->s->arena));
	fact(f, "config.differs", of_all(f, differs.n), tally_names(&differs, &f->s->arena));
	fact(f, "security.authorizer", of_all(f, authorizer), NULL);
	fact(f, "security.plaintext_listeners", of_all(f, plain.n), tally_names(&plain, &f->s->arena));
	fact(f, "security.anonymous_listeners", of_all(f, anonymous.n), tally_names(&anonymous, &f->s->arena));
}

/* How we ourselves got in. */
static void own_connection(struct facts *f, int64_t now)
{
	const char *protocol = cluster_property(f->k->conf, "security.protocol");
	bool up = brokers_up(f->k) > 0, sasl = protocol && strcasestr(protocol, "SASL");
	bool tls = protocol && strcasestr(protocol, "SSL"), cert = cluster_property(f->k->conf, "ssl.certificate.location");

	fact(f, "security.encrypted", up ? value_int(tls, now, f->period) : value_missing(_("no broker answers")), NULL);
	fact(f, "security.authenticated", up ? value_int(sasl || (tls && cert), now, f->period) : value_missing(_("no broker answers")),
	    NULL);
}

void facts_step(struct kafka *k, int64_t now)
{
	struct facts f = {k, NULL, schedule_period(k->ctx->config, PERIOD_METADATA)};
	int64_t brokers = 0;
	const char *detail;
	struct value reachable;

	for (size_t i = 0; i < k->n_brokers; i++)
		broker_config_step(k->brokers[i], now);
	if (now < k->facts_at)
		return;
	k->facts_at = now + PUBLISH_EVERY;
	f.s = section_new(SECTION_FACTS);
	for (size_t i = 0; i < k->n_brokers; i++)
		brokers += k->brokers[i]->in_metadata;
	from_metadata(&f, "brokers.count", brokers, NULL);
	from_metadata(&f, "brokers.racks", count_racks(k), NULL);
	topic_facts(&f);
	config_facts(&f);
	group_facts(&f);
	unread_fact(&f);
	quorum_fact(&f, "quorum.voters", k->voters);
	quorum_fact(&f, "quorum.voters_odd", k->voters % 2);
	quorum_fact(&f, "quorum.voters_missing", k->voters - k->voters_ok);
	broker_config_facts(&f);
	own_connection(&f, now);
	reachable = exporters_reachable(k->exporters, f.s, &detail);
	facts_exporters(k->conf, reachable, detail, f.s, now);
	f.s->listing = value_bool(true, now, 0);
	model_publish(k->ctx->model, k->ctx->index, f.s);
}
