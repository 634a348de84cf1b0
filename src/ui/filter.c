#include "ui/filter.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

void filter_parse(struct filter *f, const char *text)
{
	size_t n = 0;

	*f = (struct filter){.inverse = text[0] == '!'};
	text += f->inverse;
	f->glob = strpbrk(text, "*?") != NULL;
	if (f->glob)
		f->pattern[n++] = '*';
	for (; *text && n < sizeof(f->pattern) - 2; text++)
		f->pattern[n++] = lower(*text);
	if (f->glob)
		f->pattern[n++] = '*';
	f->pattern[n] = '\0';
}

static bool starts_with(const char *text, const char *pattern)
{
	while (*pattern && lower(*text) == *pattern) {
		text++;
		pattern++;
	}
	return !*pattern;
}

bool filter_hit(const struct filter *f, const char *text)
{
	char folded[512];
	size_t n = 0;

	if (f->glob) {
		for (; text[n] && n < sizeof(folded) - 1; n++)
			folded[n] = lower(text[n]);
		folded[n] = '\0';
		return text_glob(f->pattern, folded);
	}
	do {
		if (starts_with(text, f->pattern))
			return true;
	} while (*text++);
	return false;
}
