#include "source/exporter/prom_text.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look(const struct prom_text *p, const struct prom_sample *s)
{
	const char *low = p->text, *high = p->text + sizeof(p->text);

	if (s->name < low || s->name + strlen(s->name) >= high || !*s->name ||
	    s->n_labels > PROM_LABELS_MAX)
		__builtin_trap();
	for (unsigned i = 0; i < s->n_labels; i++) {
		const struct prom_label *l = &s->labels[i];

		if (l->name < low || l->name + strlen(l->name) >= high || l->value < low ||
		    l->value + strlen(l->value) >= high || !prom_label(s, l->name))
			__builtin_trap();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct prom_text p;
	struct prom_sample s;
	struct err err;
	size_t n = 0;

	prom_text_init(&p, (const char *)data, size);
	while (prom_text_next(&p, &s)) {
		look(&p, &s);
		n++;
	}
	if (n != p.samples || p.samples + p.bad > p.line || p.at != p.end)
		__builtin_trap();
	if (prom_text_check(&p, "url", &err) < 0 && !err.msg[0])
		__builtin_trap();
	return 0;
}
