#ifndef MQ_RULES_QUERY_ROWS_H
#define MQ_RULES_QUERY_ROWS_H

#include "rules/query.h"

/* Inside src/rules: which rows a question is about, and what they are called. */

/* Is row i of this section one that the question is about? */
bool query_row_matches(const struct query_scope *scope, const struct section *s, size_t i);

/* Does the scope pick single rows, so that a list that is not complete does not matter once one was found? */
bool query_scope_is_narrow(const struct query_scope *scope, enum section_kind kind);

/* "audit>events", "kafka-2 /var/lib/kafka", sanitised; "" for a cluster's one row. */
void query_row_name(const struct section *s, size_t i, char *out, size_t size);

/* "lost in", translated. */
const char *query_field_label(const struct query *q);

/* The number in its field's unit: "47s", "1.5GiB", "3". */
void query_number(const struct query *q, double n, char *out, size_t size);

#endif
