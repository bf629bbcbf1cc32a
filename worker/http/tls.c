#include "worker/http/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "worker/http/connection.h"
#include "worker/http/output.h"

enum { RECORD_MAX = 16 * 1024 };

struct nw_tls {
	SSL *ssl; /* NULL: closed */
	char *client;
	int fd;
	bool is_dry;     /* the socket had less than was asked for */
	bool is_blocked; /* it had nothing */
	bool is_at_end;  /* of the socket's bytes */
	bool has_more;   /* what is written is followed by more */
	bool is_open;    /* the handshake is over */
	bool is_broken;  /* nothing may be written any more */
};

/* --- the socket, as OpenSSL sees it: it does not ask for bytes that are known not to be there, and raises no signal */

static int bio_read(BIO *bio, char *to, int size)
{
	struct nw_tls *tls = BIO_get_data(bio);
	ssize_t n;

	BIO_clear_retry_flags(bio);
	do {
		n = syscall(SYS_recvfrom, tls->fd, to, (size_t)size, 0, NULL, NULL);
	} while (n == -1 && errno == EINTR);
	tls->is_dry = n < size;
	tls->is_at_end = n == 0;
	if (n == -1 && errno == EAGAIN) {
		tls->is_blocked = true;
		BIO_set_retry_read(bio);
	}
	return (int)n;
}

static int bio_write(BIO *bio, const char *data, int len)
{
	struct nw_tls *tls = BIO_get_data(bio);
	int flags = MSG_NOSIGNAL | (tls->has_more ? MSG_MORE : 0);
	ssize_t n;

	BIO_clear_retry_flags(bio);
	do {
		n = syscall(SYS_sendto, tls->fd, data, (size_t)len, flags, NULL, 0);
	} while (n == -1 && errno == EINTR);
	if (n == -1 && errno == EAGAIN) {
		BIO_set_retry_write(bio);
	}
	return (int)n;
}

static long bio_control(BIO *bio, int what, long number, void *pointer)
{
	const struct nw_tls *tls = BIO_get_data(bio);

	(void)number;
	(void)pointer;
	switch (what) {
	case BIO_CTRL_FLUSH:
		return 1;
	case BIO_CTRL_EOF:
		return tls->is_at_end;
	default:
		return 0;
	}
}

/* One for the process: it is never freed. */
static const BIO_METHOD *method(void)
{
	static BIO_METHOD *ours;

	if (ours == NULL) {
		ours = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "narwhal");
		if (ours != NULL) {
			BIO_meth_set_read(ours, bio_read);
			BIO_meth_set_write(ours, bio_write);
			BIO_meth_set_ctrl(ours, bio_control);
		}
	}
	return ours;
}

static int open_ssl(struct nw_tls *tls, SSL_CTX *context)
{
	BIO *bio = method() == NULL ? NULL : BIO_new(method());

	tls->ssl = SSL_new(context);
	if (bio == NULL || tls->ssl == NULL) {
		BIO_free(bio);
		return -ENOMEM;
	}
	BIO_set_data(bio, tls);
	BIO_set_init(bio, 1);
	SSL_set_bio(tls->ssl, bio, bio);
	SSL_set_accept_state(tls->ssl);
	return 0;
}

struct nw_tls *nw_tls_new(struct nw_conn *c)
{
	struct nw_tls *tls = calloc(1, sizeof(*tls));

	if (tls == NULL) {
		return NULL;
	}
	tls->fd = c->fd;
	if (open_ssl(tls, c->http->options.tls) != 0) {
		nw_tls_free(tls);
		return NULL;
	}
	return tls;
}

struct nw_tls *nw_tls_move(struct nw_tls *from)
{
	struct nw_tls *to = malloc(sizeof(*to));

	if (to == NULL) {
		return NULL;
	}
	*to = *from;
	to->client = NULL;
	from->ssl = NULL;
	if (to->ssl != NULL) {
		BIO_set_data(SSL_get_rbio(to->ssl), to);
	}
	return to;
}

/* --- the handshake */

/* Escapes leave neither control bytes nor a NUL in it. */
static char *subject_of(const X509 *certificate)
{
	BIO *text = BIO_new(BIO_s_mem());
	char *data = NULL, *subject = NULL;

	if (text != NULL && X509_NAME_print_ex(text, X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253) >= 0) {
		long len = BIO_get_mem_data(text, &data);

		subject = strndup(data, (size_t)len);
	}
	BIO_free(text);
	return subject;
}

/* The first bytes came through. False: no memory. */
static bool note_open(struct nw_tls *tls)
{
	const X509 *certificate = SSL_get0_peer_certificate(tls->ssl);

	tls->is_open = true;
	if (certificate == NULL || SSL_get_verify_result(tls->ssl) != X509_V_OK) {
		return true;
	}
	tls->client = subject_of(certificate);
	return tls->client != NULL;
}

/* Why a handshake failed, which is worth a line; NULL: the client just left, or sent what nothing is to be said of. */
static const char *reason(const struct nw_tls *tls)
{
	unsigned long error = ERR_peek_error();
	long verified = SSL_get_verify_result(tls->ssl);

	if (ERR_GET_LIB(error) == ERR_LIB_SSL && ERR_GET_REASON(error) == SSL_R_CERTIFICATE_VERIFY_FAILED &&
	    verified != X509_V_OK) {
		return X509_verify_cert_error_string(verified);
	}
	return error == 0 ? NULL : ERR_reason_error_string(error);
}

/* OpenSSL has told the client, if it could: it must be let read that. */
static void fail(struct nw_conn *c)
{
	struct nw_tls *tls = c->tls;
	const char *why = tls->is_open ? NULL : reason(tls);

	tls->is_broken = true;
	if (tls->is_open || c->state != NW_CONN_HEAD) {
		nw_connection_close(c);
		return;
	}
	if (why != NULL && c->http->options.on_handshake_failed != NULL) {
		c->http->options.on_handshake_failed(&c->peer.sa, why, c->http->options.arg);
	}
	c->is_last = c->must_linger = true;
}

/* --- bytes */

bool nw_tls_holds_input(const struct nw_tls *tls)
{
	return tls->ssl != NULL && SSL_has_pending(tls->ssl);
}

static size_t note_received(struct nw_conn *c, size_t n)
{
	struct nw_tls *tls = c->tls;

	if (!tls->is_open && !note_open(tls)) {
		nw_connection_close(c);
		return 0;
	}
	NW_HTTP_COUNT(c->http, bytes_in, n);
	/* As nw_connection_receive() has it; and what is in here has no edge. */
	if (tls->is_dry && !c->has_end && c->state <= NW_CONN_PROXY && SSL_has_pending(tls->ssl) == 0) {
		c->is_unread = false;
	}
	return n;
}

size_t nw_tls_receive(struct nw_conn *c, char *to, size_t room)
{
	struct nw_tls *tls = c->tls;
	size_t n = 0;

	ERR_clear_error();
	tls->is_blocked = false;
	int ok = SSL_read_ex(tls->ssl, to, room, &n);

	if (ok == 1) {
		return note_received(c, n);
	}
	switch (SSL_get_error(tls->ssl, ok)) {
	case SSL_ERROR_WANT_READ: /* or it read what is not for us: there may be more */
		c->is_unread = !tls->is_blocked;
		break;
	case SSL_ERROR_WANT_WRITE: /* in a handshake: on_tls_event() goes on */
		c->is_unread = false;
		nw_output_want_write(c);
		break;
	case SSL_ERROR_ZERO_RETURN:
		nw_connection_take_end(c);
		break;
	case SSL_ERROR_SSL:
		fail(c);
		break;
	default:
		tls->is_broken = true;
		nw_connection_close(c);
		break;
	}
	return 0;
}

/* One record. Bytes taken, or -1 and errno. */
static ssize_t write_record(struct nw_tls *tls, const char *data, size_t len)
{
	size_t n = 0;

	ERR_clear_error();
	errno = 0;
	int ok = SSL_write_ex(tls->ssl, data, len < RECORD_MAX ? len : RECORD_MAX, &n);

	if (ok == 1) {
		return (ssize_t)n;
	}
	int error = SSL_get_error(tls->ssl, ok);
	bool waits = error == SSL_ERROR_WANT_WRITE || error == SSL_ERROR_WANT_READ;

	tls->is_broken = !waits;
	errno = waits ? EAGAIN : EPIPE;
	return -1;
}

ssize_t nw_tls_write(struct nw_tls *tls, const char *data, size_t len, bool has_more)
{
	size_t sent = 0;

	while (sent < len) {
		tls->has_more = has_more || len - sent > RECORD_MAX;
		ssize_t n = write_record(tls, data + sent, len - sent);

		tls->has_more = false;
		if (n == -1) {
			return sent > 0 && errno == EAGAIN ? (ssize_t)sent : -1;
		}
		sent += (size_t)n;
	}
	return (ssize_t)sent;
}

void nw_tls_break(struct nw_tls *tls)
{
	tls->is_broken = true;
}

void nw_tls_close(struct nw_tls *tls)
{
	if (tls->ssl == NULL) {
		return;
	}
	if (tls->is_open && !tls->is_broken) {
		ERR_clear_error();
		(void)SSL_shutdown(tls->ssl); /* without room for it, it is not said */
	}
	SSL_free(tls->ssl);
	tls->ssl = NULL;
	ERR_clear_error();
}

void nw_tls_free(struct nw_tls *tls)
{
	if (tls != NULL) {
		tls->is_broken = true;
		nw_tls_close(tls);
		free(tls->client);
		free(tls);
	}
}

const char *nw_tls_client(const struct nw_tls *tls)
{
	return tls->client;
}
