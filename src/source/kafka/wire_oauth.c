#include "source/kafka/wire_oauth.h"

#include "base/i18n.h"
#include "base/text.h"

#include <jansson.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

enum {
	MESSAGE_MAX = 20 << 10,
	REFUSAL_MAX = 4096, /* bytes of JSON that are looked at */
	PIECE = 16,	    /* bytes in a row that give a token away */
};

static const char before[] = "n,,\x01" "auth=Bearer "; /* no channel binding, no other identity */
static const char after[] = "\x01\x01";

void oauth_init(struct oauth *o)
{
	*o = (struct oauth){.token_at = sizeof(before) - 1};
	buf_init(&o->message, MESSAGE_MAX);
}

void oauth_forget(struct oauth *o)
{
	if (o->message.cap)
		OPENSSL_cleanse(o->message.data, o->message.cap);
	buf_release(&o->message);
	oauth_init(o);
}

/* RFC 6750: what a token is made of. Anything else could end the message early. */
static bool is_token(const char *s, size_t len)
{
	static const char made_of[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=";

	for (size_t i = 0; i < len; i++)
		if (!s[i] || !strchr(made_of, s[i]))
			return false;
	return len > 0;
}

/* The claims of a JWT are base64url between its two points. NULL: none that could be read. */
static json_t *claims_of(const char *token, size_t len)
{
	const char *start = memchr(token, '.', len);
	const char *stop = start ? memchr(start + 1, '.', len - (size_t)(start + 1 - token)) : NULL;
	size_t n = stop ? (size_t)(stop - start) - 1 : 0, padded = (n + 3) / 4 * 4;
	unsigned char *text, *plain;
	json_t *claims = NULL;
	int got;

	if (!n || n > MESSAGE_MAX)
		return NULL;
	text = xcalloc(1, padded + 1);
	plain = xcalloc(1, padded + 1);
	memset(text, '=', padded);
	for (size_t i = 0; i < n; i++) {
		char c = start[1 + i];

		text[i] = (unsigned char)(c == '-' ? '+' : c == '_' ? '/' : c);
	}
	got = EVP_DecodeBlock(plain, text, (int)padded);
	/* OpenSSL counts the padding in. */
	if (got > 0)
		claims = json_loadb((const char *)plain, (size_t)got - (padded - n), 0, NULL);
	OPENSSL_cleanse(text, padded);
	OPENSSL_cleanse(plain, padded);
	free(text);
	free(plain);
	return claims;
}

int64_t oauth_token_ends(const char *token, size_t len)
{
	json_t *claims = claims_of(token, len);
	double ends = json_number_value(json_object_get(claims, "exp"));

	json_decref(claims);
	return ends > 0 && ends < 1e12 ? (int64_t)ends : 0;
}

int oauth_first(struct oauth *o, const struct secret_conf *from, int64_t wall_s, struct err *err)
{
	const char *token;
	int64_t ends;

	oauth_forget(o);
	buf_adds(&o->message, before);
	if (config_newest_secret(from, &o->message, err))
		return err_prefix(err, "auth");
	token = o->message.data + o->token_at;
	o->token_len = strcspn(token, "\r\n ");
	if (!is_token(token, o->token_len))
		return err_set(err, _("auth: OAUTHBEARER needs a token, and %s gives none: it should hold the token "
				      "alone"),
		    from->command ? "password_command" : from->file ? "password_file" : "password_env");
	ends = oauth_token_ends(token, o->token_len);
	if (ends && ends <= wall_s && from->file && !from->command)
		return err_set(err, _("auth: the token in %s has expired: renew it there"), from->file);
	if (ends && ends <= wall_s)
		return err_set(err, _("auth: the token has expired: renew it and reload mqduty's configuration; a "
				      "password_file is read again by itself"));
	o->message.len = o->token_at + o->token_len;
	if (buf_add(&o->message, after, sizeof(after) - 1))
		return err_set(err, _("auth: the login is too long"));
	return 0;
}

void oauth_read_refusal(struct oauth *o, const void *json, size_t len)
{
	json_t *said = json_loadb(json, len < REFUSAL_MAX ? len : REFUSAL_MAX, JSON_DISABLE_EOF_CHECK, NULL);
	const char *status = json_string_value(json_object_get(said, "status"));
	const char *scope = json_string_value(json_object_get(said, "scope"));
	char shown[64], wants[64];

	oauth_words(o, status && status[0] ? status : _("without saying why"), shown, sizeof(shown));
	if (scope && scope[0])
		snprintf(o->refused, sizeof(o->refused), _("%s (it wants the scope %s)"), shown,
		    oauth_words(o, scope, wants, sizeof(wants)));
	else
		snprintf(o->refused, sizeof(o->refused), "%s", shown);
	json_decref(said);
}

static bool repeats_token(const struct oauth *o, const char *said, size_t len)
{
	const char *token = o->message.data + o->token_at;
	size_t piece = o->token_len < PIECE ? o->token_len : PIECE;

	for (size_t i = 0; piece && i + piece <= len; i++)
		if (memmem(token, o->token_len, said + i, piece))
			return true;
	return false;
}

char *oauth_words(const struct oauth *o, const char *said, char *out, size_t size)
{
	/* No more of it is shown, so that no more need be looked through. */
	size_t len = strnlen(said, size + PIECE);

	if (repeats_token(o, said, len))
		return text_sanitise(out, size, _("(its words repeat the token)"), size);
	return text_sanitise(out, size, said, len);
}
