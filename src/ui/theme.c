#include "ui/theme.h"

#include "base/i18n.h"
#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const char *const role_names[ROLE_COUNT] = {
    [ROLE_TEXT] = "text",
    [ROLE_DIM] = "dim",
    [ROLE_TITLE] = "title",
    [ROLE_HEADER] = "header",
    [ROLE_LABEL] = "label",
    [ROLE_KEY] = "key",
    [ROLE_BORDER] = "border",
    [ROLE_OK] = "ok",
    [ROLE_WARN] = "warn",
    [ROLE_CRIT] = "crit",
    [ROLE_UNKNOWN] = "unknown",
    [ROLE_NA] = "na",
    [ROLE_PROD] = "prod",
    [ROLE_GRAPH] = "graph",
    [ROLE_FROZEN] = "frozen",
    [ROLE_BANNER] = "banner",
    [ROLE_MATCH] = "match",
    [ROLE_INPUT] = "input",
};

static const struct {
	const char *name;
	unsigned bit;
} attr_names[] = {
    {"bold", STYLE_BOLD},
    {"dim", STYLE_DIM},
    {"underline", STYLE_UNDERLINE},
    {"italic", STYLE_ITALIC},
    {"reverse", STYLE_REVERSE},
};

static const char *const colour_names[] = {
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"};

/* What the program looks like where no file is found; themes/default.theme says the same. */
static const char default_text[] = "text = default\n"
				   "dim = dim | dim\n"
				   "title = bold | bold\n"
				   "header = cyan | underline\n"
				   "label = default\n"
				   "key = bright-cyan | bold\n"
				   "border = dim | dim\n"
				   "ok = green\n"
				   "warn = yellow bold | bold\n"
				   "crit = bright-red bold | reverse bold\n"
				   "unknown = bright-magenta bold | bold underline\n"
				   "na = dim | dim\n"
				   "prod = white on red bold | reverse bold\n"
				   "graph = cyan\n"
				   "frozen = black on yellow | reverse\n"
				   "banner = white on red bold | reverse bold\n"
				   "match = underline bold | underline bold\n"
				   "input = default | bold\n"
				   "selected = reverse | reverse\n";

static int parse_name(const char *word, struct colour *c)
{
	bool bright = !strncmp(word, "bright-", 7);

	if (!strcmp(word, "default")) {
		*c = (struct colour){.kind = COLOUR_DEFAULT};
		return 0;
	}
	for (uint32_t i = 0; i < 8; i++) {
		if (!strcmp(bright ? word + 7 : word, colour_names[i])) {
			*c = (struct colour){.kind = COLOUR_INDEX, .v = i + (bright ? 8 : 0)};
			return 0;
		}
	}
	return -1;
}

static int parse_colour(const char *word, struct colour *c)
{
	char *end;
	unsigned long v;

	if (word[0] == '#' && strspn(word + 1, "0123456789abcdefABCDEF") == 6 && !word[7]) {
		*c =
		    (struct colour){.kind = COLOUR_RGB, .v = (uint32_t)strtoul(word + 1, NULL, 16)};
		return 0;
	}
	if (isdigit((unsigned char)word[0])) {
		v = strtoul(word, &end, 10);
		if (*end || v > 255)
			return -1;
		*c = (struct colour){.kind = COLOUR_INDEX, .v = (uint32_t)v};
		return 0;
	}
	return parse_name(word, c);
}

static unsigned attr_bit(const char *word)
{
	for (size_t i = 0; i < sizeof(attr_names) / sizeof(attr_names[0]); i++) {
		if (!strcmp(word, attr_names[i].name))
			return attr_names[i].bit;
	}
	return 0;
}

/* Cuts the next word out of *s; NULL at the end. */
static char *next_word(char **s)
{
	char *word;

	*s += strspn(*s, " \t\r");
	if (!**s)
		return NULL;
	word = *s;
	*s += strcspn(*s, " \t\r");
	if (**s)
		*(*s)++ = '\0';
	return word;
}

/* Returns NULL, or the word that it did not understand. */
static const char *parse_style(char *text, struct style *out)
{
	struct style s = {0};
	bool mono = false, background = false;
	char *word;

	while ((word = next_word(&text))) {
		unsigned bit = attr_bit(word);

		if (!strcmp(word, "|"))
			mono = true;
		else if (!strcmp(word, "on"))
			background = true;
		else if (bit && mono)
			s.mono |= bit;
		else if (bit)
			s.attrs |= bit;
		else if (mono || parse_colour(word, background ? &s.bg : &s.fg))
			return word;
	}
	*out = s;
	return NULL;
}

static struct style *style_by_name(struct theme *t, const char *name)
{
	if (!strcmp(name, "selected"))
		return &t->selected;
	for (size_t i = 0; i < ROLE_COUNT; i++) {
		if (!strcmp(name, role_names[i]))
			return &t->roles[i];
	}
	return NULL;
}

static const char *nearest_role(const char *name)
{
	const char *best = "selected";
	unsigned least = text_distance(name, best);

	for (size_t i = 0; i < ROLE_COUNT; i++) {
		unsigned d = text_distance(name, role_names[i]);

		if (d < least) {
			least = d;
			best = role_names[i];
		}
	}
	return best;
}

static int parse_line(
    struct theme *t, const char *file, int line, char *text, struct buf *complaints)
{
	char *equals = strchr(text, '='), *name, shown[64];
	struct style *style;
	const char *bad;

	text += strspn(text, " \t\r");
	if (!*text || *text == '#')
		return 0;
	if (!equals) {
		buf_addf(complaints, _("%s:%d: a line must read `role = colours`.\n"), file, line);
		return 1;
	}
	*equals = '\0';
	name = next_word(&text);
	text_sanitise(shown, sizeof(shown), name ? name : "", sizeof(shown));
	if (name && !strcmp(name, "borders")) {
		t->lines = strstr(equals + 1, "lines") != NULL;
		return 0;
	}
	style = name ? style_by_name(t, name) : NULL;
	if (!style) {
		buf_addf(complaints, _("%s:%d: no role is called \"%s\"; did you mean \"%s\"?\n"),
		    file, line, shown, nearest_role(name ? name : ""));
		return 1;
	}
	bad = parse_style(equals + 1, style);
	if (!bad)
		return 0;
	text_sanitise(shown, sizeof(shown), bad, sizeof(shown));
	buf_addf(complaints,
	    _("%s:%d: \"%s\" is neither a colour (red, bright-red, 0 to 255, #rrggbb) nor an "
	      "attribute.\n"),
	    file, line, shown);
	return 1;
}

int theme_parse(struct theme *t, const char *file, const char *text, struct buf *complaints)
{
	int mistakes = 0;

	for (int line = 1; *text; line++) {
		size_t len = strcspn(text, "\n");
		char copy[256];

		snprintf(copy, sizeof(copy), "%.*s",
		    (int)(len < sizeof(copy) ? len : sizeof(copy) - 1), text);
		mistakes += parse_line(t, file, line, copy, complaints);
		text += len + (text[len] == '\n');
	}
	return mistakes;
}

void theme_default(struct theme *t)
{
	struct buf none;

	*t = (struct theme){.name = "default"};
	buf_init(&none, 4096);
	if (theme_parse(t, "default", default_text, &none))
		BUG("the built-in theme: %s", none.data);
	buf_release(&none);
}
