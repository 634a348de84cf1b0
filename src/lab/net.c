#include "lab/net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

int net_connect(int port, int timeout_ms)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	struct timeval tv = {timeout_ms / 1000, timeout_ms % 1000 * 1000};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	/* SO_SNDTIMEO bounds connect() as well. */
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	if (connect(fd, (struct sockaddr *)&a, sizeof(a))) {
		close(fd);
		return -1;
	}
	return fd;
}

bool net_is_free(int port)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
	bool is_free;

	if (fd < 0)
		return false;
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	/* As servers do: connections that are only being forgotten do not count. */
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	is_free = !bind(fd, (struct sockaddr *)&a, sizeof(a)) && !listen(fd, 1);
	close(fd);
	return is_free;
}

bool net_listens(int port, int timeout_ms)
{
	int fd = net_connect(port, timeout_ms);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

int net_http_get(int port, const char *path, char *out, size_t size, int timeout_ms)
{
	char req[256], *body;
	int fd = net_connect(port, timeout_ms), status = -1;
	size_t len = 0;
	ssize_t n;

	out[0] = '\0';
	if (fd < 0)
		return -1;
	snprintf(req, sizeof(req), "GET %s HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n", path);
	if (send(fd, req, strlen(req), MSG_NOSIGNAL) == (ssize_t)strlen(req))
		while (len < size - 1 && (n = recv(fd, out + len, size - 1 - len, 0)) > 0)
			len += (size_t)n;
	close(fd);
	out[len] = '\0';
	if (strncmp(out, "HTTP/1.", 7) == 0 && len > 12)
		status = (int)strtol(out + 9, NULL, 10);
	body = strstr(out, "\r\n\r\n");
	if (body)
		memmove(out, body + 4, strlen(body + 4) + 1);
	return status;
}

int net_mqtt_connect(int port, const char *client_id, int keepalive, int timeout_ms)
{
	size_t id_len = strlen(client_id), n = 0;
	unsigned char p[128], ack[4];
	int fd;

	if (id_len > 64)
		return -1;
	p[n++] = 0x10;
	p[n++] = (unsigned char)(12 + id_len);
	memcpy(p + n, "\0\4MQTT\4\2", 8);
	n += 8;
	p[n++] = (unsigned char)(keepalive >> 8);
	p[n++] = (unsigned char)keepalive;
	p[n++] = 0;
	p[n++] = (unsigned char)id_len;
	memcpy(p + n, client_id, id_len);
	n += id_len;
	fd = net_connect(port, timeout_ms);
	if (fd < 0)
		return -1;
	if (send(fd, p, n, MSG_NOSIGNAL) == (ssize_t)n &&
	    recv(fd, ack, sizeof(ack), MSG_WAITALL) == (ssize_t)sizeof(ack) && ack[0] == 0x20 &&
	    ack[3] == 0)
		return fd;
	close(fd);
	return -1;
}
