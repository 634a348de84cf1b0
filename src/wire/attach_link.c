#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/log.h"
#include "wire/attach_int.h"

#include <string.h>
#include <unistd.h>

enum { LOOKS_ENOUGH = 60 }; /* of a poll: two minutes, if nothing else is configured */

#define FIRST_WITHIN (3 * NS_PER_S)   /* an engine that has not sent a frame by then is none */
#define SILENT_MOST (6 * NS_PER_S)    /* it says something every 2 s */

static const char *lasting_name(struct attach *a, const char *name)
{
	size_t i = 0;

	while (i < NAMES_MOST && a->names[i] && strcmp(a->names[i], name) != 0)
		i++;
	if (i == NAMES_MOST)
		return "?";
	if (!a->names[i])
		a->names[i] = xstrdup(name);
	return a->names[i];
}

static void hand_in_link(struct attach *a)
{
	struct ledger *l = attach_pending(a);

	for (size_t i = 0; l && i < l->n; i++)
		if (l->lines[i].keep == KEEP_SAVING)
			talk_put_submit(&a->link.out, l->lines[i].record);
	ledger_unref(l);
}

static void say_attached(struct attach *a)
{
	bool differs = strcmp(a->link.hello.digest, a->digest) != 0;

	if (differs && a->link.hello.viewer)
		attach_say(a, _("This mqduty uses the engine of another (pid %ld), and they read %.200s at different times: :reload in both."),
		    (long)a->link.hello.pid, a->path);
	else if (differs)
		attach_say(a, _("The engine (pid %ld) and this mqduty read %.200s at different times: reload both (kill -HUP %ld, :reload)."),
		    (long)a->link.hello.pid, a->path, (long)a->link.hello.pid);
	else if (a->lost)
		attach_say(a, _("The engine (pid %ld) has gone: mqduty (pid %ld) asks for this one too."),
		    (long)a->lost, (long)a->link.hello.pid);
	else
		attach_say(a, "%s", "");
}

/* What one step of the link brought. */
static void take_said(struct attach *a, struct engine_said *said)
{
	if (said->refused[0]) {
		pthread_mutex_lock(&a->lock);
		overlay_refuse(&a->overlay, said->refused, err_msg(&said->why));
		attach_show(a);
		pthread_mutex_unlock(&a->lock);
	}
	if (said->frame) {
		said->frame->from = lasting_name(a, said->frame->from);
		attach_publish(a, said->frame);
		said->frame = NULL;
	}
	if (said->config_changed)
		say_attached(a);
	if (said->settled)
		attach_set_settled(a, true);
}

/* An engine that we lost is missed until there is one like it. */
static void found_again(struct attach *a)
{
	if (!a->link.hello.viewer || a->lost_viewers)
		a->lost = 0;
}

/* Is it an engine of our configuration, and not the one in this very process that a :reload is about to end? */
static bool is_ours(const struct attach *a)
{
	const struct talk_hello *h = &a->link.hello;

	return !h->pid || (!strcmp(h->config, a->path) && !(h->viewer && h->pid == getpid() && strcmp(h->digest, a->digest) != 0));
}

/* A check gathers at once what an engine sees poll by poll: of one that has just begun it would learn less than by a look of
 * its own. */
static bool knows_too_little(const struct attach *a)
{
	const struct talk_hello *h = &a->link.hello;

	return h->pid && a->how == ATTACH_OR_LOOK && h->watched_ms >= 0 &&
	       h->watched_ms < LOOKS_ENOUGH * a->config->interval_ns / NS_PER_MS;
}

bool attach_link_try(struct attach *a)
{
	int64_t until = clock_boot() + FIRST_WITHIN;
	struct err err = {""};

	if (engine_link_open(&a->link, &a->connector, a->config->state_dir, a->path))
		return false;
	while (!atomic_load(&a->stop) && clock_boot() < until) {
		struct engine_said said = {0};
		int rc = engine_link_step(&a->link, &said, &err);

		if (rc || !is_ours(a) || knows_too_little(a)) {
			frame_unref(said.frame);
			break;
		}
		if (said.frame) {
			attach_set_settled(a, a->link.hello.settled);
			found_again(a);
			say_attached(a);
			take_said(a, &said);
			return true;
		}
		if (a->own)
			attach_own_show(a);
		attach_wait(a, a->link.fd, engine_link_events(&a->link), a->own ? clock_boot() + NS_PER_S / 10 : until);
	}
	if (err_msg(&err)[0])
		log_warn("the engine's socket: %s", err_msg(&err));
	engine_link_close(&a->link);
	return false;
}

bool attach_link_follow(struct attach *a)
{
	char list_of[TALK_LIST_OF];
	struct err err = {""};
	bool hangs = false;

	hand_in_link(a);
	while (!atomic_load(&a->stop)) {
		struct engine_said said = {0};
		bool more;
		int rc;

		pthread_mutex_lock(&a->lock);
		more = a->fresh_submits;
		pthread_mutex_unlock(&a->lock);
		if (more)
			hand_in_link(a);
		if (attach_polled(a, list_of))
			talk_put_poll(&a->link.out, list_of[0] ? list_of : NULL);
		rc = engine_link_step(&a->link, &said, &err);
		take_said(a, &said);
		if (rc)
			break;
		if (clock_boot() - a->link.heard_at > SILENT_MOST) {
			err_set(&err, "it has said nothing for long");
			hangs = true;
			break;
		}
		attach_wait(a, a->link.fd, engine_link_events(&a->link), clock_boot() + NS_PER_S);
	}
	if (err_msg(&err)[0])
		log_warn("the engine (pid %ld) was left: %s", (long)a->link.hello.pid, err_msg(&err));
	/* A dashboard that was quit is not missed: another one serves. */
	if (hangs || !a->link.hello.viewer) {
		a->lost = a->link.hello.pid;
		a->lost_viewers = a->link.hello.viewer;
		a->hangs = hangs;
	}
	engine_link_close(&a->link);
	return !hangs;
}
