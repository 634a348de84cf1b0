#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/text.h"
#include "report/parts.h"
#include "rules/daybook.h"

/* The report for a reader without a screen: the verdict first, then every problem, then the tables.
 */

enum { WIDTH = 79, NAME_MAX_BYTES = 512, LINE_MAX_BYTES = 4096 };

void text_put(struct buf *out, const char *s, size_t cells, bool pad)
{
	char clean[NAME_MAX_BYTES];
	size_t n, used;

	text_sanitise(clean, sizeof(clean), s ? s : "-", sizeof(clean));
	n = cells ? text_cut(clean, cells) : strlen(clean);
	if (clean[n]) {
		n = text_cut(clean, cells - 1);
		buf_add(out, clean, n);
		buf_addc(out, '~');
		used = cells;
	} else {
		buf_add(out, clean, n);
		used = text_width(clean);
	}
	while (pad && used++ < cells)
		buf_addc(out, ' ');
}

/* A long sentence in lines of the page's width, the later ones indented. */
static void put_wrapped(struct buf *out, const char *s, size_t at, size_t indent)
{
	/* Less than a word's room: go on in the next line. */
	size_t room = at + 10 < WIDTH ? WIDTH - at : 0;
	char clean[LINE_MAX_BYTES];

	text_sanitise(clean, sizeof(clean), s, sizeof(clean));
	s = clean;
	while (text_width(s) > room) {
		size_t n = text_cut(s, room), end = text_break(s, n);

		if (!end)
			end = n;
		buf_add(out, s, end);
		s += end;
		s += *s == ' ';
		buf_addf(out, "\n%*s", (int)indent, "");
		room = WIDTH - indent;
	}
	buf_adds(out, s);
	buf_addc(out, '\n');
}

/* start stands as it is, rest after it. */
static void put_line(struct buf *out, const char *start, const char *rest, size_t indent)
{
	buf_adds(out, start);
	put_wrapped(out, rest ? rest : "", text_width(start), indent);
}

/* "  CRIT name cluster entity  rest", wrapped where it is long: no name is cut. */
static void put_named(struct buf *out, enum verdict v, const char *const *names, const char *rest)
{
	struct buf line;
	char start[16];

	buf_init(&line, LINE_MAX_BYTES);
	for (; *names; names++)
		buf_addf(&line, "%s ", *names);
	buf_addf(&line, " %s", rest ? rest : "");
	snprintf(start, sizeof(start), "  %-4s ", verdict_short(v));
	put_line(out, start, line.data, 7);
	buf_release(&line);
}

static void put_head(struct buf *out, const struct frame *f, const char *list, int64_t now)
{
	struct report_counts n = report_counts(f, list);
	char when[FMT_MAX];

	buf_addf(out, "mqduty %s", verdict_name(report_verdict(f, list)));
	if (list)
		buf_addf(out, "  %s %s", _("list"), list);
	buf_adds(out, "  ");
	buf_addf(out, f->snap->n_clusters == 1 ? _("%zu cluster") : _("%zu clusters"), f->snap->n_clusters);
	buf_addf(out, "  %s ", _("from"));
	text_put(out, f->from, 30, false);
	buf_addf(out, "  %s\n", fmt_utc(when, sizeof(when), report_wall(f, now)));
	buf_addf(out,
	    n.unknown == 1 ? _("%zu critical, %zu warning, %zu folded, %zu pending, %zu rule not judged")
			   : _("%zu critical, %zu warning, %zu folded, %zu pending, %zu rules not judged"),
	    n.critical, n.warning, n.folded, n.pending, n.unknown);
	if (n.silenced)
		buf_addf(out, _(", %zu silenced"), n.silenced);
	if (n.waived)
		buf_addf(out, _(", %zu waived"), n.waived);
	buf_addc(out, '\n');
	if (f->judgement->banner)
		put_line(out, "!! ", f->judgement->banner, 3);
}

static void put_alert(struct buf *out, const struct alert *a, int64_t now)
{
	const char *names[] = {a->name, a->cluster, a->entity, NULL};
	char line[64], d[FMT_MAX];

	put_named(out, severity_verdict(a->severity), names, a->what);
	fmt_duration(d, sizeof(d), now - a->since_boot);
	snprintf(line, sizeof(line),
	    now - a->since_boot < NS_PER_S ? "       " : _("       since %s: "), d);
	put_line(out, line, i18n_again(a->action), 7);
}

static void put_alerts(struct buf *out, const struct frame *f, int64_t now)
{
	const struct judgement *j = f->judgement;
	size_t folded = 0;

	for (size_t i = 0; i < j->n_alerts; i++) {
		const struct alert *a = &j->alerts[i];

		folded += a->state == ALERT_FOLDED;
		if (a->state != ALERT_FIRING)
			continue;
		if (!i)
			buf_addf(out, "\n%s\n", _("ALERTS"));
		put_alert(out, a, now);
	}
	if (folded)
		buf_addf(out, _("  and %zu folded under these\n"), folded);
}

/* "  cluster health: signed by duty1 08:12: ...", where the list alone is asked for. */
static void put_signature(struct buf *out, const struct frame *f, const struct check_item *item)
{
	const struct judgement *j = f->judgement;
	const struct list_item *def = checklist_item(checklists(), item->list, item->id);
	const struct ledger_line *line =
	    def && j->day[0] ? daybook_line(f->ledger, RECORD_SIGN, def->subject, j->day, NULL) : NULL;
	int then = line ? daybook_verdict(line->record) : -1;
	struct buf text;
	char at[16];

	if (!def || !j->day[0])
		return;
	buf_init(&text, LINE_MAX_BYTES);
	buf_addf(&text, "%s: ", words_now(&def->title));
	if (line && line->keep == KEEP_KEPT)
		buf_addf(&text, _("signed by %s %s%s%s%s%s"), line->record->user,
		    daybook_clock(line->record->wall, j->day_offset_s, at, sizeof(at)),
		    then >= 0 ? _(" as ") : "", then >= 0 ? verdict_short((enum verdict)then) : "",
		    line->record->text ? ": " : "", line->record->text ? line->record->text : "");
	else
		buf_adds(&text, line ? _("signed, but NOT SAVED") : _("unsigned"));
	put_line(out, "       ", text.data, 9);
	buf_release(&text);
}

static void put_checklist(struct buf *out, const struct frame *f, const char *list)
{
	const struct judgement *j = f->judgement;
	const struct checklist *daily = checklist_find(checklists(), "daily");

	buf_addf(out, "\n%s", _("CHECKLIST"));
	if (j->day[0])
		buf_addf(out, _("  %s, %zu of %zu signed"), j->day, daybook_signed(f->ledger, daily, j->day),
		    daily->n);
	buf_addc(out, '\n');
	for (size_t i = 0; i < j->n_checklist; i++) {
		const struct check_item *item = &j->checklist[i];
		struct buf line;
		char n[64];

		if (!report_wants(list, item))
			continue;
		buf_init(&line, NAME_MAX_BYTES);
		buf_addf(&line, "  %-4s ", verdict_short(item->verdict));
		text_put(&line, item->id, 16, true);
		snprintf(
		    n, sizeof(n), "%lld/%lld", (long long)item->evaluated, (long long)item->total);
		buf_addf(&line, " %9s  ", n);
		put_line(out, line.data, item->evidence, 35);
		buf_release(&line);
		if (list)
			put_signature(out, f, item);
	}
}

/* What could not be judged, by cluster; rules that fail for the same reason together. */
static void put_unknown(struct buf *out, const struct judgement *j)
{
	bool any = false;

	for (size_t i = 0; i < j->n_rules; i++) {
		const struct rule_result *r = &j->rules[i];
		const char *names[] = {r->name, r->cluster, NULL};

		if (r->verdict != VERDICT_UNKNOWN)
			continue;
		if (!any)
			buf_addf(out, "\n%s\n", _("NOT JUDGED"));
		any = true;
		put_named(out, r->verdict, names, r->reason);
	}
}

static void put_cluster(struct buf *out, const struct frame *f, size_t i, int64_t now)
{
	const struct cluster_view *view = &f->snap->clusters[i];
	const struct cluster_row *facts = cluster_facts(view);
	char up[FMT_MAX], want[FMT_MAX], version[FMT_MAX];

	buf_addf(out, "  %-4s ", verdict_short(f->judgement->clusters[i].verdict));
	text_put(out, view->name, 16, true);
	buf_addf(out, " %-5s ", kind_name(view->kind));
	if (!facts) {
		buf_addf(out, "%s\n", _("not asked yet"));
		return;
	}
	text_put(
	    out, text_value(version, sizeof(version), &facts->version, TEXT_WORD, now), 10, true);
	buf_addc(out, ' ');
	text_put(out, facts->mode, 10, true);
	buf_addf(out, _(" %-7s %s/%s up\n"), tier_name(view->tier),
	    text_value(up, sizeof(up), &facts->brokers_up, TEXT_COUNT, now),
	    text_value(want, sizeof(want), &facts->brokers_expected, TEXT_COUNT, now));
	if (facts->trouble)
		put_line(out, "       ", facts->trouble, 7);
}

int report_text(const struct frame *f, const char *list, int64_t now, struct buf *out)
{
	put_head(out, f, list, now);
	if (list) {
		put_checklist(out, f, list);
		return out->overflow ? -1 : 0;
	}
	if (f->snap->n_clusters)
		buf_addf(out, "\n%s\n", _("CLUSTERS"));
	for (size_t i = 0; i < f->snap->n_clusters; i++)
		put_cluster(out, f, i, now);
	put_alerts(out, f, now);
	put_checklist(out, f, list);
	put_unknown(out, f->judgement);
	text_tables(f, now, out);
	return out->overflow ? -1 : 0;
}
