#include "worker/http/static.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/fd.h"
#include "worker/http/file_answer.h"
#include "worker/http/file_type.h"
#include "worker/http/file_variant.h"

struct mount {
	struct nw_span prefix; /* without a slash at its end: "" is all paths */
	int dir;
};

struct nw_static {
	size_t n;
	struct mount mounts[];
};

/* What a request is for. */
struct wanted {
	struct nw_exchange *x;
	const struct mount *mount;
	const char *name; /* relative to the mount, in the arena; with a slash at its end, or empty: a folder */
	bool is_get;      /* or HEAD */
};

static struct nw_span prefix_of(const char *spec)
{
	size_t len = strcspn(spec, "=");

	return (struct nw_span){spec, spec[len - 1] == '/' ? len - 1 : len};
}

static int mount_open(struct nw_static *files, const char *spec, struct nw_err *err)
{
	struct nw_span prefix = prefix_of(spec);
	const char *dir = strchr(spec, '=') + 1;

	for (size_t i = 0; i < files->n; i++) {
		if (prefix.len == files->mounts[i].prefix.len &&
		    memcmp(prefix.p, files->mounts[i].prefix.p, prefix.len) == 0) {
			return nw_err_set(err, -EINVAL, "static: there are two folders for '%.*s/'", (int)prefix.len,
					  prefix.p);
		}
	}
	int fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd == -1) {
		return nw_err_errno(err, "static: cannot open folder '%s'", dir);
	}
	files->mounts[files->n++] = (struct mount){prefix, fd};
	if (faccessat(fd, ".", X_OK, AT_EACCESS) == -1) {
		return nw_err_errno(err, "static: cannot open files in folder '%s'", dir);
	}
	return 0;
}

int nw_static_open(const struct nw_strings *mounts, struct nw_static **out, struct nw_err *err)
{
	struct nw_static *files = calloc(1, sizeof(*files) + mounts->n * sizeof(files->mounts[0]));
	int failed = files == NULL ? nw_err_set(err, -ENOMEM, "static: out of memory") : 0;

	for (size_t i = 0; failed == 0 && i < mounts->n; i++) {
		failed = mount_open(files, mounts->v[i], err);
	}
	if (failed != 0) {
		nw_static_close(files);
		return failed;
	}
	*out = files;
	return 0;
}

struct nw_static *nw_static_close(struct nw_static *files)
{
	for (size_t i = 0; files != NULL && i < files->n; i++) {
		nw_fd_close(files->mounts[i].dir);
	}
	free(files);
	return NULL;
}

/* The one with the longest prefix of whole segments. */
static const struct mount *mount_find(const struct nw_static *files, struct nw_span path)
{
	const struct mount *found = NULL;

	for (size_t i = 0; i < files->n; i++) {
		struct nw_span prefix = files->mounts[i].prefix;
		bool fits = path.len >= prefix.len && memcmp(path.p, prefix.p, prefix.len) == 0 &&
			    (path.len == prefix.len || path.p[prefix.len] == '/');

		if (fits && (found == NULL || prefix.len > found->prefix.len)) {
			found = &files->mounts[i];
		}
	}
	return found;
}

/* A slash that was sent as %2F is part of a name, and no file has such a one. */
static bool has_coded_slash(const struct nw_exchange *x)
{
	struct nw_span sent = nw_head_span(&x->head, x->head.path);

	return memmem(sent.p, sent.len, "%2F", 3) != NULL || memmem(sent.p, sent.len, "%2f", 3) != NULL;
}

static void send_error(struct nw_exchange *x, unsigned status, const char *detail)
{
	nw_exchange_error(x, status, detail);
	nw_exchange_send(x);
}

/* How long a client may keep it, and what a page is not to be used for. */
static void add_fields(struct nw_buf *fields, const char *name, const char *type)
{
	nw_buf_addf(fields, "Cache-Control: %s\r\n", nw_file_type_caching(name));
	if (type != NULL) {
		nw_buf_addf(fields, "Content-Type: %s\r\n", type);
	}
	if (strncmp(nw_file_type_of(name), "text/html", 9) == 0) {
		nw_buf_adds(fields, "Referrer-Policy: same-origin\r\nX-Frame-Options: DENY\r\n");
	}
}

static void send_variant(struct nw_exchange *x, const char *name, const struct nw_file_variant *variant)
{
	const char *type = nw_file_type_of(name);
	struct nw_answer answer = {0};

	if (nw_file_answer_make(x, variant, &type, &answer) < 0) {
		send_error(x, NW_STATUS_INTERNAL_ERROR, "The file cannot be read.");
		return;
	}
	if (answer.status >= NW_STATUS_BAD_REQUEST) {
		nw_exchange_error(x, answer.status, NULL);
		nw_buf_add(&x->answer.fields, answer.fields.data, answer.fields.len);
	} else {
		answer.close = x->answer.close;
		x->answer = answer;
		add_fields(&x->answer.fields, name, type);
	}
	nw_exchange_send(x);
}

/* Answer with @name. False: there is no such file. */
static bool answer_file(const struct wanted *w, const char *name)
{
	struct nw_file_variant variant;
	int rc = nw_file_variant_open(w->mount->dir, name, &w->x->head, &variant);

	if (rc < 0) {
		const char *detail;
		unsigned status = nw_file_variant_status(rc, &detail);

		if (status == NW_STATUS_NOT_FOUND) {
			return false;
		}
		send_error(w->x, status, detail);
	} else if (!w->is_get) {
		nw_fd_close(variant.file.fd);
		nw_exchange_send_read_only(w->x);
	} else {
		send_variant(w->x, name, &variant);
	}
	return true;
}

/* The page of the folder at @w->name; it needs no memory for long, but its name does. */
static bool answer_folder(const struct wanted *w)
{
	const char *name = nw_arena_printf(w->x->arena, "%sindex.html", w->name);

	return name != NULL && answer_file(w, name);
}

/* To the same path with a slash: a folder's page stands behind it, or links in it would lead beside it. */
static void send_slash(struct nw_exchange *x)
{
	struct nw_buf *fields = &x->answer.fields;

	*fields = (struct nw_buf){.grow = nw_arena_grow_any, .grow_arg = x->arena};
	nw_buf_adds(fields, "Location: ");
	nw_str_add_slashed(fields, nw_head_span(&x->head, x->head.path), nw_head_span(&x->head, x->head.query));
	nw_buf_adds(fields, "\r\n");
	x->answer.status = 308;
	nw_exchange_send(x);
}

/* A folder that was asked for without its slash, and that has a page. */
static bool answer_slash(const struct wanted *w)
{
	struct nw_file page;
	const char *name = nw_arena_printf(w->x->arena, "%s%sindex.html", w->name, w->name[0] == '\0' ? "" : "/");

	if (name == NULL || !w->is_get || nw_file_open(w->mount->dir, name, &page) != 0) {
		return false;
	}
	nw_fd_close(page.fd);
	send_slash(w->x);
	return true;
}

static bool accepts_html(const struct nw_head *head)
{
	struct nw_span accept;
	uint32_t at = 0;

	while ((accept = nw_head_next(head, "Accept", &at)).p != NULL) {
		if (memmem(accept.p, accept.len, "text/html", 9) != NULL) {
			return true;
		}
	}
	return false;
}

/* A browser that goes to a page: it says so, and a page's path has no extension. */
static bool is_navigation(const struct wanted *w)
{
	const char *slash = strrchr(w->name, '/');

	return w->is_get && strchr(slash == NULL ? w->name : slash, '.') == NULL && accepts_html(&w->x->head);
}

bool nw_static_answer(const struct nw_static *files, struct nw_exchange *x, struct nw_span path, bool has_pages)
{
	struct wanted w = {.x = x};

	if (files == NULL || !nw_file_is_plain(path) || has_coded_slash(x)) {
		return false;
	}
	w.mount = mount_find(files, path);
	if (w.mount == NULL) {
		return false;
	}
	size_t at = w.mount->prefix.len;
	bool is_inside = path.len > at; /* there is a slash behind the prefix */

	w.is_get = nw_head_is_method(&x->head, "GET", 3) || nw_head_is_method(&x->head, "HEAD", 4);
	w.name = is_inside ? nw_arena_strndup(x->arena, path.p + at + 1, path.len - at - 1) : "";
	if (w.name == NULL) {
		return false;
	}
	bool is_folder = is_inside && path.p[path.len - 1] == '/';

	if (is_folder ? answer_folder(&w) : ((is_inside && answer_file(&w, w.name)) || answer_slash(&w))) {
		return true;
	}
	return has_pages && is_navigation(&w) && answer_file(&w, "index.html");
}
