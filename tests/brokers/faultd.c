/* faultd MODE[:PATH]...: one misbehaving server per argument on a free port of 127.0.0.1.
 * Prints "ARGUMENT PORT" for each and serves until its stdin ends. With a PATH only that
 * path misbehaves, beside a small healthy NATS server. */
#include "fault_server.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);
	if (argc < 2) {
		fprintf(stderr, "usage: faultd MODE[:PATH]...; modes:");
		for (size_t i = 0; fault_modes[i]; i++)
			fprintf(stderr, " %s", fault_modes[i]);
		fputc('\n', stderr);
		return 2;
	}
	for (int i = 1; i < argc; i++) {
		char mode[64];
		size_t n = strcspn(argv[i], ":");
		const char *path = argv[i][n] ? argv[i] + n + 1 : NULL;
		struct fault_server *s;

		snprintf(mode, sizeof(mode), "%.*s", (int)n, argv[i]);
		s = fault_start(mode, path, NULL, 0);
		printf("%s %d\n", argv[i], fault_port(s));
	}
	fflush(stdout);
	while (getchar() != EOF)
		;
	return 0;
}
