/* `mqduty maint`: a broker goes under maintenance. */
#include "modes.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "config/scalar.h"
#include "store/metrics_db.h"
#include "wire/wire.h"

#include <string.h>

#define MAINT_MOST (7 * 86400 * NS_PER_S)

/* "cluster/broker" into the record, where the cluster is one of the config. */
static bool take_pair(const struct config *config, const char *entity, struct record *r)
{
	const char *slash = strchr(entity, '/');

	for (size_t i = 0; slash && slash[1] && i < config->n_clusters; i++) {
		const char *name = config->clusters[i].name;

		if (strlen(name) == (size_t)(slash - entity) && !memcmp(name, entity, (size_t)(slash - entity))) {
			r->cluster = record_str(r, name);
			r->entity = record_str(r, slash + 1);
			return true;
		}
	}
	return false;
}

/* The broker of that name in the frame: its name there. How many there are of it. */
static int find_broker(const struct frame *f, const char *name, struct record *r)
{
	const char *only = r->cluster; /* as it was said; NULL: any */
	int found = 0;

	for (size_t i = 0; i < f->snap->n_clusters; i++) {
		const struct cluster_view *c = &f->snap->clusters[i];
		const struct broker_row *b =
		    c->sections[SECTION_BROKERS] ? brokers_find(c->sections[SECTION_BROKERS], name) : NULL;

		if (!b || (only && strcmp(only, c->name) != 0))
			continue;
		found++;
		r->cluster = record_str(r, c->name);
		r->entity = record_str(r, b->name ? b->name : name);
	}
	return found;
}

/* Does the address of a url: say so? */
static bool same_address(const char *url, const char *who)
{
	const char *at = url ? strstr(url, "://") : NULL;

	return url && !strcmp(at ? at + 3 : url, who);
}

/* MQTT brokers bear the names of the configuration, and no others. */
static bool in_config(const struct cluster_conf *c, const char *who)
{
	if (!c->n_brokers)
		return !strcmp(c->name, who) || same_address(c->url, who);
	for (size_t i = 0; i < c->n_brokers; i++) {
		const struct mqtt_broker_conf *b = &c->brokers[i];

		if ((b->name && !strcmp(b->name, who)) || same_address(b->url, who))
			return true;
	}
	return false;
}

/* How the history names a broker: CLUSTER/brokers/NAME/NUMBER. *any: it names one of the cluster. */
static bool in_history(const struct config *config, const char *cluster, const char *who, bool *any)
{
	char begins[256];
	struct arena arena;
	struct err none = {""};
	const char **keys;
	bool found = false;
	size_t len;

	len = (size_t)snprintf(begins, sizeof(begins), "%.100s/brokers/", cluster);
	arena_init(&arena);
	keys = metrics_keys(config->state_dir, &arena, &none);
	for (size_t i = 0; keys && keys[i]; i++) {
		const char *end = strrchr(keys[i], '/');

		if (strncmp(keys[i], begins, len) != 0)
			continue;
		*any = true;
		found |= (size_t)(end - keys[i]) == len + strlen(who) && !strncmp(keys[i] + len, who, strlen(who));
	}
	arena_release(&arena);
	return found;
}

/* Without an engine the configuration knows the brokers of MQTT, and the history those that an engine has seen: those of
 * Kafka as broker-NUMBER. */
static int known_without_engine(const struct config *config, const struct record *r, struct err *err)
{
	const struct cluster_conf *c = config->clusters;
	const char *who = r->entity;
	char number[64];
	bool any = false;

	while (strcmp(c->name, r->cluster) != 0)
		c++;
	if (c->kind == KIND_MQTT) {
		if (in_config(c, who))
			return 0;
		return err_set(err, _("the cluster %s has no broker '%s' in the configuration"), c->name, who);
	}
	snprintf(number, sizeof(number), "broker-%.40s", who);
	if (in_history(config, c->name, who, &any) || (c->kind == KIND_KAFKA && in_history(config, c->name, number, &any)))
		return 0;
	if (any)
		return err_set(err, _("no engine runs, and the history of %s knows no broker '%s': `mqduty history` lists the names"),
		    c->name, who);
	fprintf(stderr, _("mqduty: no engine runs that would know the brokers of %s: '%s' is taken as it stands.\n"), c->name, who);
	return 0;
}

static int take_entity(
    const struct config *config, const struct frame *f, const char *entity, struct record *r, struct err *err)
{
	bool pair = take_pair(config, entity, r);
	int found = f ? find_broker(f, pair ? r->entity : entity, r) : 0;

	if (found == 1)
		return 0;
	if (found > 1)
		return err_set(err, _("'%s' is a broker of several clusters: say CLUSTER/BROKER"), entity);
	if (f)
		return err_set(err, _("there is no broker '%s': say CLUSTER/BROKER, as the overview names them"), entity);
	if (pair)
		return known_without_engine(config, r, err);
	/* One cluster leaves no doubt. */
	if (config->n_clusters != 1 || strchr(entity, '/'))
		return err_set(err, _("no engine runs that would know '%s': say CLUSTER/BROKER with a cluster of the configuration"), entity);
	r->cluster = record_str(r, config->clusters[0].name);
	r->entity = record_str(r, entity);
	return known_without_engine(config, r, err);
}

static struct record *maint_record(const struct cli *cli, struct err *err)
{
	bool ends = !strcmp(cli->args[1], "end");
	struct record *r;
	int64_t lasts = 0;

	if (!ends && scalar_duration(cli->args[1], &lasts, err)) {
		err_prefix(err, "mqduty maint");
		return NULL;
	}
	if (!ends && (lasts <= 0 || lasts > MAINT_MOST)) {
		err_set(err, _("a maintenance lasts at most 7 days: plan what takes longer anew"));
		return NULL;
	}
	if (!ends && !cli->reason) {
		err_set(err, _("'mqduty maint' needs --reason: others will want to know"));
		return NULL;
	}
	r = record_new(ends ? RECORD_MAINT_END : RECORD_MAINT);
	r->until = ends ? 0 : r->wall + lasts;
	r->text = record_str(r, cli->reason);
	return r;
}

int mode_maint(const struct cli *cli)
{
	struct err err = {""};
	struct record *r = maint_record(cli, &err);
	struct config *config = r ? modes_plain_config(cli) : NULL;
	struct feed *engine;
	struct frame *f;
	int rc;

	if (!config)
		return modes_fail(&err);
	engine = wire_attach(config, ATTACH_ONLY, &err);
	f = engine ? engine->ops->acquire(engine) : NULL;
	rc = take_entity(config, f, cli->args[0], r, &err);
	frame_unref(f);
	if (engine)
		engine->ops->close(engine);
	return rc ? modes_fail(&err) : modes_keep(config, r);
}
