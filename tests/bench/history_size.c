/* How large a year of history gets, and how long a chart takes to open: measured on some series for some days, reckoned
 * up to 1,000 series. `history_size [SERIES DAYS]`; ends with 1 when the limit of 512 MiB would be passed.
 * `history_size SERIES year` writes the whole year, of 1,000 series in some minutes (tests/support/long_history.h); then
 * the size is that of the file. */
#include "base/clock.h"
#include "long_history.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SERIES_OF_A_SITE = 1000, LIMIT_MB = 512, YEAR_DAYS = 366, FINE_DAYS = 15, CHARTS = 20 };

static int fail(const char *what)
{
	fprintf(stderr, "history_size: %s\n", what);
	return 2;
}

static double bytes_of(struct metrics_sql *m, int tier)
{
	sqlite3_stmt *s = NULL;
	char sql[120];
	double bytes = 0;

	/* A row costs its key and some pointers beside its data. */
	snprintf(sql, sizeof(sql), "SELECT sum(length(data) + 24) FROM chunk WHERE tier=%d", tier);
	if (sqlite3_prepare_v2(m->db, sql, -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW)
		bytes = sqlite3_column_double(s, 0);
	sqlite3_finalize(s);
	return bytes;
}

/* The system forgets what it has read of the file. */
static void chill(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	close(fd);
}

/* The slowest of some charts, each from a file that lies on the disk only. */
static double open_charts(const char *dir, const char *path, int series, int64_t from, int64_t to, size_t *points)
{
	double most = 0;

	for (int i = 0; i < CHARTS; i++) {
		struct metrics_points p;
		struct err err = {""};
		int64_t start;
		char key[64];

		chill(path);
		long_history_key(i * series / CHARTS, key, sizeof(key));
		start = clock_boot();
		if (metrics_read(dir, key, from * NS_PER_S, to * NS_PER_S, &p, &err))
			return INFINITY;
		most = fmax(most, (double)(clock_boot() - start) / NS_PER_MS);
		*points = p.n;
		free(p.list);
	}
	return most;
}

static const struct {
	const char *name;
	int64_t s;
} spans[] = {{"an hour", HOUR_S}, {"a day", DAY_S}, {"a week", 7 * DAY_S}, {"30 days", 30 * DAY_S}, {"a year", 366 * DAY_S}};

/* What the file takes as it stands, reckoned up to all series of a site. */
static double file_mb(const char *path, int series)
{
	struct stat st;

	return stat(path, &st) ? INFINITY : (double)st.st_size / (1 << 20) * SERIES_OF_A_SITE / series;
}

static double site_mb(struct metrics_sql *m, const char *path, const struct long_history *h, bool year)
{
	double days = (double)(h->to / HOUR_S * HOUR_S - h->from) / DAY_S, share = SERIES_OF_A_SITE / h->series / days;

	if (year)
		return sqlite3_exec(m->db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL) ? INFINITY : file_mb(path, h->series);
	return (bytes_of(m, TIER_10S) * 2 + bytes_of(m, TIER_1MIN) * 14 + bytes_of(m, TIER_15MIN) * YEAR_DAYS) * share / (1 << 20);
}

static void print_charts(const char *dir, const char *path, const struct long_history *h)
{
	for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
		size_t points = 0;
		double ms = open_charts(dir, path, h->series, h->to - spans[i].s, h->to, &points);

		printf("%s %s %.1f ms (%zu points)", i ? "," : "", spans[i].name, ms, points);
	}
	printf(" (limit 100 ms)\n");
}

static struct long_history asked(int argc, char **argv, bool year)
{
	int64_t days = year ? YEAR_DAYS : argc > 2 ? strtol(argv[2], NULL, 10) : 2;
	struct long_history h = {.series = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 100, .cadence_s = STEP_S};

	/* With what was written of the open hour: those rows are read as well. */
	h.to = clock_wall() / NS_PER_S / STEP_S * STEP_S;
	h.from = year ? (h.to - days * DAY_S) / DAY_S * DAY_S : h.to / HOUR_S * HOUR_S - days * DAY_S;
	h.recent = year ? (h.to - FINE_DAYS * DAY_S) / DAY_S * DAY_S : h.from;
	return h;
}

int main(int argc, char **argv)
{
	bool year = argc > 2 && !strcmp(argv[2], "year");
	struct long_history h = asked(argc, argv, year);
	char dir[] = "/tmp/history_size-XXXXXX", path[64];
	struct metrics_sql m;
	struct err err = {""};
	int64_t start = clock_boot();
	double mb;

	if (h.series < 2 || h.from >= h.to || !mkdtemp(dir))
		return fail("usage: history_size [SERIES DAYS | SERIES year]");
	snprintf(path, sizeof(path), "%s/metrics.db", dir);
	if (metrics_sql_open(&m, path, 0600, &err) || long_history_write(&m, &h, &err))
		return fail(err_msg(&err));
	mb = site_mb(&m, path, &h, year);
	printf("history  %d series for %.0f days, written in %.0f s: a year of %d series %s %.0f MiB (limit %d)\n", h.series,
	    (double)(h.to - h.from) / DAY_S, (double)(clock_boot() - start) / NS_PER_S, SERIES_OF_A_SITE,
	    year && h.series == SERIES_OF_A_SITE ? "takes" : "would take", mb, LIMIT_MB);
	printf("history  the slowest of %d charts, not cached:", CHARTS);
	print_charts(dir, path, &h);
	metrics_sql_close(&m);
	unlink(path);
	rmdir(dir);
	return !(mb <= LIMIT_MB);
}
