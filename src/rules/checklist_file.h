#ifndef MQ_RULES_CHECKLIST_FILE_H
#define MQ_RULES_CHECKLIST_FILE_H

#include "base/alloc.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * checklist_file: the lists of data/checklists: what is to be gone through, how it is called in each language, and
 * what it is made of. data/checklists/README describes the format.
 */
struct words {
	const char *en, *zh_CN; /* the second may be NULL */
};

enum item_kind { ITEM_MEASURED, ITEM_ASKED };

struct list_item {
	const char *list, *id, *guide;
	const char *subject; /* "daily/disk-usage", as records name it */
	enum item_kind kind;
	const char *period;
	struct words title, text, hint, fine, worst;
	const char **rules, **sections; /* end with NULL; never NULL */
	const char *counted, *view;	/* may be NULL */
	const char *measure;		/* in place of rules: a measurement of src/audit; may be NULL */
};

struct checklist {
	const char *name, *period;
	struct words title;
	struct list_item *items;
	size_t n;
};

struct checklists {
	struct arena arena;
	struct checklist *lists;
	size_t n, cap;
};

/* Adds the list of a file's text; -1 with every mistake as file:line:column, and then nothing is added. A list whose
 * name is there already is a mistake. */
int checklists_add(
    struct checklists *c, const char *name, const char *text, size_t len, struct err *err);
void checklists_release(struct checklists *c);

/* All files of the data folder, read once; without one that says it, the daily list that the program brings along.
 * Files with mistakes are left out and told to the log. Any thread; lives as long as the program. */
const struct checklists *checklists(void);

const struct checklist *checklist_find(const struct checklists *c, const char *list);
/* NULL: there is none. */
const struct list_item *checklist_item(
    const struct checklists *c, const char *list, const char *id);

/* In the language that is spoken now; "" where there are none. */
const char *words_now(const struct words *w);

#endif
