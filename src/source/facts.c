#include "source/facts.h"

#include "base/i18n.h"

#include <ctype.h>
#include <string.h>

void tally_add(struct tally *t, const char *name)
{
	if (t->n < TALLY_EXAMPLES)
		t->names[t->n] = name;
	t->n++;
}

const char *tally_names(const struct tally *t, struct arena *a)
{
	const char *text = NULL;

	for (int64_t i = 0; i < t->n && i < TALLY_EXAMPLES; i++)
		text = text ? arena_printf(a, "%s, %s", text, t->names[i]) : arena_strdup(a, t->names[i]);
	return t->n > TALLY_EXAMPLES ? arena_printf(a, _("%s and %lld more"), text, (long long)(t->n - TALLY_EXAMPLES)) : text;
}

void fact_add(struct section *s, const char *name, struct value v, const char *detail)
{
	struct fact_row *row = section_add(s);

	row->name = name;
	row->v = v;
	row->detail = detail;
}

void facts_exporters(const struct cluster_conf *conf, struct value reachable, const char *detail, struct section *s, int64_t now)
{
	if (!conf->n_exporters)
		fact_add(s, "exporters.reachable", value_int(0, now, 0), _("the configuration names no exporters:"));
	else
		fact_add(s, "exporters.reachable", reachable, detail);
}

bool name_has_parts(const char *name, int least)
{
	int parts = 1;

	for (const char *p = name; *p; p++) {
		if (*p == '.' && (p == name || p[-1] == '.' || !p[1]))
			return false;
		parts += *p == '.';
		if (!islower((unsigned char)*p) && !isdigit((unsigned char)*p) && !strchr("._-", *p))
			return false;
	}
	return parts >= least;
}

void kept_add(struct kept *k, const char *name, int64_t seconds, int64_t room)
{
	if (seconds < 0 && room < 0)
		tally_add(&k->unlimited, name);
	else if (seconds < 0)
		k->room = room < INT64_MAX - k->room ? k->room + room : INT64_MAX;
	else if (seconds > k->longest_s || !k->longest) {
		k->longest_s = seconds;
		k->longest = name;
	}
}

static void kept_fact(struct section *s, const char *name, struct value as, int64_t n, const char *detail)
{
	if (as.type == VALUE_INT)
		as.i = n;
	fact_add(s, name, as, detail);
}

void kept_facts(struct section *s, const struct kept *k, struct value as)
{
	kept_fact(s, "retention.longest_s", as, k->longest_s, k->longest ? arena_strdup(&s->arena, k->longest) : NULL);
	kept_fact(s, "retention.room_bytes", as, k->room, NULL);
	kept_fact(s, "retention.unlimited", as, k->unlimited.n, tally_names(&k->unlimited, &s->arena));
}
