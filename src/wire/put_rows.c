#include "wire/parts.h"

/* Values, rows and sections as JSON. */

static void put_payload(struct jsonw *w, const struct value *v)
{
	switch (v->type) {
	case VALUE_INT:
		jsonw_int(w, NULL, v->i);
		break;
	case VALUE_REAL:
		jsonw_exact(w, NULL, v->d);
		break;
	case VALUE_BOOL:
		jsonw_bool(w, NULL, v->b);
		break;
	case VALUE_TEXT:
		jsonw_text(w, NULL, v->s);
		break;
	case VALUE_NONE:
		jsonw_null(w, NULL);
		break;
	}
}

void put_value(struct jsonw *w, const char *key, const struct value *v)
{
	/* How many of quality, at, period, reason are needed. */
	int last = v->reason ? 4 : v->period ? 3 : v->at ? 2 : v->quality != QUALITY_OK ? 1 : 0;

	jsonw_array(w, key);
	put_payload(w, v);
	if (last >= 1)
		jsonw_text(w, NULL, quality_name(v->quality));
	if (last >= 2)
		jsonw_int(w, NULL, v->at);
	if (last >= 3)
		jsonw_int(w, NULL, v->period);
	if (last >= 4)
		jsonw_text(w, NULL, v->reason);
	jsonw_end_array(w);
}

static void put_series(struct jsonw *w, const char *key, const struct series_view *v, size_t most)
{
	size_t n = series_view_count(v), first = n > most ? n - most : 0;
	int64_t before = 0;

	if (!n)
		return;
	jsonw_array(w, key);
	for (size_t i = first; i < n; i++) {
		struct sample s = series_view_at(v, i);

		jsonw_int(w, NULL, s.at - before);
		jsonw_exact(w, NULL, s.v);
		before = s.at;
	}
	jsonw_end_array(w);
}

static void put_row(struct jsonw *w, const struct row_type *type, const char *row, size_t samples);

static void put_list(struct jsonw *w, const struct field *f, const char *row)
{
	const void *at = row + f->offset;
	size_t n = *(const size_t *)(row + f->count_offset);

	if (!n)
		return;
	if (f->type == FIELD_METRICS) {
		const struct metric *m = *(const struct metric *const *)at;

		jsonw_object(w, f->name);
		for (size_t i = 0; i < n; i++)
			put_value(w, metric_info[m[i].id].name, &m[i].v);
		jsonw_end_object(w);
		return;
	}
	jsonw_array(w, f->name);
	for (size_t i = 0; i < n; i++) {
		if (f->type == FIELD_TEXTS)
			jsonw_text(w, NULL, (*(const char *const *const *)at)[i]);
		else
			put_row(w, f->nested, *(const char *const *)at + i * f->nested->size, 0);
	}
	jsonw_end_array(w);
}

static void put_field(struct jsonw *w, const struct field *f, const char *row, size_t samples)
{
	const void *at = row + f->offset;

	switch (f->type) {
	case FIELD_TEXT:
		if (*(const char *const *)at)
			jsonw_text(w, f->name, *(const char *const *)at);
		break;
	case FIELD_VALUE:
		put_value(w, f->name, at);
		break;
	case FIELD_TRI:
		if (*(const int *)at != TRI_UNKNOWN)
			jsonw_bool(w, f->name, *(const int *)at == TRI_YES);
		break;
	case FIELD_INT:
	case FIELD_TIME:
		jsonw_int(w, f->name, *(const int64_t *)at);
		break;
	case FIELD_STATUS:
		jsonw_text(w, f->name, lag_status_name[*(const enum lag_status *)at]);
		break;
	case FIELD_TEXTS:
	case FIELD_ROWS:
	case FIELD_METRICS:
		put_list(w, f, row);
		break;
	case FIELD_SERIES:
		put_series(w, f->name, *(const struct series_view *const *)at, samples);
		break;
	}
}

static void put_row(struct jsonw *w, const struct row_type *type, const char *row, size_t samples)
{
	jsonw_object(w, NULL);
	for (const struct field *f = type->fields; f->name; f++)
		put_field(w, f, row, samples);
	jsonw_end_object(w);
}

void put_section(struct jsonw *w, const char *key, const struct section *s)
{
	size_t samples = SAMPLES_BUDGET / (s->n + 1);

	if (samples > SAMPLES_WRITTEN)
		samples = SAMPLES_WRITTEN;
	jsonw_object(w, key);
	jsonw_int(w, "omitted", s->omitted);
	put_value(w, "listing", &s->listing);
	jsonw_array(w, "rows");
	for (size_t i = 0; i < s->n; i++)
		put_row(w, &row_types[s->kind], section_row(s, i), samples);
	jsonw_end_array(w);
	jsonw_end_object(w);
}
