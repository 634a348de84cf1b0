#ifndef MQ_SOURCE_KAFKA_WIRE_OAUTH_H
#define MQ_SOURCE_KAFKA_WIRE_OAUTH_H

#include "base/buf.h"
#include "config/config.h"

/*
 * oauth: the client's side of SASL OAUTHBEARER (RFC 7628). One thread. The token
 * is a secret: it is in `message` until the login is over and nowhere else, and
 * what a broker says is looked through for it.
 */
struct oauth {
	struct buf message; /* that carries the token */
	size_t token_at, token_len;
	char refused[160]; /* the broker's word for why, fit to be shown; "" while it has not refused */
};

void oauth_init(struct oauth *o);

/* Forgets the token. o is usable again. */
void oauth_forget(struct oauth *o);

/* Makes o->message with the newest token; files are read anew, since tokens in them are renewed. wall_s: now.
 * -1 with a sentence: there is none, it is not one, or it says that it has expired. */
int oauth_first(struct oauth *o, const struct secret_conf *from, int64_t wall_s, struct err *err);

/* When a token says that it ends (the claim exp of a JWT), seconds of wall time; 0: it does not say. */
int64_t oauth_token_ends(const char *token, size_t len);

/* The broker's answer where it is not empty is a refusal, in JSON: fills o->refused. */
void oauth_read_refusal(struct oauth *o, const void *json, size_t len);

/* Foreign words, fit to be shown: without any that repeat a piece of the token. Returns out. */
char *oauth_words(const struct oauth *o, const char *said, char *out, size_t size);

#endif
