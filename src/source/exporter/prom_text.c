#include "source/exporter/prom_text.h"

#include "base/i18n.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A line that is being read. */
struct line {
	const char *p, *end;
};

void prom_text_init(struct prom_text *p, const char *body, size_t len)
{
	memset(p, 0, sizeof(*p));
	p->at = body;
	p->end = body + len;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void skip_blanks(struct line *l)
{
	while (l->p < l->end && (*l->p == ' ' || *l->p == '\t'))
		l->p++;
}

static bool take(struct line *l, char c)
{
	if (l->p == l->end || *l->p != c)
		return false;
	l->p++;
	return true;
}

/* A line is bounded, and what is kept of it is hardly longer than the line: there is always room. */
static bool keep(struct prom_text *p, char c)
{
	if (p->used == sizeof(p->text))
		return false;
	p->text[p->used++] = c;
	return true;
}

/* A bare name; NULL where there is none. */
static const char *read_name(struct prom_text *p, struct line *l)
{
	const char *start = &p->text[p->used];
	size_t n = 0;

	if (l->p == l->end || !is_letter(*l->p))
		return NULL;
	while (l->p < l->end && (is_letter(*l->p) || is_digit(*l->p))) {
		if (++n >= PROM_NAME_MAX || !keep(p, *l->p++))
			return NULL;
	}
	return keep(p, '\0') ? start : NULL;
}

/* A string in double quotes; NULL where it is none or does not end. */
static const char *read_quoted(struct prom_text *p, struct line *l)
{
	const char *start = &p->text[p->used];

	if (!take(l, '"'))
		return NULL;
	while (l->p < l->end) {
		char c = *l->p++;

		if (c == '"')
			return keep(p, '\0') ? start : NULL;
		if (c == '\0')
			return NULL;
		if (c == '\\') {
			if (l->p == l->end)
				return NULL;
			c = *l->p++;
			if (c == 'n')
				c = '\n';
			else if (c != '\\' && c != '"' && !keep(p, '\\'))
				return NULL;
		}
		if (!keep(p, c))
			return NULL;
	}
	return NULL;
}

static void add_label(struct prom_sample *s, const char *name, const char *value)
{
	if (s->n_labels == PROM_LABELS_MAX) {
		s->cut = true;
		return;
	}
	s->labels[s->n_labels].name = name;
	s->labels[s->n_labels++].value = value;
}

/* One entry between the braces: name="value", or the quoted name of the metric itself. */
static bool read_label(struct prom_text *p, struct line *l, struct prom_sample *s)
{
	bool quoted = l->p < l->end && *l->p == '"';
	const char *name = quoted ? read_quoted(p, l) : read_name(p, l), *value;

	if (!name || !*name)
		return false;
	skip_blanks(l);
	if (!take(l, '=')) {
		if (!quoted || s->name)
			return false;
		s->name = name;
		return true;
	}
	skip_blanks(l);
	value = read_quoted(p, l);
	if (!value)
		return false;
	add_label(s, name, value);
	return true;
}

static bool read_labels(struct prom_text *p, struct line *l, struct prom_sample *s)
{
	for (;;) {
		/* What a label that is left out took is free again. */
		size_t used = p->used;
		bool full = s->n_labels == PROM_LABELS_MAX;

		skip_blanks(l);
		if (take(l, '}'))
			return true;
		if (!read_label(p, l, s))
			return false;
		if (full && s->cut)
			p->used = used;
		skip_blanks(l);
		if (!take(l, ',') && !(l->p < l->end && *l->p == '}'))
			return false;
	}
}

/* The word up to the next blank, as a number. Only what strtod() and Go's ParseFloat agree on: no
 * hexadecimal, no locale's comma, no "nan(...)". */
static bool read_number(struct line *l, double *out)
{
	char word[64], *stop;
	size_t n = 0;
	const char *bare = word;

	while (l->p < l->end && *l->p != ' ' && *l->p != '\t') {
		if (n == sizeof(word) - 1)
			return false;
		word[n++] = *l->p++;
	}
	word[n] = '\0';
	if (*bare == '+' || *bare == '-')
		bare++;
	if (!strcasecmp(bare, "nan")) {
		*out = NAN;
		return true;
	}
	if (!strcasecmp(bare, "inf") || !strcasecmp(bare, "infinity")) {
		*out = word[0] == '-' ? -INFINITY : INFINITY;
		return true;
	}
	if (!*bare || strspn(bare, "0123456789.eE+-") != strlen(bare))
		return false;
	*out = strtod(word, &stop);
	return *stop == '\0';
}

/* Is it a sample of the family that the last # TYPE line named, such as its _sum? */
static bool of_family(const char *family, const char *name)
{
	static const char *const endings[] = {"", "_total", "_bucket", "_sum", "_count", "_created"};
	size_t n = strlen(family);

	if (!n || strncmp(name, family, n) != 0)
		return false;
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (!strcmp(name + n, endings[i]))
			return true;
	return false;
}

static bool read_sample(struct prom_text *p, struct line *l, struct prom_sample *s)
{
	memset(s, 0, sizeof(*s));
	p->used = 0;
	if (l->p < l->end && *l->p != '{') {
		s->name = read_name(p, l);
		if (!s->name)
			return false;
	}
	skip_blanks(l);
	if (take(l, '{') && !read_labels(p, l, s))
		return false;
	if (!s->name)
		return false;
	skip_blanks(l);
	if (!read_number(l, &s->value))
		return false;
	skip_blanks(l);
	/* After the value: nothing, a time, an exemplar of OpenMetrics (which is left alone). */
	if (l->p < l->end && *l->p != '#') {
		if (!read_number(l, &s->time) || !isfinite(s->time))
			return false;
		s->has_time = true;
		skip_blanks(l);
	}
	if (of_family(p->family, s->name))
		s->type = p->type;
	return l->p == l->end || *l->p == '#';
}

static size_t read_word(struct line *l, char *out, size_t size)
{
	size_t n = 0;

	skip_blanks(l);
	while (l->p < l->end && *l->p != ' ' && *l->p != '\t') {
		if (n < size - 1)
			out[n++] = *l->p;
		l->p++;
	}
	out[n] = '\0';
	return n;
}

/* "# TYPE name type"; every other comment says nothing to us. */
static void read_comment(struct prom_text *p, struct line *l)
{
	static const struct {
		const char *word;
		enum prom_type type;
	} types[] = {{"counter", PROM_COUNTER}, {"gauge", PROM_GAUGE},
	    {"histogram", PROM_HISTOGRAM}, {"gaugehistogram", PROM_HISTOGRAM},
	    {"summary", PROM_SUMMARY}};
	char word[32];

	read_word(l, word, sizeof(word));
	if (strcmp(word, "TYPE") != 0)
		return;
	read_word(l, p->family, sizeof(p->family));
	read_word(l, word, sizeof(word));
	p->type = PROM_UNTYPED;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (!strcmp(word, types[i].word))
			p->type = types[i].type;
}

/* The next line, without its end and the blanks around it; false after the last. */
static bool next_line(struct prom_text *p, struct line *l)
{
	const char *stop;

	if (p->at == p->end)
		return false;
	stop = memchr(p->at, '\n', (size_t)(p->end - p->at));
	l->p = p->at;
	l->end = stop ? stop : p->end;
	p->at = stop ? stop + 1 : p->end;
	p->line++;
	skip_blanks(l);
	while (l->end > l->p && (l->end[-1] == '\r' || l->end[-1] == ' ' || l->end[-1] == '\t'))
		l->end--;
	return true;
}

bool prom_text_next(struct prom_text *p, struct prom_sample *s)
{
	struct line l;

	while (next_line(p, &l)) {
		if (l.p == l.end)
			continue;
		if (take(&l, '#')) {
			read_comment(p, &l);
			continue;
		}
		if (l.end - l.p <= PROM_LINE_MAX && read_sample(p, &l, s)) {
			p->samples++;
			return true;
		}
		if (!p->bad++)
			p->first_bad = p->line;
	}
	return false;
}

int prom_text_check(const struct prom_text *p, const char *what, struct err *err)
{
	char shown[160];

	if (p->samples > p->bad)
		return 0;
	text_sanitise(shown, sizeof(shown), what, strlen(what));
	if (!p->samples && !p->bad)
		return err_set(err,
		    _("%s answers, but with no figure in it: check that it is the exporter's metrics page"),
		    shown);
	return err_set(err,
	    _("%s does not answer in the Prometheus text format (line %zu is none of it): check that it is the exporter's metrics page"),
	    shown, p->first_bad);
}

const char *prom_label(const struct prom_sample *s, const char *name)
{
	for (unsigned i = 0; i < s->n_labels; i++)
		if (!strcmp(s->labels[i].name, name))
			return s->labels[i].value;
	return NULL;
}
