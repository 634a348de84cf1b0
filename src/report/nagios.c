#include "base/text.h"
#include "report/parts.h"

#include <stdlib.h>

/*
 * The line of a monitoring plugin: one short line with counts, then every
 * problem, then the numbers as perfdata. A number that is not known is "U",
 * never 0.
 */
enum { LINE_MAX_BYTES = 79, PROBLEMS_MOST = 50, PERF_ROWS_MOST = 200 };

static const char *const status_word[] = {
    [VERDICT_NA] = "UNKNOWN",
    [VERDICT_OK] = "OK",
    [VERDICT_WARN] = "WARNING",
    [VERDICT_UNKNOWN] = "UNKNOWN",
    [VERDICT_CRIT] = "CRITICAL",
};

/* Sanitised, and without what has a meaning in this format: | and newlines. */
static void put_words(struct buf *out, const char *s)
{
	size_t start = out->len;

	text_put(out, s, 0, false);
	for (size_t i = start; i < out->len; i++)
		if (out->data[i] == '|')
			out->data[i] = '/';
}

/* The worst thing in one phrase. */
static void put_headline(struct buf *out, const struct frame *f, const char *list)
{
	const struct judgement *j = f->judgement;
	enum verdict verdict = report_verdict(f, list);

	if (list) {
		for (size_t i = 0; i < j->n_checklist; i++)
			if (report_wants(list, &j->checklist[i]) &&
			    j->checklist[i].verdict == verdict) {
				put_words(out, j->checklist[i].id);
				buf_adds(out, ": ");
				put_words(out, j->checklist[i].evidence);
				return;
			}
		buf_adds(out, "no such list");
		return;
	}
	for (size_t i = 0; i < j->n_alerts; i++) {
		const struct alert *a = &j->alerts[i];

		if (a->state != ALERT_FIRING)
			continue;
		put_words(out, a->name);
		buf_addc(out, ' ');
		put_words(out, a->cluster);
		buf_addc(out, ' ');
		put_words(out, a->entity);
		return;
	}
	for (size_t i = 0; i < j->n_rules; i++) {
		const struct rule_result *r = &j->rules[i];

		if (r->verdict != verdict || verdict == VERDICT_OK)
			continue;
		put_words(out, r->name);
		buf_addc(out, ' ');
		put_words(out, r->cluster);
		buf_adds(out, ": ");
		put_words(out, r->reason);
		return;
	}
	buf_addf(out, f->snap->n_clusters == 1 ? "%zu cluster" : "%zu clusters", f->snap->n_clusters);
}

/* Of a list its items count: what else fires is not what its verdict speaks of. */
static struct report_counts counts_of(const struct frame *f, const char *list)
{
	struct report_counts n = {0};

	if (!list)
		return report_counts(f, NULL);
	for (size_t i = 0; i < f->judgement->n_checklist; i++) {
		const struct check_item *item = &f->judgement->checklist[i];

		if (!report_wants(list, item))
			continue;
		n.critical += item->verdict == VERDICT_CRIT;
		n.warning += item->verdict == VERDICT_WARN;
		n.unknown += item->verdict == VERDICT_UNKNOWN;
	}
	return n;
}

static void put_first_line(struct buf *out, const struct frame *f, const char *list)
{
	struct report_counts n = counts_of(f, list);
	struct buf head, counts;

	buf_init(&head, 4096);
	buf_init(&counts, 256);
	buf_addf(&counts, " | crit=%zu warn=%zu unkn=%zu", n.critical, n.warning, n.unknown);
	buf_addf(&head, "MQDUTY %s: ", status_word[report_verdict(f, list)]);
	put_headline(&head, f, list);
	/* At a character, so that a cut name stays valid UTF-8. */
	while (head.len + counts.len > LINE_MAX_BYTES)
		do
			head.data[--head.len] = '\0';
		while (head.len && (head.data[head.len] & 0xc0) == 0x80);
	buf_add(out, head.data, head.len);
	buf_add(out, counts.data, counts.len);
	buf_addc(out, '\n');
	buf_release(&head);
	buf_release(&counts);
}

static void put_problems(struct buf *out, const struct frame *f, const char *list)
{
	const struct judgement *j = f->judgement;
	size_t left = PROBLEMS_MOST;

	for (size_t i = 0; i < j->n_checklist && list; i++) {
		const struct check_item *item = &j->checklist[i];

		if (!report_wants(list, item))
			continue;
		buf_addf(out, "%s ", verdict_name(item->verdict));
		put_words(out, item->id);
		buf_addf(out, " %lld/%lld ", (long long)item->evaluated, (long long)item->total);
		put_words(out, item->evidence);
		buf_addc(out, '\n');
	}
	for (size_t i = 0; i < j->n_alerts && left; i++) {
		const struct alert *a = &j->alerts[i];

		if (a->state != ALERT_FIRING)
			continue;
		left--;
		buf_addf(out, "%s ", verdict_name(severity_verdict(a->severity)));
		put_words(out, a->name);
		buf_addc(out, ' ');
		put_words(out, a->cluster);
		buf_addc(out, ' ');
		put_words(out, a->entity);
		buf_adds(out, ": ");
		put_words(out, a->what);
		buf_adds(out, ". ");
		put_words(out, a->action);
		buf_addc(out, '\n');
	}
	for (size_t i = 0; i < j->n_rules && left; i++) {
		const struct rule_result *r = &j->rules[i];

		if (r->verdict != VERDICT_UNKNOWN)
			continue;
		left--;
		buf_adds(out, "UNKNOWN ");
		put_words(out, r->name);
		buf_addc(out, ' ');
		put_words(out, r->cluster);
		buf_adds(out, ": ");
		put_words(out, r->reason);
		buf_addc(out, '\n');
	}
}

/* A label may hold neither "=" nor quotes that are not doubled. */
static void put_label(struct buf *out, const char *const *parts)
{
	struct buf label;

	buf_init(&label, 1024);
	for (; *parts; parts++) {
		if (label.len)
			buf_addc(&label, ' ');
		put_words(&label, *parts);
	}
	buf_addc(out, '\'');
	for (size_t i = 0; i < label.len; i++) {
		if (label.data[i] == '\'')
			buf_addc(out, '\'');
		buf_addc(out, label.data[i] == '=' ? '_' : label.data[i]);
	}
	buf_addc(out, '\'');
	buf_release(&label);
}

static void put_perf(
    struct buf *out, const char *const *label, const struct value *v, const char *uom, int64_t now)
{
	put_label(out, label);
	if (report_quality(v, now) == QUALITY_OK)
		buf_addf(out, "=%.15g%s\n", value_number(v), uom);
	else
		buf_adds(out, "=U\n");
}

static void put_lag(struct buf *out, const struct frame *f, int64_t now)
{
	struct report_rows rows;

	report_rows(f, SECTION_LAG, &rows);
	for (size_t i = 0; i < rows.n && i < PERF_ROWS_MOST; i++) {
		const struct lag_row *r = rows.list[i].data;

		put_perf(out,
		    (const char *[]){"lag", f->snap->clusters[rows.list[i].cluster].name,
			r->group ? r->group : "?", r->topic ? r->topic : "?", NULL},
		    &r->lag, "", now);
	}
	free(rows.list);
}

static void put_rest(struct buf *out, const struct frame *f, int64_t now)
{
	for (size_t c = 0; c < f->snap->n_clusters; c++) {
		const struct cluster_view *view = &f->snap->clusters[c];

		for (size_t i = 0; i < section_count(view->sections[SECTION_BROKERS]); i++) {
			const struct broker_row *b =
			    section_broker(view->sections[SECTION_BROKERS], i);

			put_perf(out,
			    (const char *[]){"rtt", view->name, b->name ? b->name : "?", NULL},
			    &b->rtt_ms, "ms", now);
		}
		for (size_t i = 0; i < section_count(view->sections[SECTION_DISK]); i++) {
			const struct disk_row *d = section_disk(view->sections[SECTION_DISK], i);

			put_perf(out,
			    (const char *[]){"disk", view->name, d->broker ? d->broker : "?",
				d->path ? d->path : "?", NULL},
			    &d->percent, "%", now);
		}
		for (size_t i = 0; i < section_count(view->sections[SECTION_CONNECTIONS]); i++) {
			const struct connection_row *r =
			    section_connection(view->sections[SECTION_CONNECTIONS], i);

			put_perf(out,
			    (const char *[]){
				"connections", view->name, r->broker ? r->broker : "?", NULL},
			    &r->current, "", now);
		}
	}
}

int report_nagios(const struct frame *f, const char *list, int64_t now, struct buf *out)
{
	put_first_line(out, f, list);
	put_problems(out, f, list);
	buf_adds(out, "| ");
	put_perf(out, (const char *[]){"clusters", NULL},
	    &(struct value){.type = VALUE_INT, .i = (int64_t)f->snap->n_clusters}, "", now);
	put_lag(out, f, now);
	put_rest(out, f, now);
	return out->overflow ? -1 : 0;
}
