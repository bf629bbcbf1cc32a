#include "common/memo.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/fd.h"

/* In a book, before a key with its NUL and a value. */
struct head {
	uint32_t kind;
	int32_t rc;
	uint64_t key_len, value_len;
};

static struct {
	struct nw_buf *record; /* NULL: nothing is kept */
	const char *book;      /* NULL: the outside is asked */
	size_t len;
} memo;

void nw_memo_record(struct nw_buf *book)
{
	memo.record = book;
}

void nw_memo_replay(const char *book, size_t len)
{
	memo.book = book;
	memo.len = len;
}

/* The entry at @at, which moves behind it. false: there is no more. */
static bool next(size_t *at, struct head *out, const char **out_key)
{
	size_t left = memo.len - *at;

	if (left < sizeof(*out)) {
		return false;
	}
	memcpy(out, memo.book + *at, sizeof(*out));
	left -= sizeof(*out);
	if (out->key_len == 0 || out->key_len > left || out->value_len > left - out->key_len) {
		return false;
	}
	*out_key = memo.book + *at + sizeof(*out);
	*at += sizeof(*out) + out->key_len + out->value_len;
	return (*out_key)[out->key_len - 1] == '\0';
}

bool nw_memo_recall(enum nw_memo_kind kind, const char *key, struct nw_memo *out)
{
	struct head head;
	const char *found;
	size_t at = 0;

	if (memo.book == NULL) {
		return false;
	}
	*out = (struct nw_memo){.rc = -ESTALE};
	while (next(&at, &head, &found)) {
		if (head.kind == (uint32_t)kind && strcmp(found, key) == 0) {
			*out = (struct nw_memo){head.rc, head.value_len, found + head.key_len};
			break;
		}
	}
	return true;
}

void nw_memo_note(enum nw_memo_kind kind, const char *key, int rc, const void *value, size_t len)
{
	const struct head head = {(uint32_t)kind, rc, strlen(key) + 1, len};

	if (memo.record != NULL) {
		nw_buf_add(memo.record, &head, sizeof(head));
		nw_buf_add(memo.record, key, head.key_len);
		nw_buf_add(memo.record, value, len);
	}
}

static int copy(const struct nw_memo *said, char **out_text, size_t *out_len)
{
	char *text = said->rc == 0 ? malloc(said->len + 1) : NULL;

	if (text == NULL) {
		return said->rc == 0 ? -ENOMEM : said->rc;
	}
	memcpy(text, said->value, said->len);
	text[said->len] = '\0';
	*out_text = text;
	*out_len = said->len;
	return 0;
}

int nw_memo_read_file(const char *path, size_t limit, char **out_text, size_t *out_len)
{
	struct nw_memo said;

	if (nw_memo_recall(NW_MEMO_FILE, path, &said)) {
		return copy(&said, out_text, out_len);
	}
	int rc = nw_fd_read_file(path, limit, out_text, out_len);

	nw_memo_note(NW_MEMO_FILE, path, rc, rc == 0 ? *out_text : "", rc == 0 ? *out_len : 0);
	return rc;
}
