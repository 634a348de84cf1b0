#ifndef MQ_UI_FILTER_H
#define MQ_UI_FILTER_H

#include <stdbool.h>

/*
 * filter: what the operator types after '/'. "sub" finds text, "a*b" is a glob
 * anywhere in the text, "!x" turns it round. Letters of ASCII in either case.
 */
enum { FILTER_MAX = 128 };

struct filter {
	char pattern[FILTER_MAX]; /* in lower case; "" lets everything through */
	bool inverse, glob;
};

void filter_parse(struct filter *f, const char *text);

/* Does the text hold the pattern? Says nothing about `inverse`: a row with
 * several texts is judged by its caller. */
bool filter_hit(const struct filter *f, const char *text);

#endif
