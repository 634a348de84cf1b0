#include "ui/reload.h"

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/thread.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct reload {
	struct feed *(*open)(void *arg, const struct config **config, struct err *err);
	void *arg;
	int done;	   /* eventfd */
	bool under_way;	   /* of the UI thread */
	struct reloaded got; /* the worker writes these before it sets done */
	struct err err;
};

struct reload *reload_new(
    struct feed *(*open)(void *arg, const struct config **config, struct err *err), void *arg, struct err *err)
{
	struct reload *r;
	int done = wake_open();

	if (done < 0) {
		err_set(err, _("No descriptor is left to wake the dashboard with."));
		return NULL;
	}
	r = xcalloc(1, sizeof(*r));
	r->open = open;
	r->arg = arg;
	r->done = done;
	return r;
}

int reload_fd(const struct reload *r)
{
	return r->done;
}

static void *work(void *arg)
{
	struct reload *r = arg;

	r->got.feed = r->open(r->arg, &r->got.config, &r->err);
	/* Folders of teams may hang like any other. */
	if (r->got.feed && r->got.config)
		r->got.manual = manual_load(r->got.config->manual, r->got.config->n_manual, i18n_lang(), NULL);
	wake_set(r->done);
	return NULL;
}

static int start_detached(const char *name, void *(*run)(void *), void *arg)
{
	pthread_t t;
	int rc = thread_start(&t, name, run, arg);

	if (!rc)
		pthread_detach(t);
	return rc;
}

int reload_begin(struct reload *r, struct err *err)
{
	int rc;

	if (!r->open)
		return err_set(err, _("There is no configuration to read again here."));
	if (r->under_way)
		return err_set(err, _("The configuration is being read already."));
	r->got = (struct reloaded){.feed = NULL};
	r->err = (struct err){""};
	rc = start_detached("reload", work, r);
	if (rc)
		return err_set(err, _("No thread to read the configuration in: %s."), strerror(rc));
	r->under_way = true;
	return 0;
}

struct reloaded reload_take(struct reload *r, struct err *err)
{
	wake_drain(r->done);
	if (!r->under_way)
		return (struct reloaded){.feed = NULL};
	r->under_way = false;
	*err = r->err;
	return r->got;
}

static void *discard(void *arg)
{
	struct feed *old = arg;

	old->ops->close(old);
	return NULL;
}

void reload_discard(struct feed *old)
{
	/* Without a thread it stays open: better than to wait for it. */
	start_detached("close", discard, old);
}
