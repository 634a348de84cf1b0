#include "net/tls_int.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "net/sock.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <stdio.h>
#include <string.h>

/* The day of a certificate's end: 2026-11-22. */
static const char *day(char out[FMT_MAX], int64_t wall)
{
	fmt_utc(out, FMT_MAX, wall);
	out[strcspn(out, "T")] = '\0';
	return out;
}

static void say_certificate(struct tls *t)
{
	const char *whose = t->verify_depth ? _("the issuer of its certificate")
					    : _("its certificate");
	char date[FMT_MAX];

	switch (t->verify_error) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
		if (t->verify_depth)
			err_set(&t->err, _("TLS: the issuer of the certificate of %s has expired"),
			    t->host);
		else
			err_set(&t->err, _("TLS: the certificate of %s expired on %s"), t->host,
			    day(date, t->cert_until));
		break;
	case X509_V_ERR_CERT_NOT_YET_VALID:
		err_set(&t->err,
		    _("TLS: %s: %s is not valid yet: is the clock of this host right?"), t->host,
		    whose);
		break;
	case X509_V_ERR_HOSTNAME_MISMATCH:
	case X509_V_ERR_IP_ADDRESS_MISMATCH:
		err_set(&t->err, _("TLS: the certificate is for %s, not for %s"),
		    t->names[0] ? t->names : _("nobody by name"), t->host);
		break;
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
		err_set(&t->err,
		    _("TLS: the certificate of %s was issued by \"%s\", whom mqduty does not know: name "
		      "its CA file in %s"),
		    t->host, t->issuer, t->ca_name);
		break;
	case X509_V_ERR_CERT_REVOKED:
		err_set(&t->err, _("TLS: the certificate of %s was revoked"), t->host);
		break;
	default:
		err_set(&t->err, _("TLS: %s: %s is not accepted: %s"), t->host, whose,
		    X509_verify_cert_error_string(t->verify_error));
		break;
	}
}

/* Alerts of the other side that have to do with our certificate. */
static bool about_our_certificate(int reason)
{
	static const int reasons[] = {SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED,
	    SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN,
	    SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED, SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED,
	    SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE, SSL_R_TLSV1_ALERT_UNKNOWN_CA,
	    SSL_R_TLSV1_ALERT_ACCESS_DENIED};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i] == reason)
			return true;
	return false;
}

static void say_refused(struct tls *t, const char *alert)
{
	if (t->has_cert)
		err_set(&t->err, _("TLS: %s did not accept our certificate (%s): see %s"), t->host,
		    alert, t->cert_name);
	else
		err_set(&t->err, _("TLS: %s asks for a client certificate (%s): name one in %s"),
		    t->host, alert, t->cert_name);
}

/* What lies in OpenSSL's queue of errors. */
static void say_protocol(struct tls *t)
{
	unsigned long code = ERR_peek_last_error();
	int reason = ERR_GET_REASON(code);
	const char *words = ERR_reason_error_string(code);

	if (!words)
		words = _("no reason was given");
	if (about_our_certificate(reason))
		say_refused(t, words);
	else if (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST ||
		 reason == SSL_R_PACKET_LENGTH_TOO_LONG || reason == SSL_R_RECORD_LENGTH_MISMATCH)
		err_set(&t->err, _("TLS: what answers at %s does not speak TLS"), t->host);
	else if (reason == SSL_R_UNSUPPORTED_PROTOCOL ||
		 reason == SSL_R_TLSV1_ALERT_PROTOCOL_VERSION)
		err_set(&t->err, _("TLS: %s speaks no version that mqduty does (1.2 and newer)"),
		    t->host);
	else if (reason == SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE)
		err_set(&t->err,
		    _("TLS: %s broke off the handshake: no cipher in common, or it asks for a client "
		      "certificate (%s)"),
		    t->host, t->cert_name);
	else
		err_set(&t->err, "TLS: %s: %s", t->host, words);
}

void tls_words(struct tls *t, int ssl_error, int saved_errno)
{
	bool nothing = !ERR_peek_error();

	if (t->verify_error && !t->shaken) {
		say_certificate(t);
		return;
	}
	if (!nothing && ERR_GET_REASON(ERR_peek_error()) != SSL_R_UNEXPECTED_EOF_WHILE_READING) {
		say_protocol(t);
		return;
	}
	/* The other side is gone without a word of TLS. */
	if (t->shaken && (ssl_error == SSL_ERROR_SYSCALL) && saved_errno)
		err_set(&t->err, "%s", sock_words(saved_errno));
	else if (!t->shaken)
		err_set(&t->err,
		    _("TLS: %s closed the connection during the TLS handshake: does this listener speak "
		      "TLS, and does it ask for a client certificate (%s)?"),
		    t->host, t->cert_name);
}
