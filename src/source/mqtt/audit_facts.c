#include "source/mqtt/audit_facts.h"

#include "base/i18n.h"
#include "source/facts.h"

#include <string.h>

/* A broker that took us without a name takes anybody; one that we log in to was asked by a guest. */
static struct value anybody(const struct cluster_conf *conf, bool up, struct value seen, int64_t now, int64_t period)
{
	if (conf->tls.cert || conf->username)
		return up ? seen : value_missing(_("no broker has taken us"));
	return up ? value_int(1, now, period) : value_missing(_("no broker has taken us"));
}

static bool is_encrypted(const char *url)
{
	return url && (!strncmp(url, "mqtts:", 6) || !strncmp(url, "ssl:", 4));
}

static bool all_encrypted(const struct cluster_conf *conf)
{
	bool all = conf->n_brokers || is_encrypted(conf->url);

	for (size_t i = 0; i < conf->n_brokers; i++)
		all = all && is_encrypted(conf->brokers[i].url ? conf->brokers[i].url : conf->url);
	return all;
}

bool mqtt_any_up(const struct section *brokers)
{
	for (size_t i = 0; i < section_count(brokers); i++) {
		const struct value *up = &section_broker(brokers, i)->up;

		if (up->type == VALUE_BOOL && up->b && up->quality == QUALITY_OK)
			return true;
	}
	return false;
}

struct section *mqtt_facts_section(
    const struct source_ctx *ctx, const struct section *brokers, const struct fetch_sum *fetched,
    struct value anonymous, const char *detail, int64_t now)
{
	bool up = mqtt_any_up(brokers);
	int64_t period = schedule_period(ctx->config, PERIOD_METADATA);
	struct section *s = section_new(SECTION_FACTS);

	if (anonymous.reason)
		anonymous.reason = arena_strdup(&s->arena, anonymous.reason);
	fact_add(s, "security.anonymous", anybody(ctx->cluster, up, anonymous, now, period), arena_strdup(&s->arena, detail));
	fact_add(s, "security.encrypted",
	    up ? value_int(all_encrypted(ctx->cluster), now, period) : value_missing(_("no broker has taken us")), NULL);
	facts_exporters(ctx->cluster,
	    fetched->tried ? value_int(!fetched->why, now, period) : value_missing(_("not asked yet")),
	    arena_strdup(&s->arena, fetched->why), s, now);
	s->listing = value_bool(true, now, 0);
	return s;
}
