#include "common/statsd.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "common/quote.h"
#include "common/sink.h"

enum {
	PORT = 8125,
	TEXT_MAX = 512, /* of prefix and of tags */
	METRIC_MAX = 2 * TEXT_MAX + 128,
};

static struct {
	pthread_mutex_t lock;
	atomic_bool is_open;
	struct nw_sink sink;
	char prefix[TEXT_MAX]; /* with its dot */
	char tags[TEXT_MAX];   /* with "|#" */
} to = {.lock = PTHREAD_MUTEX_INITIALIZER, .sink = NW_SINK_INIT};

int nw_statsd_check_host(const char *text, struct nw_err *err)
{
	return nw_addr_check(text, PORT, err);
}

int nw_statsd_check_text(const char *text, struct nw_err *err)
{
	char shown[80];

	if (strlen(text) + 4 > TEXT_MAX || strpbrk(text, "|\n") != NULL) {
		return nw_err_set(err, -EINVAL, "%s is longer than %d bytes, or has '|' or a line's end in it",
				  nw_quote_into(shown, sizeof(shown), nw_span_of(text)), TEXT_MAX - 4);
	}
	return 0;
}

static void set_prefix(const char *prefix)
{
	int len = prefix == NULL ? 0 : (int)strlen(prefix);

	while (len > 0 && prefix[len - 1] == '.') {
		len--;
	}
	snprintf(to.prefix, sizeof(to.prefix), "%.*s%s", len, len == 0 ? "" : prefix, len == 0 ? "" : ".");
}

int nw_statsd_open(const char *host, const char *prefix, const char *tags, struct nw_err *err)
{
	struct nw_sink sink = NW_SINK_INIT;

	if (nw_sink_open(&sink, host, PORT, NW_SINK_DGRAM, err) != 0) {
		return nw_err_prefix(err, "statsd_host");
	}
	pthread_mutex_lock(&to.lock);
	nw_sink_close(&to.sink);
	to.sink = sink;
	set_prefix(prefix);
	snprintf(to.tags, sizeof(to.tags), "%s%s", tags == NULL ? "" : "|#", tags == NULL ? "" : tags);
	to.is_open = true;
	pthread_mutex_unlock(&to.lock);
	return 0;
}

void nw_statsd_close(void)
{
	pthread_mutex_lock(&to.lock);
	to.is_open = false;
	nw_sink_close(&to.sink);
	pthread_mutex_unlock(&to.lock);
}

bool nw_statsd_is_open(void)
{
	return to.is_open;
}

/* @rests: "name:value|type" each, at most three. */
static void send_all(const char *const *rests, size_t n)
{
	char texts[3][METRIC_MAX];
	struct nw_span messages[3];

	pthread_mutex_lock(&to.lock);
	for (size_t i = 0; i < n; i++) {
		int len = snprintf(texts[i], METRIC_MAX, "%sgunicorn.%s%s", to.prefix, rests[i], to.tags);

		messages[i] = (struct nw_span){texts[i], (size_t)len};
	}
	if (to.is_open) {
		nw_sink_send(&to.sink, messages, n);
	}
	pthread_mutex_unlock(&to.lock);
}

void nw_statsd_request(int64_t took_us, unsigned status)
{
	char duration[64], by_status[64];
	const char *const rests[] = {duration, "requests:1|c|@1.0", by_status};

	if (!to.is_open) {
		return;
	}
	snprintf(duration, sizeof(duration), "request.duration:%" PRId64 ".%03" PRId64 "|ms", took_us / 1000,
		 took_us % 1000);
	snprintf(by_status, sizeof(by_status), "request.status.%u:1|c|@1.0", status);
	send_all(rests, NW_ARRAY_LEN(rests));
}

void nw_statsd_log(enum nw_log_level level)
{
	static const char *const names[] = {NULL, NULL, "log.warning:1|c|@1.0", "log.error:1|c|@1.0",
					    "log.critical:1|c|@1.0"};

	if (to.is_open && names[level] != NULL) {
		send_all(&names[level], 1);
	}
}

static void send_number(const char *name, const char *type, unsigned n)
{
	char text[64];
	const char *rest = text;

	if (to.is_open) {
		snprintf(text, sizeof(text), "%s:%u|%s", name, n, type);
		send_all(&rest, 1);
	}
}

void nw_statsd_workers(unsigned n)
{
	send_number("workers", "g", n);
}

void nw_statsd_backlog(unsigned n)
{
	send_number("backlog", "h", n);
}
