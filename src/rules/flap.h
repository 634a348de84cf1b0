#ifndef MQ_RULES_FLAP_H
#define MQ_RULES_FLAP_H

#include <stdbool.h>
#include <stdint.h>

/*
 * flap: does an alert come and go? As Nagios reckons it: of the last 21 states
 * the share of changes, the newest weighing 1.25 and the oldest 0.75. It flaps
 * from 30 % on, and until that has fallen to 20 %. A state is taken at each change
 * and every 30 s without one, so that quiet ten minutes end it. Pure.
 */
enum { FLAP_STATES = 21, FLAP_EVERY_S = 30 };

struct flap {
	uint32_t changes; /* bit 0: between the two newest states */
	int64_t last;	  /* boot ns of the newest state */
	bool bad, flapping;
};

/* Takes the states that are due by `now`; returns whether it flaps. */
bool flap_look(struct flap *f, int64_t now);
/* The same after a change to bad or not (no change: only a look). */
bool flap_change(struct flap *f, bool bad, int64_t now);
/* Nothing has changed for all of the states. */
bool flap_is_calm(const struct flap *f);
/* When it will no longer flap if nothing changes any more, boot ns; f->last where it does not. */
int64_t flap_over(const struct flap *f);
/* When the next state is due, boot ns. */
int64_t flap_due(const struct flap *f);

#endif
