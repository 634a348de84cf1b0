#include "model/value.h"

#include "base/clock.h"

#include <stddef.h>

struct value value_int(int64_t i, int64_t at, int64_t period)
{
	return (struct value){.type = VALUE_INT, .i = i, .at = at, .period = period};
}

struct value value_real(double d, int64_t at, int64_t period)
{
	return (struct value){.type = VALUE_REAL, .d = d, .at = at, .period = period};
}

struct value value_bool(bool b, int64_t at, int64_t period)
{
	return (struct value){.type = VALUE_BOOL, .b = b, .at = at, .period = period};
}

struct value value_text(const char *s, int64_t at, int64_t period)
{
	return (struct value){.type = VALUE_TEXT, .s = s, .at = at, .period = period};
}

struct value value_missing(const char *reason)
{
	return (struct value){.quality = QUALITY_MISSING, .reason = reason};
}

struct value value_na(const char *reason)
{
	return (struct value){.quality = QUALITY_NA, .reason = reason};
}

struct value value_error(const char *reason)
{
	return (struct value){.quality = QUALITY_ERROR, .reason = reason};
}

struct value value_failed(struct value last, const char *reason)
{
	last.quality = QUALITY_ERROR;
	last.reason = reason;
	return last;
}

struct value value_partial(struct value v, const char *reason)
{
	if (v.quality == QUALITY_OK) {
		v.quality = QUALITY_PARTIAL;
		v.reason = reason;
	}
	return v;
}

int64_t value_fresh_for(int64_t period)
{
	int64_t thrice = 3 * period, slack = period + 15 * NS_PER_S;

	return thrice > slack ? thrice : slack;
}

enum quality value_quality(const struct value *v, int64_t now)
{
	if (v->quality != QUALITY_OK && v->quality != QUALITY_PARTIAL)
		return v->quality;
	if (v->period && now - v->at > value_fresh_for(v->period))
		return QUALITY_STALE;
	return v->quality;
}

int64_t value_age(const struct value *v, int64_t now)
{
	if (!v->at)
		return -1;
	return now > v->at ? now - v->at : 0;
}

double value_number(const struct value *v)
{
	switch (v->type) {
	case VALUE_INT:
		return (double)v->i;
	case VALUE_REAL:
		return v->d;
	case VALUE_BOOL:
		return v->b;
	case VALUE_TEXT:
	case VALUE_NONE:
		break;
	}
	return 0;
}

const char *quality_name(enum quality q)
{
	static const char *const name[] = {
	    [QUALITY_OK] = "ok",
	    [QUALITY_STALE] = "stale",
	    [QUALITY_PARTIAL] = "partial",
	    [QUALITY_MISSING] = "missing",
	    [QUALITY_NA] = "na",
	    [QUALITY_ERROR] = "error",
	};

	return (size_t)q < sizeof(name) / sizeof(name[0]) ? name[q] : "error";
}
