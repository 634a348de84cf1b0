#ifndef MQ_RULES_QUERY_H
#define MQ_RULES_QUERY_H

#include "base/fmt.h"
#include "rules/judgement.h"
#include "rules/threshold.h"

/*
 * query: a question to a snapshot that a page of the fault manual asks, with the condition under
 * which all is well (data/manual/README):
 *
 *     SECTION.FIELD OP NUMBER            lag.members >= 1
 *     SECTION.FIELD falls|grows DURATION lag.lag falls 5m
 *     NAME of a built-in rule            well when it does not fire for the row
 *
 * A list of rows or texts counts as how many there are, yes and no as 1 and 0. Pure; any thread.
 */
enum query_form { QUERY_COMPARE, QUERY_FALLS, QUERY_GROWS, QUERY_RULE };

enum { QUERY_RULE_MAX = 48 };

struct query {
	enum query_form form;
	enum section_kind section;
	const struct field *field; /* NULL: the broker's metric */
	enum metric_id metric;
	struct threshold well;	   /* QUERY_COMPARE: what must hold; the bound in the field's unit */
	int64_t span;		   /* QUERY_FALLS, QUERY_GROWS: ns */
	const struct field *past;  /* the same: the field that holds the series */
	char rule[QUERY_RULE_MAX]; /* QUERY_RULE */
};

/* -1 with a sentence that says what would be right. */
int query_parse(struct query *q, const char *text, struct err *err);
/* Only SECTION.FIELD or SECTION.metrics.NAME: what is asked about. */
int query_parse_field(struct query *q, const char *text, struct err *err);
/* What its number counts; *per_second: how many of it make a second (rtt_ms: 1000). */
enum threshold_unit query_unit(const struct query *q, double *per_second);
/* The number of row i of the query's section, with its quality; lists and texts count as how many there are. */
struct value query_row_value(const struct query *q, const struct section *s, size_t i);
int query_parse_rule(struct query *q, const char *name, struct err *err);

/*
 * Which rows a question is about: the very row where it is of the query's section, otherwise those
 * of this cluster that share what is named here; NULL: any.
 */
struct query_scope {
	size_t cluster; /* index in the snapshot; SIZE_MAX: none */
	enum section_kind section;
	size_t row; /* of that section; SIZE_MAX: none */
	const char *broker, *group, *topic, *path;
	enum verdict bad; /* what "not well" counts as: VERDICT_WARN or VERDICT_CRIT */
};

enum { QUERY_TEXT_MAX = 200 };

struct query_result {
	enum verdict verdict; /* OK: well; WARN, CRIT: not; UNKNOWN, NA: see reason */
	enum quality quality; /* of the number, now */
	struct value value;   /* type NONE where there is none; its reason points into the snapshot */
	enum section_kind section; /* the row that counts; SECTION_KINDS: none */
	size_t row;
	size_t rows;		     /* how many were looked at */
	char what[96];		     /* "members", "lost in" */
	char number[96];	     /* "0", "47s", of a rule what its alert says; "" where there is none */
	bool trend;		     /* bound says what it has to do: "fall for 5m", "not fire" */
	char bound[96];		     /* ">= 1", "" */
	char where[96];		     /* the row's name, sanitised; "" for a cluster */
	char reason[QUERY_TEXT_MAX]; /* why it cannot be told, sanitised; "" where it can */
};

/* Judges the question at `now` (boot ns). Never OK on what is not fresh. */
void query_eval(const struct query *q, const struct query_scope *scope, const struct snapshot *snap,
    const struct judgement *j, int64_t now, struct query_result *out);

/* "members 0, should be >= 1", "members: stale (4m old)". Returns out. */
char *query_say(const struct query_result *r, char *out, size_t size);

#endif
