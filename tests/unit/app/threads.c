/* Requests on real handler threads: that nothing races is for ThreadSanitizer to say. */
#include <errno.h>
#include <narwhal/mongo.h>
#include <narwhal/request.h>
#include <narwhal/response.h>
#include <narwhal/stream.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/app/fake.h"
#include "tests/unit/unit.h"

enum { THREADS = 4, REQUESTS = 2000, IN_FLIGHT = 32, QUEUE = 24 };

/* A queue that any thread may put into. */
struct queue {
	struct nw_executor executor;
	struct nw_task_list list;
	size_t n, limit;
	bool is_closed;
	pthread_mutex_t lock;
	pthread_cond_t filled;
};

static int queue_submit(struct nw_executor *executor, struct nw_task *task)
{
	struct queue *queue = (struct queue *)executor;
	int rc = 0;

	pthread_mutex_lock(&queue->lock);
	if (queue->n == queue->limit) {
		rc = -EAGAIN;
	} else {
		TAILQ_INSERT_TAIL(&queue->list, task, link);
		queue->n++;
		pthread_cond_signal(&queue->filled);
	}
	pthread_mutex_unlock(&queue->lock);
	return rc;
}

/* Waits; NULL: closed and empty. */
static struct nw_task *queue_take(struct queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	while (queue->n == 0 && !queue->is_closed) {
		pthread_cond_wait(&queue->filled, &queue->lock);
	}
	struct nw_task *task = TAILQ_FIRST(&queue->list);

	if (task != NULL) {
		TAILQ_REMOVE(&queue->list, task, link);
		queue->n--;
	}
	pthread_mutex_unlock(&queue->lock);
	return task;
}

static void queue_init(struct queue *queue, size_t limit)
{
	*queue = (struct queue){.executor = {.submit = queue_submit}, .limit = limit};
	TAILQ_INIT(&queue->list);
	pthread_mutex_init(&queue->lock, NULL);
	pthread_cond_init(&queue->filled, NULL);
}

static void queue_close(struct queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	queue->is_closed = true;
	pthread_cond_broadcast(&queue->filled);
	pthread_mutex_unlock(&queue->lock);
}

static void *thread_main(void *arg)
{
	struct nw_task *task;

	while ((task = queue_take(arg)) != NULL) {
		task->run(task);
	}
	return NULL;
}

static int work(struct nw_request *req, struct nw_response *res)
{
	const char *domain = nw_app_setting(nw_request_app(req), "domain");
	char *text = nw_request_printf(req, "%s %s", nw_request_param(req, "name"), nw_request_query(req, "q"));

	nw_response_header(res, "X-Header", nw_request_header(req, "X-Header"));
	return nw_response_text(res, 200, "%s %s", text, domain);
}

static int hands_on(struct nw_request *req, struct nw_response *res)
{
	(void)nw_request_param(req, "name");
	return nw_response_offload(res, work);
}

static int fails(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	(void)res;
	return -EIO;
}

static int hook(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	return nw_response_header(res, "X-Hook", "ran") < 0 ? -ENOMEM : 0;
}

static int on_error(struct nw_request *req, struct nw_response *res)
{
	return nw_response_text(res, nw_response_status(res), "error at %s", nw_request_path(req));
}

static int load(struct nw_app *app)
{
	nw_app_before(app, hook);
	nw_app_after(app, hook);
	return nw_app_on_error(app, 0, on_error);
}

static void no_log(char level, const char *text)
{
	(void)level;
	(void)text;
}

static const struct nw_route routes[] = {
	{"POST", "/work/<name>", work, NW_THREAD},
	{"POST", "/hands-on/<name>", hands_on, NW_INLINE},
	{"POST", "/fails/<name>", fails, NW_THREAD},
	{NULL, NULL, NULL, 0},
};

static struct nw_exchange *request(struct nw_apps *apps, unsigned i)
{
	static const char *const paths[] = {"work", "hands-on", "fails", "nowhere"};
	char raw[256];
	int len = snprintf(raw, sizeof(raw), "POST /%s/n%%2D%u?q=%u HTTP/1.1\r\nX-Header: %u\r\n\r\nbody", paths[i % 4],
			   i, i, i);
	struct nw_exchange *x = fake_exchange(raw, (size_t)len, 65536);

	nw_apps_dispatch(apps, x);
	return x;
}

START_TEST(handler_threads_and_the_loop_share_requests_without_a_race)
{
	static const struct nw_settings settings;
	const struct nw_module module = {.abi = NW_ABI, .name = "m", .routes = routes, .load = load};
	struct nw_apps *apps = nw_apps_new(&settings);
	struct queue loop, threads;
	pthread_t ids[THREADS];
	struct nw_exchange *flying[IN_FLIGHT];
	struct nw_err err = {0};
	unsigned n_sent = 0, n_503 = 0;

	fake_reset();
	nw_apps_set_log(no_log);
	queue_init(&loop, SIZE_MAX);
	queue_init(&threads, QUEUE);
	ck_assert_int_eq(nw_apps_mount(apps, &module, NULL, &err), 0);
	ck_assert_int_eq(nw_apps_init(apps, fake_store, &loop.executor, &threads.executor, &fake_counters, &err), 0);
	for (int i = 0; i < THREADS; i++) {
		pthread_create(&ids[i], NULL, thread_main, &threads);
	}
	for (unsigned i = 0; i < REQUESTS; i += IN_FLIGHT) {
		for (unsigned k = 0; k < IN_FLIGHT; k++) {
			flying[k] = request(apps, i + k);
		}
		n_sent += IN_FLIGHT;
		while (fake_seen.n_sent < n_sent) {
			struct nw_task *task = queue_take(&loop);

			task->run(task);
		}
		for (unsigned k = 0; k < IN_FLIGHT; k++) {
			unsigned status = flying[k]->answer.status;
			unsigned want = (i + k) % 4 < 2 ? 200 : (i + k) % 4 == 2 ? 500 : 404;

			n_503 += status == 503;
			ck_assert_msg(status == want || status == 503, "request %u: %u", i + k, status);
			fake_done(flying[k]);
		}
	}
	queue_close(&threads);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(ids[i], NULL);
	}
	ck_assert_uint_eq(NW_READ(fake_counters.queue_full), n_503);
	nw_apps_free(apps);
}
END_TEST

enum { STREAM = 3 * 1000 * 1000, ROOM = 150000, STREAMS = THREADS };

/* Pieces of all sizes. */
static int streams(struct nw_request *req, struct nw_response *res)
{
	size_t at = 0, piece = 1;
	char *data = nw_request_alloc(req, 200000);
	int rc = nw_response_begin(res, 200, "text/plain");

	while (rc == 0 && at < STREAM) {
		size_t len = piece < STREAM - at ? piece : STREAM - at;

		rc = nw_response_write(res, data, len);
		at += len;
		piece = piece * 3 % 200000;
		if (piece % 2 == 0 && rc == 0) {
			rc = nw_response_flush(res);
		}
	}
	return rc;
}

static _Atomic int wait_rc;

static int waits(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	nw_response_begin_events(res);
	wait_rc = nw_response_wait(res, 1000000);
	return wait_rc;
}

static const struct nw_route stream_routes[] = {
	{"GET", "/stream", streams, NW_THREAD},
	{"GET", "/wait", waits, NW_THREAD},
	{NULL, NULL, NULL, 0},
};

/* Apps of @stream_routes, with threads that run. */
struct place {
	struct nw_apps *apps;
	struct queue loop, threads;
	pthread_t ids[THREADS];
};

static void place_open(struct place *place)
{
	static const struct nw_settings settings;
	static const struct nw_module module = {.abi = NW_ABI, .name = "m", .routes = stream_routes};
	struct nw_err err = {0};

	fake_reset();
	nw_apps_set_log(no_log);
	place->apps = nw_apps_new(&settings);
	queue_init(&place->loop, SIZE_MAX);
	queue_init(&place->threads, QUEUE);
	ck_assert_int_eq(nw_apps_mount(place->apps, &module, NULL, &err), 0);
	ck_assert_int_eq(nw_apps_init(place->apps, fake_store, &place->loop.executor, &place->threads.executor,
				      &fake_counters, &err),
			 0);
	for (int i = 0; i < THREADS; i++) {
		pthread_create(&place->ids[i], NULL, thread_main, &place->threads);
	}
}

static void place_close(struct place *place)
{
	queue_close(&place->threads);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(place->ids[i], NULL);
	}
	nw_apps_free(place->apps);
}

static struct nw_exchange *place_ask(struct place *place, const char *raw)
{
	struct nw_exchange *x = fake_exchange(raw, strlen(raw), 0);

	nw_apps_dispatch(place->apps, x);
	return x;
}

static void place_turn(struct place *place)
{
	struct nw_task *task = queue_take(&place->loop);

	task->run(task);
}

START_TEST(handler_threads_write_streams_as_fast_as_they_are_taken)
{
	struct place place;
	struct nw_exchange *flying[STREAMS];
	unsigned n_full = 0;

	place_open(&place);
	fake_stream_room = ROOM;
	for (unsigned i = 0; i < STREAMS; i++) {
		flying[i] = place_ask(&place, "GET /stream HTTP/1.1\r\n\r\n");
	}
	while (fake_seen.n_sent < STREAMS) {
		place_turn(&place);
		if (fake_stream_room > 0) {
			continue;
		}
		n_full++;
		for (unsigned i = 0; i < STREAMS; i++) {
			if (flying[i]->on_drain != NULL) { /* it has begun, and not ended */
				fake_stream_drain(flying[i], ROOM);
			}
		}
	}
	for (unsigned i = 0; i < STREAMS; i++) {
		ck_assert_uint_eq(fake_streamed(flying[i]), STREAM);
		fake_done(flying[i]);
	}
	ck_assert(fake_seen.is_whole && fake_seen.n_begun == STREAMS);
	ck_assert_uint_gt(n_full, STREAM / ROOM);
	place_close(&place);
}
END_TEST

START_TEST(a_thread_that_waits_is_woken_when_its_client_leaves_or_the_worker)
{
	for (int is_gone = 0; is_gone < 2; is_gone++) {
		struct place place;

		place_open(&place);
		struct nw_exchange *x = place_ask(&place, "GET /wait HTTP/1.1\r\n\r\n");

		place_turn(&place);
		if (is_gone) {
			x->is_gone = true;
		} else {
			nw_apps_leave(place.apps);
		}
		x->on_drain(x);
		while (fake_seen.n_sent == 0) {
			place_turn(&place);
		}
		ck_assert_int_eq(wait_rc, is_gone ? -EPIPE : -ESHUTDOWN);
		fake_done(x);
		place_close(&place);
	}
}
END_TEST

START_TEST(a_thread_that_writes_is_woken_when_its_client_leaves)
{
	struct place place;

	place_open(&place);
	fake_stream_room = 1;
	struct nw_exchange *x = place_ask(&place, "GET /stream HTTP/1.1\r\n\r\n");

	while (fake_streamed(x) < 1000) {
		place_turn(&place);
	}
	x->is_gone = true;
	x->on_drain(x);
	while (fake_seen.n_sent == 0) {
		place_turn(&place);
	}
	ck_assert_uint_lt(fake_streamed(x), STREAM);
	fake_done(x);
	place_close(&place);
}
END_TEST

NW_TEST_MAIN("app/threads", handler_threads_and_the_loop_share_requests_without_a_race,
	     handler_threads_write_streams_as_fast_as_they_are_taken,
	     a_thread_that_waits_is_woken_when_its_client_leaves_or_the_worker,
	     a_thread_that_writes_is_woken_when_its_client_leaves)
