#include "worker/http/compress.h"

#include <errno.h>
#include <string.h>

#include "common/cc.h"
#include "worker/http/encoder.h"

enum {
	FIELDS_ROOM = 96, /* more than all that is added to the fields */
	SAVING_MIN = 128, /* bytes; less is not worth the client's work */
};

/* What the fields of an answer say. */
struct said {
	struct nw_span type; /* p NULL: nothing */
	struct nw_span etag; /* in the fields */
	bool varies;         /* by Accept-Encoding, or by everything */
	bool is_fixed; /* its bytes are spoken for: they have a coding, a digest, a range, or must not be touched */
};

unsigned nw_compress_codings(const char *names)
{
	struct nw_span name, rest = {names, names == NULL ? 0 : strlen(names)};
	unsigned codings = 0;

	while (nw_span_cut(&rest, ',', &name)) {
		for (unsigned i = NW_CODING_IDENTITY + 1; i < NW_CODINGS; i++) {
			codings |= nw_span_eq(nw_span_trim(name), nw_coding_name((enum nw_coding)i)) ? NW_CODING_BIT(i)
												     : 0;
		}
	}
	return codings & nw_encoder_codings();
}

/* Whether the list @value has the element @word, with whatever parameters. */
static bool lists(struct nw_span value, const char *word)
{
	while (value.len > 0) {
		size_t len = 0;

		while (len < value.len && strchr(" \t,;=", value.p[len]) == NULL) {
			len++;
		}
		if (nw_span_eq_nocase((struct nw_span){value.p, len}, word)) {
			return true;
		}
		len += len < value.len ? 1 : 0;
		value.p += len;
		value.len -= len;
	}
	return false;
}

static void note(struct said *said, struct nw_span name, struct nw_span value)
{
	/* A digest is of the bytes as they are sent (RFC 9530), coded or not. */
	static const char *const fixing[] = {"Content-Encoding", "Content-Range", "Content-Digest",
					     "Repr-Digest",      "Digest",        "Content-MD5"};

	if (nw_span_eq_nocase(name, "Content-Type")) {
		said->type = value;
	} else if (nw_span_eq_nocase(name, "ETag")) {
		said->etag = value;
	} else if (nw_span_eq_nocase(name, "Vary")) {
		said->varies = said->varies || lists(value, "Accept-Encoding") || lists(value, "*");
	} else if (nw_span_eq_nocase(name, "Cache-Control")) {
		said->is_fixed = said->is_fixed || lists(value, "no-transform");
	} else if (nw_span_eq_nocase(name, "Accept-Ranges")) { /* who asks for a part gets it without a coding */
		said->is_fixed = said->is_fixed || !lists(value, "none");
	}
	for (size_t i = 0; i < NW_ARRAY_LEN(fixing); i++) {
		said->is_fixed = said->is_fixed || nw_span_eq_nocase(name, fixing[i]);
	}
}

/* The fields are "Name: value" lines of our own making. */
static struct said read_fields(const struct nw_buf *fields)
{
	struct said said = {.type = {NULL, 0}};
	const char *at = fields->data, *end = at == NULL ? NULL : at + fields->len;

	while (at < end) {
		const char *line_end = memchr(at, '\r', (size_t)(end - at));
		const char *colon = line_end == NULL ? NULL : memchr(at, ':', (size_t)(line_end - at));

		if (colon == NULL) {
			break;
		}
		const char *value = colon + 1;

		value += value < line_end && *value == ' ' ? 1 : 0;
		note(&said, (struct nw_span){at, (size_t)(colon - at)},
		     (struct nw_span){value, (size_t)(line_end - value)});
		at = line_end + 2;
	}
	return said;
}

/* So that what is added cannot fail; false: no memory, and the fields are as they were. */
static bool make_room(struct nw_buf *fields)
{
	const struct nw_buf before = *fields;

	if (nw_buf_reserve(fields, FIELDS_ROOM) == NULL) {
		*fields = before;
		return false;
	}
	return true;
}

/* W/ in front of the strong one. */
static void etag_weaken(struct nw_buf *fields, struct nw_span etag)
{
	size_t at = (size_t)(etag.p - fields->data);

	memmove(fields->data + at + 2, fields->data + at, fields->len - at);
	memcpy(fields->data + at, "W/", 2);
	fields->len += 2;
}

static bool is_strong(struct nw_span etag)
{
	return etag.len >= 2 && etag.p[0] == '"';
}

/* Whether @list has W/ and the strong @etag. */
static bool has_weak(struct nw_span list, struct nw_span etag)
{
	while (list.p != NULL && list.len >= etag.len) {
		const char *found = memmem(list.p, list.len, etag.p, etag.len);

		if (found == NULL) {
			return false;
		}
		if (found - list.p >= 2 && memcmp(found - 2, "W/", 2) == 0) {
			return true;
		}
		list.len -= (size_t)(found - list.p) + etag.len;
		list.p = found + etag.len;
	}
	return false;
}

static bool asks_for_weak(const struct nw_head *head, struct nw_span etag)
{
	struct nw_span list;
	uint32_t at = 0;

	while ((list = nw_head_next(head, "If-None-Match", &at)).p != NULL) {
		if (has_weak(list, etag)) {
			return true;
		}
	}
	return false;
}

enum nw_coding nw_compress_choose_any(struct nw_exchange *x, unsigned codings)
{
	struct nw_answer *answer = &x->answer;
	bool is_known = answer->status == 304; /* which has neither body nor type to tell by */

	if (answer->fields.failed || answer->status == 206 || (answer->has_length && !is_known) ||
	    !make_room(&answer->fields)) {
		return NW_CODING_IDENTITY;
	}
	struct said said = read_fields(&answer->fields);
	struct nw_span type = answer->type.p != NULL ? answer->type : said.type;

	if (said.is_fixed || !(is_known || nw_compress_is_type(type))) {
		return NW_CODING_IDENTITY;
	}
	enum nw_coding coding = nw_accept_coding_of(&x->head, codings);

	/*
	 * A cache finds the answer that it is to go on using by the very tag (RFC 9111 section 4.3.4): the weak one
	 * only if it asked about that, and for a client that takes the coding. The strong one is good for all.
	 */
	if (is_known && coding != NW_CODING_IDENTITY && is_strong(said.etag) && asks_for_weak(&x->head, said.etag)) {
		etag_weaken(&answer->fields, said.etag);
	}
	if (!said.varies) {
		nw_buf_adds(&answer->fields, "Vary: Accept-Encoding\r\n");
	}
	return is_known ? NW_CODING_IDENTITY : coding;
}

bool nw_compress_say(struct nw_exchange *x, enum nw_coding coding)
{
	struct nw_buf *fields = &x->answer.fields;

	if (!make_room(fields)) {
		return false;
	}
	struct said said = read_fields(fields);

	if (is_strong(said.etag)) {
		etag_weaken(fields, said.etag);
	}
	nw_buf_addf(fields, "Content-Encoding: %s\r\n", nw_coding_name(coding));
	return true;
}

/* A body that is to be smaller than it was has its place from the start. */
static void *no_more(void *arg, void *old, size_t old_size, size_t new_size)
{
	(void)arg;
	(void)old;
	(void)old_size;
	(void)new_size;
	return NULL;
}

/* @body with @coding, into @out; false: it does not become smaller, or there is no memory. */
static bool encode(struct nw_span body, enum nw_coding coding, struct nw_buf *out)
{
	struct nw_encoder *encoder = out->data == NULL ? NULL : nw_encoder_new(coding, body.len);
	int rc = encoder == NULL ? -ENOMEM : nw_encoder_add(encoder, body, NW_ENCODE_END, out);

	nw_encoder_free(encoder);
	return rc == 0;
}

void nw_compress_body(struct nw_exchange *x, enum nw_coding coding)
{
	struct nw_answer *answer = &x->answer;
	size_t size = answer->body.len - SAVING_MIN;
	/* Of a large one only the pages that are written to become real. */
	struct nw_buf out = {.data = nw_arena_grow(x->arena, NULL, 0, size), .cap = size, .grow = no_more};

	if (!x->is_gone && encode(answer->body, coding, &out) && nw_compress_say(x, coding)) {
		answer->body = (struct nw_span){out.data, out.len};
	}
}
