#ifndef MQ_MANUAL_SEARCH_H
#define MQ_MANUAL_SEARCH_H

#include "manual/manual.h"

/* search: pages by words of a symptom: "disk full", "消费延迟". Pure. */
struct manual_hit {
	const struct manual_page *page;
	int score;
};

/* The pages in which any of the words stands, those with most of them first. Letters' case and the order do not
 * matter; of a Chinese word its pairs of characters count too. Returns how many were written. */
size_t manual_search(const struct manual *m, const char *words, struct manual_hit *out, size_t most);

#endif
