#include "ui/lists.h"

#include "ui/views.h"

#include <stdio.h>
#include <string.h>

void lists_ask_release(struct lists_ask *ask)
{
	if (ask->frame)
		frame_unref(ask->frame);
	ask->frame = NULL;
}

void lists_answer_release(struct lists_answer *a)
{
	periodic_release(&a->weekly);
	periodic_release(&a->monthly);
	audit_report_release(&a->audit);
	lists_ask_release(&a->ask);
	*a = (struct lists_answer){.trouble = ""};
}

void lists_judge(const struct config *config, const struct audits *a, const struct lists_ask *ask, struct lists_answer *out)
{
	const struct periodic_input in = {config, ask->frame, a, ask->now, ask->wall};
	struct err err = {""};

	*out = (struct lists_answer){.ask = *ask};
	frame_ref(ask->frame);
	audit_judge(a, ~0u, ask->frame, ask->now, ask->wall, &out->audit);
	if (periodic_judge(&in, "weekly", &out->weekly, &err) || periodic_judge(&in, "monthly", &out->monthly, &err))
		snprintf(out->trouble, sizeof(out->trouble), "%s", err_msg(&err));
}

static void of_list(const struct periodic_result *r, struct list_line *out)
{
	const struct list_item *item = r->item;

	*out = (struct list_line){
	    .subject = item->subject,
	    .guide = item->guide,
	    .title = words_now(&item->title),
	    .text = words_now(&item->text),
	    .question = item->kind == ITEM_ASKED ? words_now(&item->hint) : NULL,
	    .how = r->how,
	    .verdict = r->verdict,
	    .evidence = r->evidence,
	    .answer = r->answer,
	    .every = periodic_every(item),
	};
}

static void of_audit(const struct lists_answer *a, const struct audit_result *r, struct list_line *out)
{
	*out = (struct list_line){
	    .cluster = a->ask.frame->snap->clusters[r->cluster].name,
	    .guide = r->item->guide,
	    .code = r->item->code,
	    .title = r->item->title,
	    .text = r->item->why,
	    .mend = r->item->mend,
	    .question = r->item->question,
	    .how = r->how,
	    .verdict = r->verdict,
	    .evidence = r->evidence,
	    .answer = r->answer,
	    .every = r->item->every,
	};
}

static bool find_periodic(const struct periodic_report *r, const char *id, size_t hint, struct list_line *out)
{
	for (size_t i = 0; i < r->n; i++) {
		size_t at = (hint + i) % r->n;

		if (strcmp(r->results[at].item->subject, id) != 0)
			continue;
		of_list(&r->results[at], out);
		return true;
	}
	return false;
}

bool lists_line(const struct lists_answer *a, const char *id, size_t hint, struct list_line *out)
{
	const struct audit_report *r = &a->audit;
	const char *cluster = strchr(id, '@');

	if (!a->ask.frame)
		return false;
	if (!strncmp(id, "weekly/", 7))
		return find_periodic(&a->weekly, id, hint, out);
	if (!strncmp(id, "monthly/", 8))
		return find_periodic(&a->monthly, id, hint, out);
	for (size_t i = 0; cluster && i < r->n; i++) {
		const struct audit_result *one = &r->results[(hint + i) % r->n];
		char subject[160];
		size_t n = strlen(audit_subject(one->item, subject, sizeof(subject)));

		if (n != (size_t)(cluster - id) || memcmp(subject, id, n) ||
		    strcmp(a->ask.frame->snap->clusters[one->cluster].name, cluster + 1) != 0)
			continue;
		of_audit(a, one, out);
		return true;
	}
	return false;
}
