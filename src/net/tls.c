#include "net/tls.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/text.h"
#include "net/tls_int.h"

#include <errno.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

/* A BIO that sends without SIGPIPE; OpenSSL's own uses write(). */
static int sock_write(BIO *bio, const char *data, int len)
{
	int fd = (int)(intptr_t)BIO_get_data(bio);
	ssize_t n = send(fd, data, (size_t)len, MSG_NOSIGNAL);

	BIO_clear_retry_flags(bio);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		BIO_set_retry_write(bio);
	return (int)n;
}

static int sock_read(BIO *bio, char *data, int len)
{
	int fd = (int)(intptr_t)BIO_get_data(bio);
	ssize_t n = recv(fd, data, (size_t)len, 0);

	BIO_clear_retry_flags(bio);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		BIO_set_retry_read(bio);
	if (n == 0)
		BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
	return (int)n;
}

static long sock_ctrl(BIO *bio, int cmd, long num, void *ptr)
{
	(void)num;
	(void)ptr;
	if (cmd == BIO_CTRL_EOF)
		return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
	return cmd == BIO_CTRL_FLUSH;
}

static pthread_once_t method_once = PTHREAD_ONCE_INIT;
static BIO_METHOD *method;

static void make_method(void)
{
	method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "mqduty socket");
	if (!method || !BIO_meth_set_write(method, sock_write) ||
	    !BIO_meth_set_read(method, sock_read) || !BIO_meth_set_ctrl(method, sock_ctrl))
		BUG("OpenSSL makes no BIO");
}

static BIO *sock_bio(int fd)
{
	BIO *bio;

	pthread_once(&method_once, make_method);
	bio = BIO_new(method);
	if (!bio)
		BUG("OpenSSL makes no BIO");
	BIO_set_data(bio, (void *)(intptr_t)fd);
	BIO_set_init(bio, 1);
	return bio;
}

int64_t tls_wall_of(const ASN1_TIME *t)
{
	struct tm tm;
	int64_t s;

	if (!t || !ASN1_TIME_to_tm(t, &tm))
		return 0;
	s = timegm(&tm);
	if (s > INT64_MAX / NS_PER_S)
		return INT64_MAX;
	return s < INT64_MIN / NS_PER_S ? INT64_MIN : s * NS_PER_S;
}

/* The names that a certificate is for, a few of them. */
static void note_names(struct tls *t, X509 *leaf)
{
	GENERAL_NAMES *list = X509_get_ext_d2i(leaf, NID_subject_alt_name, NULL, NULL);
	char raw[sizeof(t->names)] = "";
	size_t n = 0;

	for (int i = 0; i < sk_GENERAL_NAME_num(list) && i < 4; i++) {
		const GENERAL_NAME *g = sk_GENERAL_NAME_value(list, i);
		const unsigned char *p;
		int len;

		if (n >= sizeof(raw) - 1)
			break;
		if (g->type == GEN_DNS) {
			n += (size_t)snprintf(raw + n, sizeof(raw) - n, "%s%.*s", n ? ", " : "",
			    ASN1_STRING_length(g->d.dNSName),
			    (const char *)ASN1_STRING_get0_data(g->d.dNSName));
		} else if (g->type == GEN_IPADD) {
			p = ASN1_STRING_get0_data(g->d.iPAddress);
			len = ASN1_STRING_length(g->d.iPAddress);
			if (len == 4)
				n += (size_t)snprintf(raw + n, sizeof(raw) - n, "%s%d.%d.%d.%d",
				    n ? ", " : "", p[0], p[1], p[2], p[3]);
		}
	}
	if (!n)
		X509_NAME_get_text_by_NID(
		    X509_get_subject_name(leaf), NID_commonName, raw, sizeof(raw));
	text_sanitise(t->names, sizeof(t->names), raw, sizeof(raw));
	GENERAL_NAMES_free(list);
}

static void note_leaf(struct tls *t, X509 *leaf)
{
	char raw[sizeof(t->issuer)] = "";

	t->cert_until = tls_wall_of(X509_get0_notAfter(leaf));
	note_names(t, leaf);
	X509_NAME_get_text_by_NID(
	    X509_get_issuer_name(leaf), NID_commonName, raw, sizeof(raw));
	text_sanitise(t->issuer, sizeof(t->issuer), raw, sizeof(raw));
}

/* Sees each certificate as it is judged, so that a sentence can say what was wrong with which. */
static int note_verdict(int ok, X509_STORE_CTX *store)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
	struct tls *t = SSL_get_app_data(ssl);
	X509 *leaf = X509_STORE_CTX_get0_cert(store);

	if (leaf && !t->cert_until)
		note_leaf(t, leaf);
	if (!ok && !t->verify_error) {
		t->verify_error = X509_STORE_CTX_get_error(store);
		t->verify_depth = X509_STORE_CTX_get_error_depth(store);
	}
	return ok;
}

static bool want_host(SSL *ssl, const char *host)
{
	X509_VERIFY_PARAM *param = SSL_get0_param(ssl);

	/* To OpenSSL no name means any name. */
	if (!host[0])
		return false;
	X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	return X509_VERIFY_PARAM_set1_ip_asc(param, host) ||
	       X509_VERIFY_PARAM_set1_host(param, host, 0);
}

static bool is_address(const char *host)
{
	return strchr(host, ':') || strspn(host, "0123456789.") == strlen(host);
}

int tls_start(struct tls *t, struct tls_client *c, int fd, const char *host)
{
	BIO *bio;
	SSL *ssl;

	tls_stop(t);
	*t = (struct tls){.ca_name = c->set.ca_name ? c->set.ca_name : "ca",
	    .cert_name = c->set.cert_name ? c->set.cert_name : "cert",
	    .has_cert = c->set.cert || c->set.cert_pem};
	snprintf(t->host, sizeof(t->host), "%s", host);
	if (tls_client_load(c, &t->err))
		return -1;
	ssl = SSL_new(c->ctx);
	if (!ssl)
		return err_set(&t->err, _("TLS: no connection could be made ready"));
	t->ssl = ssl;
	bio = sock_bio(fd);
	SSL_set_bio(ssl, bio, bio);
	SSL_set_app_data(ssl, t);
	SSL_set_connect_state(ssl);
	if (!c->set.no_verify) {
		SSL_set_verify(ssl, SSL_VERIFY_PEER, note_verdict);
		if (!c->set.no_host_check && !want_host(ssl, host))
			return err_set(&t->err, _("TLS: '%s' is no host name"), host);
	}
	if (!is_address(host))
		SSL_set_tlsext_host_name(ssl, host);
	return 0;
}

/* What SSL_get_error() says of the last call; 0: later, -1: over (t->err says why). */
static int judge(struct tls *t, int rc)
{
	int saved = errno, what = SSL_get_error(t->ssl, rc);

	t->wants_write = what == SSL_ERROR_WANT_WRITE;
	if (what == SSL_ERROR_WANT_READ || what == SSL_ERROR_WANT_WRITE)
		return 0;
	if (!t->cert_until && t->ssl) {
		X509 *leaf = SSL_get1_peer_certificate(t->ssl);

		if (leaf)
			note_leaf(t, leaf);
		X509_free(leaf);
	}
	tls_words(t, what, saved);
	ERR_clear_error();
	return -1;
}

int tls_handshake(struct tls *t)
{
	X509 *leaf;
	int rc;

	ERR_clear_error();
	rc = SSL_do_handshake(t->ssl);
	if (rc != 1)
		return judge(t, rc);
	t->shaken = true;
	t->wants_write = false;
	leaf = SSL_get1_peer_certificate(t->ssl);
	if (leaf)
		note_leaf(t, leaf);
	X509_free(leaf);
	return 1;
}

ssize_t tls_read(struct tls *t, void *data, size_t len)
{
	int rc;

	ERR_clear_error();
	rc = SSL_read(t->ssl, data, len > 1 << 30 ? 1 << 30 : (int)len);
	if (rc > 0)
		return rc;
	if (SSL_get_error(t->ssl, rc) == SSL_ERROR_ZERO_RETURN)
		return 0;
	if (!judge(t, rc)) {
		errno = EAGAIN;
		return -1;
	}
	if (!t->err.msg[0])
		return 0;
	errno = EPROTO;
	return -1;
}

ssize_t tls_write(struct tls *t, const void *data, size_t len)
{
	int rc;

	ERR_clear_error();
	rc = SSL_write(t->ssl, data, len > 1 << 30 ? 1 << 30 : (int)len);
	if (rc > 0)
		return rc;
	if (!judge(t, rc)) {
		errno = EAGAIN;
		return -1;
	}
	if (!t->err.msg[0])
		err_set(&t->err, _("reset: the other side closed the connection"));
	errno = EPROTO;
	return -1;
}

void tls_stop(struct tls *t)
{
	if (t->ssl)
		SSL_free(t->ssl);
	t->ssl = NULL;
	t->wants_write = false;
}
