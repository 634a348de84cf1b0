#include "source/mqtt/tunnel.h"

#include "base/i18n.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int listen_here(int *port, struct err *err)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, len) || listen(fd, 1) ||
	    getsockname(fd, (struct sockaddr *)&a, &len)) {
		err_set(err, _("no local port for the via command: %s"), strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	*port = ntohs(a.sin_port);
	return fd;
}

int tunnel_open(struct tunnel *t, const char *const *argv, const char *host, const char *port,
    char *address, size_t size, struct err *err)
{
	int local, listener = listen_here(&local, err);

	*t = (struct tunnel){.via = {.fd = -1, .err_fd = -1}};
	if (listener < 0)
		return -1;
	t->open = via_start_on(&t->via, argv, host, port, listener, err) == 0;
	close(listener); /* the command holds it until it has taken the connection */
	if (!t->open)
		return -1;
	snprintf(address, size, "127.0.0.1:%d", local);
	return 0;
}

void tunnel_words(struct tunnel *t, char *out, size_t size)
{
	out[0] = '\0';
	if (t->open)
		via_last_words(&t->via, out, size);
}

void tunnel_close(struct tunnel *t)
{
	if (t->open)
		via_end(&t->via);
	t->open = false;
}
