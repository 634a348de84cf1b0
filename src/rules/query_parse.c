/* Questions as the manual writes them. */
#include "rules/query.h"

#include "base/i18n.h"
#include "base/text.h"
#include "rules/rule.h"

#include <stdio.h>
#include <string.h>

enum { NAME_MAX_LEN = 64 };

static bool section_by_name(const char *name, enum section_kind *out)
{
	for (int k = 0; k < SECTION_COUNT; k++) {
		if (!strcmp(row_types[k].name, name)) {
			*out = (enum section_kind)k;
			return true;
		}
	}
	return false;
}

static const struct field *field_by_name(enum section_kind section, const char *name)
{
	for (const struct field *f = row_types[section].fields; f->name; f++)
		if (!strcmp(f->name, name))
			return f;
	return NULL;
}

static const char *nearest_field(enum section_kind section, const char *name)
{
	const char *best = NULL;
	unsigned least = 4;

	for (const struct field *f = row_types[section].fields; f->name; f++) {
		unsigned far = text_distance(name, f->name);

		if (far < least) {
			best = f->name;
			least = far;
		}
	}
	return best;
}

static bool metric_by_name(const char *name, enum metric_id *out)
{
	for (int i = 0; i < METRIC_COUNT; i++) {
		if (!strcmp(metric_info[i].name, name)) {
			*out = (enum metric_id)i;
			return true;
		}
	}
	return false;
}

static int no_such_field(enum section_kind section, const char *name, struct err *err)
{
	const char *near = nearest_field(section, name);

	if (near)
		return err_set(err, _("%s has no field \"%s\": did you mean \"%s\"?"),
		    row_types[section].name, name, near);
	return err_set(err, _("%s has no field \"%s\": take one of `check --format json`"),
	    row_types[section].name, name);
}

/* Is there a number to compare? Texts are not; how many there are of a list is. */
static bool is_countable(const struct field *f)
{
	return f->type != FIELD_TEXT && f->type != FIELD_SERIES && f->type != FIELD_METRICS &&
	       f->type != FIELD_TIME;
}

/* "lag.members", "brokers.metrics.subscriptions" */
int query_parse_field(struct query *q, const char *text, struct err *err)
{
	char section[NAME_MAX_LEN], field[NAME_MAX_LEN];
	int used = 0;

	*q = (struct query){0};
	if (sscanf(text, "%63[a-z_].%63[a-z0-9_.]%n", section, field, &used) != 2 || text[used])
		return err_set(err,
		    _("\"%s\" should be SECTION.FIELD, such as lag.members or disk.percent"), text);
	if (!section_by_name(section, &q->section))
		return err_set(err,
		    _("there is no section \"%s\": it is cluster, brokers, partitions, lag, routes, "
		      "connections, disk or logs"),
		    section);
	if (!strncmp(field, "metrics.", 8) && q->section == SECTION_BROKERS) {
		if (metric_by_name(field + 8, &q->metric))
			return 0;
		return err_set(err, _("brokers have no metric \"%s\""), field + 8);
	}
	q->field = field_by_name(q->section, field);
	if (!q->field)
		return no_such_field(q->section, field, err);
	if (!is_countable(q->field))
		return err_set(err, _("%s.%s is no number: it cannot be compared"), section, field);
	return 0;
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && !strcmp(s + n - m, end);
}

/* What a number of this field counts, by its name: rtt_ms, lag_seconds, used_bytes, percent. */
enum threshold_unit query_unit(const struct query *q, double *per_second)
{
	const char *name = q->field ? q->field->name : metric_info[q->metric].name;

	*per_second = 1;
	if (ends_with(name, "_per_s") || ends_with(name, "_per_min"))
		return UNITS_NONE;
	if (ends_with(name, "_ms")) {
		*per_second = 1000;
		return UNITS_SECONDS;
	}
	if (ends_with(name, "_seconds") || ends_with(name, "_s"))
		return UNITS_SECONDS;
	if (ends_with(name, "_bytes"))
		return UNITS_BYTES;
	return ends_with(name, "percent") ? UNITS_PERCENT : UNITS_NONE;
}

static int take_condition(struct query *q, const char *text, struct err *err)
{
	double per_second;
	enum threshold_unit unit = query_unit(q, &per_second);

	if (threshold_parse(&q->well, text, err))
		return -1;
	if (q->well.op > THRESHOLD_NE || q->well.name[0] || q->well.share)
		return err_set(err, _("\"%s\" should be one of >= <= > < == != and a number"), text);
	if (q->well.unit != UNITS_NONE && q->well.unit != unit)
		return err_set(
		    err, _("\"%s\" has a unit that does not fit what is counted there"), text);
	if (q->well.unit == UNITS_SECONDS)
		q->well.high *= per_second;
	q->form = QUERY_COMPARE;
	return 0;
}

/* "5m", "90s", "1h" */
static int take_span(struct query *q, const char *text, struct err *err)
{
	struct threshold t;
	char bound[32];

	if (snprintf(bound, sizeof(bound), ">%s", text) >= (int)sizeof(bound) ||
	    threshold_parse(&t, bound, NULL) || t.unit != UNITS_SECONDS || t.high < 1 ||
	    t.high > 86400)
		return err_set(
		    err, _("\"%s\" should be a time from 1s to 1d, such as 5m"), text);
	q->span = (int64_t)(t.high * 1e9);
	return 0;
}

/* Which field of the row holds the past of this number; NULL: none does. */
static const struct field *past_of(const struct query *q)
{
	static const struct {
		enum section_kind section;
		const char *field, *series;
	} pasts[] = {
	    {SECTION_LAG, "lag", "lag_series"},
	    {SECTION_LAG, "lost_in_seconds", "lost_series"},
	    {SECTION_BROKERS, "rtt_ms", "rtt_series"},
	    {SECTION_CONNECTIONS, "current", "current_series"},
	    {SECTION_DISK, "percent", "percent_series"},
	};

	for (size_t i = 0; q->field && i < sizeof(pasts) / sizeof(pasts[0]); i++)
		if (pasts[i].section == q->section && !strcmp(pasts[i].field, q->field->name))
			return field_by_name(q->section, pasts[i].series);
	return NULL;
}

static int take_trend(struct query *q, const char *word, const char *span, struct err *err)
{
	q->form = !strcmp(word, "falls") ? QUERY_FALLS : QUERY_GROWS;
	if (take_span(q, span, err))
		return -1;
	q->past = past_of(q);
	if (!q->past)
		return err_set(err,
		    _("no past is kept of this number: falls and grows go with lag.lag, "
		      "lag.lost_in_seconds, brokers.rtt_ms, connections.current and disk.percent"));
	return 0;
}

int query_parse(struct query *q, const char *text, struct err *err)
{
	char field[2 * NAME_MAX_LEN], word[8], span[16], more;
	int rest = 0;

	*q = (struct query){0};
	if (!text_is_clean(text) || sscanf(text, "%127[^ <>=!]%n", field, &rest) != 1)
		return err_set(
		    err, _("a query is SECTION.FIELD OP NUMBER, such as lag.members >= 1"));
	if (query_parse_field(q, field, err))
		return -1;
	text += rest + strspn(text + rest, " ");
	if (!*text)
		return err_set(err, _("after %s comes the condition under which all is well, such "
				      "as >= 1 or falls 5m"),
		    field);
	if (sscanf(text, "%7[a-z] %15[0-9a-z] %c", word, span, &more) == 2 &&
	    (!strcmp(word, "falls") || !strcmp(word, "grows")))
		return take_trend(q, word, span, err);
	return take_condition(q, text, err);
}

int query_parse_rule(struct query *q, const char *name, struct err *err)
{
	*q = (struct query){.form = QUERY_RULE};
	for (size_t i = 0; i < n_rule_defs; i++) {
		if (strcmp(rule_defs[i].name, name))
			continue;
		snprintf(q->rule, sizeof(q->rule), "%s", name);
		q->section = rule_defs[i].section;
		return 0;
	}
	return err_set(err, _("there is no built-in rule \"%.60s\""), name);
}
