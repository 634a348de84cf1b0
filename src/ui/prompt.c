/* Questions to the operator: a text or a choice. */
#include "ui/ui.h"

#include "base/i18n.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

void typed_add(char *text, size_t size, int key)
{
	size_t len = strlen(text), n;
	char utf8[4];

	if (key < K_SPACE || key >= K_SPECIAL)
		return;
	n = text_encode((uint32_t)key, utf8);
	if (len + n >= size)
		return;
	memcpy(text + len, utf8, n);
	text[len + n] = '\0';
}

void typed_erase(char *text)
{
	size_t len = strlen(text);

	while (len && ((unsigned char)text[--len] & 0xc0) == 0x80)
		continue;
	text[len] = '\0';
}

void prompt_leave(struct ui *ui)
{
	struct asking *a = &ui->asking;

	if (ui->popup == POPUP_PROMPT)
		ui->popup = POPUP_NONE;
	if (a->drop)
		a->drop(a->arg);
	*a = (struct asking){0};
}

void ui_ask(struct ui *ui, const struct prompt *p)
{
	struct asking *a = &ui->asking;

	prompt_leave(ui);
	text_sanitise(a->title, sizeof(a->title), p->title ? p->title : "", sizeof(a->title));
	snprintf(a->hint, sizeof(a->hint), "%s", p->hint ? p->hint : "");
	text_sanitise(a->text, sizeof(a->text), p->text ? p->text : "", sizeof(a->text));
	while (p->choices && a->n_choices < PROMPT_CHOICES && p->choices[a->n_choices]) {
		text_sanitise(a->choices[a->n_choices], PROMPT_CHOICE, p->choices[a->n_choices],
		    PROMPT_CHOICE);
		a->n_choices++;
	}
	a->least = p->least;
	a->words = p->words;
	a->done = p->done;
	a->arg = p->arg;
	a->drop = p->drop;
	ui->popup = POPUP_PROMPT;
}

/* A letter of any script. */
static bool has_words(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s >= 0x80 || (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z'))
			return true;
	return false;
}

/* Closes first: what is done with the answer may ask on. */
static void take(struct ui *ui, const char *text, int choice, int64_t now)
{
	struct asking a = ui->asking;
	struct answer answer = {.text = text, .choice = choice};

	ui->asking = (struct asking){0};
	ui->popup = POPUP_NONE;
	if (a.done)
		a.done(ui, a.arg, &answer, now);
	else if (a.drop)
		a.drop(a.arg);
}

static void take_text(struct ui *ui, int64_t now)
{
	const char *from = ui->asking.text + strspn(ui->asking.text, " ");
	char text[PROMPT_TEXT];
	size_t n = (size_t)snprintf(text, sizeof(text), "%s", from);

	while (n && text[n - 1] == ' ')
		text[--n] = '\0';
	/* Wide characters count twice: eight letters are a word, four of them are a sentence. */
	if (text_width(text) < ui->asking.least)
		ui->asking.short_of = true;
	else if (ui->asking.words && text[0] && !has_words(text))
		ui->asking.wordless = true;
	else
		take(ui, text, 0, now);
}

void prompt_key(struct ui *ui, int id, int key, int64_t now)
{
	struct asking *a = &ui->asking;

	a->short_of = a->wordless = false;
	switch (id) {
	case ACT_ACCEPT:
		take_text(ui, now);
		break;
	case ACT_CANCEL:
		prompt_leave(ui);
		break;
	case ACT_ERASE:
		typed_erase(a->text);
		break;
	case ACT_ERASE_ALL:
		a->text[0] = '\0';
		break;
	case ACT_ANSWER:
		if (key - '0' <= a->n_choices)
			take(ui, "", key - '0', now);
		break;
	default:
		if (!a->n_choices)
			typed_add(a->text, sizeof(a->text), key);
	}
}

/* What is said beneath the title: why Enter was not taken, else the hint. */
static const char *hint_of(const struct asking *a, char *out, size_t size)
{
	if (a->wordless) {
		snprintf(out, size, "%.90s\n%.300s", _("Say it in words: figures alone tell nobody why."), a->hint);
		return out;
	}
	if (!a->short_of)
		return a->hint;
	if (a->least > 1)
		snprintf(out, size, _("At least %zu characters are needed. %.300s"), a->least, a->hint);
	else
		snprintf(out, size, _("This cannot be left empty. %.300s"), a->hint);
	return out;
}

static int count_lines(const char *text, int cells)
{
	int n = 0;

	for (; *text; n++) {
		text += popup_break(text, cells);
		text += *text == ' ' || *text == '\n';
	}
	return n;
}

static void draw_hint(const struct area *in, const struct asking *a, const char *hint, int lines)
{
	for (int y = 0; y < lines && *hint; y++) {
		size_t n = popup_break(hint, in->width);

		area_textf(in, y, 0, in->width, a->short_of || a->wordless ? ROLE_WARN : ROLE_DIM, "%.*s", (int)n, hint);
		hint += n + (hint[n] == ' ' || hint[n] == '\n');
	}
}

/* The text flows over as many lines as it needs; where there are fewer, its end is shown. */
static void draw_text(const struct area *in, const char *text, int *cursor_y, int *cursor_x)
{
	const char *at = text;
	int lines = in->height, n = 0, x = 0;

	while (*at) {
		at += text_cut(at, (size_t)in->width - 1);
		n++;
	}
	at = text;
	for (int i = 0; i < n - lines; i++)
		at += text_cut(at, (size_t)in->width - 1);
	for (int y = 0; y < lines; y++) {
		size_t bytes = text_cut(at, (size_t)in->width - 1);

		area_fill(in, y, 0, in->width, ROLE_INPUT, ' ');
		if (*at || !y) {
			x = area_textf(in, y, 0, in->width, ROLE_INPUT, "%.*s", (int)bytes, at);
			*cursor_y = in->y + y;
			*cursor_x = in->x + x;
		}
		at += bytes;
	}
}

static int text_lines(const struct asking *a, int cells)
{
	int n = 1 + (int)(text_width(a->text) / (size_t)(cells > 1 ? cells - 1 : 1));

	return n > 4 ? 4 : n;
}

void popup_prompt(struct ui *ui, const struct area *body, int *cursor_y, int *cursor_x)
{
	const struct asking *a = &ui->asking;
	int cells = body->width - 4, room = body->height - 2;
	char complaint[PROMPT_HINT];
	const char *hint = hint_of(a, complaint, sizeof(complaint));
	int asked = a->n_choices ? a->n_choices : text_lines(a, cells), hints;
	struct area box, in, part;

	if (room < 1 || cells < 2) {
		/* No room for a box: what is typed is seen at least. */
		part = area_cut(body, body->height - 1, 0, 1, body->width);
		if (!a->n_choices && body->height > 0 && body->width > 1)
			draw_text(&part, a->text, cursor_y, cursor_x);
		else
			area_text(&part, 0, 0, part.width, ROLE_TITLE, a->title);
		return;
	}
	asked = asked > room ? room : asked;
	hints = count_lines(hint, cells);
	hints = hints > room - asked ? room - asked : hints;
	box = area_cut(body, room - asked - hints, 0, asked + hints + 2, body->width);
	in = popup_box(ui, &box, a->title);
	draw_hint(&in, a, hint, hints);
	part = area_cut(&in, hints, 0, asked, in.width);
	if (!a->n_choices)
		draw_text(&part, a->text, cursor_y, cursor_x);
	for (int i = 0; i < asked && i < a->n_choices; i++) {
		area_textf(&part, i, 0, 2, ROLE_KEY, "%d", i + 1);
		area_text(&part, i, 2, part.width - 2, ROLE_TEXT, a->choices[i]);
	}
}
