#include "wire/parts.h"

#include <string.h>

/* JSON as values, rows and sections. Everything read here may be hostile. */

static int wrong(struct err *err, const char *what, const char *should)
{
	return err_set(err, "%s should be %s", what, should);
}

static const json_t *member(const json_t *obj, const char *key)
{
	const json_t *v = json_object_get(obj, key);

	return json_is_null(v) ? NULL : v;
}

int get_int(const json_t *obj, const char *key, int64_t fallback, int64_t *out, struct err *err)
{
	const json_t *v = member(obj, key);

	*out = fallback;
	if (!v)
		return 0;
	if (!json_is_integer(v))
		return wrong(err, key, "a whole number");
	*out = json_integer_value(v);
	return 0;
}

static bool is_time(int64_t ns)
{
	return ns >= -INT64_MAX / 4 && ns <= INT64_MAX / 4;
}

int get_time(const json_t *obj, const char *key, int64_t fallback, int64_t *out, struct err *err)
{
	if (get_int(obj, key, fallback, out, err))
		return -1;
	return is_time(*out) ? 0 : err_set(err, "%s is no time", key);
}

int get_text(const json_t *obj, const char *key, struct arena *a, const char **out, struct err *err)
{
	const json_t *v = member(obj, key);

	*out = NULL;
	if (!v)
		return 0;
	if (!json_is_string(v))
		return wrong(err, key, "text");
	*out = arena_strdup(a, json_string_value(v));
	return 0;
}

int get_bool(const json_t *obj, const char *key, bool *out, struct err *err)
{
	const json_t *v = member(obj, key);

	*out = false;
	if (!v)
		return 0;
	if (!json_is_boolean(v))
		return wrong(err, key, "true or false");
	*out = json_is_true(v);
	return 0;
}

int get_array(
    const json_t *obj, const char *key, size_t most, const json_t **out, size_t *n, struct err *err)
{
	*out = member(obj, key);
	*n = 0;
	if (!*out)
		return 0;
	if (!json_is_array(*out))
		return wrong(err, key, "an array");
	*n = json_array_size(*out);
	if (*n > most)
		return err_set(err, "%s has %zu entries; at most %zu are read", key, *n, most);
	return 0;
}

int name_index(const char *text, const char *(*name)(int i), int n)
{
	for (int i = 0; text && i < n; i++)
		if (!strcmp(text, name(i)))
			return i;
	return -1;
}

int get_name(const json_t *obj, const char *key, const char *(*name)(int i), int n, int *out,
    struct err *err)
{
	*out = name_index(json_string_value(json_object_get(obj, key)), name, n);
	return *out < 0 ? err_set(err, "%s is none of the words that may stand there", key) : 0;
}

const char *verdict_name_of(int i)
{
	return verdict_name((enum verdict)i);
}

const char *quality_name_of(int i)
{
	return quality_name((enum quality)i);
}

static int get_payload(const json_t *json, struct arena *a, struct value *v)
{
	switch (json_typeof(json)) {
	case JSON_INTEGER:
		v->type = VALUE_INT;
		v->i = json_integer_value(json);
		return 0;
	case JSON_REAL:
		v->type = VALUE_REAL;
		v->d = json_real_value(json);
		return 0;
	case JSON_TRUE:
	case JSON_FALSE:
		v->type = VALUE_BOOL;
		v->b = json_is_true(json);
		return 0;
	case JSON_STRING:
		v->type = VALUE_TEXT;
		v->s = arena_strdup(a, json_string_value(json));
		return 0;
	case JSON_NULL:
		v->type = VALUE_NONE;
		return 0;
	case JSON_OBJECT:
	case JSON_ARRAY:
		break;
	}
	return -1;
}

int get_value(const json_t *json, struct arena *a, struct value *v, struct err *err)
{
	static const char shape[] = "[number, quality, at, period, reason]";
	size_t n = json_is_array(json) ? json_array_size(json) : 0;
	int quality = QUALITY_OK;

	*v = (struct value){0};
	if (!n || n > 5 || get_payload(json_array_get(json, 0), a, v))
		return wrong(err, "a value", shape);
	if (n > 1)
		quality = name_index(
		    json_string_value(json_array_get(json, 1)), quality_name_of, QUALITIES);
	if (quality < 0 || (n > 2 && !json_is_integer(json_array_get(json, 2))) ||
	    (n > 3 && !json_is_integer(json_array_get(json, 3))))
		return wrong(err, "a value", shape);
	v->quality = (enum quality)quality;
	v->at = json_integer_value(json_array_get(json, 2));
	v->period = json_integer_value(json_array_get(json, 3));
	if (v->at < 0 || !is_time(v->at) || v->period < 0 || v->period > INT64_MAX / 16)
		return wrong(err, "the time of a value", "nanoseconds of this age");
	if (n > 4 && json_is_string(json_array_get(json, 4)))
		v->reason = arena_strdup(a, json_string_value(json_array_get(json, 4)));
	return 0;
}

static int get_series(const json_t *json, struct series_view **out, struct err *err)
{
	size_t n = json_array_size(json);
	struct sample *samples;
	int64_t at = 0;
	int rc = 0;

	if (!json_is_array(json) || n % 2 || n / 2 > SAMPLES_MOST)
		return wrong(err, "a series", "pairs of a time step and a number");
	samples = xcalloc(n / 2 + 1, sizeof(*samples));
	for (size_t i = 0; i < n && !rc; i += 2) {
		const json_t *step = json_array_get(json, i), *number = json_array_get(json, i + 1);

		if (!json_is_integer(step) || !(json_is_number(number) || json_is_null(number)) ||
		    json_integer_value(step) < 0 || json_integer_value(step) > INT64_MAX / 4 - at)
			rc = wrong(err, "a series", "pairs of a time step and a number");
		at += rc ? 0 : json_integer_value(step);
		samples[i / 2] = (struct sample){at, json_number_value(number)};
	}
	if (!rc)
		*out = series_view_make(samples, n / 2);
	free(samples);
	return rc;
}

struct row_reader {
	struct section *section;
	size_t nested; /* rows within rows so far */
	struct err *err;
};

static int get_row(
    struct row_reader *r, const json_t *json, const struct row_type *type, char *row);

static int get_metrics(struct row_reader *r, const json_t *json, const struct field *f, char *row)
{
	struct arena *a = &r->section->arena;
	struct metric *list = arena_alloc(a, METRIC_COUNT * sizeof(*list));
	size_t n = 0;

	if (!json_is_object(json))
		return wrong(r->err, f->name, "an object");
	for (int id = 0; id < METRIC_COUNT; id++) {
		const json_t *v = json_object_get(json, metric_info[id].name);

		if (!v)
			continue;
		list[n].id = (enum metric_id)id;
		if (get_value(v, a, &list[n++].v, r->err))
			return -1;
	}
	*(struct metric **)(row + f->offset) = list;
	*(size_t *)(row + f->count_offset) = n;
	return 0;
}

static int get_list(struct row_reader *r, const json_t *json, const struct field *f, char *row)
{
	size_t n = json_array_size(json),
	       size = f->type == FIELD_TEXTS ? sizeof(char *) : f->nested->size;
	char *list;

	if (!json_is_array(json))
		return wrong(r->err, f->name, "an array");
	r->nested += n;
	if (r->nested > NESTED_MOST)
		return err_set(r->err, "%s has too many entries", f->name);
	list = arena_alloc(&r->section->arena, n * size);
	for (size_t i = 0; i < n; i++) {
		const json_t *item = json_array_get(json, i);

		if (f->type == FIELD_ROWS) {
			if (get_row(r, item, f->nested, list + i * size))
				return -1;
		} else if (json_is_string(item)) {
			((const char **)(void *)list)[i] =
			    arena_strdup(&r->section->arena, json_string_value(item));
		} else {
			return wrong(r->err, f->name, "an array of texts");
		}
	}
	*(void **)(row + f->offset) = list;
	*(size_t *)(row + f->count_offset) = n;
	return 0;
}

static const char *status_name_of(int i)
{
	return lag_status_name[i];
}

static int get_field(struct row_reader *r, const json_t *json, const struct field *f, char *row)
{
	void *at = row + f->offset;
	int status;

	switch (f->type) {
	case FIELD_TEXT:
		if (!json_is_string(json))
			return wrong(r->err, f->name, "text");
		*(const char **)at = arena_strdup(&r->section->arena, json_string_value(json));
		return 0;
	case FIELD_VALUE:
		return get_value(json, &r->section->arena, at, r->err);
	case FIELD_TRI:
		if (!json_is_boolean(json))
			return wrong(r->err, f->name, "true or false");
		*(int *)at = json_is_true(json) ? TRI_YES : TRI_NO;
		return 0;
	case FIELD_INT:
	case FIELD_TIME:
		if (!json_is_integer(json))
			return wrong(r->err, f->name, "a whole number");
		*(int64_t *)at = json_integer_value(json);
		return f->type == FIELD_INT || is_time(*(int64_t *)at) ? 0 : wrong(r->err, f->name, "a time");
	case FIELD_STATUS:
		status = name_index(json_string_value(json), status_name_of, LAG_UNKNOWN + 1);
		if (status < 0)
			return wrong(r->err, f->name, "a status of a group");
		*(enum lag_status *)at = (enum lag_status)status;
		return 0;
	case FIELD_TEXTS:
	case FIELD_ROWS:
		return get_list(r, json, f, row);
	case FIELD_METRICS:
		return get_metrics(r, json, f, row);
	case FIELD_SERIES:
		return get_series(json, at, r->err);
	}
	return -1;
}

/* What a field is when the line does not have it. */
static void set_absent(const struct field *f, char *row)
{
	if (f->type == FIELD_VALUE)
		*(struct value *)(row + f->offset) = value_missing("not in the recording");
	else if (f->type == FIELD_TRI)
		*(int *)(row + f->offset) = TRI_UNKNOWN;
	else if (f->type == FIELD_STATUS)
		*(enum lag_status *)(row + f->offset) = LAG_UNKNOWN;
}

static int get_row(struct row_reader *r, const json_t *json, const struct row_type *type, char *row)
{
	if (!json_is_object(json))
		return wrong(r->err, type->name, "rows that are objects");
	for (const struct field *f = type->fields; f->name; f++) {
		const json_t *v = member(json, f->name);

		if (!v)
			set_absent(f, row);
		else if (get_field(r, v, f, row))
			return -1;
	}
	return 0;
}

int get_section(const json_t *json, enum section_kind kind, struct section **out, struct err *err)
{
	struct section *s = section_new(kind);
	struct row_reader r = {s, 0, err};
	const json_t *rows = NULL, *listing = json_object_get(json, "listing");
	size_t n = 0;
	int rc = json_is_object(json) ? 0 : wrong(err, row_types[kind].name, "an object");

	s->listing = value_missing("not in the recording");
	if (!rc)
		rc = get_int(json, "omitted", 0, &s->omitted, err);
	if (!rc && listing)
		rc = get_value(listing, &s->arena, &s->listing, err);
	if (!rc)
		rc = get_array(json, "rows", ROWS_MOST, &rows, &n, err);
	for (size_t i = 0; i < n && !rc; i++)
		rc = get_row(&r, json_array_get(rows, i), &row_types[kind], section_add(s));
	if (rc) {
		err_prefix(err, "%s", row_types[kind].name);
		section_unref(s);
		return -1;
	}
	*out = s;
	return 0;
}
