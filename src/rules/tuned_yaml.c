#include "rules/own.h"
#include "rules/tuned.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

enum { FILE_MOST = 1 << 20, RULES_MOST = 10000, OWN_NAME_MAX = 60 };

struct reader {
	yaml_document_t doc;
	const char *name; /* of the file */
	struct rule_list *rules;
	struct arena *arena;
	struct err *err;
	struct buf *said; /* NULL, or where every mistake finds room */
	size_t mistakes, read;
};

static void mistake(struct reader *r, const yaml_node_t *at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds a line, to err as long as there is room for it. */
static void mistake(struct reader *r, const yaml_node_t *at, const char *fmt, ...)
{
	size_t used = strlen(r->err->msg), line = at ? at->start_mark.line + 1 : 0,
	       column = at ? at->start_mark.column + 1 : 0;
	char text[256], clean[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	text_sanitise(clean, sizeof(clean), text, sizeof(text));
	snprintf(r->err->msg + used, sizeof(r->err->msg) - used, "%s%s:%zu:%zu: %s",
	    used ? "\n" : "", r->name, line, column, clean);
	if (r->said)
		buf_addf(r->said, "%s:%zu:%zu: %s\n", r->name, line, column, clean);
	r->mistakes++;
}

static const char *scalar(const yaml_node_t *n)
{
	return n && n->type == YAML_SCALAR_NODE ? (const char *)n->data.scalar.value : NULL;
}

/* A duration in seconds: the grammar of thresholds has it already. */
static bool take_seconds(struct reader *r, const yaml_node_t *n, int *out)
{
	struct threshold t;
	char text[THRESHOLD_TEXT_MAX];

	snprintf(text, sizeof(text), ">%s", scalar(n) ? scalar(n) : "?");
	if (threshold_parse(&t, text, NULL) || t.name[0] ||
	    (t.unit != UNITS_SECONDS && t.high != 0) || t.high < 0 || t.high > 864000) {
		mistake(r, n, _("write a time of up to 10 days, such as 30s, 5m or 1h"));
		return false;
	}
	*out = (int)t.high;
	return true;
}

static void take_for(struct reader *r, const yaml_node_t *n, struct rule *rule)
{
	take_seconds(r, n, &rule->own.for_s);
}

static void take_keep(struct reader *r, const yaml_node_t *n, struct rule *rule)
{
	take_seconds(r, n, &rule->own.clear_s);
}

static void take_window(struct reader *r, const yaml_node_t *n, struct rule *rule)
{
	int s = 0;

	if (!rule->own.window_s && !rule->own.mean_s && !rule->own.field)
		mistake(r, n, _("%s is not judged over a window"), rule->own.name);
	else if (take_seconds(r, n, &s))
		*(rule->own.window_s ? &rule->own.window_s : &rule->own.mean_s) = s;
}

static void take_threshold(struct reader *r, const yaml_node_t *n, struct rule *rule)
{
	struct err err = {""};

	if (!scalar(n) || rule_parse_threshold(&rule->own, scalar(n), &rule->threshold, &err)) {
		mistake(
		    r, n, "%s", scalar(n) ? err_msg(&err) : _("a threshold is a text such as \">0\""));
		return;
	}
	/* The second threshold belongs to the first one as it is built in. */
	if (strcmp(scalar(n), rule->own.threshold))
		rule->has_warn = false;
}

static void take_recover(struct reader *r, const yaml_node_t *n, struct rule *rule)
{
	struct err err = {""};

	if (!scalar(n) || rule_parse_threshold(&rule->own, scalar(n), &rule->recover, &err))
		mistake(
		    r, n, "%s", scalar(n) ? err_msg(&err) : _("recover is a text such as \"<8000\""));
	rule->has_recover = true;
}

static void take_text(struct reader *r, const yaml_node_t *n, const char **out)
{
	if (scalar(n) && *scalar(n))
		*out = arena_strdup(r->arena, scalar(n));
	else
		mistake(r, n, _("a text should stand here"));
}

static void take_action(struct reader *r, const yaml_node_t *n, struct rule *rule)
{
	take_text(r, n, &rule->own.action);
}

static void take_manual(struct reader *r, const yaml_node_t *n, struct rule *rule)
{
	take_text(r, n, &rule->manual);
}

static void take_metric(struct reader *r, const yaml_node_t *n, struct rule *rule)
{
	/* That of an own rule was read with its name. */
	if (!rule->is_own && (!scalar(n) || strcmp(scalar(n), rule->own.name)))
		mistake(r, n, _("the metric of %s is %s; give a rule on another metric a name of its own"),
		    rule->own.name, rule->own.name);
}

static bool is_kind(const char *glob)
{
	return text_glob(glob, "kafka") || text_glob(glob, "nats") || text_glob(glob, "mqtt");
}

static void take_match(struct reader *r, const yaml_node_t *n, struct rule *rule)
{
	if (n->type != YAML_MAPPING_NODE) {
		mistake(r, n,
		    _("match is a mapping, such as {cluster: \"orders*\", entity: \"audit>*\"}"));
		return;
	}
	for (yaml_node_pair_t *p = n->data.mapping.pairs.start; p < n->data.mapping.pairs.top;
	     p++) {
		const yaml_node_t *key = yaml_document_get_node(&r->doc, p->key);
		const yaml_node_t *value = yaml_document_get_node(&r->doc, p->value);
		const char *what = scalar(key) ? scalar(key) : "";

		if (!strcmp(what, "cluster"))
			take_text(r, value, &rule->match_cluster);
		else if (!strcmp(what, "entity"))
			take_text(r, value, &rule->match_entity);
		else if (strcmp(what, "kind"))
			mistake(r, key, _("match knows cluster, kind and entity"));
		else if (!scalar(value) || !is_kind(scalar(value)))
			mistake(r, value, _("kind is kafka, nats or mqtt"));
		else
			take_text(r, value, &rule->match_kind);
	}
}

static void take_nothing(struct reader *r, const yaml_node_t *n, struct rule *rule)
{
	(void)r;
	(void)n;
	(void)rule;
}

static const struct {
	const char *key;
	void (*take)(struct reader *r, const yaml_node_t *n, struct rule *rule);
} keys[] = {
    {"name", take_nothing}, /* it was read first */
    {"threshold", take_threshold},
    {"action", take_action},
    {"metric", take_metric},
    {"match", take_match},
    {"for", take_for},
    {"window", take_window},
    {"recover", take_recover},
    {"keep_firing_for", take_keep},
    {"manual", take_manual},
};

enum { N_KEYS = sizeof(keys) / sizeof(keys[0]) };

static const yaml_node_t *member(struct reader *r, const yaml_node_t *node, const char *want)
{
	const yaml_node_t *found = NULL;

	for (yaml_node_pair_t *p = node->data.mapping.pairs.start; p < node->data.mapping.pairs.top;
	     p++) {
		const char *key = scalar(yaml_document_get_node(&r->doc, p->key));

		if (key && !strcmp(key, want))
			found = yaml_document_get_node(&r->doc, p->value);
	}
	return found;
}

static void take_key(struct reader *r, const yaml_node_t *node, const yaml_node_t *key,
    const yaml_node_t *value, struct rule *rule)
{
	const char *name = scalar(key) ? scalar(key) : "";

	if (member(r, node, name) != value) {
		mistake(r, key, _("\"%s\" stands twice in this rule: keep one"), name);
		return;
	}
	for (size_t i = 0; i < N_KEYS; i++) {
		if (!strcmp(name, keys[i].key)) {
			keys[i].take(r, value, rule);
			return;
		}
	}
	mistake(r, key,
	    _("a rule has no \"%s\"; it has name, threshold, action, metric, match, for, window, "
	    "recover, keep_firing_for and manual"),
	    name);
}

static void no_such_rule(struct reader *r, const yaml_node_t *name)
{
	const char *near = NULL;
	unsigned least = 5;

	for (size_t i = 0; i < n_rule_defs; i++) {
		unsigned d = text_distance(rule_defs[i].name, scalar(name));

		if (d < least) {
			least = d;
			near = rule_defs[i].name;
		}
	}
	mistake(r, name, _("there is no rule %s%s%s%s; one of your own needs a metric, such as "
			 "brokers.metrics.subscriptions"),
	    scalar(name), near ? _(": did you mean ") : "", near ? near : "", near ? "?" : "");
}

/* A rule of the operator's own: the first entry of a name makes it. */
static struct rule *own_rule(struct reader *r, const yaml_node_t *name, const yaml_node_t *metric)
{
	struct err err = {""};
	struct rule *rule;

	if (!text_is_clean(scalar(name)) || strlen(scalar(name)) > OWN_NAME_MAX) {
		mistake(r, name, _("a rule's name has at most %d characters that can be printed"), OWN_NAME_MAX);
		return NULL;
	}
	if (!scalar(metric)) {
		no_such_rule(r, name);
		return NULL;
	}
	rule = own_rule_add(r->rules, scalar(name), scalar(metric), r->arena, &err);
	if (!rule)
		mistake(r, metric, "%s", err_msg(&err));
	return rule;
}

static struct rule *find_rule(struct reader *r, const yaml_node_t *node)
{
	const yaml_node_t *name = member(r, node, "name"), *metric = member(r, node, "metric");

	if (!scalar(name)) {
		mistake(r, node, _("a rule needs a name, such as name: ConsumerLag"));
		return NULL;
	}
	for (size_t i = 0; i < r->rules->n; i++) {
		struct rule *rule = &r->rules->list[i];

		if (strcmp(rule->def->name, scalar(name)) != 0)
			continue;
		if (!rule->only_matches || !metric || (scalar(metric) && own_rule_reads(rule, scalar(metric))))
			return rule;
		mistake(r, metric, _("another rule %s has another metric; give this one another name"),
		    scalar(name));
		return NULL;
	}
	return own_rule(r, name, metric);
}

static void read_rule(struct reader *r, const yaml_node_t *node, enum severity severity)
{
	struct rule *base, tuned;
	size_t room, cap;

	if (node->type != YAML_MAPPING_NODE) {
		mistake(r, node, _("a rule is a mapping with name, threshold and action"));
		return;
	}
	if (++r->read > RULES_MOST) {
		if (r->read == RULES_MOST + 1)
			mistake(r, node, _("a rule file has at most %d rules"), RULES_MOST);
		return;
	}
	base = find_rule(r, node);
	if (!base)
		return;
	tuned = (struct rule){.own = *base->def,
	    .threshold = base->threshold,
	    .warn = base->warn,
	    .has_warn = base->has_warn};
	tuned.own.severity = severity;
	tuned.is_own = base->only_matches;
	for (yaml_node_pair_t *p = node->data.mapping.pairs.start; p < node->data.mapping.pairs.top;
	     p++)
		take_key(r, node, yaml_document_get_node(&r->doc, p->key),
		    yaml_document_get_node(&r->doc, p->value), &tuned);
	/* It grows from 8 on by doubling, so how many have room follows from how many there are. */
	for (room = base->n_tuned ? 8 : 0; room < base->n_tuned;)
		room *= 2;
	cap = room;
	array_reserve(&base->tuned, &cap, base->n_tuned + 1, sizeof(tuned));
	base->tuned[base->n_tuned++] = tuned;
	/* Where the array has moved each points at its own definition again. */
	for (size_t i = cap == room ? base->n_tuned - 1 : 0; i < base->n_tuned; i++)
		base->tuned[i].def = &base->tuned[i].own;
}

static void read_root(struct reader *r, const yaml_node_t *root)
{
	if (!root)
		return;
	if (root->type != YAML_MAPPING_NODE) {
		mistake(r, root, _("a rule file has the lists critical_alerts: and warning_alerts:"));
		return;
	}
	/* A key may stand there several times: the guide's blocks in one file. */
	for (yaml_node_pair_t *p = root->data.mapping.pairs.start; p < root->data.mapping.pairs.top;
	     p++) {
		const yaml_node_t *key = yaml_document_get_node(&r->doc, p->key);
		const yaml_node_t *list = yaml_document_get_node(&r->doc, p->value);
		const char *name = scalar(key) ? scalar(key) : "";
		bool critical = !strcmp(name, "critical_alerts");

		if (!critical && strcmp(name, "warning_alerts")) {
			mistake(r, key,
			    _("a rule file has the lists critical_alerts: and warning_alerts:"));
			continue;
		}
		if (list->type != YAML_SEQUENCE_NODE) {
			mistake(r, list, _("%s is a list of rules"), name);
			continue;
		}
		for (yaml_node_item_t *i = list->data.sequence.items.start;
		     i < list->data.sequence.items.top; i++)
			read_rule(r, yaml_document_get_node(&r->doc, *i),
			    critical ? SEVERITY_CRITICAL : SEVERITY_WARNING);
	}
}

static int parse(struct rule_list *rules, const char *name, const char *text, size_t len,
    struct arena *arena, struct err *err, struct buf *said)
{
	struct reader r = {.name = name, .rules = rules, .arena = arena, .err = err, .said = said};
	yaml_parser_t parser;

	yaml_parser_initialize(&parser);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	if (!yaml_parser_load(&parser, &r.doc)) {
		err_set(err, "%s:%zu:%zu: %s", name, parser.problem_mark.line + 1,
		    parser.problem_mark.column + 1,
		    parser.problem ? parser.problem : _("this is no YAML"));
		yaml_parser_delete(&parser);
		if (said)
			buf_addf(said, "%s\n", err_msg(err));
		return -1;
	}
	read_root(&r, yaml_document_get_root_node(&r.doc));
	yaml_document_delete(&r.doc);
	yaml_parser_delete(&parser);
	return r.mistakes ? -1 : 0;
}

int tuned_parse(struct rule_list *rules, const char *name, const char *text, size_t len,
    struct arena *arena, struct err *err)
{
	return parse(rules, name, text, len, arena, err, NULL);
}

/* The file's text, to be freed; NULL: err says why not. */
static char *file_text(const char *path, size_t *len, struct err *err)
{
	FILE *f = fopen(path, "re");
	char *text;

	if (!f) {
		err_set(err, _("%s: %s (it is named under rules:)"), path, strerror(errno));
		return NULL;
	}
	text = xmalloc(FILE_MOST);
	*len = fread(text, 1, FILE_MOST, f);
	if (!ferror(f) && *len < FILE_MOST) {
		fclose(f);
		return text;
	}
	if (ferror(f))
		err_set(err, "%s: %s", path, strerror(errno));
	else
		err_set(err, _("%s is larger than 1 MiB"), path);
	free(text);
	fclose(f);
	return NULL;
}

int tuned_load(struct rule_list *rules, const char *path, struct arena *arena, struct err *err, struct buf *said)
{
	size_t len;
	char *text = file_text(path, &len, err);
	int rc;

	if (!text) {
		if (said)
			buf_addf(said, "%s\n", err_msg(err));
		return -1;
	}
	rc = parse(rules, path, text, len, arena, err, said);
	free(text);
	return rc;
}
