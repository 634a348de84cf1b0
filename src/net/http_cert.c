#include "net/http_cert.h"

#include "base/alloc.h"
#include "net/tls_int.h"

#include <openssl/ssl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int entry_index = -1;

static void make_index(void)
{
	entry_index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL);
}

/* Looks on; what libcurl and OpenSSL think of the certificate stays theirs. */
static int on_verify(int ok, X509_STORE_CTX *store)
{
	const SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
	struct http_cert *entry = ssl ? SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), entry_index) : NULL;
	const X509 *leaf = X509_STORE_CTX_get0_cert(store);

	if (entry && leaf)
		entry->until = tls_wall_of(X509_get0_notAfter(leaf));
	return ok;
}

static CURLcode on_context(CURL *e, void *ssl_ctx, void *arg)
{
	(void)e;
	SSL_CTX_set_ex_data(ssl_ctx, entry_index, arg);
	SSL_CTX_set_verify(ssl_ctx, SSL_CTX_get_verify_mode(ssl_ctx), on_verify);
	return CURLE_OK;
}

static struct http_cert *entry_of(const struct http_certs *c, const char *address)
{
	for (struct http_cert *k = c->list; k; k = k->next)
		if (!strcmp(k->address, address))
			return k;
	return NULL;
}

void http_cert_watch(struct http_certs *c, CURL *e, const char *address)
{
	struct http_cert *entry = entry_of(c, address);

	pthread_once(&once, make_index);
	if (entry_index < 0)
		return;
	if (!entry) {
		entry = xcalloc(1, sizeof(*entry));
		entry->address = xstrdup(address);
		entry->next = c->list;
		c->list = entry;
	}
	if (!curl_easy_setopt(e, CURLOPT_SSL_CTX_FUNCTION, on_context))
		curl_easy_setopt(e, CURLOPT_SSL_CTX_DATA, entry);
}

int64_t http_cert_of(const struct http_certs *c, const char *address)
{
	const struct http_cert *entry = entry_of(c, address);

	return entry ? entry->until : 0;
}

void http_certs_release(struct http_certs *c)
{
	struct http_cert *next;

	for (struct http_cert *k = c->list; k; k = next) {
		next = k->next;
		free(k->address);
		free(k);
	}
	c->list = NULL;
}
