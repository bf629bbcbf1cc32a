#include "worker/http/static_send.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "worker/http/answer.h"
#include "worker/http/static_type.h"

enum {
	/*
	 * A larger file is mapped instead of read. It must be more than what output copies into its own buffer: of a
	 * mapped file that somebody cuts off meanwhile the kernel says EFAULT, our own reading would be a SIGBUS.
	 */
	READ_MAX = 64 * 1024,
};

static struct nw_buf *fields_begin(struct nw_exchange *x)
{
	x->answer.fields = (struct nw_buf){.grow = nw_arena_grow_any, .grow_arg = x->arena};
	return &x->answer.fields;
}

/* Size and time tell one content from the next, the inode one file from another that took its place. */
static void etag_into(char *to, size_t size, const struct stat *st)
{
	uint64_t ns = (uint64_t)st->st_mtim.tv_sec * 1000000000U + (uint64_t)st->st_mtim.tv_nsec;

	snprintf(to, size, "\"%" PRIx64 "-%" PRIx64 "-%" PRIx64 "\"", ns, (uint64_t)st->st_size, (uint64_t)st->st_ino);
}

/*
 * Whether the client has it already. A tag of ours holds no quote, so it is in a list of tags where it stands with its
 * quotes. The date has to be the very one that was sent: an older one may be that of a newer file (a rollback).
 */
static bool is_known(const struct nw_exchange *x, const char *etag, const char *modified)
{
	struct nw_span tags = nw_head_get(&x->head, "If-None-Match");

	if (tags.p != NULL) {
		return nw_span_eq(tags, "*") || memmem(tags.p, tags.len, etag, strlen(etag)) != NULL;
	}
	return nw_span_eq(nw_head_get(&x->head, "If-Modified-Since"), modified);
}

static void add_fields(struct nw_buf *fields, const char *name, const char *etag, const char *modified)
{
	const char *type = nw_static_type_of(name);

	nw_buf_addf(fields,
		    "Content-Type: %s\r\nETag: %s\r\nLast-Modified: %s\r\nCache-Control: %s\r\n"
		    "X-Content-Type-Options: nosniff\r\n",
		    type, etag, modified,
		    nw_static_type_is_hashed(name) ? "public, max-age=31536000, immutable" : "no-cache");
	if (strncmp(type, "text/html", 9) == 0) {
		nw_buf_adds(fields, "Referrer-Policy: same-origin\r\nX-Frame-Options: DENY\r\n");
	}
}

static int body_read(struct nw_exchange *x, int fd, size_t size)
{
	char *to = nw_arena_grow(x->arena, NULL, 0, size);
	size_t len = 0;

	if (to == NULL) {
		return -ENOMEM;
	}
	while (len < size) {
		ssize_t n = read(fd, to + len, size - len);

		if (n == 0 || (n == -1 && errno != EINTR)) {
			return -EIO; /* it was cut off since we looked, or cannot be read */
		}
		len += n > 0 ? (size_t)n : 0;
	}
	x->answer.body = (struct nw_span){to, size};
	return 0;
}

static void body_unmap(void *arg)
{
	struct nw_span *body = arg;

	munmap((void *)(uintptr_t)body->p, body->len);
}

static int body_map(struct nw_exchange *x, int fd, size_t size)
{
	struct nw_span *body = nw_arena_alloc(x->arena, sizeof(*body));
	void *data = body == NULL ? MAP_FAILED : mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);

	if (data == MAP_FAILED) {
		return -ENOMEM;
	}
	*body = (struct nw_span){data, size};
	if (nw_arena_defer(x->arena, body_unmap, body) != 0) {
		body_unmap(body);
		return -ENOMEM;
	}
	x->answer.body = *body;
	return 0;
}

void nw_static_send(struct nw_exchange *x, const char *name, const struct nw_static_file *file)
{
	char etag[64], modified[NW_DATE_SIZE];
	size_t size = (size_t)file->st.st_size;
	time_t now = time(NULL);
	int failed = 0;

	etag_into(etag, sizeof(etag), &file->st);
	nw_date_into(modified, file->st.st_mtim.tv_sec < now ? file->st.st_mtim.tv_sec : now);
	add_fields(fields_begin(x), name, etag, modified);
	x->answer.status = is_known(x, etag, modified) ? 304 : 200;
	if (x->answer.status == 200 && nw_head_is_method(&x->head, "HEAD", 4)) {
		x->answer.has_length = true;
		x->answer.content_length = size;
	} else if (x->answer.status == 200 && size > 0) {
		failed = size <= READ_MAX ? body_read(x, file->fd, size) : body_map(x, file->fd, size);
	}
	if (failed != 0) {
		nw_exchange_error(x, NW_STATUS_INTERNAL_ERROR, "The file cannot be read.");
	}
	nw_exchange_send(x);
}

void nw_static_send_slash(struct nw_exchange *x)
{
	struct nw_buf *fields = fields_begin(x);

	nw_buf_adds(fields, "Location: ");
	nw_str_add_slashed(fields, nw_head_span(&x->head, x->head.path), nw_head_span(&x->head, x->head.query));
	nw_buf_adds(fields, "\r\n");
	x->answer.status = 308;
	nw_exchange_send(x);
}
