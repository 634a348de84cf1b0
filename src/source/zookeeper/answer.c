#include "source/zookeeper/answer.h"

#include "base/i18n.h"
#include "base/text.h"

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void clear(struct zk_answer *a)
{
	*a = (struct zk_answer){.latency_ms = -1, .outstanding = -1};
}

/* A word of foreign text: printable, up to the first blank. */
static void copy_word(char *out, size_t size, const char *s)
{
	size_t n = 0;

	while (n < size - 1 && (isalnum((unsigned char)s[n]) || strchr("._-", s[n])) && s[n]) {
		out[n] = s[n];
		n++;
	}
	out[n] = '\0';
}

/* What follows "Mode: ", or NULL. */
static const char *after(const char *line, const char *name)
{
	size_t n = strlen(name);

	return strncmp(line, name, n) == 0 ? line + n : NULL;
}

/* "0/0.3241/24": least, average, most; whole numbers before 3.6. */
static double average(const char *s)
{
	const char *slash = strchr(s, '/');
	double v = slash ? strtod(slash + 1, NULL) : -1;

	return v >= 0 && v < 1e9 ? v : -1;
}

static void read_line(struct zk_answer *a, const char *line)
{
	const char *v;

	if ((v = after(line, "Zookeeper version: ")))
		copy_word(a->version, sizeof(a->version), v);
	else if ((v = after(line, "Latency min/avg/max: ")))
		a->latency_ms = average(v);
	else if ((v = after(line, "Outstanding: ")) && isdigit((unsigned char)*v))
		a->outstanding = strtoll(v, NULL, 10);
	else if ((v = after(line, "Zxid: 0x")))
		a->zxid = strtoull(v, NULL, 16);
	else if ((v = after(line, "Mode: ")))
		copy_word(a->mode, sizeof(a->mode), v);
}

int zk_read_srvr(struct zk_answer *a, const char *text, size_t len, bool *forbidden, struct err *err)
{
	char line[200], shown[100];

	clear(a);
	*forbidden = false;
	for (const char *p = text, *end = text + len; p < end;) {
		const char *stop = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((stop ? stop : end) - p);

		snprintf(line, sizeof(line), "%.*s", (int)(n < sizeof(line) ? n : sizeof(line) - 1), p);
		*forbidden |= strstr(line, "not in the whitelist") != NULL;
		read_line(a, line);
		p += n + (stop != NULL);
	}
	if (a->mode[0])
		return 0;
	if (*forbidden)
		return err_set(err, _("srvr is not in its 4lw.commands.whitelist, and its AdminServer does not answer"));
	if (len >= 35 && !memcmp(text, "This ZooKeeper instance is not curr", 35))
		return err_set(err, _("it serves no requests: the ensemble has no quorum"));
	text_sanitise(shown, sizeof(shown), text, len < 60 ? len : 60);
	return err_set(err, _("protocol: what answers is not ZooKeeper (\"%s\")"), shown);
}

static double number(const json_t *j, const char *key)
{
	const json_t *v = json_object_get(j, key);

	return json_is_number(v) ? json_number_value(v) : -1;
}

static void copy_json(char *out, size_t size, const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));

	copy_word(out, size, s ? s : "");
}

int zk_read_monitor(struct zk_answer *a, const char *text, size_t len, struct err *err)
{
	json_t *j = json_loadb(text, len, 0, NULL);
	double outstanding = number(j, "outstanding_requests");

	clear(a);
	copy_json(a->mode, sizeof(a->mode), j, "server_state");
	copy_json(a->version, sizeof(a->version), j, "version");
	a->latency_ms = number(j, "avg_latency");
	a->outstanding = outstanding >= 0 && outstanding < 1e15 ? (int64_t)outstanding : -1;
	json_decref(j);
	return a->mode[0] ? 0 : err_set(err, _("its AdminServer does not answer as one of ZooKeeper does"));
}

int64_t zk_behind(uint64_t zxid, uint64_t leader)
{
	if (!zxid || !leader || zxid >> 32 != leader >> 32)
		return -1;
	return zxid > leader ? 0 : (int64_t)(leader - zxid);
}
