#include "config/config.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Are two configurations the same? Asked of an engine and its viewers. */

uint64_t config_hash(uint64_t before, const void *data, size_t len)
{
	const unsigned char *p = data;
	uint64_t h = before ? before : UINT64_C(14695981039346656037);

	for (size_t i = 0; i < len; i++)
		h = (h ^ p[i]) * UINT64_C(1099511628211);
	return h;
}

static uint64_t hash_file(uint64_t h, const char *path)
{
	enum { FILE_MOST = 4 << 20 };
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char block[4096];
	size_t sum = 0;
	ssize_t n;

	if (fd < 0)
		return config_hash(h, "?", 1);
	while (sum < FILE_MOST && (n = read(fd, block, sizeof(block))) > 0) {
		h = config_hash(h, block, (size_t)n);
		sum += (size_t)n;
	}
	close(fd);
	return h;
}

void config_digest(const struct config *c, char out[17])
{
	uint64_t h = config_hash(c->text_hash, "", 1);

	for (size_t i = 0; i < c->n_rules; i++) {
		h = config_hash(h, c->rules[i], strlen(c->rules[i]) + 1);
		h = hash_file(h, c->rules[i]);
	}
	snprintf(out, 17, "%016llx", (unsigned long long)h);
}
