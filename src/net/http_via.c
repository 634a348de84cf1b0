#include "net/http_via.h"

#include "base/alloc.h"
#include "net/via.h"

#include <stdlib.h>
#include <unistd.h>

struct http_via {
	struct http_via *next;
	struct via v;
	struct http_via_call *call; /* NULL once it is over */
};

static curl_socket_t on_open(void *arg, curlsocktype purpose, struct curl_sockaddr *addr)
{
	struct http_via_call *c = arg;
	struct http_via *one;

	(void)addr;
	if (purpose != CURLSOCKTYPE_IPCXN || c->via)
		return CURL_SOCKET_BAD;
	one = xcalloc(1, sizeof(*one));
	if (via_start(&one->v, c->vias->argv, c->host, c->port, &c->words)) {
		free(one);
		return CURL_SOCKET_BAD;
	}
	one->call = c;
	one->next = c->vias->list;
	c->vias->list = one;
	c->via = one;
	return one->v.fd;
}

static int on_sockopt(void *arg, curl_socket_t fd, curlsocktype purpose)
{
	(void)arg;
	(void)fd;
	(void)purpose;
	return CURL_SOCKOPT_ALREADY_CONNECTED;
}

static int on_close(void *arg, curl_socket_t fd)
{
	struct http_vias *vias = arg;
	struct http_via **at = &vias->list, *one;

	while (*at && (*at)->v.fd != fd)
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
	curl_easy_setopt(e, CURLOPT_SOCKOPTFUNCTION, on_sockopt);
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
