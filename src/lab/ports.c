#include "lab/ports.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

/* Below the range from which Linux takes the ports of outgoing connections, so that
 * nobody's client lands on a port while its broker is down. */
enum { PORT_LOW = 15000, PORT_HIGH = 32000, TRIES = 2000 };

void ports_init(struct ports *p)
{
	p->n = 0;
}

static int bind_alone(int port)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	if (fd < 0)
		return -1;
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one))) {
		close(fd);
		return -1;
	}
	return fd;
}

int ports_take(struct ports *p, int *port, struct err *err)
{
	uint32_t r;

	if (p->n == PORTS_MAX)
		BUG("more than %d ports", PORTS_MAX);
	for (int i = 0; i < TRIES; i++) {
		int fd;

		if (getrandom(&r, sizeof(r), 0) != (ssize_t)sizeof(r))
			break;
		*port = PORT_LOW + (int)(r % (PORT_HIGH - PORT_LOW));
		fd = bind_alone(*port);
		if (fd >= 0) {
			p->fd[p->n++] = fd;
			return 0;
		}
	}
	return err_set(err, "No free port was found on 127.0.0.1 between %d and %d: %s.", PORT_LOW,
	    PORT_HIGH, strerror(errno));
}

void ports_release(struct ports *p)
{
	for (int i = 0; i < p->n; i++)
		close(p->fd[i]);
	p->n = 0;
}
