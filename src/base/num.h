#ifndef MQ_BASE_NUM_H
#define MQ_BASE_NUM_H

#include <stdint.h>

/* a + b, at most INT64_MAX and at least INT64_MIN: for sums of numbers that brokers tell, whatever they tell. */
static inline int64_t num_add(int64_t a, int64_t b)
{
	int64_t sum;

	if (!__builtin_add_overflow(a, b, &sum))
		return sum;
	return b > 0 ? INT64_MAX : INT64_MIN;
}

/* What an integer holds of a number that a broker tells; 0 for what is none. */
static inline int64_t num_int(double d)
{
	if (d >= 9.2e18)
		return INT64_MAX;
	if (d <= -9.2e18)
		return INT64_MIN;
	return d == d ? (int64_t)d : 0;
}

#endif
