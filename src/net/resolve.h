#ifndef MQ_NET_RESOLVE_H
#define MQ_NET_RESOLVE_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/*
 * resolve: names to addresses without ever waiting. Lookups run in a few
 * detached threads of the process; one that hangs in libc is left alone, and a
 * name keeps its last addresses while it cannot be looked up again.
 */
enum { RESOLVE_MAX = 8 };

struct resolved {
	size_t n;
	struct {
		struct sockaddr_storage addr;
		socklen_t len;
	} list[RESOLVE_MAX];
};

enum resolve_result {
	RESOLVE_OK,
	RESOLVE_WAIT,  /* under way: ask again in a moment */
	RESOLVE_FAILED /* err says why */
};

/* Numeric addresses are answered at once. Any thread. */
enum resolve_result resolve(
    const char *host, const char *port, struct resolved *out, struct err *err);

#endif
