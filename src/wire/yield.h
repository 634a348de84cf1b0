#ifndef MQ_WIRE_YIELD_H
#define MQ_WIRE_YIELD_H

#include <stdbool.h>

/*
 * Inside src/wire: an engine that is to run longer asks the one that listens to make room. Takes up to 7 s, and as long
 * as the disk likes.
 */

/* false: who listens there is no dashboard's engine, or does not answer. true: it has gone, or nobody listens yet: try again. */
bool yield_ask(const char *state_dir, const char *key);

#endif
