/* The steps of a section: heading, key lines, text. */
#include "manual/parse.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "config/scalar.h"

#include <string.h>

static const char *const precheck_names[N_PRECHECKS] = {
    [PRECHECK_NONE] = "",
    [PRECHECK_RESTART_BROKER] = "restart-broker",
    [PRECHECK_CLEAN_DISK] = "clean-disk",
    [PRECHECK_ADD_PARTITIONS] = "add-partitions",
    [PRECHECK_PURGE_SESSIONS] = "purge-sessions",
    [PRECHECK_RESET_OFFSETS] = "reset-offsets",
};

const char *manual_precheck_name(enum manual_precheck p)
{
	return precheck_names[p];
}

static void take_query(struct parsing *p, struct manual_step *s, const char *value)
{
	struct err err = {""};

	if (s->query_text)
		wrong(p, p->at, _("a step has one query or one rule"));
	else if (query_parse(&s->query, value, &err))
		wrong(p, p->at, "query: %s", err_msg(&err));
	else
		s->query_text = value;
}

static void take_rule(struct parsing *p, struct manual_step *s, const char *value)
{
	struct err err = {""};

	if (s->query_text)
		wrong(p, p->at, _("a step has one query or one rule"));
	else if (query_parse_rule(&s->query, value, &err))
		wrong(p, p->at, "rule: %s", err_msg(&err));
	else
		s->query_text = arena_printf(p->arena, "rule: %s", value);
}

static void take_command(struct parsing *p, struct manual_step *s, const char *value)
{
	(void)p;
	s->command = value;
}

static void take_cost(struct parsing *p, struct manual_step *s, const char *value)
{
	(void)p;
	s->cost = value;
}

static void take_precheck(struct parsing *p, struct manual_step *s, const char *value)
{
	for (int i = 1; i < N_PRECHECKS; i++)
		if (!strcmp(precheck_names[i], value))
			s->precheck = (enum manual_precheck)i;
	if (!s->precheck)
		wrong(p, p->at,
		    _("precheck is restart-broker, clean-disk, add-partitions, purge-sessions or "
		      "reset-offsets, not \"%s\""),
		    value);
}

static void take_duration(struct parsing *p, const char *key, const char *value, int64_t *out)
{
	struct err err = {""};

	if (scalar_duration(value, out, &err))
		wrong(p, p->at, "%s: %s", key, err_msg(&err));
	else if (*out < NS_PER_S || *out > 86400 * NS_PER_S) {
		wrong(p, p->at, _("%s is from 1s to 1d"), key);
		*out = 0;
	}
}

static void take_wait(struct parsing *p, struct manual_step *s, const char *value)
{
	take_duration(p, "wait", value, &s->wait_ns);
}

static void take_time(struct parsing *p, struct manual_step *s, const char *value)
{
	take_duration(p, "time", value, &s->time_ns);
}

static const char *trimmed(struct parsing *p, const char *from, size_t n)
{
	while (n && *from == ' ') {
		from++;
		n--;
	}
	while (n && from[n - 1] == ' ')
		n--;
	return arena_strndup(p->arena, from, n);
}

/* "Deploy or crash | Network -> Is the network well?" */
static void take_ask(struct parsing *p, struct manual_step *s, const char *value)
{
	size_t step = p->page->n_steps;

	s->answers = arena_alloc(p->arena, MANUAL_ANSWERS_MAX * sizeof(*s->answers));
	while (*value) {
		size_t n = strcspn(value, "|");
		const char *piece = trimmed(p, value, n), *arrow = strstr(piece, "->");

		if (s->n_answers == MANUAL_ANSWERS_MAX) {
			wrong(p, p->at, _("a question has at most %d answers: they are digits"),
			    MANUAL_ANSWERS_MAX);
			return;
		}
		p->targets[step][s->n_answers] =
		    arrow ? trimmed(p, arrow + 2, strlen(arrow + 2)) : NULL;
		if (arrow)
			piece = trimmed(p, piece, (size_t)(arrow - piece));
		if (!*piece)
			wrong(p, p->at, _("an answer is empty"));
		s->answers[s->n_answers++] = (struct manual_answer){.text = piece, .target = -1};
		value += n + (value[n] == '|');
	}
	if (s->n_answers < 2)
		wrong(p, p->at, _("a question has at least two answers, with | between them"));
}

static void take_escalate(struct parsing *p, struct manual_step *s, const char *value)
{
	if (!strcmp(value, "owner"))
		s->escalate = ESCALATE_OWNER;
	else if (!strcmp(value, "contacts"))
		s->escalate = ESCALATE_CONTACTS;
	else
		wrong(p, p->at, _("escalate is owner or contacts, not \"%s\""), value);
}

static void take_guide(struct parsing *p, struct manual_step *s, const char *value)
{
	s->guide = word_list(p, value, &s->n_guide);
}

static const struct {
	const char *key;
	void (*take)(struct parsing *p, struct manual_step *s, const char *value);
} keys[] = {
    {"query", take_query},
    {"rule", take_rule},
    {"command", take_command},
    {"cost", take_cost},
    {"precheck", take_precheck},
    {"wait", take_wait},
    {"ask", take_ask},
    {"time", take_time},
    {"escalate", take_escalate},
    {"guide", take_guide},
};

enum { N_KEYS = sizeof(keys) / sizeof(keys[0]) };

static void take_key(
    struct parsing *p, struct manual_step *s, const char *key, const char *value, unsigned *seen)
{
	const char *near = NULL;
	unsigned least = 3;

	for (size_t i = 0; i < N_KEYS; i++) {
		unsigned far = text_distance(key, keys[i].key);

		if (!far && *seen & 1u << i) {
			wrong(p, p->at, _("%s stands twice"), key);
			return;
		}
		if (!far && !*value) {
			wrong(p, p->at, _("%s has no value"), key);
			return;
		}
		if (!far) {
			*seen |= 1u << i;
			keys[i].take(p, s, value);
			return;
		}
		if (far < least) {
			near = keys[i].key;
			least = far;
		}
	}
	if (near)
		wrong(p, p->at, _("unknown key \"%s\": did you mean \"%s\"?"), key, near);
	else
		wrong(p, p->at,
		    _("unknown key \"%s\": a step has query, rule, command, cost, precheck, wait, "
		      "ask, time, escalate and guide; text begins after an empty line"),
		    key);
}

/* Whole lines, up to the next ## or ### that is not inside a fence. */
static size_t text_end(const struct parsing *p)
{
	bool fence = false;
	size_t i;

	for (i = p->at; i < p->n; i++) {
		const char *line = p->lines[i];

		if (!strncmp(line, "```", 3))
			fence = !fence;
		if (!fence && (!strncmp(line, "## ", 3) || !strncmp(line, "### ", 4)))
			break;
	}
	return i;
}

static void check_step(
    struct parsing *p, const struct manual_step *s, size_t heading, bool asks)
{
	if (s->wait_ns && !asks)
		wrong(p, heading, _("a step that waits needs a query to wait for"));
	if (s->precheck && !s->cost)
		wrong(p, heading, _("a step that can do harm says its cost: add a line cost:"));
}

void parse_step(struct parsing *p, enum manual_section section)
{
	struct manual_page *page = p->page;
	struct manual_step *s = &page->steps[page->n_steps];
	size_t heading = p->at, end, ordinal = 1;
	const char *key, *value, *line;
	unsigned seen = 0;

	for (size_t i = 0; i < page->n_steps; i++)
		ordinal += page->steps[i].section == section;
	*s = (struct manual_step){.section = section, .line = (int)heading + 1};
	s->id = arena_printf(p->arena, "%s.%zu", manual_section_key(section), ordinal);
	s->title = trimmed(p, p->lines[p->at] + 4, strlen(p->lines[p->at] + 4));
	if (!*s->title)
		wrong(p, p->at, _("a step has a title"));
	for (p->at++; (line = peek(p)) && *line && strncmp(line, "#", 1) != 0; p->at++) {
		if (key_line(p, line, &key, &value))
			take_key(p, s, key, value, &seen);
		else
			wrong(p, p->at, _("here stands key: value, or an empty line before the text"));
	}
	end = text_end(p);
	s->text = joined(p, p->at, end);
	p->at = end;
	check_step(p, s, heading, seen & 3); /* query, rule */
	page->n_steps++;
}

void resolve_targets(struct parsing *p)
{
	struct manual_page *page = p->page;

	for (size_t i = 0; i < page->n_steps; i++) {
		for (size_t a = 0; a < page->steps[i].n_answers; a++) {
			const char *title = p->targets[i][a];

			for (size_t t = 0; title && t < page->n_steps; t++)
				if (!strcmp(page->steps[t].title, title))
					page->steps[i].answers[a].target = (int)t;
			if (title && page->steps[i].answers[a].target < 0)
				wrong(p, page->steps[i].line - 1,
				    _("the answer \"%s\" goes to a step \"%s\" that is not there"),
				    page->steps[i].answers[a].text, title);
		}
	}
}
