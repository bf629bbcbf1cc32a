#include "worker/http/exchange.h"

#include <errno.h>
#include <string.h>

#include "common/json_text.h"
#include "worker/http/connection.h"

void nw_exchange_error(struct nw_exchange *x, unsigned status, const char *detail)
{
	const char *reason = nw_status_reason(status);
	struct nw_buf body = {.grow = nw_arena_grow_any, .grow_arg = x->arena};

	if (detail == NULL) {
		detail = reason;
	}
	nw_buf_addf(&body, "{\"_status\":\"ERR\",\"_error\":{\"code\":%u,\"message\":", status);
	nw_json_text_add(&body, nw_span_of(detail));
	nw_buf_adds(&body, "},\"type\":\"about:blank\",\"title\":");
	nw_json_text_add(&body, nw_span_of(reason));
	nw_buf_addf(&body, ",\"status\":%u,\"detail\":", status);
	nw_json_text_add(&body, nw_span_of(detail));
	nw_buf_adds(&body, "}\n");

	x->answer = (struct nw_answer){
		.status = status,
		.close = x->answer.close,
		.fields = {.grow = nw_arena_grow_any, .grow_arg = x->arena},
	};
	nw_buf_adds(&x->answer.fields, "Content-Type: application/json\r\n");
	if (body.failed || x->answer.fields.failed) { /* no memory: the status alone must do */
		x->answer.fields = (struct nw_buf){.grow = nw_arena_grow_any, .grow_arg = x->arena};
		return;
	}
	x->answer.body = (struct nw_span){body.data, body.len};
}

/* Where @p lies after the bytes @from were copied to @to; elsewhere it stays. */
static const char *moved(const char *p, struct nw_span from, const char *to)
{
	uintptr_t at = (uintptr_t)p - (uintptr_t)from.p;

	return at < from.len ? to + at : p;
}

/* An answer, and what is left to be written of it, may be of the request's bytes. */
static void move_answer(struct nw_exchange *x, struct nw_span from, const char *to)
{
	x->answer.body.p = moved(x->answer.body.p, from, to);
	x->conn->rest.p = moved(x->conn->rest.p, from, to);
	for (struct nw_piece *piece = x->answer.pieces; piece != NULL; piece = piece->next) {
		piece->data.p = moved(piece->data.p, from, to);
	}
}

int nw_exchange_keep(struct nw_exchange *x)
{
	struct nw_job *job = (struct nw_job *)x;
	bool has_own_body = x->body.len == 0 || x->body.p == job->body.data;
	size_t body_len = has_own_body ? 0 : x->body.len;

	if (job->is_kept) {
		return 0;
	}
	char *copy = nw_arena_grow(x->arena, NULL, 0, x->head.len + body_len + 1);

	if (copy == NULL) {
		return -ENOMEM;
	}
	struct nw_span head = {x->head.base, x->head.len};

	memcpy(copy, head.p, head.len);
	move_answer(x, head, copy);
	x->head.base = copy;
	if (!has_own_body) {
		memcpy(copy + head.len, x->body.p, body_len);
		move_answer(x, x->body, copy + head.len);
		x->body.p = copy + head.len;
	}
	job->is_kept = true;
	return 0;
}

/* An exchange that tests made may have no connection. */
static const struct nw_tls *tls_of(const struct nw_exchange *x)
{
	return x->conn == NULL ? NULL : x->conn->tls;
}

bool nw_exchange_is_https(const struct nw_exchange *x)
{
	return x->scheme == NW_SCHEME_HTTPS || (x->scheme == NW_SCHEME_UNSAID && tls_of(x) != NULL);
}

const char *nw_exchange_certificate(const struct nw_exchange *x)
{
	const struct nw_tls *tls = tls_of(x);

	return tls == NULL ? NULL : nw_tls_client(tls);
}

void nw_exchange_send(struct nw_exchange *x)
{
	if (!nw_answer_is_sound(&x->answer)) {
		nw_exchange_error(x, NW_STATUS_INTERNAL_ERROR, NULL);
	}
	nw_connection_answer(x->conn);
}

void nw_exchange_send_read_only(struct nw_exchange *x)
{
	nw_exchange_error(x, NW_STATUS_METHOD_NOT_ALLOWED, NULL);
	nw_buf_adds(&x->answer.fields, "Allow: GET, HEAD\r\n");
	nw_exchange_send(x);
}
