#include "base/zone.h"

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/zone_posix.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER = 44, CHANGES_MOST = 10000, TYPES_MOST = 256, RULE_MAX = 256 };

struct zone {
	int64_t *at;	  /* when the offset changes */
	int32_t *offsets; /* from then on */
	size_t n;
	int32_t first; /* before the first change */
	bool has_rule;
	struct zone_rule rule; /* after the last change */
};

static uint32_t be32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t be64(const unsigned char *p)
{
	return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

/* The counts of a header, in the order in which they stand there. */
struct counts {
	size_t isut, isstd, leap, time, type, chars;
};

static bool read_header(const unsigned char *p, size_t len, struct counts *c)
{
	if (len < HEADER || memcmp(p, "TZif", 4) != 0)
		return false;
	*c = (struct counts){be32(p + 20), be32(p + 24), be32(p + 28), be32(p + 32), be32(p + 36), be32(p + 40)};
	return c->time <= CHANGES_MOST && c->type >= 1 && c->type <= TYPES_MOST && c->chars <= 65536 &&
	       c->leap <= CHANGES_MOST && c->isut <= TYPES_MOST && c->isstd <= TYPES_MOST;
}

static size_t block_size(const struct counts *c, size_t time_size)
{
	return c->time * (time_size + 1) + c->type * 6 + c->chars + c->leap * (time_size + 4) + c->isstd + c->isut;
}

static bool read_block(struct zone *z, const unsigned char *p, const struct counts *c, size_t time_size)
{
	const unsigned char *which = p + c->time * time_size, *types = which + c->time;

	z->n = c->time;
	z->at = xcalloc(c->time + 1, sizeof(*z->at));
	z->offsets = xcalloc(c->time + 1, sizeof(*z->offsets));
	z->first = (int32_t)be32(types);
	for (size_t i = 0; i < c->time; i++) {
		z->at[i] = time_size == 8 ? be64(p + i * 8) : (int32_t)be32(p + i * 4);
		if (which[i] >= c->type || (i && z->at[i] <= z->at[i - 1]))
			return false;
		z->offsets[i] = (int32_t)be32(types + which[i] * 6);
	}
	for (size_t i = 0; i < c->type; i++) {
		int32_t offset = (int32_t)be32(types + i * 6);

		if (offset < -ZONE_OFFSET_MOST || offset > ZONE_OFFSET_MOST)
			return false;
	}
	return true;
}

/* "\nCET-1CEST,M3.5.0,M10.5.0/3\n"; empty: there is none. */
static bool read_footer(struct zone *z, const unsigned char *p, size_t len)
{
	const unsigned char *end = len > 1 && p[0] == '\n' ? memchr(p + 1, '\n', len - 1) : NULL;
	char text[RULE_MAX];
	size_t n;

	if (!end || (n = (size_t)(end - p) - 1) >= sizeof(text))
		return false;
	memcpy(text, p + 1, n);
	text[n] = '\0';
	if (!n)
		return true;
	z->has_rule = true;
	return !zone_rule_parse(&z->rule, text);
}

static bool read_file(struct zone *z, const unsigned char *p, size_t len)
{
	struct counts c;
	size_t block;

	if (!read_header(p, len, &c))
		return false;
	block = block_size(&c, 4);
	if (len - HEADER < block)
		return false;
	if (p[4] < '2')
		return read_block(z, p + HEADER, &c, 4);
	/* The same again, with longer times and the rule for what comes after. */
	p += HEADER + block;
	len -= HEADER + block;
	if (!read_header(p, len, &c))
		return false;
	block = block_size(&c, 8);
	return len - HEADER >= block && read_block(z, p + HEADER, &c, 8) &&
	       read_footer(z, p + HEADER + block, len - HEADER - block);
}

struct zone *zone_parse(const void *bytes, size_t len, struct err *err)
{
	struct zone *z = xcalloc(1, sizeof(*z));

	if (read_file(z, bytes, len))
		return z;
	zone_free(z);
	err_set(err, _("this is no file of a time zone"));
	return NULL;
}

struct zone *zone_posix(const char *text, struct err *err)
{
	struct zone *z = xcalloc(1, sizeof(*z));

	z->has_rule = true;
	if (!zone_rule_parse(&z->rule, text))
		return z;
	zone_free(z);
	err_set(err, _("'%.60s' is no time zone"), text);
	return NULL;
}

static struct zone *load(const char *path, struct err *err)
{
	FILE *f = fopen(path, "re");
	unsigned char *bytes;
	struct zone *z;
	size_t n;

	if (!f) {
		err_set(err, "%s: %s", path, strerror(errno));
		return NULL;
	}
	bytes = xmalloc(ZONE_FILE_MAX);
	n = fread(bytes, 1, ZONE_FILE_MAX, f);
	fclose(f);
	z = zone_parse(bytes, n, err);
	if (!z)
		err_prefix(err, "%s", path);
	free(bytes);
	return z;
}

static struct zone *by_name(const char *name, struct err *err)
{
	char path[512];
	struct zone *z;

	if (name[0] == '/')
		return load(name, err);
	snprintf(path, sizeof(path), "/usr/share/zoneinfo/%.400s", name);
	z = strstr(name, "..") ? NULL : load(path, err);
	return z ? z : zone_posix(name, err);
}

/* The process's own, as libc finds it. */
static struct zone *local(struct err *err)
{
	const char *tz = getenv("TZ");
	struct zone *z;

	if (tz)
		tz += tz[0] == ':';
	if (tz && !tz[0])
		return zone_posix("UTC0", err);
	z = tz ? by_name(tz, err) : load("/etc/localtime", err);
	return z ? z : zone_posix("UTC0", err);
}

struct zone *zone_new(const char *name, struct err *err)
{
	if (!strcmp(name, "local"))
		return local(err);
	if (!strcmp(name, "UTC"))
		return zone_posix("UTC0", err);
	return by_name(name, err);
}

void zone_free(struct zone *z)
{
	if (!z)
		return;
	free(z->at);
	free(z->offsets);
	free(z);
}

int zone_offset(const struct zone *z, int64_t s)
{
	size_t low = 0, high;

	if (!z)
		return 0;
	high = z->n;
	if (z->has_rule && (!high || s >= z->at[high - 1]))
		return zone_rule_offset(&z->rule, s);
	/* The last change at or before s. */
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (z->at[middle] <= s)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? z->offsets[low - 1] : z->first;
}
