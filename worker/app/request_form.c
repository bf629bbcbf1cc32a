#include <narwhal/request.h>

#include <errno.h>
#include <string.h>

#include "worker/app/call.h"
#include "worker/app/form.h"
#include "worker/app/outcome.h"

/* What a client did wrong it is told, whatever the handler makes of a form that seems to be empty. */
static int refuse(struct nw_request *req, int rc, const char *fault)
{
	struct nw_response *res = &req->call->res;

	if (rc == -ENOMEM) {
		return nw_outcome_fail(res, rc, NULL);
	}
	const char *what = rc == -E2BIG ? "is too large" : "cannot be read";
	const char *why = nw_arena_printf(req->x->arena, "The form %s: %s.", what, fault);

	return nw_outcome_refuse(res, rc, rc == -E2BIG ? NW_STATUS_CONTENT_TOO_LARGE : NW_STATUS_BAD_REQUEST,
				 why == NULL ? "" : why);
}

static struct nw_form *form_of(struct nw_request *req)
{
	static struct nw_form none;
	const char *fault = NULL;
	size_t len;

	if (req->form != NULL) {
		return req->form;
	}
	/* First: it may move the head. */
	const void *body = nw_request_body(req, &len);
	struct nw_span type = {NULL, 0};

	if (!nw_request_is_streaming(req)) { /* which has no form, whatever its body is */
		type = nw_head_get(&req->x->head, "Content-Type");
	}
	struct nw_form *form = nw_arena_alloc(req->x->arena, sizeof(*form));
	int rc = form == NULL ? -ENOMEM : nw_form_read(req->x->arena, type, (struct nw_span){body, len}, form, &fault);

	if (rc < 0) {
		req->form_failed = refuse(req, rc, fault);
	}
	return req->form = form == NULL ? &none : form;
}

int nw_request_read_form(struct nw_request *req)
{
	form_of(req);
	return req->form_failed;
}

const char *nw_request_form(struct nw_request *req, const char *name)
{
	return nw_pairs_get(&form_of(req)->fields, name);
}

bool nw_request_form_at(struct nw_request *req, size_t index, const char **out_name, const char **out_value)
{
	return nw_pairs_at(&form_of(req)->fields, index, out_name, out_value);
}

const struct nw_upload *nw_request_file(struct nw_request *req, const char *name)
{
	const struct nw_form *form = form_of(req);

	for (size_t i = 0; i < form->n_files; i++) {
		if (strcmp(form->files[i].name, name) == 0) {
			return &form->files[i];
		}
	}
	return NULL;
}

const struct nw_upload *nw_request_file_at(struct nw_request *req, size_t index)
{
	const struct nw_form *form = form_of(req);

	return index < form->n_files ? &form->files[index] : NULL;
}
