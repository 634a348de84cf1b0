/* The front matter: key: value between two lines of three dashes. */
#include "manual/parse.h"

#include "base/i18n.h"
#include "base/text.h"
#include "config/scalar.h"

#include <string.h>

enum { WORDS_MAX = 64 };

bool key_line(struct parsing *p, const char *line, const char **key, const char **value)
{
	size_t n = strspn(line, "abcdefghijklmnopqrstuvwxyz_-"), end;
	const char *comment;

	if (!n || line[n] != ':' || (line[n + 1] && line[n + 1] != ' '))
		return false;
	*key = arena_strndup(p->arena, line, n);
	line += n + 1;
	line += strspn(line, " ");
	comment = strstr(line, "  #");
	end = comment ? (size_t)(comment - line) : strlen(line);
	while (end && line[end - 1] == ' ')
		end--;
	*value = arena_strndup(p->arena, line, end);
	return true;
}

const char **word_list(struct parsing *p, const char *value, size_t *n)
{
	const char **list = arena_alloc(p->arena, WORDS_MAX * sizeof(*list));

	*n = 0;
	value += *value == '[';
	while (*value && *value != ']' && *n < WORDS_MAX) {
		size_t len = strcspn(value, ",]"), used = len;

		while (used && *value == ' ') {
			value++;
			used--;
			len--;
		}
		while (used && value[used - 1] == ' ')
			used--;
		if (used)
			list[(*n)++] = arena_strndup(p->arena, value, used);
		value += len + (value[len] == ',');
	}
	return list;
}

static void take_kind(struct parsing *p, const char *value)
{
	if (!strcmp(value, "any")) {
		p->page->kinds = 1u << KIND_KAFKA | 1u << KIND_NATS | 1u << KIND_MQTT;
		return;
	}
	for (int k = KIND_KAFKA; k <= KIND_MQTT; k++)
		if (!strcmp(value, kind_name((enum broker_kind)k)))
			p->page->kinds = 1u << k;
	if (!p->page->kinds)
		wrong(p, p->at, _("kind is kafka, nats, mqtt or any, not \"%s\""), value);
}

static void take_alerts(struct parsing *p, const char *value)
{
	struct manual_page *page = p->page;

	page->alerts = word_list(p, value, &page->n_alerts);
	for (size_t i = 0; i < page->n_alerts; i++) {
		struct query q;

		/* Operators have rules of their own, which nobody knows here. */
		if (query_parse_rule(&q, page->alerts[i], NULL))
			manual_complain(p->errors, p->path, (int)p->at + 1, true,
			    _("there is no built-in rule \"%.60s\": is it one of your own?"), page->alerts[i]);
	}
}

static void take_id(struct parsing *p, const char *value)
{
	const char *slash = strrchr(p->path, '/'), *file = slash ? slash + 1 : p->path;
	size_t len = strlen(value);

	if (!len || strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789-") != len) {
		wrong(p, p->at, _("an id is made of small letters, digits and dashes"));
		return;
	}
	p->page->id = value;
	if (strncmp(file, value, len) != 0 || strcmp(file + len, ".md") != 0)
		wrong(p, p->at, _("the file of id %s is called %s.md"), value, value);
}

static void take_date(struct parsing *p, const char *value)
{
	struct err err = {""};

	if (scalar_date(value, &err))
		wrong(p, p->at, "reviewed: %s", err_msg(&err));
	else
		p->page->reviewed = value;
}

static void take_key(struct parsing *p, const char *key, const char *value)
{
	struct manual_page *page = p->page;

	if (!*value)
		wrong(p, p->at, _("%s has no value"), key);
	else if (!strcmp(key, "id"))
		take_id(p, value);
	else if (!strcmp(key, "title"))
		page->title = value;
	else if (!strcmp(key, "alerts"))
		take_alerts(p, value);
	else if (!strcmp(key, "kind"))
		take_kind(p, value);
	else if (!strcmp(key, "owner"))
		page->owner = value;
	else if (!strcmp(key, "reviewed"))
		take_date(p, value);
	else if (!strcmp(key, "guide"))
		page->guide = word_list(p, value, &page->n_guide);
	else
		wrong(p, p->at,
		    _("unknown key \"%s\": there are id, title, alerts, kind, owner, reviewed and "
		      "guide"),
		    key);
}

static void check_front(struct parsing *p, size_t at)
{
	struct manual_page *page = p->page;
	const struct {
		const char *name;
		bool there;
	} needed[] = {
	    {"id", page->id},
	    {"title", page->title},
	    {"kind", page->kinds},
	    {"owner", page->owner},
	    {"reviewed", page->reviewed},
	};

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (!needed[i].there)
			wrong(p, at, _("the front matter lacks %s"), needed[i].name);
	p->useless = !page->id || !page->title || !page->kinds;
}

void parse_front(struct parsing *p)
{
	const char *line = peek(p), *key, *value;

	if (!line || strcmp(line, "---")) {
		wrong(p, 0, _("a page begins with a line ---, then id, title, alerts, kind, owner, "
			      "reviewed, and a line ---"));
		p->useless = true;
		return;
	}
	for (p->at++; (line = peek(p)) && strcmp(line, "---"); p->at++) {
		if (key_line(p, line, &key, &value))
			take_key(p, key, value);
		else if (*line && *line != '#')
			wrong(p, p->at, _("here stands key: value, or --- to end the front matter"));
	}
	if (!line)
		wrong(p, p->at, _("the front matter does not end: a line --- is missing"));
	check_front(p, p->at);
	p->at += line != NULL;
}
