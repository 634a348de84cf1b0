/* Where themes are found, and reading one. */
#include "ui/theme.h"

#include "base/alloc.h"
#include "base/i18n.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { THEME_MAX = 65536, PLACES = 4 };

/* Beside the program (a build tree, also one outside the sources), relative to it
 * (a tree that was moved after it was installed), and where it was configured to be. */
static bool theme_place(size_t i, char *out, size_t size)
{
	static const char *const from_program[] = {"themes", "../themes", "../share/mqduty/themes"};
	char self[PATH_MAX / 2];
	ssize_t n;
	char *slash;

	if (i == 3) {
		snprintf(out, size, "%s/themes", PKGDATADIR);
		return true;
	}
	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (n <= 0)
		return false;
	self[n] = '\0';
	slash = strrchr(self, '/');
	if (!slash)
		return false;
	*slash = '\0';
	snprintf(out, size, "%s/%s", self, from_program[i]);
	return true;
}

/* NULL with errno where it cannot be opened. */
static FILE *open_theme(const char *name, char *path, size_t size)
{
	FILE *f;

	if (strchr(name, '/')) {
		snprintf(path, size, "%s", name);
		return fopen(path, "re");
	}
	for (size_t i = 0; i < PLACES; i++) {
		char place[PATH_MAX];

		if (!theme_place(i, place, sizeof(place)))
			continue;
		snprintf(path, size, "%s/%s.theme", place, name);
		f = fopen(path, "re");
		if (f)
			return f;
	}
	errno = ENOENT;
	return NULL;
}

static void set_name(struct theme *t, const char *name)
{
	const char *slash = strrchr(name, '/');
	size_t len;

	snprintf(t->name, sizeof(t->name), "%s", slash ? slash + 1 : name);
	len = strlen(t->name);
	if (len > 6 && !strcmp(t->name + len - 6, ".theme"))
		t->name[len - 6] = '\0';
}

int theme_load(struct theme *t, const char *name, struct err *err)
{
	char path[2 * PATH_MAX], *text;
	struct buf complaints;
	size_t n;
	int mistakes;
	FILE *f;

	theme_default(t);
	f = open_theme(name, path, sizeof(path));
	if (!f && !strcmp(name, "default"))
		return 0;
	if (!f)
		return err_set(err,
		    _("There is no theme \"%.64s\": %s. `:theme` lists those there are."), name,
		    strerror(errno));
	text = xmalloc(THEME_MAX + 1);
	n = fread(text, 1, THEME_MAX, f);
	text[n] = '\0';
	fclose(f);
	buf_init(&complaints, 8192);
	mistakes = theme_parse(t, path, text, &complaints);
	if (mistakes)
		err_set(err, "%.*s", (int)strcspn(complaints.data, "\n"), complaints.data);
	set_name(t, name);
	buf_release(&complaints);
	free(text);
	return mistakes ? 1 : 0;
}

static bool seen_before(char seen[][32], size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(seen[i], name))
			return true;
	}
	return false;
}

void theme_each(void (*each)(void *arg, const char *name), void *arg)
{
	enum { MOST = 64 };
	char seen[MOST][32], place[PATH_MAX];
	size_t n = 0;

	snprintf(seen[n++], sizeof(seen[0]), "default");
	each(arg, "default");
	for (size_t i = 0; i < PLACES; i++) {
		DIR *dir = theme_place(i, place, sizeof(place)) ? opendir(place) : NULL;
		struct dirent *e;

		while (dir && (e = readdir(dir)) && n < MOST) {
			size_t len = strlen(e->d_name);

			if (len <= 6 || len > 37 || strcmp(e->d_name + len - 6, ".theme"))
				continue;
			snprintf(seen[n], sizeof(seen[0]), "%.*s", (int)len - 6, e->d_name);
			if (!seen_before(seen, n, seen[n]))
				each(arg, seen[n++]);
		}
		if (dir)
			closedir(dir);
	}
}
