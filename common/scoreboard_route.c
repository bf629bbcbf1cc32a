#include "common/scoreboard.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* In shared memory; a worker that dies while it holds the lock leaves at most a name that is not counted yet. */
int nw_board_route_init(struct nw_board *board)
{
	pthread_mutexattr_t attr;
	int failed = pthread_mutexattr_init(&attr);

	if (failed != 0) {
		return -failed;
	}
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	failed = pthread_mutex_init(&board->routes_lock, &attr);
	pthread_mutexattr_destroy(&attr);
	return -failed;
}

static bool is_route(const struct nw_board_route *route, const char *methods, const char *path)
{
	return strcmp(route->methods, methods) == 0 && strcmp(route->path, path) == 0;
}

/* With the lock. */
static unsigned number_of(struct nw_board *board, const char *methods, const char *path)
{
	unsigned n = NW_READ(board->n_routes);

	for (unsigned i = 1; i <= n; i++) {
		if (is_route(&board->routes[i], methods, path)) {
			return i;
		}
	}
	if (n + 1 == NW_BOARD_ROUTES) {
		return 0;
	}
	struct nw_board_route *route = &board->routes[n + 1];

	snprintf(route->methods, sizeof(route->methods), "%s", methods);
	snprintf(route->path, sizeof(route->path), "%s", path);
	/* Whoever sees the number sees the name. */
	atomic_store_explicit(&board->n_routes, n + 1, memory_order_release);
	return n + 1;
}

unsigned nw_board_route(struct nw_board *board, const char *methods, const char *path)
{
	if (strlen(methods) >= sizeof(board->routes[0].methods) || strlen(path) >= sizeof(board->routes[0].path)) {
		return 0;
	}
	int failed = pthread_mutex_lock(&board->routes_lock);

	if (failed == EOWNERDEAD) {
		failed = pthread_mutex_consistent(&board->routes_lock);
	}
	if (failed != 0) {
		return 0;
	}
	unsigned number = number_of(board, methods, path);

	pthread_mutex_unlock(&board->routes_lock);
	return number;
}

unsigned nw_board_n_routes(const struct nw_board *board)
{
	return atomic_load_explicit(&board->n_routes, memory_order_acquire) + 1;
}

static void add_times(const struct nw_times times[NW_BOARD_CLASSES], struct nw_board_times out[NW_BOARD_CLASSES])
{
	for (size_t i = 0; i < NW_BOARD_CLASSES; i++) {
		nw_times_add(&times[i], &out[i]);
	}
}

static void read_route(const struct nw_board *board, unsigned number, struct nw_board_times out[NW_BOARD_CLASSES])
{
	uint32_t n_slots = NW_READ(board->n_slots);

	memset(out, 0, NW_BOARD_CLASSES * sizeof(*out));
	add_times(board->dead_routes[number], out);
	for (uint32_t i = 0; i < n_slots && i < NW_BOARD_SLOTS; i++) {
		add_times(board->slots[i].routes[number], out);
	}
}

const struct nw_board_route *nw_board_route_read(const struct nw_board *board, unsigned number,
						 struct nw_board_times out[NW_BOARD_CLASSES])
{
	uint32_t seen;

	if (number >= nw_board_n_routes(board)) {
		return NULL;
	}
	for (int i = 0; i < NW_BOARD_TRIES; i++) {
		seen = nw_board_look(board);
		read_route(board, number, out);
		if (nw_board_is_same(board, seen)) {
			break;
		}
	}
	return &board->routes[number];
}

static void add_codes(const _Atomic uint64_t codes[NW_BOARD_CODES], uint64_t out[NW_BOARD_CODES])
{
	for (size_t i = 0; i < NW_BOARD_CODES; i++) {
		out[i] += atomic_load_explicit(&codes[i], memory_order_acquire);
	}
}

void nw_board_codes(const struct nw_board *board, uint64_t out[NW_BOARD_CODES])
{
	for (int i = 0; i < NW_BOARD_TRIES; i++) {
		uint32_t seen = nw_board_look(board);
		uint32_t n_slots = NW_READ(board->n_slots);

		memset(out, 0, NW_BOARD_CODES * sizeof(*out));
		add_codes(board->dead_codes, out);
		for (uint32_t k = 0; k < n_slots && k < NW_BOARD_SLOTS; k++) {
			add_codes(board->slots[k].codes, out);
		}
		if (nw_board_is_same(board, seen)) {
			break;
		}
	}
}
