/** Certificates for tests, made anew. */
#ifndef NW_TESTS_UNIT_CERTIFICATE_H
#define NW_TESTS_UNIT_CERTIFICATE_H

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <stdlib.h>
#include <string.h>

#include "tests/unit/unit.h"

struct certificate {
	long begin_s, end_s; /* from now */
	size_t padding;      /* bytes that it is longer */
	const char *passphrase;
};

static inline void certificate_pad(X509 *x509, size_t len)
{
	char *text = calloc(1, len + 1);

	memset(text, 'x', len);
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, NID_netscape_comment, text);

	ck_assert_ptr_nonnull(extension);
	ck_assert_int_eq(X509_add_ext(x509, extension, -1), 1);
	X509_EXTENSION_free(extension);
	free(text);
}

static inline void certificate_write_key(EVP_PKEY *key, const char *passphrase, const char *path)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(PEM_write_PrivateKey(file, key, passphrase == NULL ? NULL : EVP_aes_128_cbc(), NULL, 0, NULL,
					      (void *)(uintptr_t)passphrase),
			 1);
	fclose(file);
}

/** For CN=test, signed by itself. */
static inline void certificate_write(struct certificate wanted, const char *cert_path, const char *key_path)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x509 = X509_new();
	FILE *file = fopen(cert_path, "w");

	ck_assert(key != NULL && x509 != NULL && file != NULL);
	X509_set_version(x509, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
	X509_gmtime_adj(X509_getm_notBefore(x509), wanted.begin_s);
	X509_gmtime_adj(X509_getm_notAfter(x509), wanted.end_s);
	X509_set_pubkey(x509, key);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_ASC, (const unsigned char *)"test", -1,
				   -1, 0);
	X509_set_issuer_name(x509, X509_get_subject_name(x509));
	if (wanted.padding > 0) {
		certificate_pad(x509, wanted.padding);
	}
	ck_assert_int_gt(X509_sign(x509, key, EVP_sha256()), 0);
	ck_assert_int_eq(PEM_write_X509(file, x509), 1);
	fclose(file);
	certificate_write_key(key, wanted.passphrase, key_path);
	X509_free(x509);
	EVP_PKEY_free(key);
}

#endif
