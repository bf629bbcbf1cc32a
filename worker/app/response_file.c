#include <narwhal/response.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "common/fd.h"
#include "worker/app/call.h"
#include "worker/app/header.h"
#include "worker/app/outcome.h"
#include "worker/http/file_answer.h"
#include "worker/http/file_type.h"

static const struct nw_file_options no_options;

static struct nw_arena *arena_of(const struct nw_response *res)
{
	return res->call->req.x->arena;
}

/* The error whose page this is to be; 0: an answer of its own. */
static unsigned error_of(const struct nw_response *res)
{
	return res->call->is_finishing && !res->is_set ? res->status : 0;
}

/* "WHAT 'NAME' FAULT: why" */
static const char *sentence(const struct nw_response *res, int code, const char *what, const char *name,
			    const char *fault)
{
	struct nw_buf why = {.grow = nw_arena_grow_any, .grow_arg = arena_of(res)};

	nw_buf_addf(&why, "%s '", what);
	nw_str_escape(&why, (struct nw_span){name, strnlen(name, 255)});
	nw_buf_addf(&why, "' %s: %s", fault, strerror(-code));
	return nw_buf_str(&why);
}

/* What is not there costs an error its page alone: its status says more than 500 would. */
static int fail(struct nw_response *res, int code, const char *what, const char *name, const char *fault)
{
	const char *why = sentence(res, code, what, name, fault);

	if (error_of(res) != 0) {
		nw_outcome_log(res, code, why, "; the error has its built-in page");
		return 0;
	}
	return nw_outcome_fail(res, code, why);
}

/* RFC 6266: the name for those that read ASCII only, then all of it (RFC 8187) when that is not all. */
static void add_disposition(struct nw_buf *fields, const char *save_as)
{
	static const char hex[] = "0123456789ABCDEF";
	bool is_plain = true;

	nw_buf_adds(fields, "Content-Disposition: attachment; filename=\"");
	for (const char *p = save_as; *p != '\0'; p++) {
		bool is_odd = (unsigned char)*p >= 0x80 || *p == '"' || *p == '\\' || *p == '%' || *p == '\t';

		is_plain = is_plain && !is_odd;
		nw_buf_addc(fields, is_odd ? '_' : *p);
	}
	nw_buf_addc(fields, '"');
	for (const char *p = is_plain ? "" : save_as; *p != '\0'; p++) {
		unsigned char c = (unsigned char)*p;
		bool is_safe = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
			       strchr("!#$&+-.^_`|~", c) != NULL;

		nw_buf_adds(fields, p == save_as ? "; filename*=UTF-8''" : "");
		if (is_safe) {
			nw_buf_addc(fields, *p);
		} else {
			nw_buf_addf(fields, "%%%c%c", hex[c >> 4], hex[c & 15]);
		}
	}
	nw_buf_adds(fields, "\r\n");
}

static int options_check(struct nw_response *res, const struct nw_file_options *options)
{
	const char *const values[] = {options->type, options->cache_control, options->save_as};

	for (size_t i = 0; i < NW_ARRAY_LEN(values); i++) {
		if (values[i] != NULL && !nw_header_is_value(values[i])) {
			return nw_outcome_fail(res, -EINVAL,
					       sentence(res, -EINVAL, "file option", values[i], "has control bytes"));
		}
	}
	return 0;
}

/* The answer is made: it becomes this one's. */
static int take(struct nw_response *res, const struct nw_answer *answer, const char *type,
		const struct nw_file_body *body)
{
	struct nw_file_body *file = nw_arena_alloc(arena_of(res), sizeof(*file));

	if (file == NULL || answer->fields.failed) {
		return nw_outcome_fail(res, -ENOMEM, NULL);
	}
	*file = *body;
	file->fields = (struct nw_span){answer->fields.data, answer->fields.len};
	file->pieces = answer->pieces;
	int rc = answer->status >= NW_STATUS_BAD_REQUEST && error_of(res) == 0
			 ? nw_response_error(res, answer->status, "%s", "")
			 : nw_response_bytes(res, answer->status, type, answer->body.p, answer->body.len);

	if (rc == 0) {
		res->file = file;
	}
	return rc;
}

static int respond(struct nw_response *res, int folder, const char *name, const struct nw_file_options *options)
{
	const struct nw_exchange *x = res->call->req.x;
	struct nw_answer answer = {.status = error_of(res)};
	struct nw_file_variant variant;
	const char *detail;
	int rc = nw_file_variant_open(folder, name, &x->head, &variant);
	unsigned status = rc < 0 ? nw_file_variant_status(rc, &detail) : 0;

	if (status == NW_STATUS_INTERNAL_ERROR || (rc < 0 && error_of(res) != 0)) {
		return fail(res, rc, "file", name, "cannot be opened");
	}
	if (rc < 0) {
		return nw_response_error(res, status, "%s", detail == NULL ? "" : detail);
	}
	const char *content = res->own_type != NULL   ? res->own_type
			      : options->type != NULL ? options->type
						      : nw_file_type_of(name);
	const char *type = content;

	rc = nw_file_answer_make(x, &variant, &type, &answer);
	if (rc < 0) {
		return fail(res, rc, "file", name, "cannot be read");
	}
	struct nw_file_body body = {.is_multipart = type != NULL && type != content};

	if (answer.status < NW_STATUS_BAD_REQUEST) {
		body.cache_control =
			options->cache_control != NULL ? options->cache_control : nw_file_type_caching(name);
	} else if (error_of(res) != 0) {
		body.cache_control = options->cache_control;
	}
	if (answer.status < 300 && options->save_as != NULL) {
		add_disposition(&answer.fields, options->save_as);
	}
	return take(res, &answer, type, &body);
}

int nw_response_file(struct nw_response *res, const char *path, const struct nw_file_options *options)
{
	int rc = options_check(res, options == NULL ? &no_options : options);

	return rc < 0 ? rc : respond(res, NW_FILE_ANYWHERE, path, options == NULL ? &no_options : options);
}

/* Whether @name is one that may be served, as --static has it. */
static bool is_plain(struct nw_response *res, const char *name)
{
	const char *path = nw_arena_printf(arena_of(res), "/%s", name);

	return path != NULL && nw_file_is_plain(nw_span_of(path));
}

int nw_response_file_below(struct nw_response *res, const char *folder, const char *name,
			   const struct nw_file_options *options)
{
	int rc = options_check(res, options == NULL ? &no_options : options);

	if (rc < 0) {
		return rc;
	}
	if (!is_plain(res, name)) {
		if (error_of(res) != 0) {
			return fail(res, -ENOENT, "file", name, "cannot be opened");
		}
		return nw_response_error(res, NW_STATUS_NOT_FOUND, "%s", "");
	}
	NW_AUTO_CLOSE int dir = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (dir == -1) {
		return fail(res, -errno, "folder", folder, "cannot be opened");
	}
	return respond(res, dir, name, options == NULL ? &no_options : options);
}
