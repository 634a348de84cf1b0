/*
 * For builds with ThreadSanitizer only. librdkafka uses glibc's C11 threads,
 * which TSan does not intercept: it would crash at once. Here they are said in
 * terms of pthreads, which it knows. The symbols are visible so that the library
 * binds to them.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <threads.h>

#define SHOWN __attribute__((visibility("default")))

struct start {
	thrd_start_t run;
	void *arg;
};

static void *trampoline(void *p)
{
	struct start s = *(struct start *)p;

	free(p);
	return (void *)(long)s.run(s.arg);
}

static int result(int rc)
{
	return rc ? thrd_error : thrd_success;
}

SHOWN int thrd_create(thrd_t *thread, thrd_start_t run, void *arg)
{
	struct start *s = malloc(sizeof(*s));

	if (!s)
		return thrd_nomem;
	*s = (struct start){run, arg};
	return result(pthread_create((pthread_t *)thread, NULL, trampoline, s));
}

SHOWN int thrd_join(thrd_t thread, int *res)
{
	void *r;
	int rc = pthread_join((pthread_t)thread, &r);

	if (!rc && res)
		*res = (int)(long)r;
	return result(rc);
}

SHOWN int thrd_detach(thrd_t thread)
{
	return result(pthread_detach((pthread_t)thread));
}

SHOWN int mtx_init(mtx_t *m, int type)
{
	pthread_mutexattr_t attr;
	int rc;

	pthread_mutexattr_init(&attr);
	if (type & mtx_recursive)
		pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
	rc = pthread_mutex_init((pthread_mutex_t *)m, &attr);
	pthread_mutexattr_destroy(&attr);
	return result(rc);
}

SHOWN void mtx_destroy(mtx_t *m)
{
	pthread_mutex_destroy((pthread_mutex_t *)m);
}

SHOWN int mtx_lock(mtx_t *m)
{
	return result(pthread_mutex_lock((pthread_mutex_t *)m));
}

SHOWN int mtx_trylock(mtx_t *m)
{
	return pthread_mutex_trylock((pthread_mutex_t *)m) ? thrd_busy : thrd_success;
}

SHOWN int mtx_unlock(mtx_t *m)
{
	return result(pthread_mutex_unlock((pthread_mutex_t *)m));
}

SHOWN int cnd_init(cnd_t *c)
{
	return result(pthread_cond_init((pthread_cond_t *)c, NULL));
}

SHOWN void cnd_destroy(cnd_t *c)
{
	pthread_cond_destroy((pthread_cond_t *)c);
}

SHOWN int cnd_signal(cnd_t *c)
{
	return result(pthread_cond_signal((pthread_cond_t *)c));
}

SHOWN int cnd_broadcast(cnd_t *c)
{
	return result(pthread_cond_broadcast((pthread_cond_t *)c));
}

SHOWN int cnd_wait(cnd_t *c, mtx_t *m)
{
	return result(pthread_cond_wait((pthread_cond_t *)c, (pthread_mutex_t *)m));
}

SHOWN int cnd_timedwait(cnd_t *c, mtx_t *m, const struct timespec *until)
{
	int rc = pthread_cond_timedwait((pthread_cond_t *)c, (pthread_mutex_t *)m, until);

	return rc == 0 ? thrd_success : rc == ETIMEDOUT ? thrd_timedout : thrd_error;
}
