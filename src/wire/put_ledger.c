#include "wire/parts.h"

/* Records and ledgers as JSON. */

void put_record(struct jsonw *w, const char *key, const struct record *r, const char *keep)
{
	jsonw_object(w, key);
	jsonw_text(w, "id", r->id);
	jsonw_text(w, "kind", record_kind_name(r->kind));
	jsonw_int(w, "wall", r->wall);
	if (r->until)
		jsonw_int(w, "until", r->until);
	jsonw_text(w, "user", r->user);
	jsonw_text(w, "from", r->from);
	if (r->cluster)
		jsonw_text(w, "cluster", r->cluster);
	if (r->entity)
		jsonw_text(w, "entity", r->entity);
	if (r->subject)
		jsonw_text(w, "subject", r->subject);
	if (r->text)
		jsonw_text(w, "text", r->text);
	if (r->data)
		jsonw_text(w, "data", r->data);
	if (r->drill)
		jsonw_bool(w, "drill", true);
	if (keep)
		jsonw_text(w, "keep", keep);
	jsonw_end_object(w);
}

/* Where the old ledger goes on as the new one begins: the oldest lines may have been dropped. */
static size_t skipped(const struct ledger *old, const struct ledger *l)
{
	size_t skip = 0;

	while (l->n && skip < old->n && old->lines[skip].record != l->lines[0].record)
		skip++;
	return l->n ? skip : old->n;
}

void put_ledger(struct jsonw *w, const char *key, const struct ledger *l, const struct ledger *old)
{
	size_t skip = old ? skipped(old, l) : 0, same = 0;

	while (old && same < l->n && skip + same < old->n && old->lines[skip + same].record == l->lines[same].record)
		same++;
	jsonw_object(w, key);
	if (skip)
		jsonw_int(w, "skip", (int64_t)skip);
	jsonw_int(w, "same", (int64_t)same);
	jsonw_array(w, "keep");
	for (size_t i = 0; i < same; i++) {
		if (l->lines[i].keep == old->lines[skip + i].keep)
			continue;
		jsonw_int(w, NULL, (int64_t)i);
		jsonw_text(w, NULL, keep_name(l->lines[i].keep));
	}
	jsonw_end_array(w);
	jsonw_array(w, "new");
	for (size_t i = same; i < l->n; i++)
		put_record(w, NULL, l->lines[i].record, keep_name(l->lines[i].keep));
	jsonw_end_array(w);
	if (l->trouble[0])
		jsonw_text(w, "trouble", l->trouble);
	jsonw_end_object(w);
}
