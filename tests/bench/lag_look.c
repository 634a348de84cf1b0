/*
 * lag_look CONFIG [LOOKS [ROWS]]: how long one look of the engine at all lag takes, with its connections up: from the
 * operator's `R` until every row is of after it, or so many ROWS are (where a broker that is frozen keeps its own).
 * Waits for a line on stdin before the first look (and says "ready"), so that whoever counts requests can begin there.
 * Prints: median ms, rows, partitions, CPU ms a look, peak kB, longest ms.
 */
#include "base/clock.h"
#include "poll/poller.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum { LOOKS = 5, MOST_LOOKS = 100, GIVE_UP_S = 120 };

static size_t rows, partitions, wanted;

/* Are all rows, or as many as are wanted, of after `since`? */
static bool seen(struct model *model, int64_t since)
{
	struct snapshot *s = model_acquire(model);
	const struct section *lag = s->n_clusters ? s->clusters[0].sections[SECTION_LAG] : NULL;
	size_t fresh = 0;

	rows = section_count(lag);
	partitions = 0;
	for (size_t i = 0; i < rows; i++) {
		const struct lag_row *r = section_lag(lag, i);

		fresh += r->lag.at > since && (wanted || r->lag.quality == QUALITY_OK);
		partitions += r->n_parts;
	}
	snapshot_unref(s);
	return rows && fresh >= (wanted ? wanted : rows);
}

/* ms until it is; -1: never. */
static double wait_for(struct model *model, int64_t since)
{
	struct pollfd p = {.fd = model_wake_fd(model), .events = POLLIN};
	int64_t start = clock_boot();
	uint64_t woken;

	while (!seen(model, since)) {
		if (clock_boot() - start > GIVE_UP_S * NS_PER_S)
			return -1;
		if (poll(&p, 1, 1000) > 0 && read(p.fd, &woken, sizeof(woken)) < 0)
			return -1;
	}
	return (double)(clock_boot() - start) / NS_PER_MS;
}

static double cpu_ms(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000 +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1000;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int measure(struct model *model, struct pollers *pollers, int looks)
{
	double ms[MOST_LOOKS], cpu;
	struct rusage u;

	if (wait_for(model, 0) < 0)
		return 1;
	for (int i = 0; i < GIVE_UP_S * 10 && !pollers_settled(pollers); i++)
		poll(NULL, 0, 100);
	puts("ready");
	fflush(stdout);
	if (getchar() == EOF)
		return 1;
	cpu = cpu_ms();
	for (int i = 0; i < looks; i++) {
		int64_t asked = clock_boot();

		pollers_poll_now(pollers, NULL);
		ms[i] = wait_for(model, asked);
		if (ms[i] < 0)
			return 1;
		/* The engine takes no second order within 2 s. */
		poll(NULL, 0, 2100);
	}
	cpu = (cpu_ms() - cpu) / looks;
	qsort(ms, (size_t)looks, sizeof(ms[0]), by_size);
	getrusage(RUSAGE_SELF, &u);
	printf("%.1f %zu %zu %.0f %ld %.1f\n", ms[looks / 2], rows, partitions, cpu, u.ru_maxrss, ms[looks - 1]);
	return 0;
}

int main(int argc, char **argv)
{
	int looks = argc > 2 ? (int)strtol(argv[2], NULL, 10) : LOOKS, rc;
	struct config_errors errors = {0};
	struct config *config;
	struct model *model;
	struct pollers *pollers;
	struct err err = {{0}};
	char path[4096];

	if (argc < 2 || looks < 1 || looks > MOST_LOOKS)
		return 3;
	wanted = argc > 3 ? strtoul(argv[3], NULL, 10) : 0;
	config = config_load(argv[1], path, sizeof(path), &errors);
	if (!config)
		return 3;
	model = model_new();
	pollers = pollers_start(config, model, false, &err);
	if (!pollers)
		return 3;
	rc = measure(model, pollers, looks);
	if (pollers_stop(pollers, 5 * NS_PER_S))
		model_free(model);
	return rc;
}
