/* How large a year of history gets, and how long a chart takes to open: measured on some series for some days, reckoned
 * up to 1,000 series. `history_size [SERIES DAYS]`; ends with 1 when the limit of 512 MiB would be passed.
 * `history_size SERIES year` writes the whole year instead, which takes minutes: what ends up in the tier of a quarter of
 * an hour comes every five minutes, what ends up in that of a minute every minute. Then the size is that of the file. */
#include "base/clock.h"
#include "store/metrics_int.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SERIES_OF_A_SITE = 1000, LIMIT_MB = 512 };

static int fail(const char *what)
{
	fprintf(stderr, "history_size: %s\n", what);
	return 2;
}

/* What real series look like: a swing, a walk, steps, a constant. */
static double number(int series, int64_t t)
{
	double day = (double)t / DAY_S, noise = (double)((t / STEP_S * 2654435761u + (unsigned)series * 40503u) % 1000) / 1000;

	switch (series % 4) {
	case 0:
		return 0.5 + 0.2 * noise;
	case 1:
		return floor(5000 + 3000 * sin(6.2832 * day) + 100 * noise);
	case 2:
		return floor(1e9 + 1e6 * day + 1e4 * noise);
	default:
		return series % 8 < 4 ? 3 : floor(20 * noise);
	}
}

static int64_t every(int64_t age)
{
	return age <= 2 * DAY_S ? STEP_S : age <= 14 * DAY_S ? 60 : 300;
}

static int fill(struct metrics_sql *m, int series, int64_t from, int64_t to, bool thin)
{
	struct metrics_sample *list = xcalloc((size_t)series, sizeof(*list));
	struct err err = {""};
	int rc = 0;

	for (int i = 0; i < series; i++) {
		char key[64];

		snprintf(key, sizeof(key), "c/brokers/b%d/rtt_ms", i);
		list[i].key = xstrdup(key);
	}
	for (int64_t t = from; t < to && !rc; t += thin ? every(to - t) : STEP_S) {
		struct metrics_batch b = {.slot = t, .list = list, .n = (size_t)series};

		for (int i = 0; i < series; i++)
			list[i].v = number(i, t);
		rc = metrics_sql_write(m, &b, &err) || metrics_sql_seal(m, t, &err);
	}
	for (int i = 0; i < series; i++)
		free(list[i].key);
	free(list);
	return rc;
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

static double open_chart(const char *dir, int64_t from, int64_t to)
{
	struct metrics_points p;
	struct err err = {""};
	int64_t start = clock_boot();

	if (metrics_read(dir, "c/brokers/b1/rtt_ms", from * NS_PER_S, to * NS_PER_S, &p, &err))
		return -1;
	free(p.list);
	return (double)(clock_boot() - start) / NS_PER_MS;
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

int main(int argc, char **argv)
{
	bool year = argc > 2 && !strcmp(argv[2], "year");
	int series = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 100;
	int days = year ? 366 : argc > 2 ? (int)strtol(argv[2], NULL, 10) : 2;
	int64_t to = clock_wall() / NS_PER_S / HOUR_S * HOUR_S, from = to - days * DAY_S;
	char dir[] = "/tmp/history_size-XXXXXX", path[64];
	struct metrics_sql m;
	struct err err = {""};
	double share, mb;

	if (series < 2 || days < 1 || !mkdtemp(dir))
		return fail("usage: history_size [SERIES DAYS | SERIES year]");
	snprintf(path, sizeof(path), "%s/metrics.db", dir);
	if (metrics_sql_open(&m, path, 0600, &err) || fill(&m, series, from, to, year))
		return fail(err_msg(&err));
	share = (double)SERIES_OF_A_SITE / series / days;
	mb = (bytes_of(&m, TIER_10S) * 2 + bytes_of(&m, TIER_1MIN) * 14 + bytes_of(&m, TIER_15MIN) * 366) * share / (1 << 20);
	if (year && !sqlite3_exec(m.db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL))
		mb = file_mb(path, series);
	printf("history  %d series for %d days: a year of %d series %.0f MiB (limit %d)  chart of", series, days, SERIES_OF_A_SITE, mb,
	    LIMIT_MB);
	for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++)
		printf(" %s %.0f ms", spans[i].name, open_chart(dir, to - spans[i].s, to));
	printf(" (limit 100)\n");
	metrics_sql_close(&m);
	unlink(path);
	rmdir(dir);
	return mb > LIMIT_MB;
}
