#include "net/tls_int.h"

#include "base/clock.h"
#include "base/i18n.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <sys/stat.h>

void tls_client_init(struct tls_client *c, const struct tls_settings *set)
{
	*c = (struct tls_client){.set = *set};
}

void tls_client_release(struct tls_client *c)
{
	SSL_CTX_free(c->ctx);
	c->ctx = NULL;
}

int tls_subject(const char *path, char *out, size_t size)
{
	BIO *file = BIO_new_file(path, "r"), *text = BIO_new(BIO_s_mem());
	X509 *cert = file ? PEM_read_bio_X509_AUX(file, NULL, NULL, NULL) : NULL;
	int n = 0;

	if (cert && text &&
	    X509_NAME_print_ex(text, X509_get_subject_name(cert), 0, XN_FLAG_RFC2253) >= 0)
		n = BIO_read(text, out, (int)size - 1);
	out[n > 0 ? n : 0] = '\0';
	X509_free(cert);
	BIO_free(file);
	BIO_free(text);
	ERR_clear_error();
	return n > 0 ? 0 : -1;
}

static int64_t changed(const char *path)
{
	struct stat st;

	if (!path || stat(path, &st))
		return 0;
	return (int64_t)st.st_mtim.tv_sec * NS_PER_S + st.st_mtim.tv_nsec;
}

/* When the newest of the files was changed: certificates are renewed while mqduty runs. */
static int64_t newest_change(const struct tls_settings *s)
{
	const char *const paths[] = {s->ca, s->cert, s->key, s->crl};
	int64_t newest = 0;

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (changed(paths[i]) > newest)
			newest = changed(paths[i]);
	return newest;
}

static const char *reason(void)
{
	const char *words = ERR_reason_error_string(ERR_peek_last_error());

	return words ? words : _("no reason was given");
}

/* OpenSSL tells a missing file by the errno that it met. */
static int no_file(struct err *err, const char *what, const char *path)
{
	unsigned long first = ERR_peek_error();

	if (ERR_GET_LIB(first) == ERR_LIB_SYS)
		return err_set(err, _("TLS: %s %s cannot be read: %s"), what, path,
		    strerror(ERR_GET_REASON(first)));
	return err_set(err, _("TLS: %s %s is not usable: %s"), what, path, reason());
}

bool tls_is_folder(const char *ca)
{
	struct stat st;

	return !stat(ca, &st) && S_ISDIR(st.st_mode);
}

static int load_ca(SSL_CTX *ctx, const struct tls_settings *s, struct err *err)
{
	bool folder = s->ca && tls_is_folder(s->ca);

	if (s->ca && !SSL_CTX_load_verify_locations(ctx, folder ? NULL : s->ca, folder ? s->ca : NULL))
		return no_file(err, _("the CA file"), s->ca);
	if (s->ca || s->ca_pem)
		return 0;
	SSL_CTX_set_default_verify_paths(ctx);
	return 0;
}

static int load_ca_pem(SSL_CTX *ctx, const struct tls_settings *s, struct err *err)
{
	BIO *bio = BIO_new_mem_buf(s->ca_pem, -1);
	X509_STORE *store = SSL_CTX_get_cert_store(ctx);
	X509 *cert;
	int n = 0;

	while (bio && (cert = PEM_read_bio_X509(bio, NULL, NULL, NULL))) {
		n += X509_STORE_add_cert(store, cert);
		X509_free(cert);
	}
	BIO_free(bio);
	return n ? 0 : err_set(err, _("TLS: the CA certificate in the config is not usable: %s"), reason());
}

static int load_cert_pem(SSL_CTX *ctx, const struct tls_settings *s, struct err *err)
{
	BIO *bio = BIO_new_mem_buf(s->cert_pem, -1);
	X509 *cert = bio ? PEM_read_bio_X509_AUX(bio, NULL, NULL, NULL) : NULL;
	int rc = 0;

	if (!cert || !SSL_CTX_use_certificate(ctx, cert))
		rc = err_set(err, _("TLS: the client certificate in the config is not usable: %s"), reason());
	X509_free(cert);
	while (!rc && (cert = PEM_read_bio_X509(bio, NULL, NULL, NULL)))
		if (!SSL_CTX_add0_chain_cert(ctx, cert))
			X509_free(cert);
	BIO_free(bio);
	return rc;
}

/* Never asks for a pass phrase on the terminal. */
static int no_phrase(char *buf, int size, int writing, void *arg)
{
	(void)buf;
	(void)size;
	(void)writing;
	(void)arg;
	return 0;
}

static int load_key(SSL_CTX *ctx, const struct tls_settings *s, struct err *err)
{
	if (s->cert_pem && load_cert_pem(ctx, s, err))
		return -1;
	if (s->cert && !SSL_CTX_use_certificate_chain_file(ctx, s->cert))
		return no_file(err, _("the client certificate"), s->cert);
	if (!s->key)
		return 0;
	ERR_clear_error();
	if (SSL_CTX_use_PrivateKey_file(ctx, s->key, SSL_FILETYPE_PEM))
		return 0;
	if (ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH)
		return err_set(
		    err, _("TLS: the key %s does not belong to the client certificate"), s->key);
	return no_file(err, _("the key"), s->key);
}

static int load_crl(SSL_CTX *ctx, const struct tls_settings *s, struct err *err)
{
	X509_STORE *store = SSL_CTX_get_cert_store(ctx);
	X509_LOOKUP *lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file());

	if (!lookup || !X509_load_crl_file(lookup, s->crl, X509_FILETYPE_PEM))
		return no_file(err, _("the revocation list"), s->crl);
	X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK);
	return 0;
}

static int load_lists(SSL_CTX *ctx, const struct tls_settings *s, struct err *err)
{
	if (s->ciphers && !SSL_CTX_set_cipher_list(ctx, s->ciphers))
		return err_set(err, _("TLS: no cipher of '%s' is known"), s->ciphers);
	if (s->curves && !SSL_CTX_set1_curves_list(ctx, s->curves))
		return err_set(err, _("TLS: no curve of '%s' is known"), s->curves);
	if (s->sigalgs && !SSL_CTX_set1_sigalgs_list(ctx, s->sigalgs))
		return err_set(err, _("TLS: no signature of '%s' is known"), s->sigalgs);
	return 0;
}

static int load_all(SSL_CTX *ctx, const struct tls_settings *s, struct err *err)
{
	SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
				  SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_default_passwd_cb(ctx, no_phrase);
	if (load_ca(ctx, s, err) || (s->ca_pem && load_ca_pem(ctx, s, err)))
		return -1;
	if (load_key(ctx, s, err) || (s->crl && load_crl(ctx, s, err)))
		return -1;
	return load_lists(ctx, s, err);
}

int tls_client_load(struct tls_client *c, struct err *err)
{
	int64_t newest = newest_change(&c->set);
	SSL_CTX *ctx;

	if (c->ctx && newest == c->loaded)
		return 0;
	ERR_clear_error();
	ctx = SSL_CTX_new(TLS_client_method());
	if (!ctx)
		return err_set(err, _("TLS: no connection could be made ready"));
	if (load_all(ctx, &c->set, err)) {
		SSL_CTX_free(ctx);
		ERR_clear_error();
		return -1;
	}
	SSL_CTX_free(c->ctx);
	c->ctx = ctx;
	c->loaded = newest;
	ERR_clear_error();
	return 0;
}
