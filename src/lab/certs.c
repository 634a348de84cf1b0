#include "lab/certs.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static EVP_PKEY *make_key(void)
{
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, NULL);
	EVP_PKEY *key = NULL;

	if (c && EVP_PKEY_keygen_init(c) > 0 && EVP_PKEY_CTX_set_ec_paramgen_curve_nid(c, NID_X9_62_prime256v1) > 0 &&
	    EVP_PKEY_CTX_set_ec_param_enc(c, OPENSSL_EC_NAMED_CURVE) > 0)
		EVP_PKEY_keygen(c, &key);
	EVP_PKEY_CTX_free(c);
	return key;
}

static bool extend(X509 *x, X509 *issuer, int nid, const char *value)
{
	X509_EXTENSION *e;
	X509V3_CTX c;
	bool ok;

	X509V3_set_ctx(&c, issuer, x, NULL, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &c, nid, value);
	ok = e && X509_add_ext(x, e, -1);
	X509_EXTENSION_free(e);
	return ok;
}

/* A certificate for key, signed by the issuer, or by itself where there is none. */
static X509 *make_cert(EVP_PKEY *key, const char *name, int days, X509 *issuer, EVP_PKEY *issuer_key)
{
	X509 *x = X509_new();
	X509_NAME *subject = x ? X509_get_subject_name(x) : NULL;
	unsigned char id[LAB_ID] = {0};
	long serial;
	bool ok;

	if (!x)
		return NULL;
	make_id((char *)id);
	memcpy(&serial, id, sizeof(serial));
	ok = X509_set_version(x, 2) && ASN1_INTEGER_set(X509_get_serialNumber(x), serial & 0x7fffffff) &&
	     X509_gmtime_adj(X509_getm_notBefore(x), -86400) &&
	     X509_gmtime_adj(X509_getm_notAfter(x), (long)days * 86400 + 3600) &&
	     X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0) &&
	     X509_set_issuer_name(x, issuer ? X509_get_subject_name(issuer) : subject) && X509_set_pubkey(x, key);
	if (ok && issuer)
		ok = extend(x, issuer, NID_subject_alt_name, "IP:127.0.0.1,DNS:localhost");
	else if (ok)
		ok = extend(x, x, NID_basic_constraints, "critical,CA:TRUE") &&
		     extend(x, x, NID_key_usage, "critical,keyCertSign,cRLSign");
	if (ok && X509_sign(x, issuer ? issuer_key : key, EVP_sha256()))
		return x;
	X509_free(x);
	return NULL;
}

/* Into D/tls/NAME, by a new file that takes the place of the old one at once. */
static int write_pem(const struct lab *lab, const char *name, EVP_PKEY *key, X509 *cert, struct err *err)
{
	BIO *b = BIO_new(BIO_s_mem());
	char file[64], *data;
	int rc = -1;

	snprintf(file, sizeof(file), "tls/%s", name);
	if (b && (!key || PEM_write_bio_PKCS8PrivateKey(b, key, NULL, NULL, 0, NULL, NULL)) &&
	    (!cert || PEM_write_bio_X509(b, cert)) && BIO_write(b, "", 1) == 1 && BIO_get_mem_data(b, &data) > 0)
		rc = lab_write(lab, 0600, err, file, data);
	else
		err_set(err, "OpenSSL could not write %s.", file);
	BIO_free(b);
	return rc;
}

static FILE *open_tls(const struct lab *lab, const char *name)
{
	char path[LAB_PATH];

	return fopen(lab_path(lab, path, "tls/%s", name), "re");
}

/* A key and a certificate for it, signed by the lab's authority, into D/tls/NAME. */
static int issue(const struct lab *lab, const char *name, int days, struct err *err)
{
	FILE *key_file = open_tls(lab, "ca.key"), *ca_file = open_tls(lab, "ca.pem");
	EVP_PKEY *ca_key = key_file ? PEM_read_PrivateKey(key_file, NULL, NULL, NULL) : NULL, *key = make_key();
	X509 *ca = ca_file ? PEM_read_X509(ca_file, NULL, NULL, NULL) : NULL, *cert = NULL;
	int rc;

	if (ca_key && ca && key)
		cert = make_cert(key, name, days, ca, ca_key);
	rc = cert ? write_pem(lab, name, key, cert, err)
		  : err_set(err, "No certificate could be made in %s/tls: is the lab `up --tls`?", lab->dir);
	X509_free(cert);
	X509_free(ca);
	EVP_PKEY_free(key);
	EVP_PKEY_free(ca_key);
	if (ca_file)
		fclose(ca_file);
	if (key_file)
		fclose(key_file);
	return rc;
}

int certs_renew(const struct lab *lab, int days, struct err *err)
{
	return issue(lab, "broker.pem", days, err);
}

int certs_prepare(const struct lab *lab, struct err *err)
{
	EVP_PKEY *key = make_key();
	X509 *ca = key ? make_cert(key, "mqduty-lab", 3650, NULL, NULL) : NULL;
	int rc;

	if (!ca)
		rc = err_set(err, "OpenSSL could not make the lab's authority.");
	else
		rc = lab_mkdir(lab, err, "tls") || write_pem(lab, "ca.key", key, NULL, err) ||
		     write_pem(lab, "ca.pem", NULL, ca, err) || certs_renew(lab, CERT_GOOD_DAYS, err) ||
		     issue(lab, "mqduty.pem", CERT_GOOD_DAYS, err);
	X509_free(ca);
	EVP_PKEY_free(key);
	return rc ? -1 : 0;
}

int certs_hang(const struct lab *lab, struct err *err)
{
	char path[LAB_PATH], kept[LAB_PATH];

	lab_path(lab, path, "tls/mqduty.pem");
	lab_path(lab, kept, "tls/mqduty.kept");
	if (rename(path, kept) || mkfifo(path, 0600))
		return err_set(err, "%s could not be replaced: %s.", path, strerror(errno));
	return 0;
}

int certs_unhang(const struct lab *lab, struct err *err)
{
	char path[LAB_PATH], kept[LAB_PATH], text[8192];
	int n, fd;

	lab_path(lab, path, "tls/mqduty.pem");
	n = read_small(lab_path(lab, kept, "tls/mqduty.kept"), text, sizeof(text));
	/* Opens only if somebody waits at the other end; who comes later finds the file. */
	fd = n > 0 ? open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC) : -1;
	if (n <= 0 || rename(kept, path)) {
		err_set(err, "%s could not be put back: %s.", path, strerror(errno));
		n = -1;
	} else if (fd >= 0 && write(fd, text, (size_t)n) != n) {
		err_set(err, "%s could not be written: %s.", path, strerror(errno));
		n = -1;
	}
	if (fd >= 0)
		close(fd);
	return n > 0 ? 0 : -1;
}
