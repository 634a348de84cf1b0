/* The state file: what the operator would otherwise set up again each morning. */
#include "ui/ui.h"

#include "base/i18n.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum pane_id pane_by_name(const char *name)
{
	int i = 0;

	while (i < PANE_COUNT && strcmp(panes[i]->name, name))
		i++;
	return (enum pane_id)i;
}

/* What it does not understand it leaves: another version may have written it. */
static void load_line(struct ui *ui, const char *line)
{
	char name[32], key[32], order[16] = "";
	enum pane_id pane;

	if (sscanf(line, "pane %31s", name) == 1 && pane_by_name(name) < PANE_COUNT)
		ui->pane = pane_by_name(name);
	else if (!strncmp(line, "maximised", 9))
		ui->maximised = true;
	else if (sscanf(line, "sort %31s %31s %15s", name, key, order) >= 2) {
		pane = pane_by_name(name);
		if (pane < PANE_COUNT && panes[pane]->columns &&
		    table_sort_by(&ui->panes[pane].levels[0].table, key))
			ui->panes[pane].levels[0].table.reverse = !strcmp(order, "reversed");
	}
}

void ui_state_load(struct ui *ui, const char *path)
{
	FILE *f = fopen(path, "re");
	char line[256];

	if (!f)
		return;
	while (fgets(line, sizeof(line), f))
		load_line(ui, line);
	fclose(f);
}

static void write_state(const struct ui *ui, FILE *f)
{
	fprintf(f, "# Written by mqduty when it ends; the configuration is another file.\n");
	fprintf(f, "pane %s\n", panes[ui->pane]->name);
	if (ui->maximised)
		fputs("maximised\n", f);
	for (int i = 0; i < PANE_COUNT; i++) {
		const struct table *t = &ui->panes[i].levels[0].table;

		if (panes[i]->columns && (t->sort >= 0 || t->reverse))
			fprintf(f, "sort %s %s%s\n", panes[i]->name, table_sort_key(t),
			    t->reverse ? " reversed" : "");
	}
}

/* The folders on the way to the file. What fails shows when the file is opened. */
static void make_folders(const char *path)
{
	char folder[PATH_MAX];

	snprintf(folder, sizeof(folder), "%s", path);
	for (char *p = strchr(folder + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		mkdir(folder, 0700);
		*p = '/';
	}
}

int ui_state_save(const struct ui *ui, const char *path, struct err *err)
{
	char temporary[PATH_MAX];
	FILE *f;
	int bad;

	if (snprintf(temporary, sizeof(temporary), "%s.%ld", path, (long)getpid()) >=
	    (int)sizeof(temporary))
		return err_set(err, _("The path of the state file is too long."));
	make_folders(path);
	f = fopen(temporary, "wex");
	if (!f)
		return err_set(err, _("The state file %.200s cannot be written: %s."), temporary,
		    strerror(errno));
	fchmod(fileno(f), 0600);
	write_state(ui, f);
	bad = ferror(f);
	bad |= fclose(f);
	if (!bad && !rename(temporary, path))
		return 0;
	err_set(err, _("The state file %.200s cannot be written: %s."), path, strerror(errno));
	unlink(temporary);
	return -1;
}
