#include "net/http_words.h"

#include "base/fmt.h"
#include "base/i18n.h"

#include <curl/curl.h>
#include <errno.h>
#include <string.h>

static enum http_fail words_timeout(const struct http_outcome *o, char *out, size_t size)
{
	double s = o->total_ms / 1000;
	char bytes[FMT_MAX];

	if (!o->resolved) {
		snprintf(out, size, _("dns: no answer for the name in %s in %.1f s"), o->address, s);
		return HTTP_DNS;
	}
	if (!o->connected) {
		snprintf(out, size, _("unreachable: no TCP connection to %s in %.1f s"), o->address, s);
		return HTTP_TIMEOUT_CONNECT;
	}
	if (o->via && !o->status) {
		snprintf(out, size, "HUNG: no reply from %s through the `via` command in %.1f s", o->address, s);
		return HTTP_HUNG;
	}
	if (!o->secured) {
		snprintf(out, size, "HUNG: TCP %.0f ms, TLS silent %.1f s", o->connect_ms, s);
		return HTTP_HUNG;
	}
	if (o->status || o->body_len) {
		snprintf(out, size, "HUNG: the reply of %s did not end in %.1f s (%s came)", o->url, s,
		    fmt_bytes(bytes, sizeof(bytes), (int64_t)o->body_len));
		return HTTP_HUNG;
	}
	if (o->reused)
		snprintf(out, size, "HUNG: TCP open, API silent %.1f s", s);
	else
		snprintf(out, size, "HUNG: TCP %.0f ms, API silent %.1f s", o->connect_ms, s);
	return HTTP_HUNG;
}

static enum http_fail words_connect(const struct http_outcome *o, char *out, size_t size)
{
	if (o->via) {
		snprintf(out, size, "unreachable: %s: %s", o->address, o->detail);
		return HTTP_UNREACHABLE;
	}
	switch (o->os_errno) {
	case ECONNREFUSED:
		snprintf(out, size, _("connection refused by %s"), o->address);
		return HTTP_REFUSED;
	case ETIMEDOUT:
		snprintf(out, size, _("unreachable: no TCP connection to %s in %.1f s"), o->address,
		    o->total_ms / 1000);
		return HTTP_TIMEOUT_CONNECT;
	default:
		snprintf(out, size, "unreachable: %s: %s", o->address,
		    o->os_errno ? strerror((int)o->os_errno) : o->detail);
		return HTTP_UNREACHABLE;
	}
}

static enum http_fail words_broken(const struct http_outcome *o, char *out, size_t size)
{
	if (o->too_many_headers)
		snprintf(out, size, _("the reply of %s has too many headers: is this the monitoring port?"),
		    o->url);
	else if (o->via && (o->code == CURLE_GOT_NOTHING || o->code == CURLE_RECV_ERROR ||
	    o->code == CURLE_SEND_ERROR))
		snprintf(out, size, _("the `via` command ended without a connection to %s: %s"), o->address,
		    o->detail[0] ? o->detail : _("it said nothing"));
	else if (o->code == CURLE_GOT_NOTHING)
		snprintf(out, size, _("%s closed the connection without a reply"), o->address);
	else if (o->code == CURLE_PARTIAL_FILE && o->body_expected >= 0)
		snprintf(out, size, _("the reply of %s was cut off after %zu of %lld bytes"), o->url,
		    o->body_len, (long long)o->body_expected);
	else if (o->code == CURLE_RECV_ERROR || o->code == CURLE_SEND_ERROR)
		snprintf(out, size, _("%s broke the connection off: %s"), o->address,
		    o->os_errno ? strerror((int)o->os_errno) : o->detail);
	else
		snprintf(out, size, _("%s does not speak HTTP (%s): is this the monitoring port?"),
		    o->address, o->detail[0] ? o->detail : curl_easy_strerror((CURLcode)o->code));
	return HTTP_PROTOCOL;
}

static enum http_fail words_tls(const struct http_outcome *o, char *out, size_t size)
{
	char day[FMT_MAX];

	if (o->expired) {
		fmt_utc(day, sizeof(day), o->expired);
		day[strcspn(day, "T")] = '\0';
		snprintf(out, size, _("TLS: the certificate of %s expired on %s"), o->address, day);
		return HTTP_TLS;
	}
	/* What OpenSSL says, older and newer, of plain text in place of TLS. */
	if (strstr(o->detail, "wrong version number") || strstr(o->detail, "packet length too long")) {
		snprintf(out, size, _("TLS: %s answers, but not with TLS: is it http:// in place of https://?"), o->address);
		return HTTP_TLS;
	}
	snprintf(out, size, _("TLS with %s: %s"), o->address,
	    o->detail[0] ? o->detail : curl_easy_strerror((CURLcode)o->code));
	return HTTP_TLS;
}

static enum http_fail words_large(const struct http_outcome *o, char *out, size_t size)
{
	snprintf(out, size, _("the reply of %s is larger than %zu MiB: it is not read"), o->url,
	    o->max_body >> 20);
	return HTTP_TOO_LARGE;
}

enum http_fail http_words(const struct http_outcome *o, char *out, size_t size)
{
	out[0] = '\0';
	if (o->too_large)
		return words_large(o, out, size);
	switch (o->code) {
	case CURLE_OK:
		return HTTP_OK;
	case CURLE_FILESIZE_EXCEEDED:
		return words_large(o, out, size);
	case CURLE_COULDNT_RESOLVE_HOST:
		snprintf(out, size, _("dns: the name in %s does not resolve"), o->address);
		return HTTP_DNS;
	case CURLE_COULDNT_CONNECT:
		return words_connect(o, out, size);
	case CURLE_OPERATION_TIMEDOUT:
		return words_timeout(o, out, size);
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_ENGINE_NOTFOUND:
	case CURLE_SSL_ENGINE_SETFAILED:
	case CURLE_SSL_CRL_BADFILE:
	case CURLE_SSL_INVALIDCERTSTATUS:
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
		return words_tls(o, out, size);
	default:
		return words_broken(o, out, size);
	}
}

const char *http_fail_name(enum http_fail f)
{
	static const char *const name[] = {
	    [HTTP_OK] = "ok",
	    [HTTP_DNS] = "dns",
	    [HTTP_REFUSED] = "refused",
	    [HTTP_UNREACHABLE] = "unreachable",
	    [HTTP_TLS] = "tls",
	    [HTTP_TIMEOUT_CONNECT] = "timeout-connect",
	    [HTTP_HUNG] = "hung",
	    [HTTP_PROTOCOL] = "protocol",
	    [HTTP_TOO_LARGE] = "too-large",
	};

	return name[f];
}
