#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/text.h"
#include "report/parts.h"

/* The report for a reader without a screen: the verdict first, then every problem, then the tables.
 */

enum { WIDTH = 79, NAME_MAX_BYTES = 512 };

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
	char clean[NAME_MAX_BYTES];

	text_sanitise(clean, sizeof(clean), s, sizeof(clean));
	s = clean;
	while (text_width(s) > WIDTH - at) {
		size_t n = text_cut(s, WIDTH - at), space = n;

		while (space && s[space] != ' ')
			space--;
		buf_add(out, s, space ? space : n);
		s += space ? space + 1 : n;
		buf_addf(out, "\n%*s", (int)indent, "");
		at = indent;
	}
	buf_adds(out, s);
	buf_addc(out, '\n');
}

static void put_line(struct buf *out, const char *start, const char *rest, size_t indent)
{
	size_t at = text_width(start);

	buf_adds(out, start);
	put_wrapped(out, rest ? rest : "", at, indent);
}

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static void put_head(struct buf *out, const struct frame *f, const char *list, int64_t now)
{
	struct report_counts n = report_counts(f, list);
	char when[FMT_MAX];

	buf_addf(out, "mqduty %s", verdict_name(report_verdict(f, list)));
	if (list)
		buf_addf(out, "  list %s", list);
	buf_addf(out, "  %zu cluster%s", f->snap->n_clusters, plural(f->snap->n_clusters));
	buf_adds(out, "  from ");
	text_put(out, f->from, 30, false);
	buf_addf(out, "  %s\n", fmt_utc(when, sizeof(when), report_wall(f, now)));
	buf_addf(out, "%zu critical, %zu warning, %zu folded, %zu pending, %zu rule%s not judged",
	    n.critical, n.warning, n.folded, n.pending, n.unknown, plural(n.unknown));
	if (n.waived)
		buf_addf(out, ", %zu waived", n.waived);
	buf_addc(out, '\n');
	if (f->judgement->banner)
		put_line(out, "!! ", f->judgement->banner, 3);
}

static void put_alert(struct buf *out, const struct alert *a, int64_t now)
{
	char line[NAME_MAX_BYTES], name[128], cluster[128], d[FMT_MAX];

	text_sanitise(cluster, sizeof(cluster), a->cluster, sizeof(cluster) - 1);
	text_sanitise(name, sizeof(name), a->entity, sizeof(name) - 1);
	fmt_duration(d, sizeof(d), now - a->since_boot);
	snprintf(line, sizeof(line), "  %-4s %s %s %s  ",
	    verdict_short(severity_verdict(a->severity)), a->name, cluster, name);
	put_line(out, line, a->what, 7);
	snprintf(line, sizeof(line),
	    now - a->since_boot < NS_PER_S ? "       " : "       since %s: ", d);
	put_line(out, line, a->action, 7);
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
		buf_addf(out, "  and %zu folded under these\n", folded);
}

static void put_checklist(struct buf *out, const struct judgement *j, const char *list)
{
	buf_addf(out, "\n%s\n", _("CHECKLIST"));
	for (size_t i = 0; i < j->n_checklist; i++) {
		const struct check_item *item = &j->checklist[i];
		char line[128], n[32];

		if (!report_wants(list, item))
			continue;
		snprintf(
		    n, sizeof(n), "%lld/%lld", (long long)item->evaluated, (long long)item->total);
		snprintf(line, sizeof(line), "  %-4s %-16s %9s  ", verdict_short(item->verdict),
		    item->id, n);
		put_line(out, line, item->evidence, text_width(line));
	}
}

/* What could not be judged, by cluster; rules that fail for the same reason together. */
static void put_unknown(struct buf *out, const struct judgement *j)
{
	bool any = false;

	for (size_t i = 0; i < j->n_rules; i++) {
		const struct rule_result *r = &j->rules[i];
		char line[256], name[96];

		if (r->verdict != VERDICT_UNKNOWN)
			continue;
		if (!any)
			buf_addf(out, "\n%s\n", _("NOT JUDGED"));
		any = true;
		text_sanitise(name, sizeof(name), r->cluster, sizeof(name) - 1);
		snprintf(
		    line, sizeof(line), "  %-4s %s %s  ", verdict_short(r->verdict), r->name, name);
		put_line(out, line, r->reason, 7);
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
	buf_addf(out, " %-7s %s/%s up\n", tier_name(view->tier),
	    text_value(up, sizeof(up), &facts->brokers_up, TEXT_COUNT, now),
	    text_value(want, sizeof(want), &facts->brokers_expected, TEXT_COUNT, now));
	if (facts->trouble)
		put_line(out, "       ", facts->trouble, 7);
}

int report_text(const struct frame *f, const char *list, int64_t now, struct buf *out)
{
	put_head(out, f, list, now);
	if (list) {
		put_checklist(out, f->judgement, list);
		return out->overflow ? -1 : 0;
	}
	if (f->snap->n_clusters)
		buf_addf(out, "\n%s\n", _("CLUSTERS"));
	for (size_t i = 0; i < f->snap->n_clusters; i++)
		put_cluster(out, f, i, now);
	put_alerts(out, f, now);
	put_checklist(out, f->judgement, list);
	put_unknown(out, f->judgement);
	text_tables(f, now, out);
	return out->overflow ? -1 : 0;
}
