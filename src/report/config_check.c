#include "report/config_check.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/text.h"
#include "net/tls.h"
#include "report/parts.h"
#include "source/mqtt/flavor.h"
#include "source/nats/rights.h"

#include <stdio.h>
#include <string.h>

/* The grant that would bring a thing: shown where the broker speaks of rights. */
enum mend {
	MEND_NONE, /* the reason itself names the setting */
	MEND_KAFKA_CLUSTER,
	MEND_KAFKA_TOPICS,
	MEND_KAFKA_GROUPS,
	MEND_NATS_SYSTEM,
	MEND_MQTT_SYS,
};

enum { WHOLE_LIST = -1 };

/* One thing that is looked at: a value in every row of a section, a metric of every
 * broker, or the list itself. */
struct thing {
	enum broker_kind kind;
	const char *what;
	enum section_kind section;
	int offset;	       /* of the value in a row; WHOLE_LIST: section->listing */
	enum metric_id metric; /* METRIC_COUNT: none, offset counts */
	enum mend mend;
};

#define CLUSTER(member) SECTION_CLUSTER, offsetof(struct cluster_row, member), METRIC_COUNT
#define BROKER(member) SECTION_BROKERS, offsetof(struct broker_row, member), METRIC_COUNT
#define METRIC(id) SECTION_BROKERS, 0, id
#define PARTITION(member) SECTION_PARTITIONS, offsetof(struct partition_row, member), METRIC_COUNT
#define LAG(member) SECTION_LAG, offsetof(struct lag_row, member), METRIC_COUNT
#define ROUTE(member) SECTION_ROUTES, offsetof(struct route_row, member), METRIC_COUNT
#define CONNECTION(member)                                                                         \
	SECTION_CONNECTIONS, offsetof(struct connection_row, member), METRIC_COUNT
#define DISK(member) SECTION_DISK, offsetof(struct disk_row, member), METRIC_COUNT
#define LISTING(section) section, WHOLE_LIST, METRIC_COUNT

static const struct thing things[] = {
    {KIND_KAFKA, N_("reachable"), CLUSTER(reachable), MEND_NONE},
    {KIND_KAFKA, N_("version"), CLUSTER(version), MEND_NONE},
    {KIND_KAFKA, N_("brokers answer"), BROKER(up), MEND_NONE},
    {KIND_KAFKA, N_("round trip"), BROKER(rtt_ms), MEND_NONE},
    {KIND_KAFKA, N_("brokers expected"), CLUSTER(brokers_expected), MEND_NONE},
    {KIND_KAFKA, N_("controller"), CLUSTER(controllers), MEND_KAFKA_CLUSTER},
    {KIND_KAFKA, N_("topics and partitions"), PARTITION(partitions), MEND_KAFKA_TOPICS},
    {KIND_KAFKA, N_("under-replicated partitions"), PARTITION(under_replicated), MEND_KAFKA_TOPICS},
    {KIND_KAFKA, N_("partitions under min ISR"), PARTITION(under_min_isr), MEND_KAFKA_TOPICS},
    {KIND_KAFKA, N_("reassignments"), PARTITION(reassigning), MEND_KAFKA_CLUSTER},
    {KIND_KAFKA, N_("list of consumer groups"), LISTING(SECTION_LAG), MEND_KAFKA_GROUPS},
    {KIND_KAFKA, N_("lag of consumer groups"), LAG(lag), MEND_KAFKA_GROUPS},
    {KIND_KAFKA, N_("log dirs"), LISTING(SECTION_DISK), MEND_KAFKA_CLUSTER},
    {KIND_KAFKA, N_("size of the volumes"), DISK(percent), MEND_KAFKA_CLUSTER},

    {KIND_NATS, N_("reachable"), CLUSTER(reachable), MEND_NONE},
    {KIND_NATS, N_("version"), CLUSTER(version), MEND_NONE},
    {KIND_NATS, N_("servers answer"), BROKER(up), MEND_NONE},
    {KIND_NATS, N_("round trip"), BROKER(rtt_ms), MEND_NONE},
    {KIND_NATS, N_("system account"), CLUSTER(system_account), MEND_NATS_SYSTEM},
    {KIND_NATS, N_("own health check (/healthz)"), METRIC(METRIC_HEALTH), MEND_NONE},
    {KIND_NATS, N_("memory limit"), BROKER(memory_percent), MEND_NONE},
    {KIND_NATS, N_("peers (/varz, /routez)"), ROUTE(peers), MEND_NONE},
    {KIND_NATS, N_("nodes expected"), ROUTE(expected), MEND_NONE},
    {KIND_NATS, N_("connections (/varz)"), CONNECTION(current), MEND_NONE},
    {KIND_NATS, N_("slow consumers"), CONNECTION(slow_total), MEND_NONE},
    {KIND_NATS, N_("JetStream consumers (/jsz)"), LISTING(SECTION_LAG), MEND_NONE},
    {KIND_NATS, N_("JetStream lag"), LAG(lag), MEND_NONE},
    {KIND_NATS, N_("size of the volumes"), DISK(percent), MEND_NONE},

    {KIND_MQTT, N_("reachable"), CLUSTER(reachable), MEND_NONE},
    {KIND_MQTT, N_("version"), CLUSTER(version), MEND_MQTT_SYS},
    {KIND_MQTT, N_("brokers answer"), BROKER(up), MEND_NONE},
    {KIND_MQTT, N_("round trip"), BROKER(rtt_ms), MEND_NONE},
    {KIND_MQTT, N_("$SYS values (uptime)"), BROKER(uptime_s), MEND_MQTT_SYS},
    {KIND_MQTT, N_("connected clients"), CONNECTION(current), MEND_MQTT_SYS},
    {KIND_MQTT, N_("max_connections"), CONNECTION(max), MEND_NONE},
    {KIND_MQTT, N_("messages sent"), CONNECTION(sent_total), MEND_MQTT_SYS},
    {KIND_MQTT, N_("messages dropped"), CONNECTION(dropped_total), MEND_MQTT_SYS},
    {KIND_MQTT, N_("keep-alive timeouts (log lines)"), CONNECTION(timeouts), MEND_MQTT_SYS},
    {KIND_MQTT, N_("size of the volumes"), DISK(percent), MEND_NONE},
};

/* In the order of how bad they are. */
enum outcome { OUT_OK, OUT_NA, OUT_LATER, OUT_MISSING, OUT_UNKNOWN, OUT_DOWN };

static const struct {
	const char *word;
	int exit_code;
} outcomes[] = {
    [OUT_OK] = {"ok", 0},
    [OUT_NA] = {"n/a", 0},
    [OUT_LATER] = {"later", 0},
    [OUT_MISSING] = {"MISSING", 1},
    [OUT_UNKNOWN] = {"NO ANSWER", 3},
    [OUT_DOWN] = {"DOWN", 2},
};

/* How a thing stands over all its rows. */
struct tally {
	size_t rows, good;
	enum outcome worst;
	const char *reason;	  /* of the first of the worst */
	const char *who;	  /* its row */
	const struct value *only; /* the value where there is one row */
};

/* A window that one look cannot fill is nobody's fault; sources say so in these words. */
static bool is_only_time(const struct value *v)
{
	const char *needs = _("needs ");

	return v->reason && (strncmp(v->reason, needs, strlen(needs)) == 0 || strstr(v->reason, _("watched so far")));
}

static enum outcome judge(const struct value *v, int64_t now)
{
	enum quality q = report_quality(v, now);

	if (q == QUALITY_OK)
		return v->type == VALUE_BOOL && !v->b ? OUT_DOWN : OUT_OK;
	if (q == QUALITY_NA)
		return OUT_NA;
	return is_only_time(v) ? OUT_LATER : OUT_MISSING;
}

static void count(
    struct tally *t, const struct value *v, const char *who, const char *state, int64_t now)
{
	enum outcome o = judge(v, now);

	t->rows++;
	t->good += o == OUT_OK || o == OUT_NA;
	t->only = t->rows == 1 ? v : NULL;
	if (o > t->worst) {
		t->worst = o;
		t->reason = o == OUT_DOWN ? state : v->reason;
		t->who = who;
	}
}

static const struct value *value_of(const struct thing *thing, const void *row)
{
	static const struct value none = {
	    .type = VALUE_NONE, .quality = QUALITY_MISSING, .reason = N_("this broker does not tell")};
	const struct value *v;

	if (thing->metric == METRIC_COUNT)
		return (const struct value *)((const char *)row + thing->offset);
	v = broker_metric(row, thing->metric);
	return v ? v : &none;
}

/* Every row but the cluster's and the partitions' begins with its broker or group. */
static const char *name_of(const struct thing *thing, const void *row)
{
	if (thing->section == SECTION_CLUSTER || thing->section == SECTION_PARTITIONS)
		return NULL;
	if (thing->section == SECTION_BROKERS)
		return ((const struct broker_row *)row)->name;
	return *(const char *const *)row;
}

static const char *state_of(const struct thing *thing, const void *row)
{
	return thing->section == SECTION_BROKERS ? ((const struct broker_row *)row)->state : NULL;
}

static struct tally look(const struct thing *thing, const struct cluster_view *view, int64_t now)
{
	const struct section *s = view->sections[thing->section];
	struct tally t = {0};

	/* No row of a list that could not be read is no sign that all is well. */
	if (!s || thing->offset == WHOLE_LIST || (!s->n && s->listing.reason && report_quality(&s->listing, now) != QUALITY_OK)) {
		const struct value nothing = value_missing(_("nothing came before the deadline"));

		count(&t, s ? &s->listing : &nothing, NULL, NULL, now);
		t.only = NULL;
		return t;
	}
	for (size_t i = 0; i < s->n; i++) {
		const void *row = section_row(s, i);

		count(&t, value_of(thing, row), name_of(thing, row), state_of(thing, row), now);
	}
	return t;
}

static void put_value(struct buf *out, const struct value *v)
{
	char number[FMT_MAX];

	switch (v->type) {
	case VALUE_INT:
		buf_addf(out, ": %s", fmt_count(number, sizeof(number), v->i));
		break;
	case VALUE_TEXT:
		buf_adds(out, ": ");
		text_put(out, v->s, 60, false);
		break;
	case VALUE_REAL:
	case VALUE_BOOL:
	case VALUE_NONE:
		break;
	}
}

/* "kafka-acls.sh ..." for the principal that the config logs in as. */
static void put_acl(struct buf *out, const struct cluster_conf *c, const char *what)
{
	const char *user = cluster_property(c, "sasl.username");
	const char *kerberos = cluster_property(c, "sasl.kerberos.principal");
	const char *cert = cluster_property(c, "ssl.certificate.location");
	char server[300] = "", who[300] = "", principal[200], subject[180];

	if (!user && cert && tls_subject(cert, subject, sizeof(subject)) == 0)
		user = subject;
	/* Kafka takes the first part of a Kerberos name for the user. Whom a token or a ticket names is not known here. */
	if (user)
		snprintf(principal, sizeof(principal), "User:%s", user);
	else if (kerberos)
		snprintf(principal, sizeof(principal), "User:%.*s", (int)strcspn(kerberos, "/@"), kerberos);
	else
		snprintf(principal, sizeof(principal), "User:%s", cluster_mechanism(c) ? "NAME" : "ANONYMOUS");
	/* A name that is not fit for a command is left for the operator to fill in. */
	if (!c->n_bootstrap || text_shell_quote(server, sizeof(server), c->bootstrap[0]) != 0)
		snprintf(server, sizeof(server), "HOST:PORT");
	if (text_shell_quote(who, sizeof(who), principal) != 0)
		snprintf(who, sizeof(who), "User:NAME");
	buf_addf(out, "kafka-acls.sh --bootstrap-server %s --add --allow-principal %s %s", server,
	    who, what);
}

static void put_sys_acl(struct buf *out, const struct cluster_conf *c)
{
	const struct flavor *make = flavor_find(c->flavor);

	if (make) {
		buf_addf(out, _("for %s: %s"), make->title, _(make->right));
		return;
	}
	buf_adds(out, _("in the broker's acl_file: "));
	if (c->username) {
		buf_adds(out, "user ");
		text_put(out, c->username, 0, false);
		buf_adds(out, " / ");
	}
	buf_adds(out, "topic read $SYS/#");
}

/* Does the reason speak of a right? */
static bool is_refusal(const char *reason)
{
	static const char *const words[] = {
	    "lacks a right", "not permitted", "AUTHORIZATION", "uthoris", "uthoriz", "auth:", "denied", "grant ", "$SYS/#"};

	for (size_t i = 0; reason && i < sizeof(words) / sizeof(words[0]); i++)
		if (strstr(reason, words[i]))
			return true;
	return false;
}

static void put_mends(struct buf *out, const struct cluster_conf *c, unsigned wanted)
{
	static const char *const acls[] = {
	    [MEND_KAFKA_CLUSTER] = "--operation Describe --operation DescribeConfigs --cluster",
	    [MEND_KAFKA_TOPICS] = "--operation Describe --operation DescribeConfigs --topic '*'",
	    [MEND_KAFKA_GROUPS] = "--operation Describe --group '*'",
	};

	if (!wanted)
		return;
	buf_addf(out, "  %s\n", _("to grant what is missing:"));
	for (unsigned m = MEND_NONE + 1; m <= MEND_MQTT_SYS; m++) {
		if (!(wanted & 1u << m))
			continue;
		if (m == MEND_NATS_SYSTEM) {
			nats_rights_print(out, "             ");
			continue;
		}
		buf_adds(out, "             ");
		if (m == MEND_MQTT_SYS)
			put_sys_acl(out, c);
		else
			put_acl(out, c, acls[m]);
		buf_addc(out, '\n');
	}
}

static void put_thing(struct buf *out, const struct thing *thing, const struct tally *t)
{
	buf_addf(out, "  %-9s  %s", outcomes[t->worst].word, _(thing->what));
	if (t->only && t->worst <= OUT_NA)
		put_value(out, t->only);
	else if (t->rows > 1)
		buf_addf(out, _(": %zu of %zu"), t->good, t->rows);
	else if (!t->rows)
		buf_adds(out, _(": none there"));
	if (t->worst == OUT_OK) {
		buf_addc(out, '\n');
		return;
	}
	buf_adds(out, "\n             ");
	if (t->who && t->rows > 1) {
		text_put(out, t->who, 60, false);
		buf_adds(out, ": ");
	}
	text_put(out, t->reason ? t->reason : _("not told"), 0, false);
	buf_addc(out, '\n');
}

/* The cluster that does not answer at all: one line, not a list of what follows from it. */
static enum outcome unreachable(const struct cluster_view *view, int64_t now, const char **why)
{
	const struct cluster_row *row = cluster_facts(view);
	enum quality q;

	*why = NULL;
	if (!row)
		return OUT_UNKNOWN;
	*why = row->trouble ? row->trouble : row->reachable.reason;
	q = report_quality(&row->reachable, now);
	if ((q == QUALITY_OK && !row->reachable.b) || q == QUALITY_ERROR)
		return OUT_DOWN;
	return q == QUALITY_OK || q == QUALITY_PARTIAL ? OUT_OK : OUT_UNKNOWN;
}

static void put_head(struct buf *out, const struct cluster_conf *c)
{
	text_put(out, c->name, 0, false);
	buf_addf(out, " (%s", kind_name(c->kind));
	if (c->tier != TIER_NONE)
		buf_addf(out, ", %s", tier_name(c->tier));
	buf_addf(out, ")%s\n", c->found_here ? _(": found on this host") : "");
}

static enum outcome check_cluster(
    const struct cluster_conf *c, const struct cluster_view *view, int64_t now, struct buf *out)
{
	const char *why;
	enum outcome worst = unreachable(view, now, &why);
	unsigned mends = 0;

	put_head(out, c);
	if (worst != OUT_OK) {
		buf_addf(out, "  %-9s  ", outcomes[worst].word);
		if (why && strncmp(why, "down: ", 6) == 0)
			why += 6; /* it stands there already */
		text_put(out, why ? why : _("no answer before the deadline"), 0, false);
		buf_addc(out, '\n');
		return worst;
	}
	for (size_t i = 0; i < sizeof(things) / sizeof(things[0]); i++) {
		struct tally t;

		if (things[i].kind != c->kind)
			continue;
		t = look(&things[i], view, now);
		put_thing(out, &things[i], &t);
		if (things[i].mend != MEND_NONE && is_refusal(t.reason))
			mends |= 1u << things[i].mend;
		if (t.worst > worst)
			worst = t.worst;
	}
	put_mends(out, c, mends);
	return worst;
}

int config_check_report(
    const struct config *c, const struct snapshot *snap, int64_t now, struct buf *out)
{
	enum outcome worst = OUT_OK;

	for (size_t i = 0; i < c->n_clusters && i < snap->n_clusters; i++) {
		enum outcome o = check_cluster(&c->clusters[i], &snap->clusters[i], now, out);

		if (o > worst)
			worst = o;
	}
	if (!c->n_clusters)
		buf_adds(out, _("The config names no cluster.\n"));
	return outcomes[worst].exit_code;
}
