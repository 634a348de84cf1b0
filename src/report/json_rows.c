#include "report/parts.h"

#include "base/clock.h"
#include "base/fmt.h"

/* Rows as JSON, by the tables of the model. */

void json_time(struct json_ctx *c, const char *key, int64_t wall)
{
	char text[FMT_MAX];

	jsonw_text(&c->w, key, fmt_utc(text, sizeof(text), wall));
}

static void put_number(struct json_ctx *c, const struct value *v)
{
	switch (v->type) {
	case VALUE_INT:
		jsonw_int(&c->w, "value", v->i);
		break;
	case VALUE_REAL:
		jsonw_real(&c->w, "value", v->d);
		break;
	case VALUE_BOOL:
		jsonw_bool(&c->w, "value", v->b);
		break;
	case VALUE_TEXT:
		jsonw_text(&c->w, "value", v->s);
		break;
	case VALUE_NONE:
		jsonw_null(&c->w, "value");
		break;
	}
}

void json_value(struct json_ctx *c, const char *key, const struct value *v)
{
	enum quality q = report_quality(v, c->now);
	int64_t age = value_age(v, c->now);

	jsonw_object(&c->w, key);
	put_number(c, v);
	jsonw_text(&c->w, "quality", quality_name(q));
	if (q != QUALITY_OK) {
		jsonw_text(&c->w, "reason",
		    v->reason		 ? v->reason
		    : q == QUALITY_STALE ? "stale"
					 : "not told");
		if (age < 0)
			jsonw_null(&c->w, "age_s");
		else
			jsonw_real(&c->w, "age_s", (double)(age / (NS_PER_S / 10)) / 10);
	}
	jsonw_end_object(&c->w);
}

static void put_nested(struct json_ctx *c, const struct field *f, const char *rows, size_t n)
{
	jsonw_array(&c->w, f->name);
	for (size_t i = 0; i < n; i++) {
		if (!c->parts_left) {
			c->omitted_parts += n - i;
			break;
		}
		c->parts_left--;
		jsonw_object(&c->w, NULL);
		json_fields(c, f->nested, rows + i * f->nested->size, NULL, false);
		jsonw_end_object(&c->w);
	}
	jsonw_end_array(&c->w);
}

static void put_metrics(struct json_ctx *c, const struct field *f, const struct metric *m, size_t n)
{
	jsonw_object(&c->w, f->name);
	for (size_t i = 0; i < n; i++)
		json_value(c, metric_info[m[i].id].name, &m[i].v);
	jsonw_end_object(&c->w);
}

static void put_texts(struct json_ctx *c, const struct field *f, const char *const *texts, size_t n)
{
	jsonw_array(&c->w, f->name);
	for (size_t i = 0; i < n; i++)
		jsonw_text(&c->w, NULL, texts[i]);
	jsonw_end_array(&c->w);
}

static void put_field(struct json_ctx *c, const struct field *f, const char *row)
{
	const void *at = row + f->offset;
	size_t n = f->count_offset ? *(const size_t *)(row + f->count_offset) : 0;

	switch (f->type) {
	case FIELD_TEXT:
		jsonw_text(&c->w, f->name, *(const char *const *)at);
		break;
	case FIELD_VALUE:
		json_value(c, f->name, at);
		break;
	case FIELD_TRI:
		if (*(const int *)at == TRI_UNKNOWN)
			jsonw_null(&c->w, f->name);
		else
			jsonw_bool(&c->w, f->name, *(const int *)at == TRI_YES);
		break;
	case FIELD_INT:
		jsonw_int(&c->w, f->name, *(const int64_t *)at);
		break;
	case FIELD_TIME:
		json_time(c, f->name, *(const int64_t *)at);
		break;
	case FIELD_STATUS:
		jsonw_text(&c->w, f->name, lag_status_name[*(const enum lag_status *)at]);
		break;
	case FIELD_TEXTS:
		put_texts(c, f, *(const char *const *const *)at, n);
		break;
	case FIELD_ROWS:
		put_nested(c, f, *(const char *const *)at, n);
		break;
	case FIELD_METRICS:
		put_metrics(c, f, *(const struct metric *const *)at, n);
		break;
	case FIELD_SERIES: /* the past belongs into recordings */
		break;
	}
}

static bool named(const char *const *names, const char *name)
{
	for (; names && *names; names++)
		if (!strcmp(*names, name))
			return true;
	return false;
}

void json_fields(struct json_ctx *c, const struct row_type *type, const void *row,
    const char *const *names, bool only)
{
	for (const struct field *f = type->fields; f->name; f++)
		if (named(names, f->name) == only)
			put_field(c, f, row);
}
