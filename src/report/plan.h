#ifndef MQ_REPORT_PLAN_H
#define MQ_REPORT_PLAN_H

#include "base/buf.h"
#include "config/config.h"
#include "manual/manual.h"
#include "report/inventory.h"
#include "triage/incident.h"

/*
 * plan: the emergency plan of a fault, the template of the guide's 5.3 (data/plans/template.yaml) filled in from what is
 * known: the manual's page, the clusters and their brokers, contacts, incidents, drills. The same facts make the same
 * text, whenever it is made: ages are for whoever shows it. Pure but for the template's file; any thread.
 */
struct plan_of {
	const char *fault;
	const struct manual_page *page;	     /* the rest may be NULL */
	const struct config *config;
	const struct inventory *inventory;   /* which brokers there are, or were */
	const struct incidents *all;
	const struct incidents *drills;	     /* those that are kept apart; NULL with drills_unread */
	bool drills_unread;		     /* nobody has looked whether there are any */
	const struct ledger *ledger;
};

struct plan_part {
	const char *id, *guide, *title; /* guide: id of the practice guide; "" where it is mqduty's own */
	const char *text;		/* Markdown; what is not known is said */
	bool known;
	bool field; /* of the section before */
};

enum { PLAN_PARTS = 24 };

struct plan {
	struct arena arena;
	const char *fault, *heading; /* "Emergency plan: Group stalled" */
	const struct manual_page *page;
	struct plan_part list[PLAN_PARTS];
	size_t n;
	struct plan_drill {
		const char *id, *user; /* of the incident; NULL: never drilled */
		int64_t wall;	       /* when it was closed */
	} drilled;
	bool drills_unread;
};

/* -1 with a sentence where the template cannot be read. plan_release() in any case. */
int plan_make(struct plan *p, const struct plan_of *of, struct err *err);
void plan_release(struct plan *p);

/* The last drill of the fault that was brought to its end, among both; false: none. */
bool plan_last_drill(const char *fault, const struct incidents *all, const struct incidents *drills, struct plan_drill *out);

/* "Last drilled: never", "Last drilled: 12d ago (INC-20261114-1, ann)": with its age, so never in a plan that is kept. */
char *plan_say_drilled(const struct plan_drill *d, bool unread, int64_t wall, char *out, size_t size);

/* As a file to be kept; as JSON (schema "mqduty/plan/1"); and as Markdown for manual_document(), with the age of the last
 * drill. -1 when out is full. */
int plan_to_markdown(const struct plan *p, struct buf *out);
int plan_to_json(const struct plan *p, int64_t wall, struct buf *out);
int plan_for_screen(const struct plan *p, int64_t wall, struct buf *out);

/* plan_make() and plan_to_markdown(). */
int plan_markdown(const struct plan_of *of, struct buf *out, struct err *err);

#endif
