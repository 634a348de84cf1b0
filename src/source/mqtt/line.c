#include "source/mqtt/line.h"

#include <stdbool.h>
#include <string.h>

enum head { HEAD_CLIENT, HEAD_CONNECT, HEAD_SOCKET_ERROR, HEAD_DROPPING, HEAD_COUNT };

static const char *const heads[HEAD_COUNT] = {
    [HEAD_CLIENT] = "Client ",
    [HEAD_CONNECT] = "New client connected from ",
    [HEAD_SOCKET_ERROR] = "Socket error on client ",
    [HEAD_DROPPING] = "Outgoing messages are being dropped for client ",
};

/* Ends, longest phrase first where one is the end of another. */
static const struct tail {
	enum head head;
	const char *text;
	enum line_kind kind;
} tails[] = {
    {HEAD_CLIENT, " has exceeded timeout, disconnecting.", LINE_TIMEOUT},
    {HEAD_CLIENT, " disconnected: exceeded timeout.", LINE_TIMEOUT},
    {HEAD_CLIENT, " already connected, closing old connection.", LINE_TAKEOVER},
    {HEAD_CLIENT, " disconnected: session taken over.", LINE_TAKEOVER},
    {HEAD_CLIENT, " closed its connection.", LINE_LOST},
    {HEAD_CLIENT, " disconnected: connection closed by client.", LINE_LOST},
    {HEAD_CLIENT, " denied: max_connections exceeded.", LINE_DENIED},
    {HEAD_CLIENT, " disconnected.", LINE_CLEAN},
    {HEAD_SOCKET_ERROR, ", disconnecting.", LINE_LOST},
    {HEAD_DROPPING, ".", LINE_DROPPING},
};

/* A reason that mosquitto puts after the client: taken as it comes. */
static const char *const reasons[] = {" disconnected due to ", " disconnected: "};

/* How far a time stamp may push the beginning. */
enum { STAMP_MOST = 64 };

/* What others write, after their time, level and process. */
static const struct {
	const char *begins, *words;
	bool at_end;
	enum line_kind kind;
} others[] = {
    {"closing MQTT connection ", "(keepalive timeout)", true, LINE_TIMEOUT},
    {"closing MQTT connection ", ")", true, LINE_LOST},
    {"MQTT connection ", " will terminate because peer closed TCP connection", true, LINE_LOST},
    {"MQTT detected network error for ", "", true, LINE_LOST},
    {"accepting MQTT connection ", ")", true, LINE_CONNECT},
    {"Client ID: ", " was disconnected. reason: Client was idle for too long.", true, LINE_TIMEOUT},
    {"Client ID: ", " was disconnected. reason: ", false, LINE_BROKEN},
    {"Client ID: ", " disconnected gracefully.", false, LINE_CLEAN},
    {"Client ID: ", " disconnected ungracefully", false, LINE_LOST},
    {"Client ID: ", " connected.", true, LINE_CONNECT},
};

static bool starts(const char *p, size_t len, const char *with)
{
	size_t n = strlen(with);

	return len >= n && memcmp(p, with, n) == 0;
}

static bool ends(const char *p, size_t len, const char *with)
{
	size_t n = strlen(with);

	return len >= n && memcmp(p + len - n, with, n) == 0;
}

static bool holds(const char *p, size_t len, const char *what)
{
	return memmem(p, len, what, strlen(what)) != NULL;
}

static bool find_head(const char *p, size_t len, enum head *head)
{
	for (size_t i = 0; i < HEAD_COUNT; i++) {
		if (starts(p, len, heads[i])) {
			*head = (enum head)i;
			return true;
		}
	}
	return false;
}

/* Skips "1795348778: " or whatever log_timestamp_format puts there. The first
 * head wins: what a client chose stands behind it. */
static bool skip_stamp(const char **p, size_t *len, enum head *head)
{
	if (find_head(*p, *len, head))
		return true;
	for (size_t i = 0; i + 2 < *len && i < STAMP_MOST; i++) {
		if ((*p)[i] != ':' || (*p)[i + 1] != ' ')
			continue;
		if (find_head(*p + i + 2, *len - i - 2, head)) {
			*p += i + 2;
			*len -= i + 2;
			return true;
		}
	}
	return false;
}

/* Position of the last `what` in p, or len. */
static size_t find_last(const char *p, size_t len, const char *what)
{
	size_t n = strlen(what);

	if (len < n)
		return len;
	for (size_t i = len - n + 1; i-- > 0;)
		if (memcmp(p + i, what, n) == 0)
			return i;
	return len;
}

/* 2.1 writes "id [addr:port]". */
static size_t without_address(const char *p, size_t len)
{
	size_t at;

	if (!len || p[len - 1] != ']')
		return len;
	at = find_last(p, len, " [");
	return at < len && at > 0 ? at : len;
}

static struct line named(enum line_kind kind, const char *p, size_t len)
{
	len = without_address(p, len);
	return (struct line){.kind = kind, .client = len ? p : NULL, .client_len = len};
}

static struct line connected(const char *p, size_t len)
{
	size_t end = find_last(p, len, " (p");

	for (size_t i = 0; i + 4 <= end && end < len; i++)
		if (memcmp(p + i, " as ", 4) == 0)
			return named(LINE_CONNECT, p + i + 4, end - i - 4);
	return (struct line){.kind = LINE_CONNECT};
}

/* HiveMQ names the client first: "X, IP: 10.0.0.1 ..." */
static struct line of_kind(enum line_kind kind, const char *p, size_t len)
{
	const char *end = memmem(p, len, ", IP: ", strlen(", IP: "));

	return (struct line){.kind = kind, .client = end ? p : NULL, .client_len = end ? (size_t)(end - p) : 0};
}

static struct line of_others(const char *p, size_t len)
{
	for (size_t at = 0; at < len && at < STAMP_MOST; at++) {
		if (at && (at < 2 || p[at - 1] != ' ' || (p[at - 2] != '>' && p[at - 2] != '-')))
			continue;
		for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
			if (starts(p + at, len - at, others[i].begins) &&
			    (others[i].at_end ? ends(p + at, len - at, others[i].words)
					      : holds(p + at, len - at, others[i].words)))
				return of_kind(others[i].kind, p + at + strlen(others[i].begins), len - at - strlen(others[i].begins));
	}
	return (struct line){0};
}

static struct line of_mosquitto(const char *p, size_t len)
{
	enum head head;

	if (!skip_stamp(&p, &len, &head))
		return (struct line){0};
	p += strlen(heads[head]);
	len -= strlen(heads[head]);
	if (head == HEAD_CONNECT)
		return connected(p, len);
	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		if (tails[i].head != head || !ends(p, len, tails[i].text))
			continue;
		if (tails[i].kind == LINE_DENIED)
			return (struct line){.kind = LINE_DENIED};
		return named(tails[i].kind, p, len - strlen(tails[i].text));
	}
	if (head != HEAD_CLIENT || !ends(p, len, "."))
		return (struct line){0};
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		size_t at = find_last(p, len, reasons[i]);

		if (at < len)
			return named(LINE_BROKEN, p, at);
	}
	return (struct line){0};
}

struct line line_parse(const char *text, size_t len)
{
	struct line line = of_mosquitto(text, len);

	return line.kind == LINE_OTHER && !line.client ? of_others(text, len) : line;
}

int line_is_of_client(const struct line *line)
{
	static const char unknown[] = "<unknown>", ours[] = "mqduty-";

	if (!line->client)
		return 1;
	return !(line->client_len == sizeof(unknown) - 1 && starts(line->client, line->client_len, unknown)) &&
	       !starts(line->client, line->client_len, ours);
}

int line_is_close(enum line_kind kind)
{
	return kind >= LINE_CLEAN && kind <= LINE_BROKEN;
}
