/** An HTTP layer, a store and places to run for the app layer's tests: what they saw is in plain variables. */
#ifndef NW_TESTS_FAKE_H
#define NW_TESTS_FAKE_H

#include <pthread.h>
#include <stdbool.h>

#include "common/task.h"
#include "worker/app/app.h"

/** Takes tasks, runs them when told to; refuses above @limit. */
struct fake_queue {
	struct nw_executor executor;
	struct nw_task_list list;
	size_t n, limit;
};

/** What the process saw; the tests run one request after another. */
struct fake_seen {
	unsigned n_sent;
	unsigned status;   /* of the last answer */
	char fields[4096]; /* its header fields */
	char body[65536];  /* its body */
	size_t body_len;
	size_t pieces_len; /* bytes of its pieces */
	bool close;
	bool has_length; /* content_length of the answer */
	uint64_t content_length;
	unsigned n_kept;
	unsigned n_begun;            /* streams; their bytes are in body */
	bool is_whole;               /* the last stream was ended so */
	char hints[1024];            /* fields of early hints */
	unsigned n_popped, n_pushed; /* clients of MongoDB */
	char log[4096];              /* lines "e text\n" */
};

extern struct fake_seen fake_seen;
extern struct nw_store *const fake_store; /* never looked into */
extern bool fake_keep_fails;
/** The setting compress of fake_apps(); NULL: off. Stays through fake_reset(). */
extern char *fake_compress;
/** Bytes that streams take until they are full; and make room as a client does, then tell the writer. */
extern size_t fake_stream_room;
void fake_stream_drain(struct nw_exchange *x, size_t room);
/** Bytes that were written to the stream of @x. */
size_t fake_streamed(const struct nw_exchange *x);
/** The path that nw_static_answer() has a file for, and its page: "file" and "page"; NULL: it has none. */
extern const char *fake_file;
/** What nw_exchange_pull() gives; NULL: the body has ended. */
extern ptrdiff_t (*fake_pull)(struct nw_exchange *x, void *to, size_t size);
/** What nw_store_submit() was given and has not completed; fake_store_is_quick: it completes at once. */
extern struct nw_store_op *fake_submitted;
extern bool fake_store_is_quick;

extern struct fake_queue fake_loop, fake_threads;
extern struct nw_counters fake_counters;

/** Forget what was seen; fresh queues; the log goes to fake_seen.log. */
void fake_reset(void);

/** An app of @routes (may be NULL) and @load, mounted and initialised on the fake places. */
struct nw_apps *fake_apps(const struct nw_route *routes, int (*load)(struct nw_app *app));

/**
 * Read @raw ("GET /x?y HTTP/1.1\r\nA: b\r\n\r\nbody") into an exchange of its own and dispatch it. What the loop would
 * do after on_request happens too: an exchange that was not sent is kept, and the bytes it was read from are
 * overwritten. End with fake_done().
 */
struct nw_exchange *fake_request(struct nw_apps *apps, const char *raw);
struct nw_exchange *fake_request_len(struct nw_apps *apps, const char *raw, size_t len);
/** The same without dispatch, for a test that has its own threads. */
struct nw_exchange *fake_exchange(const char *raw, size_t len, size_t arena_limit);
void fake_done(struct nw_exchange *x);

/** Run what is queued on the handler threads, then on the loop, until both are empty. */
void fake_run(void);

/** Request, run, done: the status. */
unsigned fake_get(struct nw_apps *apps, const char *raw);

/** "Name: value" is a line of the last answer. */
bool fake_has_field(const char *line);

#endif
