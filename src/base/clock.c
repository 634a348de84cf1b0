#include "base/clock.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

static atomic_bool faked;
static _Atomic int64_t fake_boot, fake_wall;

static int64_t read_clock(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

int64_t clock_boot(void)
{
	return atomic_load(&faked) ? atomic_load(&fake_boot) : read_clock(CLOCK_BOOTTIME);
}

int64_t clock_wall(void)
{
	return atomic_load(&faked) ? atomic_load(&fake_wall) : read_clock(CLOCK_REALTIME);
}

void clock_fake(int64_t boot, int64_t wall)
{
	atomic_store(&fake_boot, boot);
	atomic_store(&fake_wall, wall);
	atomic_store(&faked, true);
}

void clock_real(void)
{
	atomic_store(&faked, false);
}
