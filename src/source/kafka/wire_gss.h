#ifndef MQ_SOURCE_KAFKA_WIRE_GSS_H
#define MQ_SOURCE_KAFKA_WIRE_GSS_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * gss: the client's side of SASL GSSAPI (RFC 4752) by Kerberos, with no security layer of its own: TLS is one. For the
 * ticket libgssapi asks the KDC, which may take minutes to fail. It does so in a detached thread, of which a login has
 * one at most; everything else is done in the thread of the owner, and nothing waits.
 */
struct gss_conf {
	const char *service;		/* "kafka" */
	const char *keytab, *principal; /* NULL: the tickets of who runs mqduty; the first one of the keytab */
};

/* What the logins of a cluster share: only so many of them ask a KDC at a time. */
struct gss_gate;
struct gss_gate *gss_gate_new(void);
void gss_gate_unref(struct gss_gate *gate);

/* The logins at one broker, one after the other. With a keytab it keeps its tickets, in memory, for the next one. */
struct gss;

/* host: as the broker calls itself. Everything is copied; gate is referred to. */
struct gss *gss_new(struct gss_gate *gate, const struct gss_conf *conf, const char *host);

/* Where its thread hangs, that frees it when it returns. */
void gss_free(struct gss *g);

/* A login begins, or is over. A question to the KDC that is under way is left alone: the next login takes its answer. */
void gss_reset(struct gss *g);

/* How the first message stands; asks for the ticket when it is called first after gss_reset(). */
enum gss_state {
	GSS_ASKING, /* look again in a moment */
	GSS_READY,  /* it is in out */
	GSS_FAILED, /* err says why */
	GSS_REFUSED /* so it does, and the KDC said no: it is not to be asked again soon */
};
enum gss_state gss_first(struct gss *g, struct buf *out, struct err *err);

/* Goes on after an answer of the broker: with the message that is in out then (it may be empty), or *done: there is
 * nothing more to say. -1 with a sentence. */
int gss_go_on(struct gss *g, const void *said, size_t len, struct buf *out, bool *done, struct err *err);

/* The ticket was waited for too long: says so. */
void gss_say_silent(const struct gss *g, int64_t waited, struct err *err);

/* The broker's offer of security layers, out of its wrapping: -1 with a sentence where "none" is not among them. */
int gss_read_layers(const void *offer, size_t len, struct err *err);

#endif
