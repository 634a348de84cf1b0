#ifndef MQ_TESTS_RANDOM_FRAME_H
#define MQ_TESTS_RANDOM_FRAME_H

#include "engine/engine.h"

/* Frames as no lab makes them: sections that are missing, lists that are cut short, values of every
 * quality, names that are hostile. The same seed gives the same frame. Judged by the real rules. */
struct frame *random_frame(unsigned seed);

/* The generator itself: 0 <= n < most. */
unsigned random_below(unsigned *seed, unsigned most);

#endif
