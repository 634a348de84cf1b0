#ifndef MQ_BASE_THREAD_H
#define MQ_BASE_THREAD_H

#include <pthread.h>
#include <stdint.h>

/* Starts a thread that takes no signals but those of its own crashes: all others
 * are for the UI thread. Returns 0 or an errno number. name: at most 15 bytes are used. */
int thread_start(pthread_t *thread, const char *name, void *(*run)(void *), void *arg);

/* Waits for a condition whose clock is CLOCK_MONOTONIC, at most until the time `until` of clock_boot(); INT64_MAX: for ever.
 * It may come back sooner. */
void cond_wait_until(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t until);

/* wake: an eventfd that one side sets and another polls; setting it twice is
 * setting it once. Any thread. */
int wake_open(void); /* -1 with errno */
void wake_set(int fd);
void wake_drain(int fd);

#endif
