/* Folders of pages, joined. */
#include "manual/manual.h"

#include "base/datadir.h"
#include "base/i18n.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PAGES_MAX = 500, PAGE_BYTES = 256 * 1024 };

/* Pages by id; a later one takes the place of an earlier one. */
struct joining {
	struct manual *m;
	struct manual_errors *errors;
	const char *lang;
	size_t cap;
};

static void put_page(struct joining *j, const struct manual_page *page)
{
	struct manual *m = j->m;

	for (size_t i = 0; i < m->n_pages; i++) {
		if (!strcmp(m->pages[i].id, page->id)) {
			m->pages[i] = *page;
			return;
		}
	}
	if (m->n_pages == PAGES_MAX) {
		manual_complain(j->errors, page->path, 0, false,
		    _("there are more than %d pages: this one is left out"), PAGES_MAX);
		return;
	}
	array_reserve(&m->pages, &j->cap, m->n_pages + 1, sizeof(*m->pages));
	m->pages[m->n_pages++] = *page;
}

static void read_file(struct joining *j, const char *path)
{
	char *text = xmalloc(PAGE_BYTES + 1);
	FILE *f = fopen(path, "re");
	size_t n = f ? fread(text, 1, PAGE_BYTES + 1, f) : 0;
	struct manual_page page;

	if (!f || ferror(f))
		manual_complain(j->errors, path, 0, false, _("cannot be read: %s"), strerror(errno));
	else if (!manual_parse(&page, &j->m->arena, path, j->lang, text, n, j->errors))
		put_page(j, &page);
	if (f)
		fclose(f);
	free(text);
}

static int is_page(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 3 && e->d_name[0] != '.' && !strcmp(e->d_name + n - 3, ".md") &&
	       strcmp(e->d_name, "README.md") != 0;
}

/* The *.md of one folder, by name. Returns how many, -1 where there is no such folder. */
static int read_folder(struct joining *j, const char *folder)
{
	struct dirent **list;
	int n = scandir(folder, &list, is_page, alphasort);

	for (int i = 0; i < n; i++) {
		char path[PATH_MAX];

		if (snprintf(path, sizeof(path), "%s/%s", folder, list[i]->d_name) < (int)sizeof(path))
			read_file(j, path);
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	return n;
}

static int read_language(struct joining *j, const char *dir, const char *lang)
{
	char folder[PATH_MAX];

	j->lang = lang;
	if (snprintf(folder, sizeof(folder), "%s/%s", dir, lang) >= (int)sizeof(folder))
		return -1;
	return read_folder(j, folder);
}

/* English first: what is not translated stays. */
static void read_dir(struct joining *j, const char *dir, const char *lang)
{
	int found = read_language(j, dir, "en");

	if (strcmp(lang, "en") != 0) {
		int more = read_language(j, dir, lang);

		found = more > found ? more : found;
	}
	j->lang = lang;
	if (found < 0 && read_folder(j, dir) < 0)
		manual_complain(j->errors, dir, 0, false, _("this folder cannot be read: %s"),
		    strerror(errno));
}

bool manual_home(char *out, size_t size)
{
	return datadir_find("manual", out, size);
}

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct manual_page *)a)->id, ((const struct manual_page *)b)->id);
}

struct manual *manual_load(
    const char *const *dirs, size_t n_dirs, const char *lang, struct manual_errors *errors)
{
	struct manual *m = xcalloc(1, sizeof(*m));
	struct joining j = {.m = m, .errors = errors};
	char home[PATH_MAX];

	arena_init(&m->arena);
	m->lang = arena_strdup(&m->arena, lang);
	if (manual_home(home, sizeof(home)))
		read_dir(&j, home, lang);
	else
		manual_complain(errors, home, 0, false,
		    _("the manual that comes with mqduty is not there: set MQDUTY_DATA_DIR to the "
		      "folder data of mqduty"));
	for (size_t i = 0; i < n_dirs; i++)
		read_dir(&j, dirs[i], lang);
	if (m->n_pages)
		qsort(m->pages, m->n_pages, sizeof(*m->pages), by_id);
	return m;
}

void manual_free(struct manual *m)
{
	if (!m)
		return;
	free(m->pages);
	arena_release(&m->arena);
	free(m);
}

const struct manual_page *manual_find(const struct manual *m, const char *id)
{
	for (size_t i = 0; m && id && i < m->n_pages; i++)
		if (!strcmp(m->pages[i].id, id))
			return &m->pages[i];
	return NULL;
}

static bool has_alert(const struct manual_page *page, const char *alert)
{
	for (size_t i = 0; i < page->n_alerts; i++)
		if (!strcmp(page->alerts[i], alert))
			return true;
	return false;
}

const struct manual_page *manual_for_alert(
    const struct manual *m, const char *id, const char *alert, enum broker_kind kind)
{
	const struct manual_page *best = manual_find(m, id);

	for (size_t i = 0; !best && m && alert && i < m->n_pages; i++)
		if (m->pages[i].kinds == 1u << kind && has_alert(&m->pages[i], alert))
			best = &m->pages[i];
	for (size_t i = 0; !best && m && alert && i < m->n_pages; i++)
		if ((m->pages[i].kinds & 1u << kind) && has_alert(&m->pages[i], alert))
			best = &m->pages[i];
	return best;
}

bool manual_next_item(const char **at, char *out, size_t size)
{
	while (**at) {
		const char *line = *at, *mark;
		size_t n = strcspn(line, "\n");

		*at += n + (line[n] == '\n');
		if (strncmp(line, "- ", 2) != 0)
			continue;
		mark = memmem(line, n, " (guide: ", 9);
		n = (mark ? (size_t)(mark - line) : n) - 2;
		snprintf(out, size, "%.*s", (int)(n < size ? n : size - 1), line + 2);
		return true;
	}
	return false;
}

bool manual_forbids(const char *item)
{
	static const char *const starts[] = {"Do not", "不要", "切勿", "请勿", "不得", "禁止", "勿", "别"};

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (!strncmp(item, starts[i], strlen(starts[i])))
			return true;
	return false;
}
