#include "worker/http/static.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/fd.h"
#include "worker/http/static_file.h"
#include "worker/http/static_send.h"

struct mount {
	struct nw_span prefix; /* without a slash at its end: "" is all paths */
	int dir;
};

struct nw_static {
	bool can_resolve;
	size_t n;
	struct mount mounts[];
};

/* What a request is for. */
struct wanted {
	const struct nw_static *files;
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
	files->can_resolve = files->n > 0 && nw_static_file_can_resolve(files->mounts[0].dir);
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

/* Answer with @name. False: there is no such file. */
static bool answer_file(const struct wanted *w, const char *name)
{
	struct nw_static_file file;
	int rc = nw_static_file_open(w->mount->dir, name, w->files->can_resolve, &file);

	if (rc == -ENOENT || (rc == 0 && S_ISDIR(file.st.st_mode))) {
		if (rc == 0) {
			nw_fd_close(file.fd);
		}
		return false;
	}
	if (rc == -EACCES) {
		send_error(w->x, NW_STATUS_FORBIDDEN, "The server may not read this file.");
	} else if (rc < 0) {
		send_error(w->x, NW_STATUS_INTERNAL_ERROR, "The file cannot be opened.");
	} else if (!w->is_get) {
		nw_exchange_send_read_only(w->x);
	} else {
		nw_static_send(w->x, name, &file);
	}
	if (rc == 0) {
		nw_fd_close(file.fd);
	}
	return true;
}

/* The page of the folder at @w->name; it needs no memory for long, but its name does. */
static bool answer_folder(const struct wanted *w)
{
	const char *name = nw_arena_printf(w->x->arena, "%sindex.html", w->name);

	return name != NULL && answer_file(w, name);
}

/* A folder that was asked for without its slash, and that has a page. */
static bool answer_slash(const struct wanted *w)
{
	struct nw_static_file page;
	const char *name = nw_arena_printf(w->x->arena, "%s%sindex.html", w->name, w->name[0] == '\0' ? "" : "/");

	if (name == NULL || !w->is_get || nw_static_file_open(w->mount->dir, name, w->files->can_resolve, &page) != 0) {
		return false;
	}
	nw_fd_close(page.fd);
	nw_static_send_slash(w->x);
	return true;
}

/* A browser that goes to a page: it says so, and a page's path has no extension. */
static bool is_navigation(const struct wanted *w)
{
	struct nw_span accept = nw_head_get(&w->x->head, "Accept");
	const char *slash = strrchr(w->name, '/');

	return w->is_get && accept.p != NULL && memmem(accept.p, accept.len, "text/html", 9) != NULL &&
	       strchr(slash == NULL ? w->name : slash, '.') == NULL;
}

bool nw_static_answer(const struct nw_static *files, struct nw_exchange *x, struct nw_span path, bool has_pages)
{
	struct wanted w = {.files = files, .x = x};

	if (files == NULL || !nw_static_file_is_plain(path) || has_coded_slash(x)) {
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
