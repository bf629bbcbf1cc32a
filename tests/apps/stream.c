/* Answers that are made bit by bit: from handler threads and from the loop, and what goes wrong with them. */
#include <errno.h>
#include <narwhal/app.h>
#include <narwhal/request.h>
#include <narwhal/response.h>
#include <narwhal/stream.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- from a handler thread --- */

/* Byte @at of any download. */
static char byte_at(int64_t at)
{
	return (char)('a' + at % 26);
}

/* /count/<bytes>?length=<bytes>&piece=<bytes>&fail=<bytes>: so many bytes, a Content-Length, a failure on the way */
static int64_t number(struct nw_request *req, const char *name, int64_t otherwise)
{
	const char *text = nw_request_query(req, name);

	return text == NULL ? otherwise : strtoll(text, NULL, 10);
}

static int count(struct nw_request *req, struct nw_response *res)
{
	enum { MOST = 100000 };
	static const int64_t never = INT64_MAX;
	int64_t end = nw_request_param_int(req, "bytes"), length = number(req, "length", -1);
	int64_t piece = number(req, "piece", 1000), fail = number(req, "fail", never);
	char *data = nw_request_alloc(req, MOST);
	int rc = data == NULL || piece > MOST ? -ENOMEM : nw_response_begin(res, 200, "text/plain");

	if (rc == 0 && length >= 0) {
		rc = nw_response_length(res, (uint64_t)length);
	}
	for (int64_t at = 0; rc == 0 && at < end; at += piece) {
		size_t len = (size_t)(end - at < piece ? end - at : piece);

		for (size_t i = 0; i < len; i++) {
			data[i] = byte_at(at + (int64_t)i);
		}
		rc = at >= fail ? -EIO : nw_response_write(res, data, len);
	}
	return rc;
}

static int error_late(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	nw_response_begin(res, 200, "text/plain");
	nw_response_write(res, "so far\n", 7);
	if (nw_request_query(req, "flush") != NULL) {
		nw_response_flush(res);
	}
	return nw_response_error(res, 500, "the source ran dry");
}

static int header_late(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	nw_response_begin(res, 200, "text/plain");
	nw_response_flush(res);
	nw_response_header(res, "X-Late", "yes");
	return nw_response_write(res, "text\n", 5);
}

static int of_status(struct nw_request *req, struct nw_response *res)
{
	nw_response_begin(res, (unsigned)nw_request_param_int(req, "status"), "text/plain");
	return nw_response_write(res, "text\n", 5);
}

static int hints(struct nw_request *req, struct nw_response *res)
{
	const char *value = nw_request_query(req, "value");

	nw_response_early_hint(res, "Link", "</style.css>; rel=preload; as=style");
	nw_response_early_hint(res, "Link", value == NULL ? "</script.js>; rel=preload; as=script" : value);
	return nw_response_text(res, 200, "page\n");
}

/* --- server-sent events: those that listen on handler threads are woken by whoever publishes --- */

struct listener {
	struct listener *next;
	struct nw_response *res;
	unsigned n_seen; /* of n_published */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of all below */
static struct listener *listeners;
static unsigned n_published;
static char published[256]; /* the last one */

static void listen_on(struct listener *me)
{
	pthread_mutex_lock(&lock);
	me->n_seen = n_published;
	me->next = listeners;
	listeners = me;
	pthread_mutex_unlock(&lock);
}

static void listen_no_more(struct listener *me)
{
	pthread_mutex_lock(&lock);
	struct listener **at = &listeners;

	while (*at != me) {
		at = &(*at)->next;
	}
	*at = me->next;
	pthread_mutex_unlock(&lock);
}

static bool take_news(struct listener *me, char *text, size_t size)
{
	pthread_mutex_lock(&lock);
	bool is_new = me->n_seen != n_published;

	me->n_seen = n_published;
	snprintf(text, size, "%s", published);
	pthread_mutex_unlock(&lock);
	return is_new;
}

static int events(struct nw_request *req, struct nw_response *res)
{
	struct listener me = {.res = res};
	char text[sizeof(published)], id[16];
	int rc = nw_response_begin_events(res);

	listen_on(&me);
	if (rc == 0) {
		rc = nw_response_comment(res, "hello");
	}
	while (rc == 0) {
		rc = nw_response_wait(res, (int)number(req, "beat", 15000));
		if (rc == 0 && take_news(&me, text, sizeof(text))) {
			snprintf(id, sizeof(id), "%u", me.n_seen);
			rc = nw_response_event(res, &(struct nw_event){.name = "news", .id = id, .data = text});
		} else if (rc == 0) {
			rc = nw_response_comment(res, "still here");
		}
	}
	if (rc == -ESHUTDOWN) {
		nw_response_event(res, &(struct nw_event){.name = "bye", .data = "", .retry_ms = 100});
	}
	listen_no_more(&me);
	nw_app_log('i', "events: over, %s", rc == -EPIPE ? "client gone" : rc == -ESHUTDOWN ? "leaving" : "failed");
	return rc;
}

/* The head and two lines, each let go at once; the second one when somebody publishes. */
static int steps(struct nw_request *req, struct nw_response *res)
{
	struct listener me = {.res = res};
	char text[sizeof(published)];
	int rc = 0;

	(void)req;
	nw_response_begin(res, 200, "text/plain");
	listen_on(&me);
	nw_response_flush(res);
	nw_response_write(res, "one\n", 4);
	while (rc == 0 && !take_news(&me, text, sizeof(text))) {
		rc = nw_response_wait(res, 15000);
	}
	listen_no_more(&me);
	return rc < 0 ? rc : nw_response_write(res, "two\n", 4);
}

static int publish(struct nw_request *req, struct nw_response *res)
{
	size_t len;
	const char *body = nw_request_body(req, &len);

	pthread_mutex_lock(&lock);
	n_published++;
	snprintf(published, sizeof(published), "%.*s", (int)len, len == 0 ? "" : body);
	unsigned n = 0;

	for (struct listener *at = listeners; at != NULL; at = at->next, n++) {
		nw_response_wake(at->res);
	}
	pthread_mutex_unlock(&lock);
	return nw_response_text(res, 200, "%u\n", n);
}

static int bad_event(struct nw_request *req, struct nw_response *res)
{
	const char *name = nw_request_query(req, "name");

	nw_response_begin_events(res);
	return nw_response_event(res, &(struct nw_event){.name = name, .data = "x"});
}

/* --- from the loop --- */

struct pump {
	struct nw_request *req;
	int64_t at, end;
	char data[10000];
};

/* Until it is full, or all is written. */
static void pump(struct nw_response *res, void *arg)
{
	struct pump *p = arg;
	int rc = 0;

	while (rc == 0 && p->at < p->end) {
		size_t len = p->end - p->at < (int64_t)sizeof(p->data) ? (size_t)(p->end - p->at) : sizeof(p->data);

		for (size_t i = 0; i < len; i++) {
			p->data[i] = byte_at(p->at + (int64_t)i);
		}
		rc = nw_response_write(res, p->data, len);
		p->at += rc == 0 ? (int64_t)len : 0;
	}
	if (rc != -EAGAIN) {
		if (nw_request_is_gone(p->req)) {
			nw_app_log('i', "pump: client gone");
		}
		nw_response_end(res);
	}
}

static int inline_count(struct nw_request *req, struct nw_response *res)
{
	struct pump *p = nw_request_alloc(req, sizeof(*p));
	int rc = p == NULL ? -ENOMEM : nw_response_begin(res, 200, "text/plain");

	if (rc < 0) {
		return rc;
	}
	p->req = req;
	p->end = nw_request_param_int(req, "bytes");
	nw_response_on_ready(res, pump, p);
	pump(res, p);
	return 0;
}

/* Streams of the loop, fed by other requests of it. */
struct feed {
	struct feed *next;
	struct nw_request *req;
	struct nw_response *res;
	bool is_over;
};

static struct feed *feeds; /* of the loop */

static void feed_end(struct feed *feed)
{
	struct feed **at = &feeds;

	while (*at != feed) {
		at = &(*at)->next;
	}
	*at = feed->next;
	nw_response_end(feed->res);
}

static void on_feed_ready(struct nw_response *res, void *arg)
{
	struct feed *feed = arg;

	(void)res;
	if (nw_request_is_gone(feed->req) || nw_app_is_leaving(nw_request_app(feed->req))) {
		nw_app_log('i', "feed: over, %s", nw_request_is_gone(feed->req) ? "client gone" : "leaving");
		feed_end(feed);
	}
}

static int feed(struct nw_request *req, struct nw_response *res)
{
	struct feed *feed = nw_request_alloc(req, sizeof(*feed));
	int rc = feed == NULL ? -ENOMEM : nw_response_begin_events(res);

	if (rc == 0) {
		rc = nw_response_flush(res);
	}
	if (rc < 0) {
		return rc;
	}
	*feed = (struct feed){.next = feeds, .req = req, .res = res};
	feeds = feed;
	nw_response_on_ready(res, on_feed_ready, feed);
	return 0;
}

/* To all of them; "end" ends them. */
static int feed_all(struct nw_request *req, struct nw_response *res)
{
	size_t len;
	const char *body = nw_request_body(req, &len);
	const char *text = nw_request_printf(req, "%.*s", (int)len, len == 0 ? "" : body);
	unsigned n = 0;

	for (struct feed *at = feeds, *next; at != NULL; at = next, n++) {
		next = at->next;
		if (strcmp(text, "end") == 0) {
			feed_end(at);
		} else {
			nw_response_event(at->res, &(struct nw_event){.data = text});
		}
	}
	return nw_response_text(res, 200, "%u\n", n);
}

static int inline_late(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	nw_response_begin(res, 200, "text/plain");
	nw_response_write(res, "so far\n", 7);
	return -EIO;
}

static int inline_nothing(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	nw_response_begin(res, 200, "text/plain");
	nw_response_end(res);
	return 0;
}

/* --- hooks --- */

static int after(struct nw_request *req, struct nw_response *res)
{
	if (nw_request_header(req, "X-Replace") != NULL) {
		return nw_response_text(res, 203, "replaced\n");
	}
	if (nw_request_header(req, "X-Fail-After") != NULL) {
		return -EPERM;
	}
	return nw_response_header(res, "X-After", "ran");
}

static int load(struct nw_app *app)
{
	return nw_app_after(app, after);
}

static const struct nw_route routes[] = {
	{"GET", "/count/<int:bytes>", count, NW_THREAD},
	{"GET", "/steps", steps, NW_THREAD},
	{"GET", "/error", error_late, NW_THREAD},
	{"GET", "/header", header_late, NW_THREAD},
	{"GET", "/status/<int:status>", of_status, NW_THREAD},
	{"GET", "/hints", hints, NW_THREAD},
	{"GET", "/inline/hints", hints, NW_INLINE},
	{"GET", "/events", events, NW_THREAD},
	{"POST", "/publish", publish, NW_INLINE},
	{"GET", "/event", bad_event, NW_THREAD},
	{"GET", "/inline/count/<int:bytes>", inline_count, NW_INLINE},
	{"GET", "/inline/error", inline_late, NW_INLINE},
	{"GET", "/inline/nothing", inline_nothing, NW_INLINE},
	{"GET", "/feed", feed, NW_INLINE},
	{"POST", "/feed", feed_all, NW_INLINE},
	{NULL, NULL, NULL, 0},
};

NW_APP("stream", .routes = routes, .load = load)
