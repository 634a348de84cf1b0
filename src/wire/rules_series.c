#include "wire/rules_test_int.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "rules/query.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Numbers of one cluster over time, written by hand: "0x30 12000x20 _x5". */

enum { LOOKS_MOST = 20000, LINES_MOST = 200 };

/* Not the epoch of anything: far enough from 0 that windows reach back. */
#define FIRST (100000 * NS_PER_S)
#define FIRST_WALL (1700000000 * NS_PER_S)

struct line {
	struct query what;
	const char *first, *second; /* the names of its row: group and topic, broker and path, name */
	double *values;		    /* NAN: nobody knows */
	size_t n;
};

struct made_series {
	const char *cluster;
	enum broker_kind kind;
	int64_t step;
	struct line lines[LINES_MOST];
	size_t n_lines, looks;
};

int64_t rules_test_time(const char *text)
{
	struct threshold t;
	char bound[40];

	if (!text || snprintf(bound, sizeof(bound), ">%s", text) >= (int)sizeof(bound) ||
	    threshold_parse(&t, bound, NULL) || t.name[0] || (t.unit != UNITS_SECONDS && t.high != 0) || t.high < 0 ||
	    t.high > 1e9)
		return -1;
	return (int64_t)(t.high * NS_PER_S);
}

static bool read_values(struct line *l, const char *text, struct arena *a)
{
	l->values = arena_alloc(a, LOOKS_MOST * sizeof(*l->values));
	while (*(text += strspn(text, " ")) != '\0') {
		double v = NAN;
		int used = 0;
		unsigned times = 1;

		if (*text == '_')
			used = 1;
		else if (sscanf(text, "%lf%n", &v, &used) != 1)
			return false;
		text += used;
		if (*text == 'x' && sscanf(text, "x%u%n", &times, &used) == 1)
			text += used;
		if ((*text && *text != ' ') || times > LOOKS_MOST - l->n)
			return false;
		while (times--)
			l->values[l->n++] = v;
	}
	return l->n > 0;
}

static void read_line(struct tree *t, const yaml_node_t *node, struct made_series *m, struct arena *a)
{
	const yaml_node_t *values = tree_get(t, node, "values");
	struct line *l = &m->lines[m->n_lines];
	struct err err = {""};
	const char *row;
	char *space;

	if (m->n_lines == LINES_MOST) {
		tree_mistake(t, node, _("a test has at most %d series"), LINES_MOST);
		return;
	}
	m->n_lines++;
	if (query_parse_field(&l->what, tree_need_text(t, node, "field", a), &err))
		tree_mistake(t, tree_get(t, node, "field"), "%s", err_msg(&err));
	row = tree_text(tree_get(t, node, "row"));
	l->first = row ? arena_strdup(a, row) : NULL;
	space = l->first ? strpbrk(l->first, l->what.section == SECTION_LAG ? ">" : " ") : NULL;
	if (space) {
		*space = '\0';
		l->second = space + 1;
	}
	if (!tree_text(values) || !read_values(l, tree_text(values), a))
		tree_mistake(t, values ? values : node, _("values are numbers, each with how often: \"0x30 12000x20 _x5\""));
	if (l->n > m->looks)
		m->looks = l->n;
}

static bool kind_by_name(const char *name, enum broker_kind *out)
{
	for (int k = KIND_KAFKA; k <= KIND_MQTT; k++) {
		if (strcmp(kind_name((enum broker_kind)k), name) != 0)
			continue;
		*out = (enum broker_kind)k;
		return true;
	}
	return false;
}

struct made_series *made_series_read(struct tree *t, const yaml_node_t *test, struct arena *a)
{
	struct made_series *m = xcalloc(1, sizeof(*m));
	const yaml_node_t *cluster = tree_get(t, test, "cluster"), *list = tree_get(t, test, "series");
	const char *step = tree_text(tree_get(t, test, "interval"));
	size_t before = t->mistakes;

	m->cluster = tree_need_text(t, cluster ? cluster : test, "name", a);
	if (!kind_by_name(tree_need_text(t, cluster ? cluster : test, "kind", a), &m->kind))
		tree_mistake(t, cluster ? cluster : test, _("cluster is {name: .., kind: kafka, nats or mqtt}"));
	m->step = rules_test_time(step ? step : "10s");
	if (m->step <= 0)
		tree_mistake(t, tree_get(t, test, "interval"), _("interval is a time such as 10s"));
	for (size_t i = 0; i < tree_count(list); i++)
		read_line(t, tree_at(t, list, i), m, a);
	if (t->mistakes == before)
		return m;
	made_series_free(m);
	return NULL;
}

void made_series_free(struct made_series *m)
{
	free(m);
}

size_t made_series_looks(const struct made_series *m)
{
	return m->looks;
}

/* The texts of a row that say whose it is: the first two of its table. */
static void name_row(char *row, const struct row_type *type, const char *first, const char *second)
{
	const char *names[] = {first, second};
	size_t n = 0;

	for (const struct field *f = type->fields; f->name && n < 2; f++)
		if (f->type == FIELD_TEXT)
			*(const char **)(row + f->offset) = names[n++];
	/* A broker is known by its name, which comes second. */
	if (type == &row_types[SECTION_BROKERS])
		((struct broker_row *)row)->name = first;
}

static bool same_row(const struct line *a, const struct line *b)
{
	return a->what.section == b->what.section &&
	       !strcmp(a->first ? a->first : "", b->first ? b->first : "") &&
	       !strcmp(a->second ? a->second : "", b->second ? b->second : "");
}

static void put_metric(struct section *s, struct broker_row *b, enum metric_id id, struct value v)
{
	struct metric *list = arena_alloc(&s->arena, (b->n_metrics + 1) * sizeof(*list));

	if (b->n_metrics)
		memcpy(list, b->metrics, b->n_metrics * sizeof(*list));
	list[b->n_metrics++] = (struct metric){id, v};
	b->metrics = list;
}

/* What a rule may want to know of the past of this number. */
static struct series_view *past_of(const struct made_series *m, const struct line *l, size_t look)
{
	struct sample *samples = xcalloc(look + 1, sizeof(*samples));
	struct series_view *v;
	size_t n = 0;

	for (size_t i = 0; i <= look && i < l->n; i++)
		if (!isnan(l->values[i]))
			samples[n++] = (struct sample){FIRST + (int64_t)i * m->step, l->values[i]};
	v = series_view_make(samples, n);
	free(samples);
	return v;
}

static void put_past(const struct made_series *m, const struct line *l, size_t look, char *row)
{
	const char *name = l->what.field ? l->what.field->name : "";

	if (l->what.section == SECTION_LAG && !strcmp(name, "lag"))
		((struct lag_row *)row)->lag_series = past_of(m, l, look);
	if (l->what.section == SECTION_DISK && !strcmp(name, "percent"))
		((struct disk_row *)row)->percent_series = past_of(m, l, look);
}

static void put_number(const struct made_series *m, const struct line *l, size_t look, struct section *s, char *row)
{
	int64_t now = FIRST + (int64_t)look * m->step;
	double d = look < l->n ? l->values[look] : NAN;
	struct value v = isnan(d) ? value_missing(_("the test does not tell")) : value_real(d, now, m->step);
	const struct field *f = l->what.field;

	if (!f) {
		put_metric(s, (struct broker_row *)row, l->what.metric, v);
		return;
	}
	if (f->type == FIELD_VALUE) {
		bool yes = !strcmp(f->name, "up") || !strcmp(f->name, "reachable");

		*(struct value *)(row + f->offset) = yes && !isnan(d) ? value_bool(d != 0, now, m->step) : v;
	} else if (f->type == FIELD_INT) {
		*(int64_t *)(row + f->offset) = isnan(d) ? -1 : (int64_t)d;
	}
	put_past(m, l, look, row);
}

struct snapshot *made_series_at(const struct made_series *m, size_t look)
{
	int64_t since = (int64_t)look * m->step;
	struct snapshot *snap = snapshot_new(1, FIRST + since, FIRST_WALL + since);
	struct cluster_view *c = &snap->clusters[0];

	c->name = arena_strdup(&snap->arena, m->cluster);
	c->kind = m->kind;
	for (size_t i = 0; i < m->n_lines; i++) {
		const struct line *l = &m->lines[i];
		struct section **s = &c->sections[l->what.section];
		size_t first = 0, at = 0;

		if (!*s) {
			*s = section_new(l->what.section);
			(*s)->listing = value_bool(true, snap->boot, 0);
		}
		/* The row's number: how many other rows of the section come before it. */
		while (!same_row(&m->lines[first], l))
			first++;
		for (size_t k = 0; k < first; k++) {
			size_t earlier = 0;

			while (!same_row(&m->lines[earlier], &m->lines[k]))
				earlier++;
			at += earlier == k && m->lines[k].what.section == l->what.section;
		}
		if (at == (*s)->n)
			name_row(section_add(*s), &row_types[l->what.section], l->first, l->second);
		put_number(m, l, look, *s, section_row(*s, at));
	}
	return snap;
}
