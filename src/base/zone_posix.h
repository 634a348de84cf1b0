#ifndef MQ_BASE_ZONE_POSIX_H
#define MQ_BASE_ZONE_POSIX_H

#include <stdbool.h>
#include <stdint.h>

/* Inside src/base: a time zone as POSIX writes it in TZ. */

enum { ZONE_OFFSET_MOST = 26 * 3600 };

/* When, in each year, the clocks are changed. */
struct zone_change {
	char form; /* 'M' month, week and weekday, 'J' day 1 to 365 without February 29th, 'N' day 0 to 365 */
	int month, week, day;
	int time; /* seconds after midnight, of the clock until then */
};

struct zone_rule {
	int standard, summer; /* seconds east of Greenwich */
	bool has_summer;
	struct zone_change begin, end;
};

/* "CET-1CEST,M3.5.0,M10.5.0/3"; -1: it is none. */
int zone_rule_parse(struct zone_rule *r, const char *text);
int zone_rule_offset(const struct zone_rule *r, int64_t s);

#endif
