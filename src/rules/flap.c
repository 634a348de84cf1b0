#include "rules/flap.h"

#include "base/clock.h"

enum { CHANGES = FLAP_STATES - 1, STARTS = 30, ENDS = 20 };

static void take(struct flap *f, bool changed)
{
	f->changes = (f->changes << 1 | changed) & ((1u << CHANGES) - 1);
}

static double percent(const struct flap *f)
{
	double sum = 0;

	for (int i = 0; i < CHANGES; i++)
		if (f->changes & 1u << i)
			sum += 1.25 - 0.5 * i / (CHANGES - 1);
	return sum / CHANGES * 100;
}

bool flap_look(struct flap *f, int64_t now)
{
	for (int i = 0; i < CHANGES && now >= flap_due(f); i++) {
		take(f, false);
		f->last += FLAP_EVERY_S * NS_PER_S;
	}
	if (now >= flap_due(f))
		f->last = now; /* long ago: all of them are calm now */
	if (percent(f) >= STARTS)
		f->flapping = true;
	else if (percent(f) <= ENDS)
		f->flapping = false;
	return f->flapping;
}

bool flap_change(struct flap *f, bool bad, int64_t now)
{
	flap_look(f, now);
	if (bad != f->bad) {
		f->bad = bad;
		take(f, true);
		f->last = now;
	}
	return flap_look(f, now);
}

bool flap_is_calm(const struct flap *f)
{
	return !f->changes;
}

int64_t flap_over(const struct flap *f)
{
	struct flap later = *f;
	int64_t at = f->last;

	while (later.flapping) {
		at = flap_due(&later);
		flap_look(&later, at);
	}
	return at;
}

int64_t flap_due(const struct flap *f)
{
	return f->last + FLAP_EVERY_S * NS_PER_S;
}
