#include "base/datadir.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* From the folder of the program. The second and third are build folders inside the sources. */
static const char *const from_program[] = {
    "data", "../data", "../../data", "../share/mqduty/data"};

enum { PLACES = sizeof(from_program) / sizeof(from_program[0]) };

static bool program_folder(char *out, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", out, size - 1);
	char *slash;

	if (n <= 0)
		return false;
	out[n] = '\0';
	slash = strrchr(out, '/');
	if (!slash)
		return false;
	*slash = '\0';
	return true;
}

static bool is_there(char *out, size_t size, const char *folder, const char *below, const char *name)
{
	int n = snprintf(out, size, "%s/%s/%s", folder, below, name);

	return n > 0 && (size_t)n < size && !access(out, R_OK);
}

bool datadir_find(const char *name, char *out, size_t size)
{
	const char *dir = getenv("MQDUTY_DATA_DIR");
	char self[PATH_MAX];

	if (dir && dir[0] && is_there(out, size, dir, ".", name))
		return true;
	for (size_t i = 0; program_folder(self, sizeof(self)) && i < PLACES; i++)
		if (is_there(out, size, self, from_program[i], name))
			return true;
	return is_there(out, size, PKGDATADIR, "data", name);
}
