#ifndef MQ_WIRE_SOCKET_H
#define MQ_WIRE_SOCKET_H

#include "config/config.h"
#include "store/state_dir.h"

#include <sys/socket.h>

/*
 * socket: where an engine listens: state_dir/engine-KEY.sock, the key being made of the
 * configuration's path, so that engine and viewers of one configuration meet. May hang
 * with the disk: not for the UI thread.
 */
enum { SOCKET_NAME_MAX = 40 };

/* "engine-0123456789abcdef" (without .sock) of this canonical path; "": of what was found on this host. */
void socket_key(char out[SOCKET_NAME_MAX], const char *canonical);

/* The canonical path of a configuration; "" where there is none. */
void socket_config_path(const struct config *c, char *out, size_t size);

/* Listens; whatever lies there is stale and goes, as the caller holds the lock of that key. -1 with err. */
int socket_listen(const struct state_dir *d, const char *key, struct err *err);
void socket_unlink(const struct state_dir *d, const char *key);

/* Connects without waiting; -1: nobody listens. */
int socket_connect(const char *state_dir, const char *key);

/* Who is at the other end, and may they be: the same user, root, or a member of the group that shares the folder. */
bool socket_peer_may(const struct state_dir *d, int fd, struct ucred *who);

#endif
