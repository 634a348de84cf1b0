/* What opens over the panes: help, palette, the filter line. Sampling goes on beneath. */
#include "ui/ui.h"

#include "base/i18n.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { KEYS_WIDTH = 16, MOST_LINES = 160, LIST_MOST = 128 };

struct box {
	uint32_t across, down, corner[4];
};

static const struct box ascii_box = {'-', '|', {'+', '+', '+', '+'}};
static const struct box line_box = {0x2500, 0x2502, {0x250c, 0x2510, 0x2514, 0x2518}};

struct area popup_box(const struct ui *ui, const struct area *a, const char *title)
{
	const struct box *b = ui->lines && !a->canvas->ascii ? &line_box : &ascii_box;
	int w = a->width, h = a->height;

	for (int y = 0; y < h; y++)
		area_fill(a, y, 0, w, ROLE_TEXT, ' ');
	if (!ui->plain) {
		for (int y = 1; y < h - 1; y++) {
			area_fill(a, y, 0, 1, ROLE_BORDER, b->down);
			area_fill(a, y, w - 1, 1, ROLE_BORDER, b->down);
		}
		for (int y = 0; y<h; y += h> 1 ? h - 1 : 1) {
			area_fill(a, y, 0, w, ROLE_BORDER, b->across);
			area_fill(a, y, 0, 1, ROLE_BORDER, b->corner[y ? 2 : 0]);
			area_fill(a, y, w - 1, 1, ROLE_BORDER, b->corner[y ? 3 : 1]);
		}
	}
	area_textf(a, 0, 2, w - 4, ROLE_TITLE, " %s ", title);
	return area_cut(a, 1, 2, h - 2, w - 4);
}

/* A line of the help: keys, and a piece of text. */
struct help_line {
	char keys[32];
	const char *text;
	size_t bytes;
	enum role role;
};

struct help {
	struct help_line lines[MOST_LINES];
	size_t n;
	int width; /* cells for text */
};

size_t popup_break(const char *text, int cells)
{
	size_t line = strcspn(text, "\n"), fits = text_cut(text, (size_t)(cells > 8 ? cells : 8)), cut;

	if (line <= fits)
		return line;
	cut = text_break(text, fits);
	return cut > fits / 2 ? cut : fits;
}

static void add_text(struct help *h, const char *keys, const char *text, enum role role, int width)
{
	do {
		size_t n = popup_break(text, width);
		struct help_line *l;

		if (h->n == MOST_LINES)
			return;
		l = &h->lines[h->n++];
		*l = (struct help_line){.text = text, .bytes = n, .role = role};
		snprintf(l->keys, sizeof(l->keys), "%s", keys);
		keys = "";
		text += n + (text[n] == ' ' || text[n] == '\n');
	} while (*text);
}

static void add_actions(struct help *h, unsigned context)
{
	for (int id = 0; id < ACT_COUNT; id++) {
		char keys[32];

		if (actions[id].contexts & context)
			add_text(h, action_keys((enum action_id)id, keys, sizeof(keys)),
			    _(actions[id].help), ROLE_TEXT, h->width - KEYS_WIDTH);
	}
}

void popup_help(struct ui *ui, const struct area *body)
{
	const struct level *l = ui_level(ui);
	struct area inside = popup_box(ui, body, _("Help: Esc closes, j and k scroll"));
	struct help h = {.width = inside.width};

	add_text(&h, "", l->ops->title ? _(l->ops->title) : l->ops->name, ROLE_HEADER, h.width);
	if (l->ops->help)
		add_text(&h, "", _(l->ops->help), ROLE_TEXT, h.width);
	add_text(&h, "", " ", ROLE_TEXT, h.width);
	add_actions(&h, l->ops == &view_triage ? CTX_TRIAGE : l->ops->steps ? CTX_PAGE : view_is_list(l->ops) ? CTX_LIST : l->ops == &view_select ? CTX_SELECT : l->ops == &view_item ? CTX_ITEM : l->ops->columns ? CTX_TABLE
		: view_is_series(l->ops) ? CTX_HISTORY : CTX_TEXT);
	add_text(&h, "", " ", ROLE_TEXT, h.width);
	add_text(&h, "", _("While a filter or a command is typed"), ROLE_HEADER, h.width);
	add_actions(&h, CTX_PALETTE);
	ui->popup_lines = (int)h.n;
	ui->popup_page = inside.height;
	if (ui->popup_scroll > (int)h.n - inside.height)
		ui->popup_scroll = (int)h.n > inside.height ? (int)h.n - inside.height : 0;
	for (int y = 0; y < inside.height && (size_t)(ui->popup_scroll + y) < h.n; y++) {
		const struct help_line *line = &h.lines[ui->popup_scroll + y];
		bool keyed = line->role == ROLE_TEXT && line >= h.lines;
		int x = 0;

		area_text(&inside, y, 0, KEYS_WIDTH - 2, ROLE_KEY, line->keys);
		if (keyed && (line->keys[0] || (line > h.lines && line->text > line[-1].text &&
						   line[-1].keys[0])))
			x = KEYS_WIDTH;
		area_textf(&inside, y, x, inside.width - x, line->role, "%.*s", (int)line->bytes,
		    line->text);
	}
}

static void draw_choices(const struct area *a, const struct command *list, size_t n, int choice)
{
	int page = a->height, top = choice >= page ? choice - page + 1 : 0;

	for (int y = 0; y < page && (size_t)(top + y) < n; y++) {
		const struct command *c = &list[top + y];

		area_text(a, y, 0, 24, ROLE_KEY, c->line);
		area_text(a, y, 25, a->width - 25, ROLE_TEXT, c->help);
		if (top + y == choice)
			area_select(a, y);
	}
	if (!n)
		area_text(a, 0, 0, a->width, ROLE_DIM, _("no command holds this"));
}

void popup_palette(struct ui *ui, const struct area *body, int *cursor_y, int *cursor_x)
{
	int height = body->height > 14 ? 14 : body->height;
	struct area a = area_cut(body, 0, 0, height, body->width);
	struct area inside =
	    popup_box(ui, &a, _("Commands: type a part of the name, Enter runs it"));
	struct area list_area = area_cut(&inside, 1, 0, inside.height - 1, inside.width);
	struct command list[LIST_MOST];
	size_t n = ui_commands(ui, ui->typed, list, LIST_MOST);

	area_text(&inside, 0, 0, 1, ROLE_KEY, ":");
	*cursor_x =
	    inside.x + 1 + area_text(&inside, 0, 1, inside.width - 2, ROLE_INPUT, ui->typed);
	*cursor_y = inside.y;
	draw_choices(&list_area, list, n, ui->choice);
}

void popup_filter(const struct ui *ui, const struct area *line, int *cursor_x)
{
	area_fill(line, 0, 0, line->width, ROLE_TEXT, ' ');
	area_text(line, 0, 0, 1, ROLE_KEY, "/");
	*cursor_x = line->x + 1 + area_text(line, 0, 1, line->width - 2, ROLE_INPUT, ui->typed);
	area_text(line, 0, *cursor_x - line->x + 2, line->width, ROLE_DIM,
	    _("text, glob or !text; Enter takes it, Esc leaves it"));
}

/* A sentence that is longer than a line covers as many of the pane's last ones. */
void popup_message(const struct ui *ui, const struct area *body)
{
	const char *piece[4], *text = ui->message;
	size_t bytes[4];
	int n = 0;

	while (*text && n < 4 && n < body->height) {
		piece[n] = text;
		bytes[n] = popup_break(text, body->width - 2);
		text += bytes[n];
		text += *text == ' ' || *text == '\n';
		n++;
	}
	for (int i = 0; i < n; i++) {
		int y = body->height - n + i;

		area_fill(body, y, 0, body->width, ROLE_TEXT, ' ');
		area_textf(body, y, 1, body->width - 1, ROLE_KEY, "%.*s", (int)bytes[i], piece[i]);
	}
}
