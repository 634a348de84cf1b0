#ifndef MQ_BASE_CLOCK_H
#define MQ_BASE_CLOCK_H

#include <stdint.h>

/*
 * Two clocks, both in nanoseconds. "boot" (CLOCK_BOOTTIME) is for ages,
 * periods and deadlines: it runs while a laptop sleeps and never jumps. "wall"
 * is for showing. Safe from any thread; the fake is set by tests and by replay.
 */
#define NS_PER_US 1000LL
#define NS_PER_MS 1000000LL
#define NS_PER_S 1000000000LL

int64_t clock_boot(void);
int64_t clock_wall(void);

/* From now on both clocks stand at these times, until set again; clock_real()
 * goes back to the real ones. */
void clock_fake(int64_t boot, int64_t wall);
void clock_real(void);

#endif
