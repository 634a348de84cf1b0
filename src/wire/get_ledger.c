#include "wire/parts.h"

#include <stdio.h>
#include <string.h>

/* JSON as records and ledgers. */

static const char *record_kind_name_of(int i)
{
	return record_kind_name((enum record_kind)i);
}

static const char *keep_name_of(int i)
{
	return keep_name((enum keep)i);
}

/* A text of at most `most` bytes; *out stays as it is where there is none. */
static int get_bounded(
    const json_t *o, const char *key, size_t most, struct record *r, const char **out, struct err *err)
{
	const char *text;

	if (json_string_length(json_object_get(o, key)) > most)
		return err_set(err, "%s is longer than %zu bytes", key, most);
	if (get_text(o, key, &r->arena, &text, err))
		return -1;
	if (text)
		*out = text;
	return 0;
}

static int get_data(const json_t *o, struct record *r, struct err *err)
{
	json_t *data;
	bool good;

	if (get_bounded(o, "data", RECORD_DATA_MAX, r, &r->data, err))
		return -1;
	if (!r->data)
		return 0;
	data = json_loads(r->data, 0, NULL);
	good = json_is_object(data);
	json_decref(data);
	return good ? 0 : err_set(err, "data is no object");
}

static int get_moment(const json_t *o, const char *key, int64_t *out, struct err *err)
{
	if (get_time(o, key, 0, out, err))
		return -1;
	return *out < 0 ? err_set(err, "%s is no time", key) : 0;
}

static int fill_record(const json_t *o, struct record *r, struct err *err)
{
	enum { WORD_MAX = 1024 };

	return get_moment(o, "wall", &r->wall, err) || get_moment(o, "until", &r->until, err) ||
		       get_bounded(o, "user", WORD_MAX, r, &r->user, err) ||
		       get_bounded(o, "from", WORD_MAX, r, &r->from, err) ||
		       get_bounded(o, "cluster", WORD_MAX, r, &r->cluster, err) ||
		       get_bounded(o, "entity", WORD_MAX, r, &r->entity, err) ||
		       get_bounded(o, "subject", WORD_MAX, r, &r->subject, err) ||
		       get_bounded(o, "text", RECORD_TEXT_MAX, r, &r->text, err) ||
		       get_data(o, r, err) || get_bool(o, "drill", &r->drill, err)
		   ? -1
		   : 0;
}

int get_record(const json_t *json, struct record **out, struct err *err)
{
	const char *id = json_string_value(json_object_get(json, "id"));
	struct record *r;
	int kind;

	*out = NULL;
	if (!json_is_object(json) || !record_id_is_good(id))
		return err_set(err, "a record has no id of 32 hexadecimal digits");
	if (get_name(json, "kind", record_kind_name_of, RECORD_KINDS, &kind, err))
		return -1;
	r = record_blank((enum record_kind)kind, id);
	if (fill_record(json, r, err)) {
		record_unref(r);
		return err_prefix(err, "record %s", id);
	}
	*out = r;
	return 0;
}

/* The lines that are those of the ledger before. */
static int get_same(const json_t *json, const struct ledger *old, struct ledger *l, struct err *err)
{
	int64_t skip, same;
	const json_t *keeps;
	size_t n;

	if (get_int(json, "skip", 0, &skip, err) || get_int(json, "same", 0, &same, err) ||
	    get_array(json, "keep", 2 * LEDGER_MOST, &keeps, &n, err))
		return -1;
	if (skip < 0 || same < 0 || skip > LEDGER_MOST || same > LEDGER_MOST ||
	    (size_t)(skip + same) > (old ? old->n : 0))
		return err_set(err, "it goes on from records that were not there");
	for (int64_t i = 0; i < same; i++)
		ledger_add(l, old->lines[skip + i].record, old->lines[skip + i].keep);
	for (size_t i = 0; i + 1 < n; i += 2) {
		json_int_t at = json_integer_value(json_array_get(keeps, i));
		int keep = name_index(json_string_value(json_array_get(keeps, i + 1)), keep_name_of, KEEP_FAILED + 1);

		if (!json_is_integer(json_array_get(keeps, i)) || at < 0 || at >= same || keep < 0)
			return err_set(err, "keep should be pairs of a record's number and a word");
		ledger_mark(l, (size_t)at, (enum keep)keep);
	}
	return 0;
}

static int get_new(const json_t *json, struct ledger *l, struct err *err)
{
	const json_t *list;
	size_t n;

	if (get_array(json, "new", LEDGER_MOST - l->n, &list, &n, err))
		return -1;
	for (size_t i = 0; i < n; i++) {
		const json_t *o = json_array_get(list, i);
		struct record *r;
		int keep;

		if (get_name(o, "keep", keep_name_of, KEEP_FAILED + 1, &keep, err) || get_record(o, &r, err))
			return -1;
		ledger_add(l, r, (enum keep)keep);
		record_unref(r);
	}
	return 0;
}

static size_t bytes(const struct ledger *l)
{
	size_t sum = 0;

	for (size_t i = 0; i < l->n; i++)
		sum += l->lines[i].record->arena.bytes;
	return sum;
}

int get_ledger(const json_t *json, const struct ledger *old, struct ledger **out, struct err *err)
{
	struct ledger *l = ledger_new();
	const char *trouble = json_string_value(json_object_get(json, "trouble"));
	int rc = json_is_object(json) ? 0 : err_set(err, "it should be an object");

	if (!rc)
		rc = get_same(json, old, l, err);
	if (!rc)
		rc = get_new(json, l, err);
	if (!rc && bytes(l) > LEDGER_BYTES_MOST)
		rc = err_set(err, "it holds more than %d MiB", LEDGER_BYTES_MOST >> 20);
	if (rc) {
		ledger_unref(l);
		return err_prefix(err, "ledger");
	}
	snprintf(l->trouble, sizeof(l->trouble), "%s", trouble ? trouble : "");
	*out = l;
	return 0;
}
