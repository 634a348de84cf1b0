#include "lab/family.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int cache_dir(char *out, size_t size)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	int n = -1;

	if (cache && cache[0] == '/')
		n = snprintf(out, size, "%s/mqduty", cache);
	else if (home && home[0] == '/')
		n = snprintf(out, size, "%s/.cache/mqduty", home);
	return n > 0 && (size_t)n < size ? 0 : -1;
}

static bool try_path(char *out, const char *dir, size_t dir_len, const char *sub, const char *name)
{
	int n =
	    snprintf(out, LAB_PATH, "%.*s/%s%s%s", (int)dir_len, dir, sub, *sub ? "/" : "", name);

	return n > 0 && n < LAB_PATH && access(out, X_OK) == 0;
}

/* The newest of ~/.cache/mqduty/STEM-* that holds it. */
static bool in_cache(char *out, const char *stem, const char *name)
{
	char dir[LAB_PATH / 2], best[256] = "";
	size_t len = strlen(stem);
	struct dirent *e;
	DIR *d;

	if (cache_dir(dir, sizeof(dir)))
		return false;
	d = opendir(dir);
	while (d && (e = readdir(d)))
		if (strncmp(e->d_name, stem, len) == 0 && e->d_name[len] == '-' &&
		    try_path(out, dir, strlen(dir), e->d_name, name) &&
		    strverscmp(e->d_name, best) > 0)
			snprintf(best, sizeof(best), "%s", e->d_name);
	if (d)
		closedir(d);
	return best[0] && try_path(out, dir, strlen(dir), best, name);
}

int find_program(char *out, const char *env, const char *cache, const char *name, struct err *err)
{
	const char *given = getenv(env), *path = getenv("PATH"), *p, *end;
	static const char *const extra[] = {"/usr/sbin", "/usr/local/sbin", "/usr/local/bin"};

	if (given && *given) {
		snprintf(out, LAB_PATH, "%s", given);
		if (given[0] == '/' && access(out, X_OK) == 0)
			return 0;
		return err_set(err, "%s=%s is not the full path of an executable.", env, given);
	}
	if (cache && in_cache(out, cache, name))
		return 0;
	for (p = path ? path : ""; *p; p = *end ? end + 1 : end) {
		end = strchrnul(p, ':');
		if (*p == '/' && try_path(out, p, (size_t)(end - p), "", name))
			return 0;
	}
	for (size_t i = 0; i < sizeof(extra) / sizeof(extra[0]); i++)
		if (try_path(out, extra[i], strlen(extra[i]), "", name))
			return 0;
	out[0] = '\0';
	return err_set(
	    err, "%s is not installed: install it, or say where it is with %s.", name, env);
}
