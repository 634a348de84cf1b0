#include "base/clock.h"
#include "base/i18n.h"
#include "base/thread.h"
#include "wire/attach_int.h"

#include <poll.h>
#include <stdio.h>

#define LOOK_SOON (300 * NS_PER_MS)   /* when another has just begun to serve */
#define YIELD_LASTS (6 * NS_PER_S)    /* so long the engine that we made room for has to come */

static void hand_in_own(struct attach *a)
{
	struct ledger *l = attach_pending(a);
	struct err err = {""};

	for (size_t i = 0; l && i < l->n; i++) {
		if (!a->own->ops->submit(a->own, record_ref(l->lines[i].record), &err))
			continue;
		pthread_mutex_lock(&a->lock);
		overlay_refuse(&a->overlay, l->lines[i].record->id, err_msg(&err));
		pthread_mutex_unlock(&a->lock);
	}
	ledger_unref(l);
}

/* The engine first: whoever goes on finds what it kept. */
static void close_own(struct attach *a)
{
	if (a->own)
		a->own->ops->close(a->own);
	a->own = NULL;
	host_close(&a->host);
}

static const char *lost_words(const struct attach *a, char words[ERR_MAX / 2])
{
	snprintf(words, ERR_MAX / 2,
	    a->hangs ? _("The engine (pid %ld) does not answer: this mqduty asks the clusters itself.")
		     : _("The engine (pid %ld) has gone: this mqduty asks the clusters itself."),
	    (long)a->lost);
	return words;
}

static void say_own(struct attach *a)
{
	const char *trouble = a->own->ops->trouble(a->own);
	char words[ERR_MAX / 2];

	if (a->lost)
		attach_say(a, "%s%s%.200s", lost_words(a, words), trouble ? " " : "", trouble ? trouble : "");
	else
		attach_say(a, "%s", trouble ? trouble : "");
}

void attach_own_show(struct attach *a)
{
	/* First whether it is settled, then the frame: that one holds what settled it. */
	bool now = a->own->ops->settled(a->own);
	struct frame *f = a->own->ops->acquire(a->own);

	if (f && f != a->raw) {
		attach_publish(a, f);
		say_own(a);
	} else {
		frame_unref(f);
	}
	if (now && !a->own_settled)
		attach_set_settled(a, true);
	a->own_settled = now;
}

/* Others may attach to our own engine, if it is the only one. */
static struct server *serve_own(struct attach *a, int64_t *look_at)
{
	bool had = a->host.server, refused;
	struct server *server = host_server(&a->host, &refused);

	/* Another was quicker. */
	if (refused && *look_at > clock_boot() + LOOK_SOON)
		*look_at = clock_boot() + LOOK_SOON;
	if (server && !had) {
		server_feed(server, a->own, a->digest);
		if (a->lost_viewers)
			a->lost = 0;
		say_own(a);
	}
	return server;
}

static void wait_for_own(struct attach *a, struct server *server)
{
	int64_t patience = a->own_settled ? NS_PER_S / 2 : 20 * NS_PER_MS;

	if (!server) {
		attach_wait(a, a->own->ops->fd(a->own), POLLIN, clock_boot() + patience);
		return;
	}
	server_step(server, a->wake_fd, (int)(patience / NS_PER_MS));
	wake_drain(a->wake_fd);
}

/* With an engine of our own, until there is another. true: attached, or about to be. */
static bool serve_until_another(struct attach *a)
{
	int64_t look_at = clock_boot() + LOOK_EVERY;
	char list_of[TALK_LIST_OF];

	a->own_settled = false;
	hand_in_own(a);
	while (!atomic_load(&a->stop)) {
		struct server *server = serve_own(a, &look_at);
		bool more;

		pthread_mutex_lock(&a->lock);
		more = a->fresh_submits;
		pthread_mutex_unlock(&a->lock);
		if (more)
			hand_in_own(a);
		if (attach_polled(a, list_of))
			a->own->ops->poll_now(a->own, list_of[0] ? list_of : NULL);
		attach_own_show(a);
		if (server && server_is_to_yield(server))
			return true;
		if (a->how == ATTACH_OR_RUN && !server) {
			if (clock_boot() >= look_at) {
				if (attach_link_try(a))
					return true;
				look_at = clock_boot() + LOOK_EVERY;
			}
			host_try(&a->host, a->config->state_dir, a->path, clock_boot());
		}
		wait_for_own(a, server);
	}
	return false;
}

/* Our own engine has ended; where it made room for another, that one comes soon. false: there is none. */
static bool leave_own(struct attach *a)
{
	int64_t until = clock_boot() + YIELD_LASTS;

	close_own(a);
	while (a->link.fd < 0 && !atomic_load(&a->stop) && clock_boot() < until && !attach_link_try(a))
		attach_wait(a, -1, 0, clock_boot() + NS_PER_S / 10);
	return a->link.fd >= 0;
}

int attach_own_start(struct attach *a)
{
	char words[ERR_MAX / 2];
	struct err err = {""};

	attach_set_settled(a, false);
	if (a->lost)
		attach_say(a, "%s", lost_words(a, words));
	a->own = engine_start(a->config, a->how == ATTACH_OR_LOOK, &err);
	if (a->own)
		return 0;
	pthread_mutex_lock(&a->lock);
	a->failed = !a->begun;
	a->err = err;
	pthread_cond_broadcast(&a->opened);
	pthread_mutex_unlock(&a->lock);
	attach_say(a, _("No engine runs, and none can be started here: %.300s"), err_msg(&err));
	return -1;
}

bool attach_own_follow(struct attach *a)
{
	if (serve_until_another(a))
		return leave_own(a);
	close_own(a);
	return false;
}
