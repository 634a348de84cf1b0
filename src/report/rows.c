#include "report/parts.h"

#include "base/alloc.h"

#include <math.h>
#include <stdlib.h>

/* Rows in the order of urgency: what is lost soonest, then what is broken, then what grows. */

static double urgency_of(enum section_kind kind, const void *data)
{
	const struct value *v;
	double lost;

	switch (kind) {
	case SECTION_LAG:
		v = &((const struct lag_row *)data)->lost_in_seconds;
		lost =
		    v->quality == QUALITY_OK && v->type != VALUE_NONE ? value_number(v) : INFINITY;
		/* Sooner than a day comes before any lag, which is never above 1e18. */
		if (lost < 86400)
			return 2e18 - lost * 1e9;
		return value_number(&((const struct lag_row *)data)->lag);
	case SECTION_DISK:
		return value_number(&((const struct disk_row *)data)->percent);
	case SECTION_LOGS:
		return value_number(&((const struct log_row *)data)->errors_10m);
	case SECTION_CONNECTIONS:
		return value_number(&((const struct connection_row *)data)->percent);
	case SECTION_ROUTES:
		return (double)((const struct route_row *)data)->n_missing;
	default:
		return 0;
	}
}

static int by_urgency(const void *pa, const void *pb)
{
	const struct report_row *a = pa, *b = pb;

	if (a->verdict.verdict != b->verdict.verdict)
		return a->verdict.verdict > b->verdict.verdict ? -1 : 1;
	if (a->urgency != b->urgency)
		return a->urgency > b->urgency ? -1 : 1;
	if (a->cluster != b->cluster)
		return a->cluster < b->cluster ? -1 : 1;
	return a->row < b->row ? -1 : a->row > b->row;
}

void report_rows(const struct frame *f, enum section_kind kind, struct report_rows *out)
{
	*out = (struct report_rows){0};
	for (size_t c = 0; c < f->snap->n_clusters; c++) {
		const struct section *s = f->snap->clusters[c].sections[kind];
		size_t n = section_count(s);

		array_reserve(&out->list, &out->cap, out->n + n, sizeof(*out->list));
		for (size_t i = 0; i < n; i++) {
			const void *data = section_row(s, i);

			out->list[out->n++] = (struct report_row){c, i, data,
			    judgement_row(f->judgement, c, kind, i), urgency_of(kind, data)};
		}
	}
	if (out->n)
		qsort(out->list, out->n, sizeof(*out->list), by_urgency);
}
