#include "source/host/host.h"

#include "base/i18n.h"

#include "net/sock.h"
#include "source/host/volume.h"

#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool same_address(const struct sockaddr *a, const struct sockaddr *b)
{
	if (a->sa_family != b->sa_family)
		return false;
	if (a->sa_family == AF_INET)
		return ((const struct sockaddr_in *)a)->sin_addr.s_addr ==
		       ((const struct sockaddr_in *)b)->sin_addr.s_addr;
	if (a->sa_family == AF_INET6)
		return memcmp(&((const struct sockaddr_in6 *)a)->sin6_addr,
			   &((const struct sockaddr_in6 *)b)->sin6_addr,
			   sizeof(struct in6_addr)) == 0;
	return false;
}

static bool is_loopback(const struct sockaddr *a)
{
	if (a->sa_family == AF_INET)
		return ntohl(((const struct sockaddr_in *)a)->sin_addr.s_addr) >> 24 == 127;
	if (a->sa_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)a)->sin6_addr);
	return false;
}

static bool is_mine(const struct sockaddr *a)
{
	struct ifaddrs *all = NULL;
	bool mine = is_loopback(a);

	if (mine || getifaddrs(&all) != 0)
		return mine;
	for (struct ifaddrs *i = all; i && !mine; i = i->ifa_next)
		mine = i->ifa_addr && same_address(i->ifa_addr, a);
	freeifaddrs(all);
	return mine;
}

/* "http://host:8222/x" -> "host:8222" */
static void without_scheme(const char *address, char *out, size_t size)
{
	const char *start = strstr(address, "://");

	start = start ? start + 3 : address;
	snprintf(out, size, "%.*s", (int)strcspn(start, "/"), start);
}

int host_is_local(const char *address)
{
	char bare[HOST_MAX + PORT_MAX + 4], host[HOST_MAX], port[PORT_MAX];
	struct resolved found;

	if (!address)
		return TRI_UNKNOWN;
	without_scheme(address, bare, sizeof(bare));
	if (address_split(bare, host, port) != 0) {
		snprintf(host, sizeof(host), "%.*s", (int)sizeof(host) - 1, bare);
		snprintf(port, sizeof(port), "0");
	}
	if (resolve(host, port, &found, NULL) != RESOLVE_OK || !found.n)
		return TRI_UNKNOWN;
	for (size_t i = 0; i < found.n; i++)
		if (!is_mine((const struct sockaddr *)&found.list[i].addr))
			return TRI_NO;
	return TRI_YES;
}

static bool same(const char *a, const char *b)
{
	return a && strcmp(a, b) == 0;
}

/* A port that is forwarded to this machine is not on this machine. */
static bool is_forwarded(const struct cluster_conf *c, const char *address)
{
	return c->via || strcmp(cluster_dial_address(c, address), address) != 0;
}

static int entry_is_local(
    const struct cluster_conf *c, const struct disk_conf *d, const struct broker_row *broker)
{
	if (d->local)
		return TRI_YES;
	if (!broker || !broker->address || is_forwarded(c, broker->address))
		return TRI_UNKNOWN;
	return host_is_local(broker->address);
}

static bool is_below(const char *path, const char *top)
{
	size_t n = strlen(top);

	while (n > 1 && top[n - 1] == '/')
		n--;
	return strncmp(path, top, n) == 0 && (!path[n] || path[n] == '/' || n == 1);
}

static void fill_none(struct disk_row *row, struct value why)
{
	row->used_bytes = row->total_bytes = row->percent = why;
}

static void fill_volume(
    struct disk_row *row, struct section *disk, const char *path, int64_t now, int64_t period)
{
	struct volume v = volume_look(path, now, period);
	bool told = row->percent.type != VALUE_NONE;
	const char *why = v.trouble[0] ? arena_strdup(&disk->arena, v.trouble) : NULL;

	/* What the broker told last, however old, is more than nothing. */
	if (!v.known && told)
		return;
	row->percent_series = v.percent;
	if (!v.known) {
		fill_none(row, value_missing(why));
		return;
	}
	row->used_bytes = value_int(v.used, v.at, period);
	row->total_bytes = value_int(v.total, v.at, period);
	row->percent = value_real(100 * (double)v.used / (double)v.total, v.at, period);
	if (!why)
		return;
	row->used_bytes = value_failed(row->used_bytes, why);
	row->total_bytes = value_failed(row->total_bytes, why);
	row->percent = value_failed(row->percent, why);
}

static void fill_unknown(struct disk_row *row, struct section *disk, int local, const char *path,
    int64_t now, int64_t period)
{
	if (local == TRI_YES)
		fill_volume(row, disk, path, now, period);
	else
		fill_none(
		    row, value_missing(local == TRI_NO
					   ? _("this volume is on another host: run mqduty there, or "
					     "say local: true in "
					     "its disk: entry where the path is mounted here too")
					   : _("not known to be a volume of this host: say local: "
					     "true in its disk: entry "
					     "if it is")));
}

static void put_entry(const struct cluster_conf *c, const struct disk_conf *d,
    const struct section *brokers, struct section *disk, int64_t now, int64_t period)
{
	const struct broker_row *broker = brokers_find(brokers, d->broker);
	const char *name = broker && broker->name ? broker->name : d->broker ? d->broker : c->name;
	int local = entry_is_local(c, d, broker);
	struct disk_row *row;
	bool told = false;

	for (size_t i = 0; i < disk->n; i++) {
		row = section_row(disk, i);
		if (!same(row->broker, name) || !row->path || !is_below(row->path, d->path))
			continue;
		told = true;
		/* What the broker itself tells stays while it is fresh, and so does its own reason where we know no
		 * better. */
		if (local == TRI_YES && value_quality(&row->percent, now) != QUALITY_OK)
			fill_volume(row, disk, d->path, now, period);
	}
	if (told)
		return;
	row = section_add(disk);
	row->broker = arena_strdup(&disk->arena, name);
	row->path = arena_strdup(&disk->arena, d->path);
	row->data_bytes = value_na(_("the broker does not tell what it keeps there"));
	fill_unknown(row, disk, local, d->path, now, period);
}

void host_disk_merge(const struct cluster_conf *c, const struct section *brokers,
    struct section *disk, int64_t now, int64_t period)
{
	for (size_t i = 0; i < c->n_disks; i++)
		if (c->disks[i].path)
			put_entry(c, &c->disks[i], brokers, disk, now, period);
}

void host_disk_rows(const struct source_ctx *ctx, struct section *disk, int64_t now)
{
	struct snapshot *snap;

	if (!ctx->cluster->n_disks)
		return;
	snap = model_acquire(ctx->model);
	host_disk_merge(ctx->cluster, snap->clusters[ctx->index].sections[SECTION_BROKERS], disk,
	    now, schedule_period(ctx->config, PERIOD_LOGDIRS));
	snapshot_unref(snap);
}
