#include "lab/options.h"
#include "lab/simkafka.h"

#include "base/buf.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { REPLY_MAX = 65536, TIMEOUT_S = 5 };

int sim_tell(const char *socket_path, const char *words, char *reply, size_t size, struct err *err)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	struct timeval tv = {.tv_sec = TIMEOUT_S};
	char text[REPLY_MAX];
	size_t len = 0;
	ssize_t n;
	int fd;

	if (strlen(socket_path) >= sizeof(a.sun_path))
		return err_set(err, "%s is too long for a socket's path.", socket_path);
	memcpy(a.sun_path, socket_path, strlen(socket_path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof(a))) {
		if (fd >= 0)
			close(fd);
		return err_set(
		    err, "No simulated cluster listens at %s: %s.", socket_path, strerror(errno));
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	if (send(fd, words, strlen(words), MSG_NOSIGNAL) == (ssize_t)strlen(words) &&
	    send(fd, "\n", 1, MSG_NOSIGNAL) == 1 && shutdown(fd, SHUT_WR) == 0)
		while (len < sizeof(text) - 1 &&
		       (n = recv(fd, text + len, sizeof(text) - 1 - len, 0)) > 0)
			len += (size_t)n;
	close(fd);
	text[len] = '\0';
	if (reply)
		snprintf(reply, size, "%s", text);
	if (strncmp(text, "ok", 2) != 0)
		return err_set(err, "The simulated cluster answers: %.*s", (int)strcspn(text, "\n"),
		    len ? text : "nothing");
	return 0;
}

int cmd_tell(struct lab *lab, const struct options *o)
{
	static char reply[REPLY_MAX];
	struct err err;
	struct buf b;
	char *more;
	int rc;

	(void)lab;
	if (o->n_args < 2) {
		fputs("mqduty-lab: say it like this: mqduty-lab tell SOCKET down 2\n", stderr);
		return 3;
	}
	buf_init(&b, 4096);
	for (int i = 1; i < o->n_args; i++)
		buf_addf(&b, "%s%s", i > 1 ? " " : "", o->args[i]);
	rc = sim_tell(o->args[0], b.data, reply, sizeof(reply), &err);
	buf_release(&b);
	if (rc) {
		fprintf(stderr, "mqduty-lab: %s\n", err.msg);
		return 1;
	}
	more = strchr(reply, '\n');
	if (more)
		fputs(more + 1, stdout);
	return 0;
}
