#ifndef MQ_NET_TLS_H
#define MQ_NET_TLS_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * tls: TLS 1.2 and newer over a non-blocking socket (a TCP connection or the
 * end of a `via` command), by OpenSSL. Nothing here waits. Errors begin with
 * "TLS: " and say what the operator can do.
 */
struct tls_settings {
	const char *ca, *ca_pem;     /* file or folder, or the PEM itself; both NULL: the system's */
	const char *cert, *cert_pem; /* the client's certificate; NULL: none */
	const char *key;
	const char *crl;
	const char *ciphers, *curves, *sigalgs; /* OpenSSL's lists; NULL: its own */
	bool no_verify;     /* any certificate is taken */
	bool no_host_check; /* of any host */
	/* What the settings are called, for sentences: "ssl.ca.location", "tls: ca", ... */
	const char *ca_name, *cert_name;
};

/* tls_client: what all connections of a cluster share. The settings' strings must outlive it. One
 * thread. */
struct tls_client {
	struct tls_settings set;
	void *ctx;	 /* SSL_CTX; NULL: not loaded yet */
	int64_t loaded; /* newest change of its files when it was loaded */
};

void tls_client_init(struct tls_client *c, const struct tls_settings *set);
void tls_client_release(struct tls_client *c);

/* Whom the first certificate of a PEM file is for, as Kafka writes a principal: "CN=duty,O=acme". -1:
 * it cannot be read. */
int tls_subject(const char *path, char *out, size_t size);

/* Is what the settings name as ca a folder, with files by the hash of their subject? */
bool tls_is_folder(const char *ca);

/* One connection. */
struct tls {
	void *ssl;	    /* NULL: none */
	char host[256];	    /* whose certificate is wanted */
	int64_t cert_until; /* wall ns; 0: no certificate was seen */
	int verify_error;   /* X509_V_ERR_* of the first certificate refused; 0: none */
	int verify_depth;
	char names[160]; /* what the peer's certificate is for */
	char issuer[100];
	const char *ca_name, *cert_name;
	bool has_cert; /* we show one */
	bool shaken;   /* the handshake is over */
	bool wants_write;
	struct err err;
};

/* Begins on fd, which stays the caller's; host is the name that the certificate must bear. Reads the
 * files anew where they have changed. -1 with t->err. */
int tls_start(struct tls *t, struct tls_client *c, int fd, const char *host);

/* 1: done, 0: call again when the socket is ready (to write where t->wants_write), -1 with t->err. */
int tls_handshake(struct tls *t);

/* As recv() and send() do: 0 is the end; -1 with errno, EAGAIN or, with t->err set, EPROTO. */
ssize_t tls_read(struct tls *t, void *data, size_t len);
ssize_t tls_write(struct tls *t, const void *data, size_t len);

/* Frees; the socket stays open. Harmless twice. */
void tls_stop(struct tls *t);

#endif
