#include "common/tls_context.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

enum {
	DAY_S = 24 * 60 * 60,
	SOON_DAYS = 14, /* before a certificate ends, it is spoken of */
};

/* As Python's, which Gunicorn has: forward secrecy only. Those of TLS 1.3 are others, and all good. */
static const char usual_ciphers[] = "ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AES:!aNULL:!SHA1";

bool nw_tls_context_is_wanted(const struct nw_settings *settings)
{
	return settings->certfile != NULL || settings->keyfile != NULL;
}

/* What OpenSSL says, or what it means by it, about the file of setting @name. @has_asked: for a passphrase. */
static int fail(const char *name, const char *path, bool has_asked, struct nw_err *err)
{
	unsigned long error = ERR_peek_error();
	int lib = ERR_GET_LIB(error), reason = ERR_GET_REASON(error);
	const char *why = ERR_reason_error_string(error);

	if (has_asked) {
		why = "it is encrypted: a server that starts by itself needs a key without a passphrase";
	} else if (ERR_SYSTEM_ERROR(error)) {
		why = strerror(reason);
	} else if ((lib == ERR_LIB_PEM && reason == PEM_R_NO_START_LINE) || lib == ERR_LIB_OSSL_DECODER) {
		why = "it has nothing of that kind in PEM";
	} else if (lib == ERR_LIB_X509 &&
		   (reason == X509_R_KEY_VALUES_MISMATCH || reason == X509_R_KEY_TYPE_MISMATCH)) {
		why = "the key is not the certificate's";
	}
	int rc = nw_err_set(err, -EINVAL, "%s '%s': %s", name, path, why == NULL ? "it cannot be used" : why);

	ERR_clear_error();
	return rc;
}

/* Nobody is asked for a passphrase. */
static int refuse_passphrase(char *buf, int size, int is_writing, void *arg)
{
	(void)buf;
	(void)size;
	(void)is_writing;
	*(bool *)arg = true;
	return -1;
}

/* RFC 7301: a client that names only protocols that are not spoken here is told so. */
static int choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_len, const unsigned char *offered,
			   unsigned len, void *arg)
{
	static const unsigned char ours[] = "\x08http/1.1\x08http/1.0";
	union { /* it points into @ours or @offered, and neither is written to */
		unsigned char *found;
		const unsigned char *chosen;
	} name;

	(void)ssl;
	(void)arg;
	if (SSL_select_next_proto(&name.found, out_len, ours, sizeof(ours) - 1, offered, len) !=
	    OPENSSL_NPN_NEGOTIATED) {
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	}
	*out = name.chosen;
	return SSL_TLSEXT_ERR_OK;
}

static void set_rules(SSL_CTX *context)
{
	static const unsigned char sessions[] = "narwhal";

	SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF |
					     SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
	SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
					  SSL_MODE_RELEASE_BUFFERS);
	/* One read at a time is what the loop wants, also of records that are not for us. */
	SSL_CTX_clear_mode(context, SSL_MODE_AUTO_RETRY);
	SSL_CTX_set_read_ahead(context, 1);
	SSL_CTX_set_alpn_select_cb(context, choose_protocol, NULL);
	/* Sessions live in tickets alone: no worker has a cache that another one could not look into. */
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_session_id_context(context, sessions, sizeof(sessions) - 1);
}

static int set_ciphers(SSL_CTX *context, const struct nw_settings *settings, struct nw_err *err)
{
	if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1) {
		return nw_err_set(err, -ENOTSUP, "certfile: OpenSSL here does not speak TLS 1.2 or newer");
	}
	if (SSL_CTX_set_cipher_list(context, settings->ciphers == NULL ? usual_ciphers : settings->ciphers) != 1) {
		ERR_clear_error();
		return nw_err_set(err, -EINVAL, "ciphers: OpenSSL knows no cipher in '%s'",
				  settings->ciphers == NULL ? usual_ciphers : settings->ciphers);
	}
	return 0;
}

static int load_own(SSL_CTX *context, const struct nw_settings *settings, struct nw_err *err)
{
	const char *key = settings->keyfile == NULL ? settings->certfile : settings->keyfile;
	const char *key_name = settings->keyfile == NULL ? "certfile" : "keyfile";
	bool has_asked = false;

	SSL_CTX_set_default_passwd_cb(context, refuse_passphrase);
	SSL_CTX_set_default_passwd_cb_userdata(context, &has_asked);
	if (settings->certfile == NULL) {
		return nw_err_set(err, -EINVAL, "keyfile: there is no certificate to it: set certfile, too");
	}
	if (SSL_CTX_use_certificate_chain_file(context, settings->certfile) != 1) {
		return fail("certfile", settings->certfile, false, err);
	}
	if (SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_check_private_key(context) != 1) {
		int failed = fail(key_name, key, has_asked, err);

		return settings->keyfile != NULL
			       ? failed
			       : nw_err_add(err, failed, "keyfile is not set: the key is looked for in certfile");
	}
	return 0;
}

/* Whose certificates are asked for, and believed. */
static int load_clients(SSL_CTX *context, const struct nw_settings *settings, struct nw_err *err)
{
	static const int modes[] = {
		SSL_VERIFY_NONE,
		SSL_VERIFY_PEER,
		SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
	};

	SSL_CTX_set_verify(context, modes[settings->cert_reqs], NULL);
	if (settings->cert_reqs != 0 && settings->ca_certs == NULL) {
		return nw_err_set(err, -EINVAL,
				  "cert_reqs: nobody could have a certificate: set ca_certs, that they are signed by");
	}
	if (settings->ca_certs == NULL) {
		return 0;
	}
	STACK_OF(X509_NAME) *names = SSL_load_client_CA_file(settings->ca_certs);

	if (names == NULL) {
		return fail("ca_certs", settings->ca_certs, false, err);
	}
	SSL_CTX_set_client_CA_list(context, names);
	return SSL_CTX_load_verify_file(context, settings->ca_certs) == 1
		       ? 0
		       : fail("ca_certs", settings->ca_certs, false, err);
}

/* What would look as if it were on, and is not. */
static int refuse_alone(const struct nw_settings *settings, struct nw_err *err)
{
	const char *name = settings->cert_reqs != 0     ? "cert_reqs"
			   : settings->ca_certs != NULL ? "ca_certs"
			   : settings->ciphers != NULL  ? "ciphers"
							: NULL;

	return name == NULL ? 0 : nw_err_set(err, -EINVAL, "%s: it is of TLS, and there is no certfile", name);
}

int nw_tls_context_open(const struct nw_settings *settings, struct ssl_ctx_st **out, struct nw_err *err)
{
	if (!nw_tls_context_is_wanted(settings)) {
		*out = NULL;
		return refuse_alone(settings, err);
	}
	ERR_clear_error();
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());

	if (context == NULL) {
		ERR_clear_error();
		return nw_err_set(err, -ENOMEM, "certfile: OpenSSL cannot begin");
	}
	set_rules(context);
	int failed = set_ciphers(context, settings, err);

	if (failed == 0) {
		failed = load_own(context, settings, err);
	}
	if (failed == 0) {
		failed = load_clients(context, settings, err);
	}
	if (failed != 0) {
		nw_tls_context_close(context);
		return failed;
	}
	ERR_clear_error();
	*out = context;
	return 0;
}

struct ssl_ctx_st *nw_tls_context_close(struct ssl_ctx_st *context)
{
	SSL_CTX_free(context);
	return NULL;
}

/* Seconds since 1970, and as people read it. */
static int64_t read_time(const ASN1_TIME *time, char *text, size_t size)
{
	struct tm tm = {0};

	if (ASN1_TIME_to_tm(time, &tm) != 1) {
		return 0;
	}
	strftime(text, size, "%Y-%m-%d %H:%M UTC", &tm);
	return timegm(&tm);
}

int nw_tls_context_check_time(const struct ssl_ctx_st *context, const struct nw_settings *settings, int64_t now_s,
			      struct nw_err *err)
{
	const X509 *certificate = context == NULL ? NULL : SSL_CTX_get0_certificate(context);
	char begin[32] = "", end[32] = "";

	if (certificate == NULL) {
		return 0;
	}
	int64_t begin_s = read_time(X509_get0_notBefore(certificate), begin, sizeof(begin));
	int64_t end_s = read_time(X509_get0_notAfter(certificate), end, sizeof(end));

	if (now_s >= end_s) {
		return nw_err_set(err, -EKEYEXPIRED, "certfile '%s': its certificate has ended on %s",
				  settings->certfile, end);
	}
	if (now_s < begin_s) {
		return nw_err_set(err, -EKEYEXPIRED, "certfile '%s': its certificate begins on %s", settings->certfile,
				  begin);
	}
	if (end_s - now_s < SOON_DAYS * DAY_S) {
		return nw_err_set(err, -EKEYEXPIRED, "certfile '%s': its certificate ends in %" PRId64 " days, on %s",
				  settings->certfile, (end_s - now_s) / DAY_S, end);
	}
	return 0;
}
