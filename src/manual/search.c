/* Ranking pages by words. */
#include "manual/search.h"

#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORD_MAX_LEN = 64, WORDS_MAX = 12, WORD_FOUND = 1000, PAIR_FOUND = 100, STEPS_WEIGH = 10 };

/* strcasestr() obeys the locale; this is ASCII only, and the rest byte by byte. */
static bool holds(const char *text, const char *word)
{
	size_t n = strlen(word);

	for (; text && *text; text++) {
		size_t i = 0;

		while (i < n && text[i] && tolower((unsigned char)text[i]) == tolower((unsigned char)word[i]))
			i++;
		if (i == n)
			return true;
	}
	return false;
}

/* How much it says that a word stands there: in the title most. 0: it does not. */
static int weight_of(const struct manual_page *p, const char *word)
{
	int weight = 0, steps = 0;

	if (holds(p->title, word) || holds(p->id, word))
		weight = 50;
	for (size_t i = 0; i < p->n_alerts; i++)
		if (holds(p->alerts[i], word))
			weight = weight > 40 ? weight : 40;
	if (holds(p->text[MANUAL_SYMPTOM], word))
		weight += 20;
	if (holds(p->text[MANUAL_IMPACT], word) || holds(p->text[MANUAL_NOW], word))
		weight += 8;
	for (size_t i = 0; i < p->n_steps; i++)
		steps += holds(p->steps[i].title, word) * 3 + holds(p->steps[i].text, word);
	return weight + (steps < STEPS_WEIGH ? steps : STEPS_WEIGH);
}

static bool is_wide(const char *s)
{
	uint32_t cp;

	return *s && text_decode(s, strlen(s), &cp) && text_cp_width(cp) == 2;
}

/* Pairs of wide characters: Chinese is typed without blanks. */
static int pairs_of(const struct manual_page *p, const char *word)
{
	int score = 0;

	for (const char *at = word; is_wide(at);) {
		uint32_t cp;
		size_t first = text_decode(at, strlen(at), &cp), second;
		char pair[16];
		int w;

		if (!is_wide(at + first))
			break;
		second = text_decode(at + first, strlen(at + first), &cp);
		snprintf(pair, sizeof(pair), "%.*s", (int)(first + second), at);
		w = weight_of(p, pair);
		score += w ? PAIR_FOUND + w : 0;
		at += first;
	}
	return score;
}

static int score_of(const struct manual_page *p, char words[WORDS_MAX][WORD_MAX_LEN], size_t n)
{
	int score = 0;

	for (size_t i = 0; i < n; i++) {
		int w = weight_of(p, words[i]);

		score += w ? WORD_FOUND + w : pairs_of(p, words[i]);
	}
	return score;
}

static int by_score(const void *a, const void *b)
{
	const struct manual_hit *x = a, *y = b;

	if (x->score != y->score)
		return x->score < y->score ? 1 : -1;
	return strcmp(x->page->id, y->page->id);
}

/* How long the word at `text` is: up to a blank, or to where Chinese begins or ends: nobody types a blank there. */
static size_t word_length(const char *text)
{
	size_t most = strcspn(text, " \t,;:\"'()"), n = 0;
	bool wide = is_wide(text);

	while (n < most && is_wide(text + n) == wide) {
		uint32_t cp;
		size_t step = text_decode(text + n, most - n, &cp);

		n += step ? step : 1;
	}
	return n;
}

size_t manual_search(const struct manual *m, const char *text, struct manual_hit *out, size_t most)
{
	char words[WORDS_MAX][WORD_MAX_LEN];
	struct manual_hit *all;
	size_t n = 0, hits = 0;

	while (*text && n < WORDS_MAX) {
		size_t len;

		text += strspn(text, " \t,;:\"'()");
		len = word_length(text);
		if (len)
			snprintf(words[n++], WORD_MAX_LEN, "%.*s", (int)len, text);
		text += len;
	}
	all = xcalloc(m ? m->n_pages + 1 : 1, sizeof(*all));
	for (size_t i = 0; m && i < m->n_pages; i++) {
		int score = score_of(&m->pages[i], words, n);

		if (score)
			all[hits++] = (struct manual_hit){&m->pages[i], score};
	}
	if (hits)
		qsort(all, hits, sizeof(*all), by_score);
	if (hits > most)
		hits = most;
	memcpy(out, all, hits * sizeof(*all));
	free(all);
	return hits;
}
