#ifndef MQ_SOURCE_MQTT_GUEST_H
#define MQ_SOURCE_MQTT_GUEST_H

#include "net/sock.h"
#include "net/tls.h"
#include "source/source.h"

#include <poll.h>

/*
 * guest: does a broker that we log in to take anybody as well? A second connection without a name, of MQTT 3.1.1 and a
 * clean session, that is ended with the answer: it subscribes to nothing and writes nothing. At most every ten
 * minutes, and not at all with anonymous_check: false, since the broker logs each of them as a refused login. A
 * state machine that the source's thread steps; it waits for nothing.
 */
/* How often it is tried. */
#define GUEST_EVERY (INT64_C(600) * 1000000000)

enum guest_phase { GUEST_IDLE, GUEST_DIALLING, GUEST_SHAKING, GUEST_ASKING };

enum guest_verdict { GUEST_UNKNOWN, GUEST_TAKEN, GUEST_REFUSED };

struct guest {
	enum guest_phase phase;
	struct dial dial;
	struct tls_client *client; /* NULL: without TLS */
	struct tls tls;
	char host[HOST_MAX]; /* whose certificate is wanted */
	char name[64];	     /* client id */
	bool by_certificate; /* a broker that wants one refuses whoever has none */
	int fd;
	int64_t deadline;
	unsigned char in[4];
	size_t have;
	bool sent;

	int64_t due; /* boot ns of the next try */
	bool tried;
	enum guest_verdict verdict;
	int64_t at; /* of the verdict */
	char why[ERR_MAX]; /* why it is not known; "" */
};

/* name: the client id, at most 63 bytes of it are used. by_certificate: how we ourselves log in. */
void guest_init(struct guest *g, const char *name, bool by_certificate);
/* Begins; address is dialled, through the via command where argv is not NULL; client NULL: no TLS, otherwise host is
 * whose certificate is wanted. */
void guest_start(struct guest *g, struct tls_client *client, const char *const *argv, const char *address, const char *host,
    int64_t now, int64_t deadline);
/* Goes on as far as it can; returns when it wants to be stepped again, INT64_MAX while nothing is under way. */
int64_t guest_step(struct guest *g, int64_t now);
/* What to poll: 0 or 1 of them. */
size_t guest_fds(const struct guest *g, struct pollfd *fd);
/* Gives up what is under way; the verdict stays. */
void guest_stop(struct guest *g);

/* What the four bytes of a CONNACK of MQTT 3.1.1 say; why is filled where that is nothing. Pure. */
enum guest_verdict guest_read(const unsigned char *connack, char *why, size_t size);

#endif
