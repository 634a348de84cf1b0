#include "config.h"

#include "wire/talk.h"

#include "wire/parts.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

static const char *const note_names[NOTES] = {
    [NOTE_NONE] = "",
    [NOTE_ALIVE] = "alive",
    [NOTE_SETTLED] = "settled",
    [NOTE_CONFIG] = "config",
    [NOTE_REFUSED] = "refused",
};

static const char note_start[] = "{\"note\":";

void talk_put_hello(struct buf *out, const char *from, const struct talk_hello *h)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w, NULL);
	jsonw_text(&w, "format", WIRE_FORMAT);
	jsonw_text(&w, "program", PACKAGE_STRING);
	jsonw_text(&w, "from", from);
	jsonw_int(&w, "pid", h->pid);
	jsonw_text(&w, "config", h->config);
	jsonw_text(&w, "digest", h->digest);
	jsonw_bool(&w, "settled", h->settled);
	if (h->viewer)
		jsonw_bool(&w, "viewer", true);
	if (h->watched_ms >= 0)
		jsonw_int(&w, "watched_ms", h->watched_ms);
	jsonw_end_object(&w);
	buf_addc(out, '\n');
}

static json_t *object_of(const char *line, size_t len, struct err *err)
{
	json_error_t bad;
	json_t *json = json_loadb(line, len, 0, &bad);

	if (json_is_object(json))
		return json;
	json_decref(json);
	err_set(err, json ? "a line is no object" : "a line is no JSON");
	return NULL;
}

static void copy_text(char *out, size_t size, const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	snprintf(out, size, "%s", text ? text : "");
}

int talk_get_hello(const char *line, size_t len, struct talk_hello *out, struct err *err)
{
	json_t *json = object_of(line, len, err);
	int64_t pid;
	int rc;

	*out = (struct talk_hello){0};
	if (!json)
		return -1;
	rc = get_int(json, "pid", 0, &pid, err) || get_bool(json, "settled", &out->settled, err) ||
		     get_bool(json, "viewer", &out->viewer, err) ||
		     get_int(json, "watched_ms", -1, &out->watched_ms, err)
		 ? -1
		 : 0;
	out->pid = pid > 0 && pid <= INT_MAX ? (pid_t)pid : 0;
	copy_text(out->config, sizeof(out->config), json, "config");
	copy_text(out->digest, sizeof(out->digest), json, "digest");
	if (!rc && !out->pid)
		rc = err_set(err, "the engine does not say its pid");
	json_decref(json);
	return rc;
}

void talk_put_note(struct buf *out, enum talk_note note, const char *id, const char *text)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w, NULL);
	jsonw_text(&w, "note", note_names[note]);
	if (id)
		jsonw_text(&w, "id", id);
	if (text)
		jsonw_text(&w, "text", text);
	jsonw_end_object(&w);
	buf_addc(out, '\n');
}

enum talk_note talk_get_note(const char *line, size_t len, char id[RECORD_ID_SIZE], struct err *text)
{
	enum talk_note note = NOTE_ALIVE;
	const char *name;
	json_t *json;

	id[0] = text->msg[0] = '\0';
	if (len < sizeof(note_start) - 1 || memcmp(line, note_start, sizeof(note_start) - 1) != 0)
		return NOTE_NONE;
	json = json_loadb(line, len, 0, NULL);
	name = json_string_value(json_object_get(json, "note"));
	for (int i = NOTE_ALIVE; name && i < NOTES; i++)
		if (!strcmp(name, note_names[i]))
			note = (enum talk_note)i;
	copy_text(id, RECORD_ID_SIZE, json, "id");
	copy_text(text->msg, sizeof(text->msg), json, "text");
	json_decref(json);
	return note;
}

void talk_put_submit(struct buf *out, const struct record *r)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w, NULL);
	put_record(&w, "submit", r, NULL);
	jsonw_end_object(&w);
	buf_addc(out, '\n');
}

void talk_put_poll(struct buf *out, const char *list_of)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w, NULL);
	jsonw_bool(&w, "poll", true);
	if (list_of)
		jsonw_text(&w, "list_of", list_of);
	jsonw_end_object(&w);
	buf_addc(out, '\n');
}

void talk_put_yield(struct buf *out)
{
	buf_adds(out, "{\"yield\":true}\n");
}

static enum talk_request get_poll(const json_t *json, char list_of[TALK_LIST_OF])
{
	const char *of = json_string_value(json_object_get(json, "list_of"));

	snprintf(list_of, TALK_LIST_OF, "%s", of ? of : "");
	return REQUEST_POLL;
}

enum talk_request talk_get_request(const char *line, size_t len, struct record **r, char list_of[TALK_LIST_OF], struct err *err)
{
	enum talk_request request = REQUEST_BAD;
	json_t *json = object_of(line, len, err), *submit;

	*r = NULL;
	if (!json)
		return REQUEST_BAD;
	submit = json_object_get(json, "submit");
	if (submit)
		request = get_record(submit, r, err) ? REQUEST_BAD : REQUEST_SUBMIT;
	else if (json_is_true(json_object_get(json, "poll")))
		request = get_poll(json, list_of);
	else if (json_is_true(json_object_get(json, "yield")))
		request = REQUEST_YIELD;
	else
		err_set(err, "a request is none of submit, poll and yield");
	json_decref(json);
	return request;
}
