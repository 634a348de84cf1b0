#include "modes.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/text.h"
#include "report/md.h"
#include "shift/handover.h"
#include "wire/wire.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The report of a shift, and its confirmation by whoever takes over. */

#define PATIENCE (10 * NS_PER_S)
#define CONFIRM_WITHIN (86400 * NS_PER_S)

struct desk {
	struct config *config;
	struct feed *feed;
	struct frame *frame;
};

static int desk_open(struct desk *d, const struct cli *cli, struct err *err)
{
	d->feed = modes_open_feed(cli, true, &d->config, err);
	if (!d->feed)
		return -1;
	d->frame = modes_settled_frame(d->feed, cli->deadline_ns ? cli->deadline_ns : PATIENCE);
	return d->frame ? 0 : err_set(err, _("nothing was read before the deadline"));
}

static void desk_leave(struct desk *d)
{
	frame_unref(d->frame);
	modes_leave(d->feed);
}

/* An engine knows its viewers by the name that the system has for them, whatever they say: so does the report, or who
 * wrote it could confirm it under the name behind sudo. */
static void name_writer(struct record *r, const struct config *config)
{
	struct err err = {""};
	struct feed *engine = wire_attach(config, ATTACH_ONLY, &err);
	struct passwd pw, *found = NULL;
	char names[4096];

	if (!engine)
		return;
	engine->ops->close(engine);
	if (!getpwuid_r(getuid(), &pw, names, sizeof(names), &found) && found)
		r->user = record_str(r, found->pw_name);
}

static int confirm(const struct cli *cli)
{
	struct record *r = record_new(RECORD_HANDOVER);
	char who[64], to[64], at[FMT_MAX], then[FMT_MAX];
	struct handover_past past;
	struct err err = {""};
	struct desk d;
	int code;

	if (desk_open(&d, cli, &err))
		return modes_fail(&err);
	name_writer(r, d.config);
	if (handover_confirm(r, d.frame->ledger, cli->confirm, &err)) {
		record_unref(r);
		desk_leave(&d);
		return modes_fail(&err);
	}
	past = handover_last(d.frame->ledger);
	text_sanitise(to, sizeof(to), r->user, sizeof(to));
	fmt_utc(at, sizeof(at), r->wall);
	code = modes_keep(d.config, r);
	if (!code)
		printf(_("%s handed over to %s: the report of %s, confirmed %s\n"),
		    text_sanitise(who, sizeof(who), past.report->user, sizeof(who)), to,
		    fmt_utc(then, sizeof(then), past.report->wall), at);
	desk_leave(&d);
	return code;
}

/* Hands the digest in; what it is called and whether it is kept goes into `kept`, whose words are the caller's. */
static int keep(const struct desk *d, struct record *r, const struct handover *h, char *id, char *hash)
{
	struct buf digest;

	handover_digest(h, &digest, hash);
	memcpy(id, r->id, RECORD_ID_SIZE);
	r->wall = h->wall;
	/* It can be confirmed until then, and is not forgotten before. */
	r->until = h->wall + CONFIRM_WITHIN;
	r->subject = record_str(r, hash);
	r->data = record_str(r, digest.data);
	buf_release(&digest);
	return modes_keep(d->config, r);
}

static int write_report(const struct cli *cli, const struct desk *d, const struct handover_input *in, struct record *r)
{
	char id[RECORD_ID_SIZE], hash[HANDOVER_HASH_SIZE];
	struct err err = {""};
	struct handover h;
	struct buf out;
	int code;

	handover_make(&h, in);
	code = keep(d, r, &h, id, hash);
	buf_init(&out, OUTPUT_MAX);
	if (handover_write(&h, &(struct handover_kept){id, hash, !code}, cli->format ? cli->format : "markdown",
		&(struct handover_markup){md_text, md_code}, &out)) {
		err_set(&err, _("the report is larger than %d MiB"), OUTPUT_MAX >> 20);
		code = modes_fail(&err);
	} else if (modes_print(&out, stdout)) {
		code = CLI_USAGE_EXIT;
	}
	handover_release(&h);
	return code;
}

int mode_handover(const struct cli *cli)
{
	struct periodic_report weekly;
	struct handover_input in;
	struct audits audits;
	struct err err = {""};
	struct record *r;
	struct desk d;
	int code;

	if (cli->confirm)
		return confirm(cli);
	if (cli->format && strcmp(cli->format, "text") != 0 && strcmp(cli->format, "markdown") != 0 &&
	    strcmp(cli->format, "json") != 0) {
		err_set(&err, _("a handover is printed as text, markdown or json, not as %s"), cli->format);
		return modes_fail(&err);
	}
	if (audits_load(&audits, &err) || desk_open(&d, cli, &err))
		return modes_fail(&err);
	r = record_new(RECORD_HANDOVER);
	name_writer(r, d.config);
	in = (struct handover_input){d.frame, &audits, NULL, r->user, r->from, clock_wall()};
	/* A shift is handed over even where the weekly list cannot be judged: the report says so. */
	if (!periodic_judge(&(struct periodic_input){d.config, d.frame, &audits, d.feed->ops->now(d.feed), in.wall}, "weekly",
		&weekly, &err))
		in.weekly = &weekly;
	code = write_report(cli, &d, &in, r);
	periodic_release(&weekly);
	audits_release(&audits);
	desk_leave(&d);
	return code;
}
