#include "report/restart.h"

#include "base/i18n.h"
#include "base/text.h"
#include "rules/restart.h"

#include <stdio.h>
#include <string.h>

static const struct broker_row *broker_of(const struct snapshot *snap, size_t cluster, const char *name)
{
	return brokers_find(snap->clusters[cluster].sections[SECTION_BROKERS], name);
}

/* The cluster whose name stands before the '/' and that has the broker. */
static size_t by_path(const struct snapshot *snap, const char *subject, const char **broker)
{
	for (size_t i = 0; i < snap->n_clusters; i++) {
		size_t n = strlen(snap->clusters[i].name);

		if (strncmp(subject, snap->clusters[i].name, n) != 0 || subject[n] != '/')
			continue;
		*broker = subject + n + 1;
		if (broker_of(snap, i, *broker))
			return i;
	}
	return SIZE_MAX;
}

/* The only cluster that has a broker of that name. */
static size_t by_name(const struct snapshot *snap, const char *subject)
{
	size_t found = SIZE_MAX;

	for (size_t i = 0; i < snap->n_clusters; i++) {
		if (!broker_of(snap, i, subject))
			continue;
		if (found != SIZE_MAX)
			return SIZE_MAX;
		found = i;
	}
	return found;
}

/* "orders/broker-1, orders/broker-2": what could have been meant. */
static void list_brokers(const struct snapshot *snap, char *out, size_t size)
{
	char clean[100];
	size_t at = 0;

	out[0] = '\0';
	for (size_t i = 0; i < snap->n_clusters; i++) {
		const struct section *s = snap->clusters[i].sections[SECTION_BROKERS];

		for (size_t j = 0; j < section_count(s) && at < size; j++) {
			const char *name = section_broker(s, j)->name;

			text_sanitise(clean, sizeof(clean), name ? name : "-", sizeof(clean));
			at += (size_t)snprintf(out + at, size - at, "%s%s/%s", at ? ", " : "",
			    snap->clusters[i].name, clean);
		}
	}
}

static int unknown_broker(const struct snapshot *snap, const char *subject, struct err *err)
{
	char known[300];

	list_brokers(snap, known, sizeof(known));
	if (!known[0])
		return err_set(err, _("no broker is known yet: is any cluster reached? See mqduty check"));
	return err_set(err, _("'%s' is no broker: say CLUSTER/BROKER, one of %s"), subject, known);
}

int restart_report(const struct snapshot *snap, const char *subject, int64_t now, struct buf *out, struct err *err)
{
	static const int code[] = {[MAY_YES] = 0, [MAY_NO] = 2, [MAY_UNKNOWN] = 3};
	const char *broker = subject;
	size_t cluster = by_path(snap, subject, &broker);
	struct restart r;
	char name[200];

	if (cluster == SIZE_MAX) {
		broker = subject;
		cluster = by_name(snap, subject);
	}
	if (cluster == SIZE_MAX)
		return unknown_broker(snap, subject, err);
	restart_check(snap, cluster, broker, now, &r);
	broker = broker_of(snap, cluster, broker)->name;
	text_sanitise(name, sizeof(name), broker ? broker : "-", sizeof(name));
	buf_addf(out, _("May %s/%s be restarted now? %s\n"), snap->clusters[cluster].name, name, may_word(r.may));
	for (size_t i = 0; i < r.n_facts; i++)
		buf_addf(out, "  %-8s %s\n", may_word(r.facts[i].may), r.facts[i].text);
	return code[r.may];
}
