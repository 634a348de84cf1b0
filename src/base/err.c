#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void (*bug_hook)(void);

int err_set(struct err *e, const char *fmt, ...)
{
	va_list ap;

	if (!e)
		return -1;
	va_start(ap, fmt);
	vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
	va_end(ap);
	return -1;
}

int err_prefix(struct err *e, const char *fmt, ...)
{
	char context[ERR_MAX / 2], whole[2 * ERR_MAX];
	va_list ap;

	if (!e)
		return -1;
	va_start(ap, fmt);
	vsnprintf(context, sizeof(context), fmt, ap);
	va_end(ap);
	snprintf(whole, sizeof(whole), "%s: %s", context, e->msg);
	snprintf(e->msg, sizeof(e->msg), "%.*s", ERR_MAX - 1, whole);
	return -1;
}

const char *err_msg(const struct err *e)
{
	return e ? e->msg : "";
}

void bug_set_hook(void (*hook)(void))
{
	bug_hook = hook;
}

void bug(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	if (bug_hook)
		bug_hook();
	fprintf(stderr, "mqduty: bug at %s:%d: ", file, line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	abort();
}
