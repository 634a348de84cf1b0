/* --plain: for screen readers and logs. No screen, one line of text for each change. */
#include "ui/app.h"

#include "base/fmt.h"
#include "base/i18n.h"
#include "base/map.h"
#include "base/text.h"
#include "ui/view.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

struct plain {
	struct map firing;   /* what was said of each alert that fires */
	struct map verdicts; /* what was said of each cluster: verdict + 1 */
	char time[FMT_MAX];
};

static void say(const struct plain *p, const char *what, const char *rest)
{
	char clean[512];

	printf(
	    "%s %s %s\n", p->time, what, text_sanitise(clean, sizeof(clean), rest, sizeof(clean)));
}

static void say_clusters(struct plain *p, const struct frame *f)
{
	for (size_t i = 0; i < f->judgement->n_clusters && i < f->snap->n_clusters; i++) {
		enum verdict v = f->judgement->clusters[i].verdict;
		const char *name = f->snap->clusters[i].name;
		void *now = (void *)(uintptr_t)(v + 1);

		if (map_put(&p->verdicts, name, now) != now)
			say(p, verdict_word(v), name);
	}
}

static void say_alerts(struct plain *p, const struct frame *f)
{
	struct map now;
	size_t at = 0;
	const char *key;
	void *severity;

	map_init(&now);
	for (size_t i = 0; i < f->judgement->n_alerts; i++) {
		const struct alert *a = &f->judgement->alerts[i];
		bool critical = a->severity == SEVERITY_CRITICAL;
		char line[400];

		if (a->state != ALERT_FIRING)
			continue;
		snprintf(line, sizeof(line), "%s %s %s", a->name, a->cluster ? a->cluster : "",
		    a->entity ? a->entity : "");
		if (!map_get(&p->firing, line))
			say(p, verdict_word(critical ? VERDICT_CRIT : VERDICT_WARN), line);
		map_put(&now, line, p);
	}
	while ((key = map_each(&p->firing, &at, &severity))) {
		if (!map_get(&now, key))
			say(p, _("over"), key);
	}
	map_release(&p->firing);
	p->firing = now;
}

/* Returns false when nobody reads any more. */
static bool say_frame(struct plain *p, struct feed *feed)
{
	struct frame *f = feed->ops->acquire(feed);

	if (f) {
		fmt_clock(p->time, sizeof(p->time), feed->ops->wall(feed));
		say_clusters(p, f);
		say_alerts(p, f);
		frame_unref(f);
	}
	return !fflush(stdout) && !ferror(stdout);
}

/* 0, or the signal that ends the program. */
static int ending_signal(int signals)
{
	struct signalfd_siginfo si;

	while (read(signals, &si, sizeof(si)) == sizeof(si)) {
		if (si.ssi_signo == SIGTSTP)
			kill(getpid(), SIGSTOP);
		else if (si.ssi_signo != SIGWINCH && si.ssi_signo != SIGCONT &&
			 si.ssi_signo != SIGUSR1)
			return (int)si.ssi_signo;
	}
	return 0;
}

int plain_run(struct feed *feed, int signals)
{
	struct plain p = {0};
	int sig = 0;

	map_init(&p.firing);
	map_init(&p.verdicts);
	while (!sig && say_frame(&p, feed)) {
		struct pollfd wait[2] = {{.fd = signals, .events = POLLIN},
		    {.fd = feed->ops->fd(feed), .events = POLLIN}};

		if (poll(wait, 2, -1) < 0 && errno != EINTR)
			break;
		if (wait[0].revents)
			sig = ending_signal(signals);
	}
	map_release(&p.firing);
	map_release(&p.verdicts);
	return sig ? 128 + sig : 0;
}
