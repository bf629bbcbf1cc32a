#include "common/settings_ignored.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "common/cc.h"
#include "common/settings_notice.h"

#define HOOK(call, header) .why = "a function in Python is not run: let a module have " call ", see narwhal/" header
#define SERVER_HOOK(name) HOOK("narwhal_" name "()", "server.h")
#define PYTHON_LOG .why = "there is no logging module: the logs go to errorlog and accesslog"
#define HTTP2 .why = "HTTP/2 is not served"
#define ASGI .why = "apps are not ASGI"
#define DIRTY .why = "there are no dirty workers"

/* Of Gunicorn 27. */
static const struct nw_settings_ignored rows[] = {
	{"spew", {"--spew"}, .why = "there is no Python to trace"},
	{"worker_tmp_dir",
	 {"--worker-tmp-dir"},
	 "DIR",
	 .why = "the heartbeat of workers is in shared memory, not a file"},
	{"initgroups", {"--initgroups"}, .quiet = {"true"}, .why = "workers always have the groups of their user"},
	{"logger_class",
	 {"--logger-class"},
	 "CLASS",
	 .quiet = {"gunicorn.glogging.Logger", "simple"},
	 .why = "there is no class to load: the logs go to errorlog and accesslog"},
	{"logconfig", {"--log-config"}, "FILE", PYTHON_LOG},
	{"logconfig_dict", {NULL}, PYTHON_LOG},
	{"logconfig_json", {"--log-config-json"}, "FILE", PYTHON_LOG},
	{"default_proc_name", {NULL}, .quiet = {"gunicorn"}, .why = "the name is proc_name, or else the first APP"},
	{"pythonpath", {"--pythonpath"}, "DIRS", .why = "there is no Python to look for modules"},
	{"paste",
	 {"--paste", "--paster"},
	 "FILE",
	 .is_refused = true,
	 .why = "a Paste file names an application in Python: name an APP of Narwhal's instead"},
	{"raw_paste_global_conf", {"--paste-global"}, "CONF", .why = "Paste files are not read"},
	{"on_starting", {NULL}, SERVER_HOOK("on_starting")},
	{"on_reload", {NULL}, SERVER_HOOK("on_reload")},
	{"when_ready", {NULL}, SERVER_HOOK("when_ready")},
	{"pre_fork", {NULL}, SERVER_HOOK("pre_fork")},
	{"post_fork", {NULL}, SERVER_HOOK("post_fork")},
	{"post_worker_init", {NULL}, SERVER_HOOK("post_worker_init")},
	{"worker_int", {NULL}, SERVER_HOOK("worker_int")},
	{"worker_abort", {NULL}, SERVER_HOOK("worker_abort")},
	{"pre_exec", {NULL}, SERVER_HOOK("pre_exec")},
	{"pre_request", {NULL}, HOOK("nw_app_before()", "app.h")},
	{"post_request", {NULL}, HOOK("nw_app_after()", "app.h")},
	{"child_exit", {NULL}, SERVER_HOOK("child_exit")},
	{"worker_exit", {NULL}, SERVER_HOOK("worker_exit")},
	{"nworkers_changed", {NULL}, SERVER_HOOK("nworkers_changed")},
	{"on_exit", {NULL}, SERVER_HOOK("on_exit")},
	{"on_dirty_starting", {NULL}, DIRTY},
	{"dirty_post_fork", {NULL}, DIRTY},
	{"dirty_worker_init", {NULL}, DIRTY},
	{"dirty_worker_exit", {NULL}, DIRTY},
	{"ssl_context",
	 {NULL},
	 .is_refused = true,
	 .why = "a function in Python is not run, and TLS would not be what it makes of it: use certfile, keyfile, "
		"cert_reqs, ca_certs and ciphers"},
	{"ssl_version", {"--ssl-version"}, "VERSION", .why = "it is TLS 1.2 or newer, always"},
	{"suppress_ragged_eofs",
	 {"--suppress-ragged-eofs"},
	 .quiet = {"true"},
	 .is_loud_when_empty = true,
	 .why = "where a request ends is known without TLS, so that no end is ragged"},
	{"do_handshake_on_connect", {"--do-handshake-on-connect"}, .why = "no handshake keeps others waiting"},
	{"protocol", {"--protocol"}, "PROTOCOL", .quiet = {"http"}, .is_refused = true, .why = "only http is served"},
	{"uwsgi_allow_ips", {"--uwsgi-allow-from"}, "IPS", .quiet = {"127.0.0.1,::1"}, .why = "uwsgi is not served"},
	{"http_protocols",
	 {"--http-protocols"},
	 "PROTOCOLS",
	 .quiet = {"h1"},
	 .is_refused = true,
	 .why = "only h1 is served"},
	{"http2_cleartext",
	 {"--http2-cleartext"},
	 "MODE",
	 .quiet = {"off"},
	 .is_refused = true,
	 .why = "HTTP/2 is not served"},
	{"http2_max_concurrent_streams", {"--http2-max-concurrent-streams"}, "INT", .quiet = {"100"}, HTTP2},
	{"http2_initial_window_size", {"--http2-initial-window-size"}, "INT", .quiet = {"65535"}, HTTP2},
	{"http2_max_frame_size", {"--http2-max-frame-size"}, "INT", .quiet = {"16384"}, HTTP2},
	{"http2_max_header_list_size", {"--http2-max-header-list-size"}, "INT", .quiet = {"65536"}, HTTP2},
	{"asgi_loop", {"--asgi-loop"}, "LOOP", .quiet = {"auto"}, ASGI},
	{"asgi_lifespan", {"--asgi-lifespan"}, "LIFESPAN", .quiet = {"auto"}, ASGI},
	{"asgi_disconnect_grace_period", {"--asgi-disconnect-grace-period"}, "INT", .quiet = {"3"}, ASGI},
	{"websocket_max_message_size",
	 {"--websocket-max-message-size"},
	 "INT",
	 .quiet = {"16777216"},
	 .why = "WebSocket is not served"},
	{"http_parser", {"--http-parser"}, "PARSER", .quiet = {"auto", "fast", "python"}, .why = "there is one parser"},
	{"root_path", {"--root-path"}, "PATH", ASGI},
	{"dirty_apps",
	 {"--dirty-app"},
	 "APPS",
	 .is_refused = true,
	 .why = "there are no dirty workers, and the app would miss what they run"},
	{"dirty_workers",
	 {"--dirty-workers"},
	 "INT",
	 .quiet = {"0"},
	 .is_refused = true,
	 .why = "there are no dirty workers, and the app would miss what they run"},
	{"dirty_timeout", {"--dirty-timeout"}, "INT", .quiet = {"300"}, DIRTY},
	{"dirty_threads", {"--dirty-threads"}, "INT", .quiet = {"1"}, DIRTY},
	{"dirty_graceful_timeout", {"--dirty-graceful-timeout"}, "INT", .quiet = {"30"}, DIRTY},
};

size_t nw_settings_ignored_len(void)
{
	return NW_ARRAY_LEN(rows);
}

const struct nw_settings_ignored *nw_settings_ignored_at(size_t i)
{
	return &rows[i];
}

const struct nw_settings_ignored *nw_settings_ignored_find(struct nw_span name)
{
	for (size_t i = 0; i < NW_ARRAY_LEN(rows); i++) {
		if (nw_span_eq(name, rows[i].name)) {
			return &rows[i];
		}
	}
	return NULL;
}

static bool is_empty(const struct nw_literal *value)
{
	switch (value->kind) {
	case NW_LITERAL_NONE:
		return true;
	case NW_LITERAL_BOOL:
		return !value->truth;
	case NW_LITERAL_INT:
		return value->integer == 0;
	case NW_LITERAL_STR:
		return nw_literal_strip(value->text).len == 0;
	case NW_LITERAL_LIST:
	case NW_LITERAL_TUPLE:
	case NW_LITERAL_DICT:
		return value->items.n == 0;
	case NW_LITERAL_FLOAT:
		break;
	}
	return false;
}

static bool is_word(const struct nw_literal *value, const char *word)
{
	int64_t n;

	switch (value->kind) {
	case NW_LITERAL_BOOL:
		return value->truth && strcmp(word, "true") == 0;
	case NW_LITERAL_INT:
		return nw_span_to_int64(nw_span_of(word), INT64_MIN, INT64_MAX, &n) == 0 && n == value->integer;
	case NW_LITERAL_STR:
		return nw_span_eq_nocase(nw_literal_strip(value->text), word);
	case NW_LITERAL_LIST:
	case NW_LITERAL_TUPLE:
		return value->items.n == 1 && value->items.v[0]->kind == NW_LITERAL_STR &&
		       is_word(value->items.v[0], word);
	case NW_LITERAL_NONE:
	case NW_LITERAL_FLOAT:
	case NW_LITERAL_DICT:
		break;
	}
	return false;
}

static bool is_quiet(const struct nw_settings_ignored *ignored, const struct nw_literal *value)
{
	if (is_empty(value)) {
		return !ignored->is_loud_when_empty;
	}
	for (size_t i = 0; i < NW_SETTINGS_IGNORED_QUIET && ignored->quiet[i] != NULL; i++) {
		if (is_word(value, ignored->quiet[i])) {
			return true;
		}
	}
	return false;
}

int nw_settings_ignored_take(const struct nw_settings_ignored *ignored, const struct nw_literal *value,
			     const char *where, struct nw_settings *settings, struct nw_err *err)
{
	if (value != NULL && is_quiet(ignored, value)) {
		return 0;
	}
	if (ignored->is_refused) {
		return nw_err_set(err, -EINVAL, "%s: %s", ignored->name, ignored->why);
	}
	return nw_settings_notice_add(settings, err, where, "%s is ignored: %s", ignored->name, ignored->why);
}
