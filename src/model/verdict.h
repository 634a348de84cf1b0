#ifndef MQ_MODEL_VERDICT_H
#define MQ_MODEL_VERDICT_H

/* How a thing stands. In the order of the roll-up: the worst of several is the
 * greatest. */
enum verdict { VERDICT_NA, VERDICT_OK, VERDICT_WARN, VERDICT_UNKNOWN, VERDICT_CRIT };

enum { VERDICT_COUNT = VERDICT_CRIT + 1 };

static inline enum verdict verdict_worse(enum verdict a, enum verdict b)
{
	return a > b ? a : b;
}

const char *verdict_name(enum verdict v);  /* "OK", "UNKNOWN", ...: JSON and reports */
const char *verdict_short(enum verdict v); /* at most 4 cells, for columns: "UNKN"; untranslated */
int verdict_exit_code(enum verdict v);     /* 0 OK, 1 WARN, 2 CRIT, 3 UNKNOWN and NA */

#endif
