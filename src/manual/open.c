/* Which page, which row, which step. */
#include "manual/open.h"

#include "base/text.h"
#include "rules/rules.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* What a row without an alert is looked up for. */
static const char *const rule_of_section[SECTION_COUNT] = {
    [SECTION_CLUSTER] = "ClusterUnreachable",
    [SECTION_BROKERS] = "BrokerDown",
    [SECTION_PARTITIONS] = "UnderReplicatedPartitions",
    [SECTION_LAG] = "ConsumerLag",
    [SECTION_ROUTES] = "Routes",
    [SECTION_DISK] = "DiskUsage",
};

static bool is_about(const struct alert *a, const char *cluster, enum section_kind section, size_t row)
{
	return a->cluster && !strcmp(a->cluster, cluster) && a->section == section && a->row == row;
}

const struct manual_page *manual_for_row(const struct manual *m, const struct frame *f, size_t cluster,
    enum section_kind section, size_t row, const struct alert **alert)
{
	const struct judgement *j = f->judgement;
	const struct cluster_view *c;
	const char *rule;

	if (alert)
		*alert = NULL;
	if (cluster >= f->snap->n_clusters)
		return NULL;
	c = &f->snap->clusters[cluster];
	for (size_t i = 0; i < j->n_alerts; i++) {
		const struct alert *a = &j->alerts[i];
		const struct manual_page *page =
		    is_about(a, c->name, section, row) ? manual_for_alert(m, a->manual, a->name, c->kind) : NULL;

		if (!page)
			continue;
		if (alert)
			*alert = a;
		return page;
	}
	rule = section < SECTION_COUNT ? rule_of_section[section] : NULL;
	if (section == SECTION_CONNECTIONS)
		rule = c->kind == KIND_MQTT ? "ConnectedClients" : "SlowConsumers";
	return rule ? manual_for_alert(m, NULL, rule, c->kind) : NULL;
}

bool manual_evidence(const struct manual_step *s, const struct binding *b, const struct frame *f, int64_t now,
    struct query_result *out)
{
	struct query_scope scope;

	if (!s->query_text)
		return false;
	scope = binding_scope(b, f->snap, f->judgement);
	query_eval(&s->query, &scope, f->snap, f->judgement, now, out);
	return true;
}

/* A number that has to fall or grow says how a cure goes, not what is wrong. */
size_t manual_first_step(const struct manual_page *page, const struct binding *b, const struct frame *f, int64_t now)
{
	struct query_result r;

	for (size_t i = 0; i < page->n_steps; i++)
		if (page->steps[i].query.form != QUERY_FALLS && page->steps[i].query.form != QUERY_GROWS &&
		    manual_evidence(&page->steps[i], b, f, now, &r) &&
		    (r.verdict == VERDICT_WARN || r.verdict == VERDICT_CRIT))
			return i;
	return 0;
}

enum { TERMS_MAX = 32, TERM_MAX = OPENED_NAME };

struct term {
	char key[TERM_MAX]; /* "" for a word */
	char value[TERM_MAX];
};

static bool is_separator(char c)
{
	return isspace((unsigned char)c) || strchr(",;{}[]()", c);
}

/* One value: quoted, or up to a separator. */
static const char *take_value(const char *s, char *out)
{
	char quote = *s == '"' || *s == '\'' ? *s++ : '\0';
	size_t n = 0;

	while (*s && (quote ? *s != quote : !is_separator(*s) && *s != '=' && !(*s == ':' && (s[1] == ' ' || s[1] == '"')))) {
		if (quote && *s == '\\' && s[1])
			s++;
		if (n + 1 < TERM_MAX)
			out[n++] = *s;
		s++;
	}
	out[n] = '\0';
	return s + (quote && *s == quote);
}

/* key=value, key: "value", "key": "value", words. */
static size_t take_terms(const char *s, struct term *terms)
{
	size_t n = 0;

	while (*s && n < TERMS_MAX) {
		struct term *t = &terms[n];
		const char *end;

		if (is_separator(*s) || *s == '=' || *s == ':') {
			s++;
			continue;
		}
		*t = (struct term){"", ""};
		end = take_value(s, t->value);
		if (*end == '=' || (*end == ':' && t->value[0])) {
			memcpy(t->key, t->value, sizeof(t->key));
			end += 1 + strspn(end + 1, " ~");
			end = take_value(end, t->value);
		}
		s = end > s ? end : s + 1;
		n += t->value[0] != '\0';
	}
	return n;
}

static bool same_word(const char *a, const char *b)
{
	return a && !strcasecmp(a, b);
}

static bool word_in(const char *text, const char *word)
{
	return text && strlen(word) > 1 && strcasestr(text, word);
}

/* Names of one thing, for comparing. */
struct thing {
	const char *alert, *cluster, *entity;
	const char *rule; /* of a row: what it is looked up for */
	const struct binding *names;
};

/* "host:port", "host", or a host with the port of an exporter. */
static int fit_address(const struct binding *b, const char *value)
{
	size_t len = b->host ? strlen(b->host) : 0;

	if (!len || strncasecmp(value, b->host, len) != 0)
		return 0;
	if (!value[len])
		return 15;
	if (value[len] != ':')
		return 0;
	return b->port && !strcmp(value + len + 1, b->port) ? 30 : 10;
}

/* A group, a topic: who names one means no other. */
static int fit_exactly(const struct term *t, const struct thing *x, const char *have)
{
	enum { IT = 30, ANOTHER = -200, NONE = -10 };

	if (same_word(have, t->value) || (!have && word_in(x->entity, t->value)))
		return IT;
	return have ? ANOTHER : x->rule ? NONE : 0;
}

static bool names_alert(const struct term *t)
{
	return !strcasecmp(t->key, "alertname") || !strcasecmp(t->key, "alert") || !strcasecmp(t->key, "name");
}

static bool is_ours(const char *alert)
{
	const char *threshold, *action;

	return rules_describe(alert, &threshold, &action);
}

/* How well a label or a word fits; negative: it contradicts. */
static int fit(const struct term *t, const struct thing *x)
{
	static const struct {
		const char *key, *name;
		int worth;
	} labels[] = {{"group", "group", 30}, {"consumergroup", "group", 30}, {"consumer_group", "group", 30},
	    {"consumer", "group", 30}, {"topic", "topic", 30}, {"stream", "topic", 30}, {"broker", "broker", 30},
	    {"instance", "broker", 10}, {"server", "broker", 30}, {"node", "broker", 20}, {"host", "host", 20},
	    {"path", "path", 20}, {"mountpoint", "path", 20}};
	const char *have;

	/* One of our own names means no other alert; what others call theirs may be any of ours. */
	if (names_alert(t))
		return same_word(x->alert, t->value) ? 100
		       : x->alert		     ? (is_ours(t->value) ? -200 : -20)
		       : same_word(x->rule, t->value) ? 20
						      : 0;
	if (!strcasecmp(t->key, "cluster"))
		return same_word(x->cluster, t->value) ? 40 : -60;
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		if (strcasecmp(labels[i].key, t->key) != 0)
			continue;
		have = binding_get(x->names, labels[i].name);
		if (!strcmp(labels[i].name, "group") || !strcmp(labels[i].name, "topic"))
			return fit_exactly(t, x, have);
		if (fit_address(x->names, t->value) > labels[i].worth)
			return fit_address(x->names, t->value);
		if (same_word(have, t->value) || word_in(x->entity, t->value))
			return labels[i].worth;
		return have && labels[i].worth > 20 ? -15 : 0;
	}
	if (same_word(x->alert, t->value) || same_word(x->rule, t->value))
		return 60;
	if (same_word(x->cluster, t->value) || same_word(x->names->broker, t->value) ||
	    same_word(x->names->group, t->value) || same_word(x->names->topic, t->value))
		return 20;
	return word_in(x->alert, t->value) || word_in(x->entity, t->value) ? 8 : 0;
}

static int fit_all(const struct term *terms, size_t n, const struct thing *x)
{
	int sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += fit(&terms[i], x);
	return sum;
}

/* The best alert; firing ones come first, and among equals the more urgent. */
static void best_alert(const struct frame *f, const struct term *terms, size_t n, struct opened *out, int *best)
{
	const struct judgement *j = f->judgement;

	for (size_t i = 0; i < j->n_alerts; i++) {
		const struct alert *a = &j->alerts[i];
		struct binding b;
		int score;

		binding_init(&b);
		binding_alert(&b, f->snap, a);
		score = fit_all(terms, n, &(struct thing){a->name, a->cluster, a->entity, NULL, &b});
		if (score > *best) {
			*best = score;
			*out = (struct opened){a, b.cluster_index, b.section, b.row, ""};
		}
		binding_release(&b);
	}
}

static void best_row(const struct frame *f, const struct term *terms, size_t n, struct opened *out, int *best)
{
	static const enum section_kind order[] = {SECTION_CLUSTER, SECTION_LAG, SECTION_BROKERS, SECTION_ROUTES,
	    SECTION_CONNECTIONS, SECTION_DISK};

	for (size_t c = 0; c < f->snap->n_clusters; c++) {
		for (size_t k = 0; k < sizeof(order) / sizeof(order[0]); k++) {
			const struct section *s = f->snap->clusters[c].sections[order[k]];

			for (size_t i = 0; i < section_count(s); i++) {
				struct binding b;
				int score;

				binding_init(&b);
				binding_row(&b, f->snap, c, order[k], i);
				score = fit_all(terms, n, &(struct thing){NULL, b.cluster, NULL,
				    rule_of_section[order[k]] ? rule_of_section[order[k]] : "", &b});
				if (score > *best) {
					*best = score;
					*out = (struct opened){NULL, c, order[k], i, ""};
				}
				binding_release(&b);
			}
		}
	}
}

bool manual_open_text(const struct frame *f, const char *text, struct opened *out)
{
	struct term terms[TERMS_MAX];
	size_t n = take_terms(text, terms);
	int best = 0;

	*out = (struct opened){NULL, SIZE_MAX, SECTION_KINDS, SIZE_MAX, ""};
	best_alert(f, terms, n, out, &best);
	best_row(f, terms, n, out, &best);
	for (size_t i = 0; i < n; i++)
		if ((names_alert(&terms[i]) || !terms[i].key[0]) && is_ours(terms[i].value))
			snprintf(out->named, sizeof(out->named), "%s", terms[i].value);
	return best > 0;
}

void manual_open_plain(const char *text, char *out, size_t size)
{
	struct term terms[TERMS_MAX];
	size_t n = take_terms(text, terms), at = 0;

	out[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		if (!strcasecmp(terms[i].key, "alertname")) {
			snprintf(out, size, "%s", terms[i].value);
			return;
		}
		if (at < size)
			at += (size_t)snprintf(out + at, size - at, "%s%s", at ? " " : "", terms[i].value);
	}
}
