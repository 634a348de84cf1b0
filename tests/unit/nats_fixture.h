#ifndef MQ_TESTS_NATS_FIXTURE_H
#define MQ_TESTS_NATS_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>

/* A file of tests/fixtures/nats; one that is not there ends the test. */
struct fixture {
	char *text;
	size_t len;
};

static inline struct fixture fixture_read(const char *name)
{
	const char *top = getenv("top_srcdir");
	struct fixture f = {0};
	char path[512];
	FILE *in;

	snprintf(path, sizeof(path), "%s/tests/fixtures/nats/%s", top ? top : ".", name);
	in = fopen(path, "re");
	if (!in) {
		perror(path);
		exit(1);
	}
	f.text = calloc(1, 1 << 20);
	f.len = fread(f.text, 1, (1 << 20) - 1, in);
	fclose(in);
	return f;
}

static inline void fixture_free(struct fixture *f)
{
	free(f->text);
}

#endif
