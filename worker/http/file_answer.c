#include "worker/http/file_answer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "common/fd.h"
#include "worker/http/answer.h"
#include "worker/http/precondition.h"
#include "worker/http/range.h"

enum {
	SMALL = 16 * 1024, /* to be written along with its head: read at once, and no descriptor is held */
	BOUNDARY = 32,     /* hexadecimal digits, that no file has by chance or by somebody's guess */
};

/* An answer in the making. */
struct making {
	const struct nw_exchange *x;
	const struct nw_file *file;
	uint64_t size; /* of the whole */
	struct nw_answer *out;
	struct nw_piece **end; /* of out->pieces: where the next one goes */
	bool is_coded;         /* it is a variant */
	bool is_fd_held;       /* until the arena is reset */
};

/*
 * Size and time tell one content from the next, the inode one file from another that took its place, the coding two
 * representations of it. While the second of its time is not over the content may change again within it, so that a
 * date would tell nothing: none is given then, and every date that a client comes back with is a strong validator.
 */
static void validators_init(struct nw_validators *to, const struct nw_file_variant *variant)
{
	const struct stat *st = &variant->file.st;
	uint64_t ns = (uint64_t)st->st_mtim.tv_sec * 1000000000U + (uint64_t)st->st_mtim.tv_nsec;
	bool is_coded = variant->coding != NW_CODING_IDENTITY;

	snprintf(to->etag, sizeof(to->etag), "\"%" PRIx64 "-%" PRIx64 "-%" PRIx64 "%s%s\"", ns, (uint64_t)st->st_size,
		 (uint64_t)st->st_ino, is_coded ? "-" : "", is_coded ? nw_coding_name(variant->coding) : "");
	to->modified = st->st_mtim.tv_sec;
	to->is_dated = to->modified < time(NULL);
}

static void add_vary(struct nw_buf *fields, const struct nw_file_variant *variant)
{
	if (variant->is_negotiated) {
		nw_buf_adds(fields, "Vary: Accept-Encoding\r\n");
	}
}

/* What 200, 206 and 304 say alike. */
static void add_validators(struct nw_buf *fields, const struct nw_file_variant *variant,
			   const struct nw_validators *validators)
{
	char date[NW_DATE_SIZE];

	nw_buf_addf(fields, "ETag: %s\r\n", validators->etag);
	if (validators->is_dated) {
		nw_date_into(date, validators->modified);
		nw_buf_addf(fields, "Last-Modified: %s\r\n", date);
	}
	add_vary(fields, variant);
}

static void add_coding(struct nw_buf *fields, const struct nw_file_variant *variant)
{
	nw_buf_adds(fields, "X-Content-Type-Options: nosniff\r\n");
	if (variant->coding != NW_CODING_IDENTITY) {
		nw_buf_addf(fields, "Content-Encoding: %s\r\n", nw_coding_name(variant->coding));
	}
}

static void add_content_range(struct nw_buf *to, struct nw_range range, uint64_t size)
{
	nw_buf_addf(to, "Content-Range: bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64 "\r\n", range.at,
		    range.at + range.len - 1, size);
}

static int piece_add(struct making *making, struct nw_piece piece)
{
	struct nw_piece *added = nw_arena_alloc(making->x->arena, sizeof(*added));

	if (added == NULL) {
		return -ENOMEM;
	}
	*added = piece;
	*making->end = added;
	making->end = &added->next;
	return 0;
}

static int piece_add_text(struct making *making, struct nw_buf *text)
{
	if (text->failed) {
		return -ENOMEM;
	}
	return piece_add(making, (struct nw_piece){.data = {text->data, text->len}, .fd = -1});
}

static void on_arena_reset(void *arg)
{
	nw_fd_close((int)(intptr_t)arg);
}

static int piece_add_range(struct making *making, struct nw_range range)
{
	int fd = making->file->fd;

	if (!making->is_fd_held && nw_arena_defer(making->x->arena, on_arena_reset, (void *)(intptr_t)fd) != 0) {
		return -ENOMEM;
	}
	making->is_fd_held = true;
	return piece_add(making, (struct nw_piece){.fd = fd, .at = range.at, .len = range.len});
}

static int body_read(struct making *making, struct nw_range range)
{
	size_t size = (size_t)range.len, len = 0;
	char *to = nw_arena_grow(making->x->arena, NULL, 0, size);

	if (to == NULL) {
		return -ENOMEM;
	}
	while (len < size) {
		ssize_t n = pread(making->file->fd, to + len, size - len, (off_t)(range.at + len));

		if (n == 0 || (n == -1 && errno != EINTR)) {
			return n == 0 ? -EIO : -errno; /* it was cut off since we looked, or cannot be read */
		}
		len += n > 0 ? (size_t)n : 0;
	}
	making->out->body = (struct nw_span){to, size};
	return 0;
}

/* The whole, or one range of it. */
static int body_set(struct making *making, struct nw_range range)
{
	if (range.len == 0) {
		return 0;
	}
	if (range.len <= SMALL && nw_answer_has_body(making->x)) {
		return body_read(making, range);
	}
	return piece_add_range(making, range);
}

static int boundary_make(char boundary[BOUNDARY + 1])
{
	uint64_t random[2];

	if (getrandom(random, sizeof(random), 0) != sizeof(random)) {
		return -errno;
	}
	snprintf(boundary, BOUNDARY + 1, "%016" PRIx64 "%016" PRIx64, random[0], random[1]);
	return 0;
}

static struct nw_buf text_begin(const struct making *making)
{
	return (struct nw_buf){.grow = nw_arena_grow_any, .grow_arg = making->x->arena};
}

/* multipart/byteranges (section 14.6): every part says its type and where it belongs. */
static int parts_set(struct making *making, const struct nw_ranges *ranges, const char **type)
{
	char boundary[BOUNDARY + 1];
	int rc = boundary_make(boundary);

	for (size_t i = 0; rc == 0 && i < ranges->n; i++) {
		struct nw_buf head = text_begin(making);

		nw_buf_addf(&head, "%s--%s\r\n", i == 0 ? "" : "\r\n", boundary);
		if (*type != NULL) {
			nw_buf_addf(&head, "Content-Type: %s\r\n", *type);
		}
		add_content_range(&head, ranges->v[i], making->size);
		nw_buf_adds(&head, "\r\n");
		rc = piece_add_text(making, &head);
		rc = rc == 0 ? piece_add_range(making, ranges->v[i]) : rc;
	}
	struct nw_buf tail = text_begin(making);

	nw_buf_addf(&tail, "\r\n--%s--\r\n", boundary);
	*type = nw_arena_printf(making->x->arena, "multipart/byteranges; boundary=%s", boundary);
	return rc != 0 ? rc : *type == NULL ? -ENOMEM : piece_add_text(making, &tail);
}

static int content_set(struct making *making, struct nw_span asked, const char **type)
{
	struct nw_answer *out = making->out;
	struct nw_ranges ranges;

	switch (asked.p == NULL ? NW_RANGE_IGNORED : nw_range_read(asked, making->size, &ranges)) {
	case NW_RANGE_UNSATISFIABLE:
		out->status = NW_STATUS_RANGE_NOT_SATISFIABLE;
		out->fields.len = 0; /* they are of the file, not of the error */
		nw_buf_addf(&out->fields, "Content-Range: bytes */%" PRIu64 "\r\n", making->size);
		return 0;
	case NW_RANGE_IGNORED:
		out->status = 200;
		return body_set(making, (struct nw_range){0, making->size});
	case NW_RANGE_SATISFIABLE:
		break;
	}
	/* Content-Encoding would be that of the wrapping: a client would decode what has no coding. */
	if (ranges.n > 1 && making->is_coded) {
		out->status = 200;
		return body_set(making, (struct nw_range){0, making->size});
	}
	out->status = 206;
	if (ranges.n > 1) {
		return parts_set(making, &ranges, type);
	}
	add_content_range(&out->fields, ranges.v[0], making->size);
	return body_set(making, ranges.v[0]);
}

static int make(struct making *making, const struct nw_file_variant *variant, const char **type)
{
	const struct nw_head *head = &making->x->head;
	struct nw_answer *out = making->out;
	bool is_get = nw_head_is_method(head, "GET", 3) || nw_head_is_method(head, "HEAD", 4);
	struct nw_validators validators;

	if (out->status != 0) {
		add_vary(&out->fields, variant);
		add_coding(&out->fields, variant);
		return body_set(making, (struct nw_range){0, making->size});
	}
	validators_init(&validators, variant);
	switch (is_get ? nw_precondition_check(head, &validators) : NW_PRECONDITION_MET) {
	case NW_PRECONDITION_FAILED:
		out->status = NW_STATUS_PRECONDITION_FAILED;
		return 0;
	case NW_PRECONDITION_NOT_MODIFIED:
		out->status = 304;
		*type = NULL;
		add_validators(&out->fields, variant, &validators);
		return 0;
	case NW_PRECONDITION_MET:
		break;
	}
	add_validators(&out->fields, variant, &validators);
	nw_buf_adds(&out->fields, "Accept-Ranges: bytes\r\n");
	add_coding(&out->fields, variant);
	return content_set(making, nw_precondition_range(head, &validators), type);
}

int nw_file_answer_make(const struct nw_exchange *x, const struct nw_file_variant *variant, const char **type,
			struct nw_answer *out)
{
	struct making making = {
		.x = x,
		.file = &variant->file,
		.size = (uint64_t)variant->file.st.st_size,
		.out = out,
		.end = &out->pieces,
		.is_coded = variant->coding != NW_CODING_IDENTITY,
	};

	out->fields = text_begin(&making);
	int rc = make(&making, variant, type);

	if (!making.is_fd_held) {
		nw_fd_close(variant->file.fd);
	}
	return rc == 0 && out->fields.failed ? -ENOMEM : rc;
}
