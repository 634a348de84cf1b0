#include "canary/flight.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static const char mark[] = "mqduty-canary";

#define WINDOW (120 * NS_PER_S)

void flight_init(struct flight *f, const char *broker)
{
	*f = (struct flight){.next = 1};
	pthread_mutex_init(&f->lock, NULL);
	text_sanitise(f->broker, sizeof(f->broker), broker, sizeof(f->broker));
	if (getrandom(&f->run, sizeof(f->run), 0) != sizeof(f->run))
		BUG("no random bits");
}

void flight_release(struct flight *f)
{
	pthread_mutex_destroy(&f->lock);
}

void flight_send(struct flight *f, int64_t now, char *out, size_t size)
{
	pthread_mutex_lock(&f->lock);
	snprintf(out, size, "%s %016" PRIx64 " %" PRIu64, mark, f->run, f->next);
	/* Its place is taken by one that never came back. */
	if (f->sent_at[f->next % FLIGHT_UNDERWAY])
		f->lost++;
	f->sent_at[f->next % FLIGHT_UNDERWAY] = now;
	f->next++;
	f->sent++;
	pthread_mutex_unlock(&f->lock);
}

void flight_failed(struct flight *f, const char *why)
{
	pthread_mutex_lock(&f->lock);
	f->sent_at[(f->next - 1) % FLIGHT_UNDERWAY] = 0;
	f->sent--;
	f->failed++;
	text_sanitise(f->trouble, sizeof(f->trouble), why, sizeof(f->trouble));
	pthread_mutex_unlock(&f->lock);
}

bool flight_back(struct flight *f, int64_t now, const char *text, size_t len)
{
	char copy[64], name[16];
	uint64_t run, number;
	int64_t at;
	bool ours = false;

	if (len >= sizeof(copy))
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (sscanf(copy, "%15s %16" SCNx64 " %" SCNu64, name, &run, &number) != 3 || strcmp(name, mark))
		return false;
	pthread_mutex_lock(&f->lock);
	at = f->sent_at[number % FLIGHT_UNDERWAY];
	if (run == f->run && number < f->next && number + FLIGHT_UNDERWAY >= f->next && at) {
		ours = true;
		f->sent_at[number % FLIGHT_UNDERWAY] = 0;
		f->back[f->n_back % FLIGHT_KEPT].at = now;
		f->back[f->n_back % FLIGHT_KEPT].ms = (float)(now - at) / NS_PER_MS;
		f->n_back++;
		f->trouble[0] = '\0';
	}
	pthread_mutex_unlock(&f->lock);
	return ours;
}

void flight_sweep(struct flight *f, int64_t now, int64_t patience)
{
	pthread_mutex_lock(&f->lock);
	for (size_t i = 0; i < FLIGHT_UNDERWAY; i++) {
		if (!f->sent_at[i] || now - f->sent_at[i] < patience)
			continue;
		f->sent_at[i] = 0;
		f->lost++;
	}
	pthread_mutex_unlock(&f->lock);
}

static int by_value(const void *pa, const void *pb)
{
	float a = *(const float *)pa, b = *(const float *)pb;

	return a < b ? -1 : a > b;
}

static size_t recent(const struct flight *f, int64_t now, float *out)
{
	size_t n = 0;

	for (size_t i = 0; i < FLIGHT_KEPT && i < f->n_back; i++)
		if (now - f->back[i].at <= WINDOW)
			out[n++] = f->back[i].ms;
	qsort(out, n, sizeof(*out), by_value);
	return n;
}

static void label(struct buf *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			buf_addc(out, '\\');
		buf_addc(out, *s);
	}
}

static void line(struct buf *out, const struct flight *f, const char *cluster, const char *name, const char *more,
    double value)
{
	buf_addf(out, "mqduty_canary_%s{cluster=\"", name);
	label(out, cluster);
	buf_adds(out, "\",broker=\"");
	label(out, f->broker);
	buf_addf(out, "\"%s} %.9g\n", more, value);
}

void flight_write(struct flight *f, const char *cluster, int64_t now, struct buf *out)
{
	static const double quantiles[] = {0.5, 0.95, 0.99};
	float ms[FLIGHT_KEPT];
	size_t n;

	pthread_mutex_lock(&f->lock);
	n = recent(f, now, ms);
	for (size_t i = 0; n && i < sizeof(quantiles) / sizeof(quantiles[0]); i++) {
		char more[32];
		size_t at = (size_t)(quantiles[i] * (double)n);

		snprintf(more, sizeof(more), ",quantile=\"%g\"", quantiles[i]);
		line(out, f, cluster, "latency_ms", more, ms[at < n ? at : n - 1]);
	}
	line(out, f, cluster, "samples", "", (double)n);
	line(out, f, cluster, "sent_total", "", (double)f->sent);
	line(out, f, cluster, "lost_total", "", (double)f->lost);
	line(out, f, cluster, "failed_total", "", (double)f->failed);
	if (f->trouble[0]) {
		char more[sizeof(f->trouble) * 2 + 16];
		struct buf b;

		buf_init(&b, sizeof(more));
		buf_adds(&b, ",why=\"");
		label(&b, f->trouble);
		buf_adds(&b, "\"");
		line(out, f, cluster, "trouble", b.data, 1);
		buf_release(&b);
	}
	pthread_mutex_unlock(&f->lock);
}
