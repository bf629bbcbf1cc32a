/**
 * What was asked of the outside while a configuration was read: text of files, addresses of hosts, numbers of users.
 * The answers may take long (a slow disk, a name server that is away). A process that may not wait lets another one
 * ask first, which records all answers in a book, and then replays them. Otherwise the outside is asked, and nothing
 * is kept. For processes with one thread.
 */
#ifndef NW_COMMON_MEMO_H
#define NW_COMMON_MEMO_H

#include <stdbool.h>
#include <stddef.h>

#include "common/buf.h"

enum nw_memo_kind {
	NW_MEMO_FILE,    /* by its path */
	NW_MEMO_HOST,    /* by name, port and family */
	NW_MEMO_USER,    /* by its name */
	NW_MEMO_GROUP,   /* by its name */
	NW_MEMO_FAILURE, /* of whoever keeps the book, in words */
};

struct nw_memo {
	int rc; /* whatever the asked one returned; -ESTALE: nobody asked this before */
	size_t len;
	const void *value; /* of any alignment; borrowed from the book */
};

/** Write all that is asked from now on to @book, too; NULL: no more. */
void nw_memo_record(struct nw_buf *book);

/** Answer from the @len bytes of @book alone, which stay the caller's; NULL: ask the outside again. */
void nw_memo_replay(const char *book, size_t len);

/** For whoever asks: the answer of the book. false: ask, and then nw_memo_note(). */
bool nw_memo_recall(enum nw_memo_kind kind, const char *key, struct nw_memo *out);
void nw_memo_note(enum nw_memo_kind kind, const char *key, int rc, const void *value, size_t len);

/** nw_fd_read_file() by way of the book. */
int nw_memo_read_file(const char *path, size_t limit, char **out_text, size_t *out_len) NW_MUST_CHECK;

#endif
