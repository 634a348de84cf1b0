#ifndef MQ_REPORT_INCIDENT_H
#define MQ_REPORT_INCIDENT_H

#include "base/buf.h"
#include "manual/manual.h"
#include "triage/incident.h"

/* Reports of incidents. Pure functions; every text in them may be foreign and is escaped here. -1
 * when out is full. */

/* The report, ready to be filed: what happened, times, timeline, evidence. wall: when it is written. */
int incident_markdown(const struct incident *inc, const struct manual_page *page, int64_t wall, struct buf *out);
/* The same as JSON (schema "mqduty/incident/1"), with all that was recorded. */
int incident_json(const struct incident *inc, int64_t wall, struct buf *out);

#endif
