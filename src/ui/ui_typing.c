/* Keys: to the action they stand for, or into what is being typed. */
#include "ui/ui.h"
#include "ui/views.h"

#include "base/i18n.h"

#include <stdio.h>
#include <string.h>

enum { COMMANDS = ACT_COUNT + PANE_COUNT + UI_THEMES + TABLE_COLUMNS + 25 };

static void type_char(struct ui *ui, int key)
{
	typed_add(ui->typed, ui->popup == POPUP_FILTER ? FILTER_MAX : sizeof(ui->typed), key);
	ui->choice = 0;
}

static void erase_char(struct ui *ui)
{
	typed_erase(ui->typed);
	ui->choice = 0;
}

/* What is typed filters at once. */
static void show_filter(struct ui *ui)
{
	struct level *l = ui_level(ui);

	if (ui->popup != POPUP_FILTER || !l->ops->columns)
		return;
	snprintf(l->table.filter, sizeof(l->table.filter), "%.*s", FILTER_MAX - 1, ui->typed);
	ui->moved_at = 0;
	ui->stale_rows = true;
}

/* The list that is being made; names that hold the text come before those whose help does. */
struct listing {
	struct command *out;
	size_t n, most;
	struct filter find;
	bool by_help;
};

static void add(struct listing *l, const char *help, const char *verb, const char *name)
{
	char line[64];

	snprintf(line, sizeof(line), "%s%s%s", verb, verb[0] ? " " : "", name);
	if (filter_hit(&l->find, line) == l->by_help ||
	    (l->by_help && !filter_hit(&l->find, help)) || l->n >= l->most)
		return;
	snprintf(l->out[l->n].line, sizeof(l->out[0].line), "%s", line);
	l->out[l->n++].help = help;
}

static const struct {
	const char *line, *help;
} of_lists[] = {
    {"daily", N_("The daily checklist.")},
    {"weekly", N_("The weekly checklist.")},
    {"monthly", N_("The monthly checklist.")},
    {"select", N_("Which broker for a new system: requirements, the way, weights, the decision.")},
    {"audit", N_("How all clusters are designed and deployed, item by item.")},
    {"audit kafka", N_("The audit of the Kafka clusters.")},
    {"audit nats", N_("The audit of the NATS clusters.")},
    {"audit mqtt", N_("The audit of the MQTT brokers.")},
};

static void add_all(struct ui *ui, struct listing *l)
{
	const struct column *columns = ui_level(ui)->ops->columns;
	const char *help;

	for (int i = 0; i < PANE_COUNT; i++)
		add(l, _("Go to this pane."), "", panes[i]->name);
	for (int id = 0; id < ACT_ACCEPT; id++) {
		if (id != ACT_PANE && id != ACT_PALETTE && id != ACT_STEP_ANSWER)
			add(l, _(actions[id].help), "", actions[id].name);
	}
	for (size_t i = 0; columns && columns[i].key; i++)
		add(l, _("Sort by this column."), "sort", columns[i].key);
	if (columns)
		add(l, _("What is lost soonest first."), "sort", "urgency");
	for (size_t i = 0; i < ui->n_themes; i++)
		add(l, _("Other colours."), "theme", ui->themes[i]);
	add(l, _("Read the configuration again."), "", "reload");
	add(l, _("The rules in force and their limits."), "", "rules");
	for (size_t i = 0; i < sizeof(of_lists) / sizeof(of_lists[0]); i++)
		add(l, _(of_lists[i].help), "", of_lists[i].line);
	for (size_t i = 0; act_verb(i, &help); i++)
		if (action_by_name(act_verb(i, &help)) == ACT_COUNT)
			add(l, help, "", act_verb(i, &help));
}

/* A command whose words are being typed stands alone. */
static size_t only_verb(const char *typed, struct command *out)
{
	const char *name, *help;

	for (size_t i = 0; (name = act_verb(i, &help)); i++) {
		if (strncmp(name, typed, strlen(name)) || typed[strlen(name)] != ' ')
			continue;
		snprintf(out->line, sizeof(out->line), "%s", name);
		out->help = help;
	}
	return 1;
}

size_t ui_commands(struct ui *ui, const char *typed, struct command *out, size_t most)
{
	struct listing l = {.out = out, .most = most};

	if (most && act_has_words(typed))
		return only_verb(typed, out);
	filter_parse(&l.find, typed);
	add_all(ui, &l);
	l.by_help = true;
	add_all(ui, &l);
	return l.n;
}

static bool go_by_name(struct ui *ui, const char *name)
{
	for (int i = 0; i < PANE_COUNT; i++) {
		if (!strcmp(panes[i]->name, name)) {
			ui_action(ui, ACT_PANE, '0' + i, 0);
			return true;
		}
	}
	return false;
}

static void sort_by(struct ui *ui, const char *key, int64_t now)
{
	struct level *l = ui_level(ui);

	if (!l->ops->columns || !table_sort_by(&l->table, key)) {
		ui_say(ui, now, _("There is no column \"%.40s\" here."), key);
		return;
	}
	l->table.reverse = false;
	ui->moved_at = 0;
	ui->stale_rows = true;
}

void ui_command(struct ui *ui, const char *line, int64_t now)
{
	enum action_id id = action_by_name(line);

	if (!strncmp(line, "theme ", 6))
		snprintf(ui->wishes.theme, sizeof(ui->wishes.theme), "%s", line + 6);
	else if (!strncmp(line, "sort ", 5))
		sort_by(ui, line + 5, now);
	else if (!strcmp(line, "rules"))
		ui_open(ui, &view_rules, NULL);
	else if (!strcmp(line, "reload"))
		ui->wishes.reload = true;
	else if (lists_command(ui, line, now) || select_command(ui, line, now) || act_command(ui, line, now))
		return;
	else if (id < ACT_ACCEPT)
		ui_action(ui, id, actions[id].keys[0], now);
	else if (!go_by_name(ui, line))
		ui_say(ui, now, _("There is no command \"%.40s\"; : lists them all."), line);
}

/* A line that is a command goes before what is chosen in the list. */
static void run_palette(struct ui *ui, int64_t now)
{
	struct command list[COMMANDS];
	size_t n = ui_commands(ui, ui->typed, list, COMMANDS);
	const char *line = ui->typed;
	bool exact = !strncmp(line, "theme ", 6) || !strncmp(line, "select ", 7) || act_has_words(line);

	for (size_t i = 0; i < n; i++)
		exact = exact || !strcmp(list[i].line, line);
	if (n && (!exact || ui->choice))
		line = list[(size_t)ui->choice < n ? (size_t)ui->choice : n - 1].line;
	ui->popup = POPUP_NONE;
	if (line[0])
		ui_command(ui, line, now);
}

static void type_key(struct ui *ui, enum action_id id, int key, int64_t now)
{
	struct command list[COMMANDS];

	switch (id) {
	case ACT_ACCEPT:
		/* A command may open another popup. */
		if (ui->popup == POPUP_PALETTE)
			run_palette(ui, now);
		else
			ui->popup = POPUP_NONE;
		return;
	case ACT_CANCEL:
		snprintf(ui->typed, sizeof(ui->typed), "%s", ui->typed_before);
		show_filter(ui);
		ui->popup = POPUP_NONE;
		return;
	case ACT_ERASE:
		erase_char(ui);
		break;
	case ACT_ERASE_ALL:
		ui->typed[0] = '\0';
		ui->choice = 0;
		break;
	case ACT_CHOOSE_NEXT:
		if (ui->choice + 1 < (int)ui_commands(ui, ui->typed, list, COMMANDS))
			ui->choice++;
		break;
	case ACT_CHOOSE_PREVIOUS:
		ui->choice -= ui->choice > 0;
		break;
	default:
		type_char(ui, key);
	}
	show_filter(ui);
}

void ui_key(struct ui *ui, int key, int64_t now)
{
	enum action_id id = action_for_key(key, ui_context(ui));

	/* Keys may come faster than frames are painted: what they are about must be there. */
	ui_update(ui, now);
	ui->fresh = 0;
	ui->message[0] = '\0';
	ui->handed_in[0] = '\0';
	if (id < ACT_ACCEPT)
		ui_action(ui, id, key, now);
	else if (ui->popup == POPUP_PROMPT)
		prompt_key(ui, (int)id, key, now);
	else if (ui->popup == POPUP_FILTER || ui->popup == POPUP_PALETTE)
		type_key(ui, id, key, now);
	else if (key != K_MOUSE_PRESS)
		ui_say(ui, now, _("This key does nothing here; ? shows those that do."));
}

void ui_click(struct ui *ui, int y, int x, int64_t now)
{
	for (size_t i = 0; ui->popup == POPUP_NONE && i < ui->n_shown; i++) {
		const struct grid_cell *c = &ui->shown[i];
		struct level *l;
		int row;

		if (y < c->y || y >= c->y + c->height || x < c->x || x >= c->x + c->width)
			continue;
		ui_go(ui, c->pane);
		l = ui_level(ui);
		/* Below the title; alone on the screen a table has heads as well. */
		row = y - c->y - (ui->n_shown > 1 ? 1 : 2);
		if (l->ops->columns && row >= 0 && (size_t)row < l->table.page)
			table_move(&l->table, (long)l->table.top + row - (long)l->table.at);
		ui->moved_at = now;
		ui->held = true;
	}
}
