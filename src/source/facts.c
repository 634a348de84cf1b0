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
