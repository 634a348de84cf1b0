#include "source/nats/nkey.h"

#include "base/i18n.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <string.h>

enum { KEY_LEN = 32, SEED_RAW = 2 + KEY_LEN + 2, SEED_TEXT = 58, PREFIX_SEED = 18 << 3, PREFIX_USER = 20 << 3 };

static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

static uint16_t crc16(const unsigned char *p, size_t len)
{
	uint16_t crc = 0;

	for (size_t i = 0; i < len; i++) {
		crc ^= (uint16_t)(p[i] << 8);
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 0x8000 ? (uint16_t)(crc << 1 ^ 0x1021) : (uint16_t)(crc << 1);
	}
	return crc;
}

/* How many bytes came of len letters; -1 where one of them is none. */
static int base32_decode(const char *s, size_t len, unsigned char *out, size_t size)
{
	uint32_t bits = 0;
	size_t n = 0;
	int have = 0;

	for (size_t i = 0; i < len; i++) {
		const char *at = memchr(ALPHABET, s[i], 32);

		if (!at)
			return -1;
		bits = bits << 5 | (uint32_t)(at - ALPHABET);
		have += 5;
		if (have < 8)
			continue;
		have -= 8;
		if (n == size)
			return -1;
		out[n++] = (unsigned char)(bits >> have);
	}
	return (int)n;
}

static void base32_encode(const unsigned char *p, size_t len, char *out)
{
	uint32_t bits = 0;
	int have = 0;

	for (size_t i = 0; i < len; i++) {
		bits = bits << 8 | p[i];
		for (have += 8; have >= 5; have -= 5)
			*out++ = ALPHABET[bits >> (have - 5) & 31];
	}
	if (have)
		*out++ = ALPHABET[bits << (5 - have) & 31];
	*out = '\0';
}

static int derive(const unsigned char *raw_seed, unsigned char *raw_public)
{
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, raw_seed, KEY_LEN);
	size_t len = KEY_LEN;
	int ok = key && EVP_PKEY_get_raw_public_key(key, raw_public, &len) && len == KEY_LEN;

	EVP_PKEY_free(key);
	return ok ? 0 : -1;
}

static int public_of(const char *seed, char *public_key, struct err *err)
{
	unsigned char raw[SEED_RAW + 1], out[1 + KEY_LEN + 2];
	int n = base32_decode(seed, SEED_TEXT, raw, sizeof(raw)), rc = -1;
	uint16_t crc;

	if (n != SEED_RAW || (raw[0] & 0xf8) != PREFIX_SEED) {
		err_set(err, _("its seed is damaged"));
		goto out;
	}
	if (((raw[0] & 7) << 5 | raw[1] >> 3) != PREFIX_USER) {
		err_set(err, _("its seed is not a user's: a user's begins with SU"));
		goto out;
	}
	crc = crc16(raw, SEED_RAW - 2);
	if (raw[SEED_RAW - 2] != (crc & 255) || raw[SEED_RAW - 1] != crc >> 8) {
		err_set(err, _("its seed is damaged: the checksum is wrong"));
		goto out;
	}
	out[0] = PREFIX_USER;
	if (derive(raw + 2, out + 1)) {
		err_set(err, _("OpenSSL does not take its seed"));
		goto out;
	}
	crc = crc16(out, 1 + KEY_LEN);
	out[1 + KEY_LEN] = crc & 255;
	out[2 + KEY_LEN] = (unsigned char)(crc >> 8);
	base32_encode(out, sizeof(out), public_key);
	rc = 0;
out:
	OPENSSL_cleanse(raw, sizeof(raw));
	return rc;
}

int nkey_read(const char *text, char *seed, char *public_key, struct err *err)
{
	const char *at = text;

	while (at && *at) {
		size_t len = strspn(at, ALPHABET);

		if (len == SEED_TEXT && at[0] == 'S') {
			memcpy(seed, at, SEED_TEXT);
			seed[SEED_TEXT] = '\0';
			return public_of(seed, public_key, err);
		}
		at += len;
		at += strcspn(at, ALPHABET);
	}
	return err_set(err, _("it holds no seed: a line of %d letters and digits that begins with SU"), (int)SEED_TEXT);
}
