#ifndef MQ_SOURCE_NATS_NKEY_H
#define MQ_SOURCE_NATS_NKEY_H

#include "base/err.h"

/*
 * nkey: NATS's Ed25519 keys as text. A seed ("SU...") is the whole key; servers
 * know its public half ("U..."), which the client must name. Pure; any thread.
 */
enum { NKEY_TEXT_MAX = 64 };

/* The first seed of a user in the text of a file into seed (NKEY_TEXT_MAX), and its public half
 * into public_key (NKEY_TEXT_MAX). -1 with a sentence that never holds the seed. */
int nkey_read(const char *text, char *seed, char *public_key, struct err *err);

#endif
