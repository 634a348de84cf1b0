#include "source/kafka/scram.h"
#include "source/kafka/wire_gss.h"
#include "source/kafka/wire_oauth.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * What a broker says in a login, and what a token says of itself, is read by nobody else. The first byte: which of
 * them; the rest: its bytes.
 */
static void read_refusal(const char *bytes, size_t len)
{
	struct secret_conf from = {.env = "T", .value = "header.claims.signature"};
	struct oauth o;

	oauth_init(&o);
	if (oauth_first(&o, &from, 0, NULL))
		BUG("a token was refused");
	oauth_read_refusal(&o, bytes, len);
	if (!o.refused[0] || strstr(o.refused, "claims.signature"))
		BUG("a refusal without a word, or with the token");
	oauth_forget(&o);
}

static void read_token(const char *bytes, size_t len)
{
	if (oauth_token_ends(bytes, len) < 0)
		BUG("a token that ended before time began");
}

static void read_challenge(const char *bytes, size_t len)
{
	char out[SCRAM_MESSAGE_MAX];
	struct err err = {""};
	struct scram s;

	scram_init(&s, "SHA256", "duty", "secret");
	memcpy(s.nonce, "ours", 5);
	if (scram_first(&s, out, &err))
		BUG("a first message was refused");
	/* Each of the many rounds that may be asked for takes its time. */
	if (!memmem(bytes, len, "i=", 2) && scram_final(&s, bytes, len, out, &err) == 0)
		BUG("a challenge without rounds was answered");
	if (scram_verify(&s, bytes, len, &err) == 0 || !err.msg[0])
		BUG("a server that proved nothing was believed");
}

static void read_layers(const char *bytes, size_t len)
{
	if (gss_read_layers(bytes, len, NULL) == 0 && (len != 4 || !(bytes[0] & 1)))
		BUG("a security layer was agreed on that nobody speaks");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const readers[])(const char *bytes, size_t len) = {
	    read_refusal, read_token, read_challenge, read_layers};
	char *bytes;

	if (!size)
		return 0;
	/* A copy without a byte to spare: what is read beyond it is seen. */
	bytes = malloc(size - 1);
	memcpy(bytes, data + 1, size - 1);
	readers[data[0] % (sizeof(readers) / sizeof(readers[0]))](bytes, size - 1);
	free(bytes);
	return 0;
}
