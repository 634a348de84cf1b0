#ifndef MQ_SOURCE_KAFKA_SCRAM_H
#define MQ_SOURCE_KAFKA_SCRAM_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * scram: the client's side of SCRAM (RFC 5802, 7677), without channel binding.
 * Pure but for the nonce; one thread. The order: scram_first(), the server's
 * first message to scram_final(), the server's last one to scram_verify(),
 * which alone proves that the server knows the password, too.
 */
enum { SCRAM_MESSAGE_MAX = 2048, SCRAM_HASH_MAX = 64 };

/* Fewer rounds than Kafka lets anybody store make the password easy to guess for whoever hears them;
 * more than these would make the source wait. */
enum { SCRAM_ROUNDS_LEAST = 4096, SCRAM_ROUNDS_MOST = 200000 };

struct scram {
	const char *digest; /* OpenSSL's name: "SHA256", "SHA512" */
	const char *user, *password;
	char nonce[64];	    /* ours; made by scram_first() where it is empty */
	char first_bare[SCRAM_MESSAGE_MAX];
	uint8_t server_signature[SCRAM_HASH_MAX];
	size_t signature_len;
};

/* user and password must outlive s. */
void scram_init(struct scram *s, const char *digest, const char *user, const char *password);

/* Forgets everything that could give the password away. */
void scram_release(struct scram *s);

/* Each writes a message (terminated) and returns 0, or -1 with a sentence, which never holds a
 * secret. server is what the broker sent. */
int scram_first(struct scram *s, char out[SCRAM_MESSAGE_MAX], struct err *err);
int scram_final(struct scram *s, const char *server, size_t len, char out[SCRAM_MESSAGE_MAX],
    struct err *err);
int scram_verify(const struct scram *s, const char *server, size_t len, struct err *err);

#endif
