#include "net/http_via.h"

#include "base/alloc.h"
#include "net/via.h"

#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct http_via {
	struct http_via *next;
	struct via v;
	int fd;                     /* libcurl's end */
	struct http_via_call *call; /* NULL once it is over */
};

/* A listener of a name that the kernel picks, written to addr. */
static int listen_somewhere(struct curl_sockaddr *addr)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	socklen_t len = sizeof(un);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	if (bind(fd, (struct sockaddr *)&un, sizeof(un.sun_family)) || listen(fd, 1) ||
	    getsockname(fd, (struct sockaddr *)&un, &len)) {
		close(fd);
		return -1;
	}
	addr->family = AF_UNIX;
	addr->socktype = SOCK_STREAM;
	addr->protocol = 0;
	addr->addrlen = len;
	/* libcurl's structure ends with room for any address, though its type says 16 bytes. */
	memcpy((char *)addr + offsetof(struct curl_sockaddr, addr), &un, len);
	return fd;
}

/* libcurl connects by itself (7.88 even what is connected already), so it is given an address to
 * connect to: where the command is going to accept. */
static curl_socket_t on_open(void *arg, curlsocktype purpose, struct curl_sockaddr *addr)
{
	struct http_via_call *c = arg;
	struct http_via *one;
	int listener, rc;

	if (purpose != CURLSOCKTYPE_IPCXN || c->via)
		return CURL_SOCKET_BAD;
	listener = listen_somewhere(addr);
	if (listener < 0)
		return CURL_SOCKET_BAD;
	one = xcalloc(1, sizeof(*one));
	rc = via_start_on(&one->v, c->vias->argv, c->host, c->port, listener, &c->words);
	close(listener);
	one->fd = rc ? -1 : socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (one->fd < 0) {
		if (!rc)
			via_end(&one->v);
		free(one);
		return CURL_SOCKET_BAD;
	}
	one->call = c;
	one->next = c->vias->list;
	c->vias->list = one;
	c->via = one;
	return one->fd;
}

static int on_close(void *arg, curl_socket_t fd)
{
	struct http_vias *vias = arg;
	struct http_via **at = &vias->list, *one;

	while (*at && (*at)->fd != fd)
		at = &(*at)->next;
	one = *at;
	if (one) {
		*at = one->next;
		if (one->call) {
			via_last_words(&one->v, one->call->words.msg, sizeof(one->call->words.msg));
			one->call->via = NULL;
		}
		via_end(&one->v);
		free(one);
	}
	return close(fd);
}

void http_via_set(struct http_via_call *c, struct http_vias *vias, CURL *e, const char *address)
{
	const char *colon = strrchr(address, ':');

	c->vias = vias;
	c->host = xstrndup(address, (size_t)(colon - address));
	c->port = xstrdup(colon + 1);
	curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, on_open);
	curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, c);
	curl_easy_setopt(e, CURLOPT_CLOSESOCKETFUNCTION, on_close);
	curl_easy_setopt(e, CURLOPT_CLOSESOCKETDATA, vias);
}

void http_via_done(struct http_via_call *c)
{
	if (c->via)
		c->via->call = NULL;
	free(c->host);
	free(c->port);
	c->via = NULL;
	c->host = c->port = NULL;
}
