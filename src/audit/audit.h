#ifndef MQ_AUDIT_AUDIT_H
#define MQ_AUDIT_AUDIT_H

#include "engine/engine.h"
#include "rules/query.h"

/* One condition of a measured item: a fact of the cluster (each row of that name must hold), or a query. */
struct audit_condition {
	const char *fact;	/* NULL: a query */
	struct threshold want;	/* of a number, or of yes and no as 1 and 0 */
	const char *is;		/* of a text; NULL: a number */
	struct query query;
	const char *text;	/* "topics.replication_min >= 3" */
};

enum audit_level { LEVEL_LOW, LEVEL_MEDIUM, LEVEL_HIGH };

struct audit_item {
	const char *list, *id, *guide, *code; /* list: "kafka" */
	const char *group, *title, *why, *mend;
	const char *question;		/* NULL: nothing is asked */
	int64_t every;			/* how long an answer holds, ns */
	enum audit_level level;
	const char *mode;		/* only clusters of that mode ("KRaft"); NULL: all */
	struct audit_condition *conditions;
	size_t n_conditions;
};

struct audit_list {
	const char *name, *title;
	enum broker_kind kind;
	struct audit_item *items;
	size_t n;
};

struct audits {
	struct arena arena;
	struct audit_list lists[3]; /* by enum broker_kind */
};

/* Reads data/audits/{kafka,nats,mqtt}.yaml in the language that is spoken now; -1 with the mistakes. */
int audits_load(struct audits *a, struct err *err);
/* One file's text, for tests and the fuzzer. */
int audits_parse(struct audits *a, const char *name, const char *text, size_t len, struct err *err);
void audits_release(struct audits *a);

enum audit_how { AUDIT_MEASURED, AUDIT_ATTESTED, AUDIT_UNANSWERED, AUDIT_NA };

struct audit_result {
	const struct audit_item *item;
	size_t cluster;		       /* in the snapshot */
	enum audit_how how;
	/* OK, WARN, CRIT or UNKNOWN where measured (NA: broken, but of no weight in dev); UNKNOWN where unanswered; NA otherwise. */
	enum verdict verdict;
	const char *evidence;	       /* in words, foreign names sanitised; never NULL */
	const struct record *answer;   /* the newest, whether or not it still holds; NULL */
};

struct audit_report {
	struct arena arena;
	struct audit_result *results;
	size_t n;
	size_t counts[AUDIT_NA + 1];
	enum verdict verdict; /* the worst of the measured and unanswered ones */
};

/* Every item of the lists of these kinds (bits 1 << enum broker_kind) on every cluster. */
void audit_judge(const struct audits *a, unsigned kinds, const struct frame *f, int64_t now, int64_t wall,
    struct audit_report *out);
void audit_report_release(struct audit_report *r);

/* "audit/kafka/topic-naming": the subject of the answers to an item. Returns out. */
char *audit_subject(const struct audit_item *item, char *out, size_t size);
/* The item of that subject; NULL: there is none, or nothing is asked there. */
const struct audit_item *audit_find(const struct audits *a, const char *subject);

const char *audit_how_name(enum audit_how how); /* "measured", ... */

#endif
