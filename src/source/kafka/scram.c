#include "source/kafka/scram.h"

#include "base/i18n.h"
#include "base/text.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NONCE_BYTES = 24, SALT_MAX = 256 };

static const char header[] = "n,,";	   /* no channel binding, no other identity */
static const char header_base64[] = "biws"; /* the same in base64 */

void scram_init(struct scram *s, const char *digest, const char *user, const char *password)
{
	*s = (struct scram){.digest = digest, .user = user, .password = password};
}

void scram_release(struct scram *s)
{
	OPENSSL_cleanse(s, sizeof(*s));
}

/* The user with '=' and ',' written as the RFC has it. -1: too long. */
static int escape_user(const char *user, char *out, size_t size)
{
	size_t n = 0;

	for (; *user; user++) {
		const char *as = *user == '=' ? "=3D" : *user == ',' ? "=2C" : NULL;
		size_t len = as ? 3 : 1;

		if (n + len >= size)
			return -1;
		memcpy(out + n, as ? as : user, len);
		n += len;
	}
	out[n] = '\0';
	return 0;
}

int scram_first(struct scram *s, char out[SCRAM_MESSAGE_MAX], struct err *err)
{
	uint8_t random[NONCE_BYTES];
	char user[1024];

	if (escape_user(s->user, user, sizeof(user)))
		return err_set(err, _("auth: the user name is too long"));
	if (!s->nonce[0]) {
		if (RAND_bytes(random, sizeof(random)) != 1)
			return err_set(err, _("auth: no random numbers are to be had on this host"));
		EVP_EncodeBlock((unsigned char *)s->nonce, random, sizeof(random));
	}
	snprintf(s->first_bare, sizeof(s->first_bare), "n=%s,r=%s", user, s->nonce);
	snprintf(out, SCRAM_MESSAGE_MAX, "%s%.*s", header,
	    SCRAM_MESSAGE_MAX - (int)sizeof(header), s->first_bare);
	return 0;
}

/* The value of an attribute such as "r=": up to the next comma. NULL where it is not there. */
static const char *attribute(const char *message, char name, size_t *len)
{
	for (const char *p = message; p; p = strchr(p, ',')) {
		if (*p == ',')
			p++;
		if (p[0] == name && p[1] == '=') {
			*len = strcspn(p + 2, ",");
			return p + 2;
		}
	}
	return NULL;
}

/* Base64 of exactly len characters. Returns the bytes, or -1. */
static int decode64(const char *text, size_t len, uint8_t *out, size_t size)
{
	int n;

	if (!len || len % 4 || len / 4 * 3 > size)
		return -1;
	n = EVP_DecodeBlock(out, (const unsigned char *)text, (int)len);
	if (n < 0)
		return -1;
	/* OpenSSL counts the padding in. */
	if (text[len - 1] == '=')
		n--;
	if (text[len - 2] == '=')
		n--;
	return n;
}

/* What the server's first message says. */
struct challenge {
	char nonce[512];
	uint8_t salt[SALT_MAX];
	int salt_len, rounds;
};

static int bad_message(struct err *err)
{
	return err_set(err, _("protocol: the broker's SCRAM message is not one"));
}

static int read_challenge(
    const struct scram *s, const char *message, struct challenge *c, struct err *err)
{
	size_t nonce_len = 0, salt_len = 0, rounds_len = 0, ours = strlen(s->nonce);
	const char *nonce = attribute(message, 'r', &nonce_len);
	const char *salt = attribute(message, 's', &salt_len);
	const char *rounds = attribute(message, 'i', &rounds_len);

	if (!nonce || !salt || !rounds || nonce_len >= sizeof(c->nonce) || rounds_len > 8 ||
	    !rounds_len || strspn(rounds, "0123456789") != rounds_len)
		return bad_message(err);
	c->salt_len = decode64(salt, salt_len, c->salt, sizeof(c->salt));
	if (c->salt_len <= 0)
		return bad_message(err);
	/* It must go on from our own, or somebody plays an old answer to us. */
	if (nonce_len <= ours || memcmp(nonce, s->nonce, ours) != 0)
		return err_set(err, _("auth: the broker's answer belongs to another login (SCRAM nonce)"));
	memcpy(c->nonce, nonce, nonce_len);
	c->nonce[nonce_len] = '\0';
	c->rounds = (int)strtol(rounds, NULL, 10);
	if (c->rounds < SCRAM_ROUNDS_LEAST || c->rounds > SCRAM_ROUNDS_MOST)
		return err_set(err,
		    _("auth: the broker asks for %d SCRAM iterations; mqduty does %d to %d"), c->rounds,
		    SCRAM_ROUNDS_LEAST, SCRAM_ROUNDS_MOST);
	return 0;
}

/* The keys of one login; cleansed by its user. */
struct keys {
	const EVP_MD *md;
	unsigned len;
	uint8_t salted[SCRAM_HASH_MAX], client[SCRAM_HASH_MAX], stored[SCRAM_HASH_MAX];
	uint8_t server[SCRAM_HASH_MAX], signature[SCRAM_HASH_MAX];
};

static bool hmac(const struct keys *k, const uint8_t *key, const char *text, uint8_t *out)
{
	return HMAC(k->md, key, (int)k->len, (const unsigned char *)text, strlen(text), out, NULL);
}

static bool make_keys(const struct scram *s, const struct challenge *c, const char *auth, struct keys *k)
{
	k->md = EVP_get_digestbyname(s->digest);
	if (!k->md)
		return false;
	k->len = (unsigned)EVP_MD_get_size(k->md);
	return PKCS5_PBKDF2_HMAC(s->password, (int)strlen(s->password), c->salt, c->salt_len,
		   c->rounds, k->md, (int)k->len, k->salted) &&
	       hmac(k, k->salted, "Client Key", k->client) &&
	       EVP_Digest(k->client, k->len, k->stored, NULL, k->md, NULL) &&
	       hmac(k, k->salted, "Server Key", k->server) &&
	       hmac(k, k->stored, auth, k->signature);
}

int scram_final(struct scram *s, const char *server, size_t len, char out[SCRAM_MESSAGE_MAX],
    struct err *err)
{
	char message[SCRAM_MESSAGE_MAX], bare[600], auth[3 * SCRAM_MESSAGE_MAX];
	uint8_t proof[SCRAM_HASH_MAX];
	unsigned char text[2 * SCRAM_HASH_MAX];
	struct challenge c = {.rounds = 0};
	struct keys k = {0};
	int rc = -1;

	if (len >= sizeof(message) || memchr(server, '\0', len))
		return bad_message(err);
	memcpy(message, server, len);
	message[len] = '\0';
	if (read_challenge(s, message, &c, err))
		return -1;
	snprintf(bare, sizeof(bare), "c=%s,r=%s", header_base64, c.nonce);
	snprintf(auth, sizeof(auth), "%s,%s,%s", s->first_bare, message, bare);
	if (!make_keys(s, &c, auth, &k)) {
		err_set(err, _("auth: OpenSSL on this host does not do %s"), s->digest);
	} else if (!hmac(&k, k.server, auth, s->server_signature)) {
		err_set(err, _("auth: OpenSSL on this host does not do %s"), s->digest);
	} else {
		s->signature_len = k.len;
		for (unsigned i = 0; i < k.len; i++)
			proof[i] = k.client[i] ^ k.signature[i];
		EVP_EncodeBlock(text, proof, (int)k.len);
		snprintf(out, SCRAM_MESSAGE_MAX, "%s,p=%s", bare, (const char *)text);
		rc = 0;
	}
	OPENSSL_cleanse(&k, sizeof(k));
	OPENSSL_cleanse(proof, sizeof(proof));
	return rc;
}

int scram_verify(const struct scram *s, const char *server, size_t len, struct err *err)
{
	char message[SCRAM_MESSAGE_MAX], shown[200];
	uint8_t signature[SCRAM_HASH_MAX + 2];
	const char *v;
	size_t n = 0;

	if (len >= sizeof(message) || memchr(server, '\0', len))
		return bad_message(err);
	memcpy(message, server, len);
	message[len] = '\0';
	v = attribute(message, 'e', &n);
	if (v) {
		text_sanitise(shown, sizeof(shown), v, n);
		return err_set(err, _("auth: the broker refused user '%s': %s"), s->user, shown);
	}
	v = attribute(message, 'v', &n);
	if (!v || !s->signature_len || decode64(v, n, signature, sizeof(signature)) != (int)s->signature_len ||
	    CRYPTO_memcmp(signature, s->server_signature, s->signature_len) != 0)
		return err_set(err,
		    _("auth: the broker could not prove that it knows the password: something else "
		      "answers in its place"));
	return 0;
}
