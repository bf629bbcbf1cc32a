#include "common/tls_context.h"

#include <errno.h>

/* In a build without OpenSSL (-Dtls=disabled). */

bool nw_tls_context_is_wanted(const struct nw_settings *settings)
{
	return settings->certfile != NULL || settings->keyfile != NULL;
}

int nw_tls_context_open(const struct nw_settings *settings, struct ssl_ctx_st **out, struct nw_err *err)
{
	bool asks = nw_tls_context_is_wanted(settings) || settings->cert_reqs != 0 || settings->ca_certs != NULL ||
		    settings->ciphers != NULL;

	*out = NULL;
	return asks ? nw_err_set(err, -ENOTSUP, "certfile: this narwhal was built without TLS") : 0;
}

struct ssl_ctx_st *nw_tls_context_close(struct ssl_ctx_st *context)
{
	(void)context;
	return NULL;
}

int nw_tls_context_check_time(const struct ssl_ctx_st *context, const struct nw_settings *settings, int64_t now_s,
			      struct nw_err *err)
{
	(void)context;
	(void)settings;
	(void)now_s;
	(void)err;
	return 0;
}
