#ifndef MQ_RULES_JUDGEMENT_H
#define MQ_RULES_JUDGEMENT_H

#include "base/alloc.h"
#include "model/model.h"
#include "model/verdict.h"

/*
 * judgement: what the rules make of one snapshot. Immutable and
 * reference-counted; strip, panes, alert line and reports all read this one, so
 * they never disagree.
 */
enum severity { SEVERITY_WARNING, SEVERITY_CRITICAL };
enum alert_state { ALERT_PENDING, ALERT_FIRING, ALERT_FOLDED, ALERT_SILENCED };

/* Their names in records and reports: "firing", "critical". */
const char *alert_state_name(enum alert_state s);
const char *severity_name(enum severity s);

struct rule_result {
	const char *name, *cluster;
	enum verdict verdict;
	int64_t evaluated, total; /* inputs judged, of how many */
	const char *reason;       /* NULL where OK says it all */
};

struct check_item {
	const char *list; /* "daily" */
	const char *id;   /* "cluster-health", ... */
	enum verdict verdict;
	int64_t evaluated, total, waived, muted; /* the rest of total is not known */
	const char *evidence;
};

struct alert {
	const char *name, *cluster, *entity;
	enum severity severity;
	enum alert_state state;
	bool acknowledged;
	const char *ack_by, *ack_comment; /* NULL unless acknowledged; the comment may be NULL */
	int64_t ack_wall;
	const char *muted; /* "silenced until 12:40 by duty1: reason"; NULL: it counts */
	bool flapping;	   /* comes and goes; it is kept firing meanwhile */
	struct value value;
	const char *what;      /* the number in words: "812 (limit 80% of 1,000)", "lost in 38m" */
	const char *threshold; /* as the guide writes it: ">10000" */
	int64_t since_wall;    /* ns: when the condition began */
	int64_t since_boot;
	const char *action;    /* what to do, a sentence */
	const char *manual;    /* id of the fault in the manual */
	const char *folded_under; /* "BrokerDown orders kafka-2"; NULL: it stands for itself */
	enum section_kind section; /* the pane whose row it is about; SECTION_COUNT: none */
	size_t row;                /* that row in the snapshot's section; SIZE_MAX: none */
};

/* What changed since the judgement before: the engine notes it. Alerts that are folded under
 * another make no news. */
enum news_kind { NEWS_FIRING, NEWS_RESOLVED, NEWS_GONE, NEWS_MAINT_ENDED };

struct alert_news {
	enum news_kind kind;
	const char *name; /* of the rule; NULL for a maintenance */
	const char *cluster, *entity;
	const char *key;   /* identity within the rule and cluster, where the entity's words may change */
	const char *text;  /* a phrase for the events: "BrokerDown resolved after 12m" */
	size_t index;	   /* of the cluster in the snapshot */
	enum severity severity;
	int64_t since_wall;
};

/* How the rows of one section stand. */
struct row_verdict {
	enum verdict verdict;
	const char *why; /* NULL, or a phrase: "over 6m" */
};

struct cluster_judgement {
	enum verdict verdict;
	struct row_verdict *rows[SECTION_COUNT]; /* as many as the section has rows; NULL where none */
	size_t n_rows[SECTION_COUNT];
};

struct judgement {
	atomic_uint refs;
	struct arena arena;
	enum verdict verdict; /* worst of all clusters */
	int64_t boot, wall;
	struct cluster_judgement *clusters; /* as in the snapshot */
	size_t n_clusters;
	struct rule_result *rules;
	size_t n_rules;
	struct check_item *checklist;
	size_t n_checklist;
	struct alert *alerts; /* most urgent first */
	size_t n_alerts;
	struct alert_news *news; /* in the order in which it happened; not part of recordings */
	size_t n_news;
	char day[11];	     /* of the daily checklist now: "2026-11-26"; "": not known, an old recording */
	int64_t day_began;   /* wall ns */
	int day_offset_s;    /* of its time zone now, seconds east of Greenwich */
	const char *banner; /* "3 clusters lost at once: suspect this host or its network"; NULL: none */
};

struct judgement *judgement_new(const struct snapshot *snap);
struct judgement *judgement_ref(struct judgement *j);
void judgement_unref(struct judgement *j);

/* How row i of a section of cluster c stands; {UNKNOWN, NULL} where it was not judged. */
struct row_verdict judgement_row(const struct judgement *j, size_t cluster, enum section_kind kind, size_t i);

/* The worst verdict of a pane over all clusters (NA where no cluster has it). */
enum verdict judgement_pane(const struct judgement *j, enum section_kind kind);

#endif
