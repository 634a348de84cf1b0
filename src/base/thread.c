#include "base/thread.h"

#include "base/clock.h"

#include <signal.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

int thread_start(pthread_t *thread, const char *name, void *(*run)(void *), void *arg)
{
	static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
	sigset_t most, before;
	char brief[16];
	int rc;

	sigfillset(&most);
	for (size_t i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++)
		sigdelset(&most, crashes[i]);
	pthread_sigmask(SIG_SETMASK, &most, &before);
	rc = pthread_create(thread, NULL, run, arg);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc)
		return rc;
	snprintf(brief, sizeof(brief), "%.15s", name);
	pthread_setname_np(*thread, brief);
	return 0;
}

void cond_wait_until(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t until)
{
	struct timespec t;
	int64_t at;

	if (until == INT64_MAX) {
		pthread_cond_wait(cond, lock);
		return;
	}
	clock_gettime(CLOCK_MONOTONIC, &t);
	at = t.tv_sec * NS_PER_S + t.tv_nsec + (until - clock_boot());
	t.tv_sec = at / NS_PER_S;
	t.tv_nsec = at % NS_PER_S;
	pthread_cond_timedwait(cond, lock, &t);
}

int wake_open(void)
{
	return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
}

void wake_set(int fd)
{
	uint64_t one = 1;

	/* A full counter means that the other side is awake already. */
	if (write(fd, &one, sizeof(one)) < 0)
		return;
}

void wake_drain(int fd)
{
	uint64_t count;

	/* Nothing to read is what we want. */
	if (read(fd, &count, sizeof(count)) < 0)
		return;
}
