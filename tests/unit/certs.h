#ifndef MQ_TEST_CERTS_H
#define MQ_TEST_CERTS_H

/* Certificates made on the spot: an issuer, and leaves for a name that are valid for some days. */
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>

struct cert {
	EVP_PKEY *key;
	X509 *x;
};

static void add_extension(X509 *x, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *e;

	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	X509_add_ext(x, e, -1);
	X509_EXTENSION_free(e);
}

/* alt: "DNS:kafka-1.int,IP:127.0.0.1"; NULL for an issuer. by: NULL signs itself. */
static struct cert make_cert(const struct cert *by, const char *name, const char *alt, int days)
{
	static long serial = 1;
	struct cert c = {.key = EVP_EC_gen("P-256"), .x = X509_new()};
	X509_NAME *subject = X509_get_subject_name(c.x);
	const struct cert *issuer = by ? by : &c;

	X509_set_version(c.x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(c.x), serial++);
	X509_gmtime_adj(X509_getm_notBefore(c.x), -30L * 86400);
	X509_gmtime_adj(X509_getm_notAfter(c.x), days * 86400L + 3600);
	X509_set_pubkey(c.x, c.key);
	X509_NAME_add_entry_by_txt(
	    subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(c.x, X509_get_subject_name(issuer->x));
	add_extension(c.x, issuer->x, NID_basic_constraints, alt ? "CA:FALSE" : "critical,CA:TRUE");
	if (alt)
		add_extension(c.x, issuer->x, NID_subject_alt_name, alt);
	X509_sign(c.x, issuer->key, EVP_sha256());
	return c;
}

static void free_cert(struct cert *c)
{
	EVP_PKEY_free(c->key);
	X509_free(c->x);
}

static void write_cert(const struct cert *c, const char *path)
{
	FILE *f = fopen(path, "w");

	PEM_write_X509(f, c->x);
	fclose(f);
}

static void write_key(const struct cert *c, const char *path)
{
	FILE *f = fopen(path, "w");

	PEM_write_PrivateKey(f, c->key, NULL, NULL, 0, NULL, NULL);
	fclose(f);
}

#endif
