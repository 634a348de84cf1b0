#ifndef MQ_TESTS_FAULT_SERVER_H
#define MQ_TESTS_FAULT_SERVER_H

#include <stddef.h>

/*
 * A server of 127.0.0.1 that misbehaves in one way, for all who must live with
 * what is foreign. Modes: see fault_modes. Each connection has a thread.
 */
struct fault_page {
	const char *path; /* without the query */
	int status;
	const char *body;
};

struct fault_server;

extern const char *const fault_modes[]; /* ends with NULL; "ok" is the first */

/* path: only this path misbehaves and the others are served from pages (those of
 * a small healthy NATS server where NULL); NULL: everything misbehaves. Ends the
 * program for a mode that is not there. port 0: a free one. */
struct fault_server *fault_start(const char *mode, const char *path, const struct fault_page *pages, int port);
int fault_port(const struct fault_server *s);
size_t fault_requests(struct fault_server *s);   /* requests seen so far */
size_t fault_connections(struct fault_server *s); /* connections accepted so far */
void fault_stop(struct fault_server *s);

#endif
