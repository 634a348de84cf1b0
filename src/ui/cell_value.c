#include "ui/view.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>

enum role verdict_role(enum verdict v)
{
	static const enum role role[VERDICT_COUNT] = {
	    [VERDICT_NA] = ROLE_NA,
	    [VERDICT_OK] = ROLE_OK,
	    [VERDICT_WARN] = ROLE_WARN,
	    [VERDICT_UNKNOWN] = ROLE_UNKNOWN,
	    [VERDICT_CRIT] = ROLE_CRIT,
	};

	return role[v];
}

/* A number too great for an integer is shown short rather than wrong. */
static bool fits_int64(double d)
{
	return fabs(d) < 9e18;
}

static void put_number(const struct value *v, enum value_style style, char *out, size_t size)
{
	double d = value_number(v);

	switch (style) {
	case STYLE_COUNT:
		if (v->type == VALUE_INT)
			fmt_count(out, size, v->i);
		else if (fits_int64(d))
			fmt_count(out, size, llround(d));
		else
			fmt_short(out, size, d);
		break;
	case STYLE_SHORT:
		fmt_short(out, size, d);
		break;
	case STYLE_BYTES:
		fmt_bytes(out, size,
		    v->type == VALUE_INT ? v->i
		    : fits_int64(d)	 ? llround(d)
					 : INT64_MAX);
		break;
	case STYLE_PERCENT:
		fmt_percent(out, size, d);
		break;
	case STYLE_MS:
		fmt_ms(out, size, d);
		break;
	case STYLE_SECONDS:
		d *= (double)NS_PER_S;
		fmt_duration(out, size, fits_int64(d) ? (int64_t)d : INT64_MAX);
		break;
	case STYLE_RATE:
		fmt_rate(out, size, d);
		break;
	case STYLE_TEXT:
		fmt_short(out, size, d);
		break;
	}
}

/* What there is, whatever its quality; false: nothing. */
static bool put_value(const struct value *v, enum value_style style, char *out, size_t size)
{
	switch (v->type) {
	case VALUE_NONE:
		return false;
	case VALUE_TEXT:
		if (v->s)
			text_sanitise(out, size, v->s, size);
		return v->s != NULL;
	case VALUE_BOOL:
		snprintf(out, size, "%s", v->b ? _("yes") : _("no"));
		return true;
	case VALUE_REAL:
		if (!isfinite(v->d))
			return false;
		break;
	case VALUE_INT:
		break;
	}
	put_number(v, style, out, size);
	return true;
}

void cell_value(const struct view_ctx *ctx, const struct value *v, enum value_style style,
    struct cell_text *out)
{
	enum quality q = value_quality(v, ctx->now);
	int64_t age = value_age(v, ctx->now);
	char number[128], old[FMT_MAX];

	out->number = v->type == VALUE_INT || v->type == VALUE_REAL;
	if (q == QUALITY_NA) {
		out->role = ROLE_NA;
		snprintf(out->text, sizeof(out->text), "%s", _("n/a"));
		return;
	}
	if (q == QUALITY_MISSING || !put_value(v, style, number, sizeof(number))) {
		out->role = ROLE_UNKNOWN;
		snprintf(out->text, sizeof(out->text), "?");
		return;
	}
	out->role = q == QUALITY_OK ? ROLE_TEXT : ROLE_DIM;
	if (q == QUALITY_OK)
		snprintf(out->text, sizeof(out->text), "%s", number);
	else if (q == QUALITY_PARTIAL)
		snprintf(out->text, sizeof(out->text), "%s?", number);
	else if (age >= 0)
		snprintf(out->text, sizeof(out->text), "%s (%s)", number,
		    fmt_duration(old, sizeof(old), age));
	else
		snprintf(out->text, sizeof(out->text), "%s ?", number);
}
