#include "tests/unit/app/fake.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "common/listener.h"
#include "common/settings.h"
#include "worker/http/answer.h"
#include "worker/http/stream.h"
#include "worker/store/store.h"

struct fake_seen fake_seen;
bool fake_keep_fails;
char *fake_compress;
size_t fake_stream_room;
const char *fake_file;
ptrdiff_t (*fake_pull)(struct nw_exchange *x, void *to, size_t size);
struct nw_store_op *fake_submitted;
bool fake_store_is_quick;
struct fake_queue fake_loop, fake_threads;
struct nw_counters fake_counters;

static char store_place;
struct nw_store *const fake_store = (struct nw_store *)&store_place;

/* An exchange and the bytes it was read from. */
struct fake_exchange {
	struct nw_exchange x;
	char *wire;
	size_t wire_len;
	struct nw_field fields[64];
	size_t n_streamed;
	bool is_kept, is_begun, is_sent;
};

static struct fake_exchange *fake_of(struct nw_exchange *x)
{
	return (struct fake_exchange *)x;
}

/* worker/http */

void nw_exchange_error(struct nw_exchange *x, unsigned status, const char *detail)
{
	char text[256];

	snprintf(text, sizeof(text), "built-in %u: %s", status, detail == NULL ? "" : detail);
	const char *body = nw_arena_strdup(x->arena, text);

	x->answer = (struct nw_answer){.status = status};
	x->answer.fields.grow = nw_arena_grow_any;
	x->answer.fields.grow_arg = x->arena;
	nw_buf_adds(&x->answer.fields, "Content-Type: application/json\r\n");
	x->answer.body = body == NULL ? (struct nw_span){NULL, 0} : nw_span_of(body);
}

static void see_head(const struct nw_answer *answer)
{
	fake_seen.status = answer->status;
	fake_seen.close = answer->close;
	fake_seen.has_length = answer->has_length;
	fake_seen.content_length = answer->content_length;
	memset(fake_seen.fields, 0, sizeof(fake_seen.fields));
	size_t at = 0;

	if (answer->type.p != NULL) {
		at = (size_t)snprintf(fake_seen.fields, sizeof(fake_seen.fields), "Content-Type: %.*s\r\n",
				      (int)answer->type.len, answer->type.p);
	}
	assert(at + answer->fields.len < sizeof(fake_seen.fields));
	if (answer->fields.len > 0) {
		memcpy(fake_seen.fields + at, answer->fields.data, answer->fields.len);
	}
	memset(fake_seen.body, 0, sizeof(fake_seen.body));
}

void nw_exchange_send(struct nw_exchange *x)
{
	const struct nw_answer *answer = &x->answer;

	assert(!fake_of(x)->is_sent && !fake_of(x)->is_begun);
	fake_of(x)->is_sent = true;
	fake_seen.n_sent++;
	see_head(answer);
	fake_seen.body_len = answer->body.len;
	assert(answer->body.len < sizeof(fake_seen.body));
	fake_seen.pieces_len = nw_answer_pieces_length(answer->pieces);
	if (answer->body.len > 0) {
		memcpy(fake_seen.body, answer->body.p, answer->body.len);
	}
	nw_arena_reset(x->arena);
}

void nw_exchange_pull(struct nw_exchange *x, void *to, size_t size)
{
	ptrdiff_t n = fake_pull == NULL ? 0 : fake_pull(x, to, size);

	x->on_pulled(x, n);
}

static bool is_method(const struct nw_exchange *x, const char *name)
{
	return nw_span_eq(nw_head_span(&x->head, x->head.method), name);
}

int nw_stream_begin(struct nw_exchange *x)
{
	assert(!fake_of(x)->is_begun && !fake_of(x)->is_sent);
	fake_of(x)->is_begun = true;
	fake_seen.n_begun++;
	see_head(&x->answer);
	return 0;
}

int nw_stream_write(struct nw_exchange *x, const void *data, size_t len)
{
	struct fake_exchange *fake = fake_of(x);
	size_t at = fake->n_streamed, fits = at < sizeof(fake_seen.body) - 1 ? sizeof(fake_seen.body) - 1 - at : 0;

	assert(fake->is_begun && !fake->is_sent);
	if (x->is_gone || is_method(x, "HEAD") || x->answer.status == 204) {
		return -EPIPE;
	}
	if (len > 0) {
		memcpy(fake_seen.body + at, data, len < fits ? len : fits);
	}
	fake->n_streamed += len;
	fake_stream_room -= len < fake_stream_room ? len : fake_stream_room;
	return 0;
}

bool nw_stream_is_full(const struct nw_exchange *x)
{
	(void)x;
	return fake_stream_room == 0;
}

void fake_stream_drain(struct nw_exchange *x, size_t room)
{
	fake_stream_room = room;
	x->on_drain(x);
}

size_t fake_streamed(const struct nw_exchange *x)
{
	return ((const struct fake_exchange *)x)->n_streamed;
}

void nw_stream_end(struct nw_exchange *x, bool is_whole)
{
	assert(fake_of(x)->is_begun && !fake_of(x)->is_sent);
	fake_of(x)->is_sent = true;
	fake_seen.n_sent++;
	fake_seen.is_whole = is_whole;
	x->on_drain = NULL;
	nw_arena_reset(x->arena);
}

void nw_stream_hint(struct nw_exchange *x, struct nw_span fields)
{
	(void)x;
	strncat(fake_seen.hints, fields.p, fields.len);
}

/* Moves the bytes and spoils where they were, as a connection's buffer does. */
bool nw_exchange_is_https(const struct nw_exchange *x)
{
	return x->scheme == NW_SCHEME_HTTPS;
}

const char *nw_exchange_certificate(const struct nw_exchange *x)
{
	(void)x;
	return NULL;
}

int nw_exchange_keep(struct nw_exchange *x)
{
	struct fake_exchange *fake = fake_of(x);
	size_t len = fake->wire_len;

	if (fake_keep_fails) {
		return -ENOMEM;
	}
	if (fake->is_kept) {
		return 0;
	}
	char *copy = nw_arena_alloc(x->arena, len + 1);

	if (copy == NULL) {
		return -ENOMEM;
	}
	memcpy(copy, fake->wire, len);
	x->head.base = copy;
	x->body.p = copy + x->head.len;
	memset(fake->wire, '!', len);
	fake->is_kept = true;
	fake_seen.n_kept++;
	return 0;
}

size_t nw_trace_id_into(const struct nw_exchange *x, char to[NW_TRACE_ID_MAX])
{
	(void)x;
	memcpy(to, "id-1", 4);
	return 4;
}

void nw_trace_parent_into(const struct nw_exchange *x, char to[NW_TRACE_PARENT_LEN + 1])
{
	(void)x;
	strcpy(to, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
}

bool nw_static_answer(const struct nw_static *files, struct nw_exchange *x, struct nw_span path, bool has_pages)
{
	bool is_file = fake_file != NULL && nw_span_eq(path, fake_file);

	assert(files != NULL);
	if (!is_file && !has_pages) {
		return false;
	}
	x->answer.status = 200;
	x->answer.body = nw_span_of(is_file ? "file" : "page");
	nw_exchange_send(x);
	return true;
}

/* common */

const char *nw_settings_get(const struct nw_settings *settings, const char *name, struct nw_arena *arena)
{
	(void)settings;
	return strcmp(name, "domain") == 0 ? nw_arena_strdup(arena, "./domain.json") : NULL;
}

/* worker/store */

void nw_store_submit(struct nw_store *store, struct nw_store_op *op)
{
	assert(store == fake_store);
	op->status = NW_STORE_OK;
	if (fake_store_is_quick) {
		op->done(op);
	} else {
		fake_submitted = op;
	}
}

struct _mongoc_client_t *nw_store_mongo_pop(struct nw_store *store)
{
	assert(store == fake_store);
	fake_seen.n_popped++;
	return (struct _mongoc_client_t *)&store_place;
}

void nw_store_mongo_push(struct nw_store *store, struct _mongoc_client_t *client)
{
	assert(store == fake_store && (void *)client == &store_place);
	fake_seen.n_pushed++;
}

const char *nw_store_mongo_database(const struct nw_store *store)
{
	assert(store == fake_store);
	return "narwhal";
}

/* Places to run */

static int queue_submit(struct nw_executor *executor, struct nw_task *task)
{
	struct fake_queue *queue = (struct fake_queue *)executor;

	if (queue->n >= queue->limit) {
		return -EAGAIN;
	}
	TAILQ_INSERT_TAIL(&queue->list, task, link);
	queue->n++;
	return 0;
}

static bool queue_is_full(struct nw_executor *executor)
{
	struct fake_queue *queue = (struct fake_queue *)executor;

	return queue->n >= queue->limit;
}

static void queue_init(struct fake_queue *queue)
{
	*queue = (struct fake_queue){.executor = {queue_submit, queue_is_full}, .limit = 100};
	TAILQ_INIT(&queue->list);
}

static bool queue_run(struct fake_queue *queue)
{
	struct nw_task *task = TAILQ_FIRST(&queue->list);

	if (task == NULL) {
		return false;
	}
	TAILQ_REMOVE(&queue->list, task, link);
	queue->n--;
	task->run(task);
	return true;
}

void fake_run(void)
{
	while (queue_run(&fake_threads) || queue_run(&fake_loop)) {
	}
}

/* Requests */

static void on_log(char level, const char *text)
{
	size_t len = strlen(fake_seen.log);

	snprintf(fake_seen.log + len, sizeof(fake_seen.log) - len, "%c %s\n", level, text);
}

void fake_reset(void)
{
	memset(&fake_seen, 0, sizeof(fake_seen));
	memset(&fake_counters, 0, sizeof(fake_counters));
	fake_keep_fails = false;
	fake_pull = NULL;
	fake_stream_room = SIZE_MAX;
	fake_submitted = NULL;
	fake_store_is_quick = false;
	queue_init(&fake_loop);
	queue_init(&fake_threads);
	nw_apps_set_log(on_log);
}

struct nw_apps *fake_apps(const struct nw_route *routes, int (*load)(struct nw_app *app))
{
	static struct nw_module module;
	static struct nw_settings settings;
	settings.compress = fake_compress;
	struct nw_apps *apps = nw_apps_new(fake_compress == NULL ? NULL : &settings);
	struct nw_err err = {0};

	fake_reset();
	module = (struct nw_module){.abi = NW_ABI, .name = "test", .routes = routes, .load = load};
	int rc = nw_apps_mount(apps, &module, NULL, &err);

	if (rc == 0) {
		rc = nw_apps_init(apps, fake_store, &fake_loop.executor, &fake_threads.executor, &fake_counters, &err);
	}
	if (rc < 0) {
		fprintf(stderr, "%s\n", err.msg);
		abort();
	}
	return apps;
}

static struct nw_slice slice(const struct fake_exchange *fake, const char *begin, const char *end)
{
	return (struct nw_slice){(uint32_t)(begin - fake->wire), (uint32_t)(end - begin)};
}

static const char *find(const char *from, const char *end, char c)
{
	const char *at = memchr(from, c, (size_t)(end - from));

	return at == NULL ? end : at;
}

static void target_read(struct fake_exchange *fake, const char *begin, const char *end)
{
	struct nw_head *head = &fake->x.head;
	const char *question = find(begin, end, '?');

	head->target = slice(fake, begin, end);
	head->path = slice(fake, begin, question);
	if (question < end) {
		head->query = slice(fake, question + 1, end);
	}
}

static void head_read(struct fake_exchange *fake)
{
	struct nw_head *head = &fake->x.head;
	const char *end = fake->wire + fake->wire_len, *line = find(fake->wire, end, '\r');
	const char *space = find(fake->wire, line, ' ');

	head->base = fake->wire;
	head->fields = fake->fields;
	head->cap = NW_ARRAY_LEN(fake->fields);
	head->method = slice(fake, fake->wire, space);
	target_read(fake, space + 1, find(space + 1, line, ' '));
	for (const char *at = line + 2; at < end; at = line + 2) {
		line = find(at, end, '\r');
		if (line == at) {
			head->len = (uint32_t)(at + 2 - fake->wire);
			break;
		}
		const char *colon = find(at, line, ':');
		struct nw_field *field = &head->fields[head->n_fields++];

		*field = (struct nw_field){slice(fake, at, colon), slice(fake, colon + 2, line)};
		if (nw_span_eq_nocase(nw_head_span(head, field->name), "Host")) {
			head->host = field->value;
		}
	}
	fake->x.body = (struct nw_span){fake->wire + head->len, fake->wire_len - head->len};
}

struct nw_exchange *fake_exchange(const char *raw, size_t len, size_t arena_limit)
{
	static struct sockaddr_in peer = {.sin_family = AF_INET};
	struct fake_exchange *fake = calloc(1, sizeof(*fake));

	peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

	fake->x.arena = nw_arena_new(arena_limit);
	fake->x.peer = (struct sockaddr *)&peer;
	fake->x.body_fd = -1;
	fake->wire = malloc(len);
	fake->wire_len = len;
	memcpy(fake->wire, raw, len);
	head_read(fake);
	return &fake->x;
}

struct nw_exchange *fake_request_len(struct nw_apps *apps, const char *raw, size_t len)
{
	struct nw_exchange *x = fake_exchange(raw, len, 0);

	nw_apps_dispatch(apps, x);
	if (!fake_of(x)->is_sent) {
		int rc = nw_exchange_keep(x);

		assert(rc == 0);
	}
	return x;
}

struct nw_exchange *fake_request(struct nw_apps *apps, const char *raw)
{
	return fake_request_len(apps, raw, strlen(raw));
}

void fake_done(struct nw_exchange *x)
{
	struct fake_exchange *fake = fake_of(x);

	assert(fake->is_sent);
	nw_arena_free(x->arena);
	free(fake->wire);
	free(fake);
}

unsigned fake_get(struct nw_apps *apps, const char *raw)
{
	struct nw_exchange *x = fake_request(apps, raw);

	fake_run();
	fake_done(x);
	return fake_seen.status;
}

bool fake_has_field(const char *line)
{
	size_t len = strlen(line);

	for (const char *at = fake_seen.fields; *at != '\0'; at = strchr(at, '\n') + 1) {
		if (strncmp(at, line, len) == 0 && at[len] == '\r') {
			return true;
		}
	}
	return false;
}
