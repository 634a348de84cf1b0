#ifndef MQ_NET_HTTP_CERT_H
#define MQ_NET_HTTP_CERT_H

#include <curl/curl.h>
#include <stdint.h>

/*
 * http_cert: until when the certificate of an address is valid, as it was shown in
 * the last handshake, also in one that failed for it. Entries live as long as the
 * list, because connections outlive the calls that opened them.
 */
struct http_cert {
	struct http_cert *next;
	char *address;
	int64_t until; /* wall ns; 0: none was shown */
};

struct http_certs {
	struct http_cert *list;
};

/* Notes what e's connection to address is shown. Does nothing where libcurl is not built on OpenSSL. */
void http_cert_watch(struct http_certs *c, CURL *e, const char *address);
int64_t http_cert_of(const struct http_certs *c, const char *address);
void http_certs_release(struct http_certs *c);

#endif
