#include "audit/forecast.h"
#include "audit/periodic_int.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "store/metrics_db.h"

#include <stdio.h>
#include <string.h>

/* Capacity planning: does retention end the growth of a volume? Only where all that grows there is known to be deleted. */

#define DAY_S (86400.0)

static const double other_share = 1.1;

/* The volume of a series, and whose it is; NULL: it is not watched now. */
static const struct disk_row *volume_of(struct measuring *m, const char *key, const struct cluster_view **view)
{
	const struct snapshot *snap = m->in->frame->snap;
	char mine[METRICS_KEY_SIZE];

	for (size_t c = 0; c < snap->n_clusters; c++) {
		const struct section *s = snap->clusters[c].sections[SECTION_DISK];

		for (size_t i = 0; i < section_count(s); i++) {
			*view = &snap->clusters[c];
			metrics_row_key((*view)->name, SECTION_DISK, section_disk(s, i), "percent", mine, sizeof(mine));
			if (!strcmp(mine, key))
				return section_disk(s, i);
		}
	}
	return NULL;
}

static bool number_of(struct measuring *m, const struct value *v, double *n)
{
	if (!v || value_quality(v, m->in->now) != QUALITY_OK)
		return false;
	*n = value_number(v);
	return true;
}

/* What is asked of the cluster and the volume before the history is looked at. */
struct keeping {
	double seconds, room, data, total;
};

/* How long what lies there stays: of the volume where the broker tells which topics those are, else of all of the cluster. */
struct kept_there {
	const struct value *longest, *room, *unlimited;
	const char *names;
};

static struct kept_there kept_there(const struct cluster_view *view, const struct disk_row *disk)
{
	const struct fact_row *longest, *room, *unlimited;

	if (disk->n_kept)
		return (struct kept_there){
		    &disk->kept->longest_s, &disk->kept->room_bytes, &disk->kept->unlimited, disk->kept->names};
	longest = measured_fact(view, "retention.longest_s");
	room = measured_fact(view, "retention.room_bytes");
	unlimited = measured_fact(view, "retention.unlimited");
	return (struct kept_there){longest ? &longest->v : NULL, room ? &room->v : NULL, unlimited ? &unlimited->v : NULL,
	    unlimited ? unlimited->detail : NULL};
}

static const char *why_unknown(struct measuring *m, const struct cluster_view *view, const struct disk_row *disk, struct keeping *k)
{
	struct kept_there there = kept_there(view, disk);
	double n = 0;

	if (!number_of(m, there.longest, &k->seconds) || !number_of(m, there.room, &k->room) || !number_of(m, there.unlimited, &n))
		return there.longest && there.longest->reason ? there.longest->reason : _("the retention of its data is not known");
	if (n > 0)
		return arena_printf(m->arena, _("nothing limits the size of %s"), there.names ? there.names : "?");
	if (value_quality(&disk->data_bytes, m->in->now) != QUALITY_OK ||
	    value_quality(&disk->total_bytes, m->in->now) != QUALITY_OK || value_number(&disk->total_bytes) <= 0)
		return _("how much of it is the broker's data is not known");
	k->data = value_number(&disk->data_bytes);
	k->total = value_number(&disk->total_bytes);
	return NULL;
}

const char *retention_levels(struct measuring *m, const char *key, const struct metrics_points *p, double *percent)
{
	const struct cluster_view *view;
	const struct disk_row *disk = volume_of(m, key, &view);
	struct keeping k = {0};
	struct level level;
	char age[FMT_MAX];
	const char *why;

	if (!disk)
		return _("not limited by retention: it is not watched now");
	why = why_unknown(m, view, disk, &k);
	if (why)
		return arena_printf(m->arena, _("not limited by retention: %s"), why);
	if (k.seconds > 0)
		fmt_seconds(age, sizeof(age), (double)k.seconds);
	else
		snprintf(age, sizeof(age), "%s", _("by size"));
	forecast_level(p->list, p->n, 100, k.seconds / DAY_S, 100 * k.room / k.total, &level);
	if (level.grown / 100 * k.total > other_share * k.data)
		return _("not limited by retention: more has grown there than the broker's data");
	if (level.outlived)
		return arena_printf(m->arena, _("retention (%s) does not end it: it has grown for longer"), age);
	if (level.most >= 100)
		return arena_printf(m->arena, _("retention (%s) would end it only above 100%%"), age);
	*percent = level.most;
	return NULL;
}
