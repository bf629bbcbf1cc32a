#include "common/syslog.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/quote.h"
#include "common/sink.h"

enum {
	PORT = 514,
	NAME_MAX_LEN = 128, /* of the tag */
	PATH_MAX_LEN = 128, /* of an address of a unix socket, with room to say that it is too long */
	INFO = 6,
};

static struct {
	pthread_mutex_t lock;
	atomic_bool is_open;
	struct nw_sink sink;
	unsigned facility;
	char name[NAME_MAX_LEN];
} to = {.lock = PTHREAD_MUTEX_INITIALIZER, .sink = NW_SINK_INIT};

/* RFC 3164 section 4.1.1; -1: there is none of that name. */
static int facility_of(const char *name)
{
	static const struct {
		const char *name;
		int number;
	} known[] = {
		{"kern", 0},    {"user", 1},    {"mail", 2},    {"daemon", 3},  {"auth", 4},    {"security", 4},
		{"syslog", 5},  {"lpr", 6},     {"news", 7},    {"uucp", 8},    {"cron", 9},    {"authpriv", 10},
		{"ftp", 11},    {"local0", 16}, {"local1", 17}, {"local2", 18}, {"local3", 19}, {"local4", 20},
		{"local5", 21}, {"local6", 22}, {"local7", 23},
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(known); i++) {
		if (nw_span_eq_nocase(nw_span_of(name), known[i].name)) {
			return known[i].number;
		}
	}
	return -1;
}

int nw_syslog_check_facility(const char *text, struct nw_err *err)
{
	char shown[80];

	if (facility_of(text) >= 0) {
		return 0;
	}
	return nw_err_set(err, -EINVAL,
			  "%s is not kern, user, mail, daemon, auth, syslog, lpr, news, uucp, cron, authpriv, ftp or "
			  "local0 to local7",
			  nw_quote_into(shown, sizeof(shown), nw_span_of(text)));
}

static bool is_for_tag(char c)
{
	return c > ' ' && c <= '~';
}

int nw_syslog_check_prefix(const char *text, struct nw_err *err)
{
	char shown[80];
	size_t len = 0;

	while (is_for_tag(text[len])) {
		len++;
	}
	if (text[len] == '\0' && len > 0 && len < NAME_MAX_LEN) {
		return 0;
	}
	return nw_err_set(err, -EINVAL,
			  "%s does not fit in the middle of a tag: 1 to %d characters of ASCII, no spaces, do",
			  nw_quote_into(shown, sizeof(shown), nw_span_of(text)), NAME_MAX_LEN - 1);
}

/* An address taken apart. */
struct parts {
	char unix_path[PATH_MAX_LEN]; /* with "unix:" */
	const char *address;          /* for nw_sink_open() */
	enum nw_sink_type type;
};

static int split_unix(const char *text, struct parts *out)
{
	size_t len = strcspn(text, "#");
	const char *type = text + len;

	out->type = *type == '\0'                  ? NW_SINK_ANY
		    : strcmp(type, "#dgram") == 0  ? NW_SINK_DGRAM
		    : strcmp(type, "#stream") == 0 ? NW_SINK_STREAM
						   : (enum nw_sink_type) - 1;
	snprintf(out->unix_path, sizeof(out->unix_path), "%.*s", (int)len, text);
	out->address = out->unix_path;
	return out->type == (enum nw_sink_type) - 1 ? -EINVAL : 0;
}

static int split(const char *text, struct parts *out)
{
	if (strncmp(text, "unix://", 7) == 0) {
		return split_unix(text, out);
	}
	bool is_tcp = strncmp(text, "tcp://", 6) == 0;

	if (!is_tcp && strncmp(text, "udp://", 6) != 0) {
		return -EINVAL;
	}
	out->address = text + 6;
	out->type = is_tcp ? NW_SINK_STREAM : NW_SINK_DGRAM;
	return strncmp(out->address, "unix:", 5) == 0 ? -EINVAL : 0;
}

int nw_syslog_check_address(const char *text, struct nw_err *err)
{
	struct parts parts;
	char shown[160];

	if (split(text, &parts) == 0) {
		return nw_addr_check(parts.address, PORT, err);
	}
	return nw_err_set(err, -EINVAL, "%s is not udp://HOST:PORT, tcp://HOST:PORT or unix://PATH (#dgram, #stream)",
			  nw_quote_into(shown, sizeof(shown), nw_span_of(text)));
}

int nw_syslog_open(const char *address, const char *facility, const char *name, struct nw_err *err)
{
	struct nw_sink sink = NW_SINK_INIT;
	struct parts parts;
	int failed = nw_syslog_check_address(address, err);

	if (failed == 0) {
		split(address, &parts);
		failed = nw_sink_open(&sink, parts.address, PORT, parts.type, err);
	}
	if (failed != 0) {
		return nw_err_prefix(err, "syslog_addr");
	}
	int number = facility_of(facility);

	pthread_mutex_lock(&to.lock);
	nw_sink_close(&to.sink);
	to.sink = sink;
	to.facility = number < 0 ? 1 : (unsigned)number;
	snprintf(to.name, sizeof(to.name), "%s", name);
	for (char *p = to.name; *p != '\0'; p++) {
		*p = (char)(*p == ':' ? '.' : is_for_tag(*p) ? *p : '_');
	}
	to.is_open = true;
	pthread_mutex_unlock(&to.lock);
	return 0;
}

void nw_syslog_close(void)
{
	pthread_mutex_lock(&to.lock);
	to.is_open = false;
	nw_sink_close(&to.sink);
	pthread_mutex_unlock(&to.lock);
}

/* @head: what stands between the tag and the text. With the lock. A message is cut at what a datagram is sure to hold.
 */
static int send_message(unsigned severity, const char *kind, const char *head, struct nw_span text)
{
	char message[8192];
	int len = snprintf(message, sizeof(message), "<%u>gunicorn.%s.%s: %s", to.facility * 8 + severity, to.name,
			   kind, head);
	size_t room = sizeof(message) - 1 - (size_t)len;
	size_t n = text.len < room ? text.len : room;

	memcpy(message + len, text.p, n);
	message[(size_t)len + n] = '\0';

	struct nw_span whole = {message, (size_t)len + n + 1};

	return nw_sink_send(&to.sink, &whole, 1);
}

static int send_locked(unsigned severity, const char *kind, const char *head, struct nw_span text)
{
	pthread_mutex_lock(&to.lock);
	int failed = to.is_open ? send_message(severity, kind, head, text) : 0;

	pthread_mutex_unlock(&to.lock);
	return failed;
}

int nw_syslog_error(enum nw_log_level level, struct nw_span text)
{
	static const unsigned severities[] = {7, 6, 4, 3, 2};
	char head[32];

	if (!to.is_open) {
		return 0;
	}
	snprintf(head, sizeof(head), "[%d] ", (int)getpid());
	return send_locked(severities[level], "error", head, text);
}

void nw_syslog_access(struct nw_span line)
{
	if (to.is_open) {
		send_locked(INFO, "access", "", line);
	}
}
