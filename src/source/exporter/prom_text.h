#ifndef MQ_SOURCE_EXPORTER_PROM_TEXT_H
#define MQ_SOURCE_EXPORTER_PROM_TEXT_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * prom_text: reads a body in the Prometheus text format (0.0.4 and OpenMetrics
 * 1.0, also with quoted names) sample by sample. Pure; one body belongs to one
 * thread. Foreign bytes: nothing is read beyond the length given, nothing grows
 * with the body, and a line that is not as the format has it is counted and
 * left out: it does not spoil the others.
 *
 *	struct prom_text p;
 *	struct prom_sample s;
 *
 *	prom_text_init(&p, body, len);
 *	while (prom_text_next(&p, &s))
 *		if (!strcmp(s.name, "kafka_controller_active") && prom_label(&s, "broker"))
 *			...
 *	if (prom_text_check(&p, url, err) < 0)
 *		return -1;
 */
enum {
	PROM_LABELS_MAX = 24,  /* further labels of a sample are left out (`cut`) */
	PROM_LINE_MAX = 4096,  /* a longer line is a bad line */
	PROM_NAME_MAX = 200,
};

enum prom_type { PROM_UNTYPED, PROM_COUNTER, PROM_GAUGE, PROM_HISTOGRAM, PROM_SUMMARY };

struct prom_label {
	const char *name, *value; /* the value as the broker wrote it: sanitise it before it is shown */
};

/* Strings live until the next call for the same body. */
struct prom_sample {
	const char *name;
	struct prom_label labels[PROM_LABELS_MAX];
	unsigned n_labels;
	bool cut;           /* there were more labels */
	double value;       /* may be NaN (often "no measurement") or infinite */
	bool has_time;      /* the exporter gave a time of its own */
	double time;        /* as written: ms in the Prometheus format, s in OpenMetrics */
	enum prom_type type; /* of the family, where a # TYPE line before it told */
};

struct prom_text {
	const char *at, *end;
	size_t line;         /* number of the line that was read last */
	size_t samples, bad; /* lines read and lines refused so far */
	size_t first_bad;    /* number of the first line refused */
	char text[PROM_LINE_MAX + PROM_LABELS_MAX * 2 + 8]; /* unescaped strings of the sample */
	size_t used;
	char family[PROM_NAME_MAX];
	enum prom_type type;
};

/* The body must outlive p. */
void prom_text_init(struct prom_text *p, const char *body, size_t len);

/* The next sample; false at the end. */
bool prom_text_next(struct prom_text *p, struct prom_sample *s);

/* After the last sample: -1 with a sentence where the body of `what` (a URL; shown sanitised) was
 * no Prometheus text: not one sample, or more lines refused than read. */
int prom_text_check(const struct prom_text *p, const char *what, struct err *err);

/* The value of a label, or NULL. */
const char *prom_label(const struct prom_sample *s, const char *name);

#endif
