#include "engine/news.h"

#include "base/jsonw.h"

static const char *state_name(enum news_kind k)
{
	static const char *const name[] = {
	    [NEWS_FIRING] = "firing", [NEWS_RESOLVED] = "resolved", [NEWS_GONE] = "gone"};

	return name[k];
}

struct record *news_record(const struct alert_news *n)
{
	bool maint = n->kind == NEWS_MAINT_ENDED;
	struct record *r = record_new(maint ? RECORD_MAINT_END : RECORD_ALERT_STATE);
	struct buf data;
	struct jsonw w;

	r->cluster = record_str(r, n->cluster);
	r->entity = record_str(r, n->entity);
	r->text = record_str(r, n->text);
	if (maint)
		return r;
	r->subject = record_str(r, n->name);
	buf_init(&data, RECORD_DATA_MAX);
	jsonw_init(&w, &data);
	jsonw_object(&w, NULL);
	jsonw_text(&w, "state", state_name(n->kind));
	jsonw_text(&w, "key", n->key);
	jsonw_int(&w, "since", n->since_wall);
	jsonw_text(&w, "severity", n->severity == SEVERITY_CRITICAL ? "critical" : "warning");
	jsonw_end_object(&w);
	if (!data.overflow)
		r->data = record_str(r, data.data);
	buf_release(&data);
	return r;
}
