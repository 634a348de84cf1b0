#ifndef MQ_MANUAL_MANUAL_H
#define MQ_MANUAL_MANUAL_H

#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/kinds.h"
#include "rules/query.h"

/*
 * manual: the fault manual of one language, read from Markdown files (the format: data/manual/README).
 * Immutable once loaded; everything lives in its arena. Any thread may read.
 */
enum manual_section {
	MANUAL_SYMPTOM,
	MANUAL_IMPACT,
	MANUAL_NOW,
	MANUAL_CONFIRM, /* from here to MANUAL_ROLLBACK: steps */
	MANUAL_LOCATE,
	MANUAL_RECOVER,
	MANUAL_VERIFY,
	MANUAL_ROLLBACK,
	MANUAL_PREVENT,
	MANUAL_SECTIONS
};

enum manual_precheck {
	PRECHECK_NONE,
	PRECHECK_RESTART_BROKER,
	PRECHECK_CLEAN_DISK,
	PRECHECK_ADD_PARTITIONS,
	PRECHECK_PURGE_SESSIONS,
	PRECHECK_RESET_OFFSETS,
	N_PRECHECKS
};

enum manual_escalate { ESCALATE_NOBODY, ESCALATE_OWNER, ESCALATE_CONTACTS };

enum { MANUAL_NOW_MAX = 3, MANUAL_STEPS_MAX = 40, MANUAL_ANSWERS_MAX = 9, MANUAL_REVISION_MAX = 16 };

/* One answer to a step's question. */
struct manual_answer {
	const char *text;
	int target; /* index of the step to go on with; -1: the next one */
};

struct manual_step {
	const char *id; /* "confirm.1": stays while steps are neither added nor moved */
	enum manual_section section;
	const char *title;
	const char *text; /* Markdown; "" where there is none */
	const char *query_text; /* as written; NULL: no query */
	struct query query;	/* where query_text is set */
	const char *command;	/* a template with {names}; NULL */
	const char *cost;	/* NULL */
	enum manual_precheck precheck;
	int64_t wait_ns; /* how long the query must hold; 0: a look is enough */
	int64_t time_ns; /* time box; 0: none */
	struct manual_answer *answers; /* the title is the question */
	size_t n_answers;
	enum manual_escalate escalate;
	const char **guide; /* ids of the practice guide */
	size_t n_guide;
	int line; /* of the heading in the file */
};

struct manual_page {
	const char *id, *title, *owner, *reviewed; /* reviewed: YYYY-MM-DD */
	unsigned kinds;				   /* bits 1 << enum broker_kind */
	const char **alerts;			   /* names of rules */
	size_t n_alerts;
	const char **guide;
	size_t n_guide;
	char revision[MANUAL_REVISION_MAX]; /* of the file's bytes: changes when any of them does */
	const char *path;
	const char *lang; /* "en", "zh_CN": the one it was found in */
	const char *text[MANUAL_SECTIONS]; /* Markdown; NULL: no such section. Of sections with steps: what
					    * stands before the first */
	const char *now[MANUAL_NOW_MAX];   /* the items of "Now", Markdown */
	size_t n_now;
	struct manual_step *steps; /* in the order of the file */
	size_t n_steps;
};

struct manual {
	struct arena arena;
	const char *lang;
	struct manual_page *pages; /* by id */
	size_t n_pages;
};

/* Mistakes of files, in the order in which they were found. */
struct manual_errors {
	struct manual_error {
		char *file;
		int line;   /* from 1; 0: the file as a whole */
		char *text; /* how to mend it is part of it */
		bool warning;
	} *list;
	size_t n, cap;
};
void manual_errors_release(struct manual_errors *e);
size_t manual_errors_count(const struct manual_errors *e); /* without warnings */
void manual_errors_print(const struct manual_errors *e, struct buf *out); /* "file:line: text", one a line */
void manual_complain(struct manual_errors *e, const char *file, int line, bool warning, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/*
 * Reads the manual that comes with mqduty, then the teams' folders, of which a later page takes the
 * place of an earlier one of the same id. A folder holds *.md, or a folder of them per language;
 * where a page is not translated the English one stands in. lang: "en" or "zh_CN". Never NULL: pages
 * with mistakes that leave no sense are left out, the rest is there; errors may be NULL.
 */
struct manual *manual_load(const char *const *dirs, size_t n_dirs, const char *lang, struct manual_errors *errors);
void manual_free(struct manual *m);

/* The folder of the manual that comes with mqduty ("…/data/manual"); false: it was not found. */
bool manual_home(char *out, size_t size);

/* One page from text; the page's strings go into `arena`. -1: it cannot be used at all. */
int manual_parse(struct manual_page *page, struct arena *arena, const char *path, const char *lang, const char *text,
    size_t len, struct manual_errors *errors);

/* NULL where there is none. */
const struct manual_page *manual_find(const struct manual *m, const char *id);
/* The page for an alert: by the id that the alert names, else by the alert's name. */
const struct manual_page *manual_for_alert(
    const struct manual *m, const char *id, const char *alert, enum broker_kind kind);

/* The next item of a list in a section's Markdown, without its mark of the guide; *at goes on behind it. false: there is
 * none. */
bool manual_next_item(const char **at, char *out, size_t size);

/* Does the item of "Now" say what must not be done? */
bool manual_forbids(const char *item);

/* The key of a section's heading in the files, also what the screen translates: "Confirm". */
const char *manual_section_name(enum manual_section s);
/* The same for ids: "confirm". */
const char *manual_section_key(enum manual_section s);
const char *manual_precheck_name(enum manual_precheck p);
static inline bool manual_section_has_steps(enum manual_section s)
{
	return s >= MANUAL_CONFIRM && s <= MANUAL_ROLLBACK;
}

#endif
