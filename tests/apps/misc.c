/* What black-box tests need of an application: echo, hooks, errors, slowness, crashes. */
#include <cjson/cJSON.h>
#include <errno.h>
#include <narwhal/app.h>
#include <narwhal/mongo.h>
#include <narwhal/request.h>
#include <narwhal/response.h>
#include <narwhal/store.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef bool (*pair_at)(struct nw_request *req, size_t index, const char **out_name, const char **out_value);

static cJSON *pairs_json(struct nw_request *req, pair_at at)
{
	cJSON *list = cJSON_CreateArray();
	const char *pair[2];

	for (size_t i = 0; at(req, i, &pair[0], &pair[1]); i++) {
		cJSON_AddItemToArray(list, cJSON_CreateStringArray(pair, 2));
	}
	return list;
}

typedef const char *(*text_get)(struct nw_request *req, const char *name);

/* Values of those that query parameters called @which ask for: ?header=X-A&header=X-B, ?cookie=c */
static cJSON *asked_json(struct nw_request *req, const char *which, text_get get)
{
	cJSON *object = cJSON_CreateObject();
	const char *name, *value;

	for (size_t i = 0; nw_request_query_at(req, i, &name, &value); i++) {
		const char *text = strcmp(name, which) == 0 ? get(req, value) : NULL;

		if (text != NULL) {
			cJSON_AddStringToObject(object, value, text);
		}
	}
	return object;
}

static cJSON *params_json(struct nw_request *req)
{
	static const char *const names[] = {"id", "name", "rest", "x", "uuid", "oid"};
	cJSON *object = cJSON_CreateObject();

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = nw_request_param(req, names[i]);

		if (value != NULL) {
			cJSON_AddStringToObject(object, names[i], value);
		}
	}
	return object;
}

static void body_json(struct nw_request *req, cJSON *out)
{
	size_t len;
	const void *body = nw_request_body(req, &len);
	char *text = nw_request_printf(req, "%.*s", len > 65536 ? 65536 : (int)len, len == 0 ? "" : (const char *)body);

	cJSON_AddNumberToObject(out, "body_len", (double)len);
	cJSON_AddStringToObject(out, "body", text == NULL ? "" : text);
	cJSON_AddItemToObject(out, "json", cJSON_Duplicate(nw_request_json(req), true));
}

static int echo(struct nw_request *req, struct nw_response *res)
{
	cJSON *out = cJSON_CreateObject();

	cJSON_AddStringToObject(out, "method", nw_request_method(req));
	cJSON_AddStringToObject(out, "path", nw_request_path(req));
	cJSON_AddStringToObject(out, "target", nw_request_target(req));
	cJSON_AddStringToObject(out, "query_string", nw_request_query_string(req));
	cJSON_AddStringToObject(out, "host", nw_request_host(req));
	cJSON_AddStringToObject(out, "peer", nw_request_peer(req));
	cJSON_AddStringToObject(out, "content_type", nw_request_content_type(req));
	cJSON_AddItemToObject(out, "params", params_json(req));
	cJSON_AddItemToObject(out, "query", pairs_json(req, nw_request_query_at));
	cJSON_AddItemToObject(out, "form", pairs_json(req, nw_request_form_at));
	cJSON_AddItemToObject(out, "headers", asked_json(req, "header", nw_request_header));
	cJSON_AddItemToObject(out, "cookies", asked_json(req, "cookie", nw_request_cookie));
	body_json(req, out);
	return nw_response_json(res, 200, out);
}

/* What ties this request to others. */
static int trace(struct nw_request *req, struct nw_response *res)
{
	cJSON *out = cJSON_CreateObject();

	cJSON_AddStringToObject(out, "id", nw_request_id(req));
	cJSON_AddStringToObject(out, "client", nw_request_client(req));
	cJSON_AddStringToObject(out, "scheme", nw_request_scheme(req));
	cJSON_AddStringToObject(out, "certificate", nw_request_certificate(req));
	cJSON_AddStringToObject(out, "traceparent", nw_request_traceparent(req));
	cJSON_AddBoolToObject(out, "is_trusted", nw_request_is_trusted(req));
	nw_response_timing(res, "db", 1.5, "two reads");
	return nw_response_json(res, 200, out);
}

static int sleeps(struct nw_request *req, struct nw_response *res)
{
	int64_t ms = nw_request_param_int(req, "ms");
	struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	while (nanosleep(&left, &left) == -1 && errno == EINTR) {
	}
	return nw_response_text(res, 200, "slept %lld ms\n", (long long)ms);
}

static int print(struct nw_request *req, struct nw_response *res)
{
	const char *word = nw_request_param(req, "word");

	printf("out: %s\n", word);
	fprintf(stderr, "err: %s\n", word);
	return nw_response_text(res, 200, "printed\n");
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Holds the loop up, which no handler should. */
static void *held;

/* Memory that the worker has until it ends. */
static int hold(struct nw_request *req, struct nw_response *res)
{
	size_t size = (size_t)strtoull(nw_request_param(req, "mib"), NULL, 10) << 20;

	free(held);
	held = malloc(size);
	if (held == NULL) {
		return -ENOMEM;
	}
	memset(held, 1, size);
	return nw_response_text(res, 200, "%zu bytes\n", size);
}

static int block(struct nw_request *req, struct nw_response *res)
{
	int64_t ms = nw_request_param_int(req, "ms"), end = now_ms() + ms;

	while (now_ms() < end) {
	}
	return nw_response_text(res, 200, "blocked %lld ms\n", (long long)ms);
}

static int crash(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	(void)res;
	abort();
}

static int offload(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	return nw_response_offload(res, sleeps);
}

struct ping {
	struct nw_store_op op;
	struct nw_response *res;
};

static void on_ping_done(struct nw_store_op *op)
{
	struct nw_response *res = ((struct ping *)op->arg)->res;

	nw_response_text(res, op->status == NW_STORE_OK ? 200 : 503, "deferred\n");
	nw_response_send(res);
}

static int defer(struct nw_request *req, struct nw_response *res)
{
	struct ping *ping = nw_request_alloc(req, sizeof(*ping));

	if (ping == NULL) {
		return -ENOMEM;
	}
	ping->res = res;
	ping->op.kind = NW_STORE_PING;
	ping->op.done = on_ping_done;
	ping->op.arg = ping;
	nw_store_submit(nw_request_store(req), &ping->op);
	return nw_response_defer(res);
}

static int big(struct nw_request *req, struct nw_response *res)
{
	size_t len = (size_t)nw_request_param_int(req, "bytes");
	char *body = len > (size_t)1 << 30 ? NULL : malloc(len + 1);

	if (body == NULL || nw_request_defer(req, free, body) < 0) {
		free(body);
		return -ENOMEM;
	}
	memset(body, 'x', len);
	return nw_response_bytes(res, 200, "application/octet-stream", body, len);
}

/* In the request's own memory, which has a limit. */
static int memory(struct nw_request *req, struct nw_response *res)
{
	void *p = nw_request_alloc(req, (size_t)nw_request_param_int(req, "bytes"));

	return p == NULL ? -ENOMEM : nw_response_text(res, 200, "ok\n");
}

static int fail(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	(void)res;
	return -EIO;
}

static int none(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	(void)res;
	return 0;
}

static int error(struct nw_request *req, struct nw_response *res)
{
	unsigned status = (unsigned)nw_request_param_int(req, "status");

	return nw_response_error(res, status, "asked for %u", status);
}

static int status(struct nw_request *req, struct nw_response *res)
{
	return nw_response_text(res, (unsigned)nw_request_param_int(req, "status"), "as asked\n");
}

/* A field whose value is a client's: /inject?value=a%0d%0aSet-Cookie:%20evil=1 */
static int inject(struct nw_request *req, struct nw_response *res)
{
	const char *name = nw_request_query(req, "name");
	const char *value = nw_request_query(req, "value");

	nw_response_header(res, name == NULL ? "X-Value" : name, value == NULL ? "a\r\nSet-Cookie: evil=1" : value);
	return nw_response_text(res, 200, "not refused\n");
}

static int redirect(struct nw_request *req, struct nw_response *res)
{
	const char *to = nw_request_query(req, "to");

	return nw_response_redirect(res, 302, to == NULL ? "/pid" : to);
}

static int cookie(struct nw_request *req, struct nw_response *res)
{
	const char *value = nw_request_query(req, "value");
	struct nw_cookie c = {
		.name = "session", .value = value == NULL ? "" : value, .max_age = value == NULL ? -1 : 60};

	nw_response_cookie(res, &c);
	return nw_response_empty(res, 204);
}

static int closes(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	nw_response_close(res);
	return nw_response_text(res, 200, "bye\n");
}

static int pid(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	return nw_response_text(res, 200, "%d\n", (int)getpid());
}

static int setting(struct nw_request *req, struct nw_response *res)
{
	const char *value = nw_app_setting(nw_request_app(req), nw_request_param(req, "name"));

	return value == NULL ? nw_response_error(res, 404, "not set") : nw_response_text(res, 200, "%s\n", value);
}

static int mongo(struct nw_request *req, struct nw_response *res)
{
	const char *database = nw_request_mongo_database(req);

	return nw_response_text(res, 200, "%s %s\n", database == NULL ? "-" : database,
				nw_request_mongo(req) == NULL ? "none" : "client");
}

static int before_deny(struct nw_request *req, struct nw_response *res)
{
	if (nw_request_header(req, "X-Fail-Before") != NULL) {
		return -EPERM;
	}
	if (nw_request_header(req, "X-Deny") == NULL) {
		return 0;
	}
	int rc = nw_response_text(res, 403, "denied\n");

	return rc < 0 ? rc : 1;
}

static int before_mark(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	return nw_response_header(res, "X-Before", "ran");
}

static int after_first(struct nw_request *req, struct nw_response *res)
{
	return nw_request_header(req, "X-Fail-After") != NULL ? -EPERM : nw_response_header(res, "X-After", "first");
}

static int after_second(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	return nw_response_header(res, "X-After", "second");
}

static int on_teapot(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	return nw_response_text(res, 418, "I am a teapot: %s\n", nw_response_error_detail(res));
}

static int on_missing(struct nw_request *req, struct nw_response *res)
{
	return nw_response_text(res, 404, "nothing at %s\n", nw_request_path(req));
}

static int load(struct nw_app *app)
{
	nw_app_before(app, before_deny);
	nw_app_before(app, before_mark);
	nw_app_after(app, after_first);
	nw_app_after(app, after_second);
	nw_app_on_error(app, 418, on_teapot);
	nw_app_on_error(app, 404, on_missing);
	return 0;
}

static int init(struct nw_app *app)
{
	nw_app_log('i', "misc: worker %d is ready", (int)getpid());
	nw_app_set_state(app, app);
	return 0;
}

static void fini(struct nw_app *app)
{
	free(held);
	held = NULL;
	if (nw_app_state(app) != NULL) {
		nw_app_log('i', "misc: worker %d is done", (int)getpid());
	}
}

static const struct nw_route routes[] = {
	{"GET, POST, PUT, PATCH, DELETE", "/echo", echo, NW_THREAD},
	{"GET, POST", "/inline/echo", echo, NW_INLINE},
	{"GET", "/echo/<int:id>/<name>", echo, NW_INLINE},
	{"GET", "/echo/float/<float:x>", echo, NW_INLINE},
	{"GET", "/echo/uuid/<uuid:uuid>", echo, NW_INLINE},
	{"GET", "/echo/oid/<objectid:oid>", echo, NW_INLINE},
	{"GET", "/echo/path/<path:rest>", echo, NW_INLINE},
	{"GET", "/folder/", pid, NW_INLINE},
	{"GET", "/trace", trace, NW_THREAD},
	{"GET", "/inline/trace", trace, NW_INLINE},
	{"GET", "/sleep/<int:ms>", sleeps, NW_THREAD},
	{"GET", "/print/<word>", print, NW_THREAD},
	{"GET", "/block/<int:ms>", block, NW_INLINE},
	{"GET", "/hold/<int:mib>", hold, NW_INLINE},
	{"GET", "/crash", crash, NW_THREAD},
	{"GET", "/offload/<int:ms>", offload, NW_INLINE},
	{"GET", "/defer", defer, NW_INLINE},
	{"GET", "/big/<int:bytes>", big, NW_THREAD},
	{"GET", "/memory/<int:bytes>", memory, NW_THREAD},
	{"GET", "/fail", fail, NW_THREAD},
	{"GET", "/inline/fail", fail, NW_INLINE},
	{"GET", "/none", none, NW_THREAD},
	{"GET", "/error/<int:status>", error, NW_INLINE},
	{"GET", "/status/<int:status>", status, NW_INLINE},
	{"GET", "/inject", inject, NW_INLINE},
	{"GET", "/redirect", redirect, NW_INLINE},
	{"GET", "/cookie", cookie, NW_INLINE},
	{"GET", "/close", closes, NW_INLINE},
	{"GET", "/pid", pid, NW_INLINE},
	{"GET", "/setting/<name>", setting, NW_THREAD},
	{"GET", "/mongo", mongo, NW_THREAD},
	{NULL, NULL, NULL, 0},
};

NW_APP("misc", .routes = routes, .load = load, .init = init, .fini = fini)
