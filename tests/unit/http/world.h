/**
 * A real nw_http on a loopback socket, clients, and the loop that runs both, all in one thread. What the layer above
 * would do depends on the path: see on_request() in world.c.
 */
#ifndef NW_TESTS_WORLD_H
#define NW_TESTS_WORLD_H

#include <event2/event.h>
#include <stdbool.h>

#include "common/clock.h"
#include "tests/unit/unit.h"
#include "worker/http/http.h"

enum { WORLD_BIG = 20 * 1000 * 1000, WORLD_BODY = 1000 * 1000, WORLD_DEFERRED = 16 };

struct done {
	unsigned status;
	bool is_refused, is_gone, had_head;
	uint64_t bytes_sent;
	int storage_error;
	char target[64];
};

struct world {
	struct event_base *base;
	struct nw_http *http;
	struct nw_http_options options;
	int listener;
	char *big;
	unsigned n_requests, n_done, n_drained;
	uint64_t n_body;  /* bytes of request bodies */
	struct done last; /* of on_done */
	struct nw_exchange *deferred[WORLD_DEFERRED];
	unsigned n_deferred;
	void (*own)(struct nw_exchange *x); /* answers requests for "/own" */
};

struct client {
	int fd;
	char *data; /* what came, NUL-terminated */
	size_t len, cap;
	bool is_ended, is_reset;
	size_t most; /* bytes to take in one go; 0: all */
};

extern struct world world;

/** Change world.options between the two. */
void world_prepare(void);
void world_open(void);
void world_close(void);

/** Let the loop run once, without waiting; true while @until_ms is to come. */
bool world_turn(int64_t until_ms);

/** Run the loop and take what clients get until @cond; the test fails after ten seconds. */
#define WORLD_UNTIL(cond)                                                                                              \
	do {                                                                                                           \
		int64_t until_ = nw_clock_ms() + 10000;                                                                \
		while (!(cond)) {                                                                                      \
			ck_assert_msg(world_turn(until_), "%s", "in vain: " #cond);                                    \
		}                                                                                                      \
	} while (0)

/** Let everything that is ready happen. */
void world_settle(void);

/** As if @ms had passed. */
void world_sweep_after(int64_t ms);

void client_open(struct client *client);
void client_close(struct client *client);
/** The same, so that the other side is told at once that nobody is there. */
void client_reset(struct client *client);

/** The usual world with a client in it, and the end of both. */
void world_begin(struct client *client);
void world_end(struct client *client);

/** Send all of it, the loop running meanwhile. */
void client_send(struct client *client, const char *data, size_t len);
void client_says(struct client *client, const char *text);

/** Take what there is. */
void client_take(struct client *client);

/** How often @text is in what came. */
unsigned client_count(const struct client *client, const char *text);

/** Run until @n answers (status lines) came. */
void client_expect(struct client *client, unsigned n, const char *text);

/** Run until the other side is closed. */
void client_expect_end(struct client *client);

/** Forget what came. */
void client_forget(struct client *client);

#endif
