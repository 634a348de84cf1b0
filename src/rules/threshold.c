#include "rules/threshold.h"

#include "base/fmt.h"
#include "base/i18n.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct parser {
	const char *text, *at;
	struct err *err;
};

static int fail(const struct parser *p, const char *what)
{
	return err_set(p->err, _("threshold \"%.*s\", column %d: %s"), THRESHOLD_TEXT_MAX, p->text,
	    (int)(p->at - p->text) + 1, what);
}

static void skip_blanks(struct parser *p)
{
	while (*p->at == ' ' || *p->at == '\t')
		p->at++;
}

static bool take(struct parser *p, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(p->at, word, len))
		return false;
	p->at += len;
	return true;
}

/* Not strtod(): that takes hexadecimal, "inf" and the locale's comma. */
static int take_number(struct parser *p, double *out)
{
	double sign = 1, value = 0, place = 1;
	int digits = 0;

	if (take(p, "-"))
		sign = -1;
	else
		take(p, "+");
	for (; isdigit((unsigned char)*p->at); p->at++, digits++)
		value = value * 10 + (*p->at - '0');
	if (*p->at == '.')
		for (p->at++; isdigit((unsigned char)*p->at); p->at++, digits++)
			value += (*p->at - '0') * (place /= 10);
	if (!digits)
		return fail(p, _("a number should stand here"));
	if (digits > 18)
		return fail(p, _("a number has at most 18 digits"));
	*out = sign * value;
	return 0;
}

static const struct {
	const char *text; /* the longer of two that begin alike first */
	enum threshold_unit unit;
	double factor;
} units[] = {
    {"%", UNITS_PERCENT, 1},
    {"ms", UNITS_SECONDS, 0.001},
    {"s", UNITS_SECONDS, 1},
    {"m", UNITS_SECONDS, 60},
    {"h", UNITS_SECONDS, 3600},
    {"d", UNITS_SECONDS, 86400},
    {"KiB", UNITS_BYTES, 1024.0},
    {"MiB", UNITS_BYTES, 1024.0 * 1024},
    {"GiB", UNITS_BYTES, 1024.0 * 1024 * 1024},
    {"TiB", UNITS_BYTES, 1024.0 * 1024 * 1024 * 1024},
    {"KB", UNITS_BYTES, 1e3},
    {"MB", UNITS_BYTES, 1e6},
    {"GB", UNITS_BYTES, 1e9},
    {"TB", UNITS_BYTES, 1e12},
    {"B", UNITS_BYTES, 1},
};

static int take_unit(struct parser *p, struct threshold *t)
{
	if (!isalpha((unsigned char)*p->at) && *p->at != '%')
		return 0;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (take(p, units[i].text)) {
			t->unit = units[i].unit;
			t->high *= units[i].factor;
			if (isalnum((unsigned char)*p->at))
				return fail(p, _("a unit ends here"));
			return 0;
		}
	}
	return fail(p, _("units are %, ms, s, m, h, d, B, KB, MB, GB, TB, KiB, MiB, GiB, TiB"));
}

static int take_name(struct parser *p, struct threshold *t)
{
	size_t len = 0;

	while (isalnum((unsigned char)p->at[len]) || p->at[len] == '_')
		len++;
	if (!len)
		return fail(p, _("a name should stand here"));
	if (len >= THRESHOLD_NAME_MAX)
		return fail(p, _("this name is too long"));
	memcpy(t->name, p->at, len);
	t->name[len] = '\0';
	p->at += len;
	return 0;
}

/* name, name+number, name-number */
static int take_offset(struct parser *p, struct threshold *t)
{
	double sign = 1;

	if (take_name(p, t))
		return -1;
	skip_blanks(p);
	if (!*p->at)
		return 0;
	if (take(p, "-"))
		sign = -1;
	else if (!take(p, "+"))
		return fail(p, _("after a name comes \"+\" or \"-\" and a number"));
	skip_blanks(p);
	if (!isdigit((unsigned char)*p->at))
		return fail(p, _("a number should stand here"));
	if (take_number(p, &t->high))
		return -1;
	t->high *= sign;
	return 0;
}

static int take_bound(struct parser *p, struct threshold *t)
{
	skip_blanks(p);
	if (isalpha((unsigned char)*p->at) || *p->at == '_')
		return take_offset(p, t);
	if (take_number(p, &t->high) || take_unit(p, t))
		return -1;
	skip_blanks(p);
	if (!*p->at)
		return 0;
	if (t->unit != UNITS_PERCENT)
		return fail(p, _("nothing may follow here (a name only after \"%\")"));
	t->share = true;
	return take_name(p, t);
}

static int take_range(struct parser *p, struct threshold *t)
{
	t->op = take(p, "@") ? THRESHOLD_INSIDE : THRESHOLD_OUTSIDE;
	t->low = 0;
	t->high = INFINITY;
	if (take(p, "~")) {
		t->low = -INFINITY;
		if (*p->at != ':')
			return fail(p, _("after \"~\" comes \":\""));
	} else if (take_number(p, &t->high)) {
		return -1;
	} else if (*p->at == ':') {
		t->low = t->high;
		t->high = INFINITY;
	}
	if (take(p, ":") && *p->at && take_number(p, &t->high))
		return -1;
	if (t->low > t->high)
		return fail(p, _("the range ends before it starts"));
	return 0;
}

static const struct {
	const char *text; /* the longer of two that begin alike first */
	enum threshold_op op;
} ops[] = {
    {">=", THRESHOLD_GE},
    {">", THRESHOLD_GT},
    {"<=", THRESHOLD_LE},
    {"<", THRESHOLD_LT},
    {"==", THRESHOLD_EQ},
    {"=", THRESHOLD_EQ},
    {"!=", THRESHOLD_NE},
};

int threshold_parse(struct threshold *t, const char *text, struct err *err)
{
	struct parser p = {text, text, err};
	int status = 1;

	*t = (struct threshold){0};
	if (strlen(text) >= THRESHOLD_TEXT_MAX)
		return fail(&p, _("a threshold has at most 63 characters"));
	snprintf(t->text, sizeof(t->text), "%s", text);
	skip_blanks(&p);
	if (!*p.at)
		return fail(&p, _("a threshold is empty; write one such as \">0\""));
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]) && status > 0; i++) {
		if (take(&p, ops[i].text)) {
			t->op = ops[i].op;
			status = take_bound(&p, t);
		}
	}
	if (status > 0)
		status = take_range(&p, t);
	if (status)
		return -1;
	skip_blanks(&p);
	return *p.at ? fail(&p, _("nothing may follow here")) : 0;
}

/* low and high with the base worked in. */
static struct threshold resolved(const struct threshold *t, double base)
{
	struct threshold r = *t;

	if (t->name[0])
		r.high = t->share ? t->high / 100 * base : base + t->high;
	return r;
}

bool threshold_breaks(const struct threshold *t, double number, double base)
{
	struct threshold r = resolved(t, base);

	switch (t->op) {
	case THRESHOLD_GT:
		return number > r.high;
	case THRESHOLD_GE:
		return number >= r.high;
	case THRESHOLD_LT:
		return number < r.high;
	case THRESHOLD_LE:
		return number <= r.high;
	case THRESHOLD_EQ:
		return number == r.high;
	case THRESHOLD_NE:
		return number != r.high;
	case THRESHOLD_OUTSIDE:
		return number < r.low || number > r.high;
	case THRESHOLD_INSIDE:
		return number >= r.low && number <= r.high;
	}
	return true;
}

bool threshold_breaks_surely(const struct threshold *t, double part, double base, bool at_most)
{
	struct threshold r = resolved(t, base);

	switch (t->op) {
	case THRESHOLD_GT:
	case THRESHOLD_GE:
		return !at_most && threshold_breaks(t, part, base);
	case THRESHOLD_LT:
	case THRESHOLD_LE:
		return at_most && threshold_breaks(t, part, base);
	case THRESHOLD_NE:
		return at_most ? part < r.high : part > r.high;
	case THRESHOLD_OUTSIDE:
		return at_most ? part < r.low : part > r.high;
	case THRESHOLD_EQ:
	case THRESHOLD_INSIDE:
		break;
	}
	return false;
}

bool threshold_recovered(
    const struct threshold *t, double number, double base, double factor, double points)
{
	struct threshold r = resolved(t, base);
	double moved;

	/* Moving "not equal" or a range has no meaning: back within it is recovered. */
	if ((factor == 1 && points == 0) || t->op > THRESHOLD_LE)
		return !threshold_breaks(t, number, base);
	if (t->share)
		points = points / 100 * base;
	if (t->op == THRESHOLD_GT || t->op == THRESHOLD_GE) {
		moved = r.high * factor - points;
		return moved <= 0 ? number <= 0 : number < moved;
	}
	moved = factor > 0 ? r.high / factor + points : r.high + points;
	return number > moved;
}

double threshold_bound(const struct threshold *t, double base)
{
	return resolved(t, base).high;
}

static bool misleads(const struct threshold *t, double shown, double number)
{
	return t && threshold_breaks(t, shown, 0) != threshold_breaks(t, number, 0);
}

char *threshold_percent(const struct threshold *t, const struct threshold *other, double percent, char *out, size_t size)
{
	fmt_percent(out, size, percent);
	for (int digits = 1; digits <= 4 && (misleads(t, strtod(out, NULL), percent) || misleads(other, strtod(out, NULL), percent));
	     digits++)
		snprintf(out, size, "%.*f%%", digits, percent);
	return out;
}
