#include "store/record.h"

#include "base/clock.h"
#include "base/err.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

static const char *const kind_names[RECORD_KINDS] = {
    [RECORD_ACK] = "ack",
    [RECORD_UNACK] = "unack",
    [RECORD_SILENCE] = "silence",
    [RECORD_UNSILENCE] = "unsilence",
    [RECORD_MAINT] = "maint",
    [RECORD_MAINT_END] = "maint-end",
    [RECORD_EVENT] = "event",
    [RECORD_EVIDENCE] = "evidence",
    [RECORD_SIGN] = "sign",
    [RECORD_NOTE] = "note",
    [RECORD_ANSWER] = "answer",
    [RECORD_INCIDENT] = "incident",
    [RECORD_ENTRY] = "entry",
    [RECORD_PEN] = "pen",
    [RECORD_INCIDENT_CLOSE] = "incident-close",
    [RECORD_BASELINE] = "baseline",
    [RECORD_PLAN] = "plan",
    [RECORD_SELECTION] = "selection",
    [RECORD_HANDOVER] = "handover",
    [RECORD_ALERT_STATE] = "alert-state",
};

const char *record_kind_name(enum record_kind k)
{
	return k < RECORD_KINDS ? kind_names[k] : "?";
}

enum record_kind record_kind_by_name(const char *name)
{
	int k = 0;

	while (k < RECORD_KINDS && strcmp(kind_names[k], name))
		k++;
	return (enum record_kind)k;
}

const char *keep_name(enum keep k)
{
	static const char *const names[] = {
	    [KEEP_SAVING] = "saving", [KEEP_KEPT] = "kept", [KEEP_FAILED] = "failed"};

	return names[k];
}

static void make_id(char *id)
{
	unsigned char bits[(RECORD_ID_SIZE - 1) / 2];

	if (getrandom(bits, sizeof(bits), 0) != sizeof(bits))
		BUG("no random bits");
	for (size_t i = 0; i < sizeof(bits); i++)
		snprintf(id + 2 * i, 3, "%02x", bits[i]);
}

/* The name behind sudo, if there is one: who did it, not as whom. */
static const char *user_name(struct record *r)
{
	const char *sudo = getenv("SUDO_USER");
	struct passwd pw, *found = NULL;
	char names[4096];

	if (sudo && sudo[0])
		return record_str(r, sudo);
	if (!getpwuid_r(getuid(), &pw, names, sizeof(names), &found) && found)
		return record_str(r, found->pw_name);
	return arena_printf(&r->arena, "uid %u", (unsigned)getuid());
}

/* Where the operator sits, if ssh says so; else this host. */
static const char *host_name(struct record *r)
{
	const char *ssh = getenv("SSH_CONNECTION");
	char host[256] = "localhost";

	if (ssh && ssh[0])
		return arena_strndup(&r->arena, ssh, strcspn(ssh, " "));
	if (gethostname(host, sizeof(host) - 1))
		snprintf(host, sizeof(host), "localhost");
	return record_str(r, host);
}

struct record *record_blank(enum record_kind kind, const char *id)
{
	struct record *r = xcalloc(1, sizeof(*r));

	atomic_init(&r->refs, 1);
	arena_init(&r->arena);
	snprintf(r->id, sizeof(r->id), "%s", id);
	r->kind = kind;
	r->user = r->from = "?";
	return r;
}

bool record_id_is_good(const char *id)
{
	return id && strlen(id) == RECORD_ID_SIZE - 1 && strspn(id, "0123456789abcdef") == RECORD_ID_SIZE - 1;
}

struct record *record_new(enum record_kind kind)
{
	char id[RECORD_ID_SIZE];
	struct record *r;

	make_id(id);
	r = record_blank(kind, id);
	r->wall = clock_wall();
	r->user = user_name(r);
	r->from = host_name(r);
	return r;
}

struct record *record_ref(struct record *r)
{
	if (r)
		atomic_fetch_add(&r->refs, 1);
	return r;
}

void record_unref(struct record *r)
{
	if (!r || atomic_fetch_sub(&r->refs, 1) != 1)
		return;
	arena_release(&r->arena);
	free(r);
}

const char *record_str(struct record *r, const char *s)
{
	return arena_strdup(&r->arena, s);
}
