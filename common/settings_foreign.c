#include "common/settings_foreign.h"

#include "common/cc.h"

/* Of Gunicorn 27. */
static const struct nw_settings_foreign rows[] = {
	{"wsgi_app", {NULL}},
	{"worker_class", {"-k", "--worker-class"}},
	{"reload", {"--reload"}},
	{"reload_engine", {"--reload-engine"}},
	{"reload_extra_files", {"--reload-extra-file"}},
	{"spew", {"--spew"}},
	{"sendfile", {"--no-sendfile"}},
	{"daemon", {"-D", "--daemon"}},
	{"raw_env", {"-e", "--env"}},
	{"worker_tmp_dir", {"--worker-tmp-dir"}},
	{"initgroups", {"--initgroups"}},
	{"disable_redirect_access_to_syslog", {"--disable-redirect-access-to-syslog"}},
	{"capture_output", {"--capture-output"}},
	{"logger_class", {"--logger-class"}},
	{"logconfig", {"--log-config"}},
	{"logconfig_dict", {NULL}},
	{"logconfig_json", {"--log-config-json"}},
	{"syslog_addr", {"--log-syslog-to"}},
	{"syslog", {"--log-syslog"}},
	{"syslog_prefix", {"--log-syslog-prefix"}},
	{"syslog_facility", {"--log-syslog-facility"}},
	{"enable_stdio_inheritance", {"-R", "--enable-stdio-inheritance"}},
	{"statsd_host", {"--statsd-host"}},
	{"dogstatsd_tags", {"--dogstatsd-tags"}},
	{"statsd_prefix", {"--statsd-prefix"}},
	{"enable_backlog_metric", {"--enable-backlog-metric"}},
	{"default_proc_name", {NULL}},
	{"pythonpath", {"--pythonpath"}},
	{"paste", {"--paste", "--paster"}},
	{"on_starting", {NULL}},
	{"on_reload", {NULL}},
	{"when_ready", {NULL}},
	{"pre_fork", {NULL}},
	{"post_fork", {NULL}},
	{"post_worker_init", {NULL}},
	{"worker_int", {NULL}},
	{"worker_abort", {NULL}},
	{"pre_exec", {NULL}},
	{"pre_request", {NULL}},
	{"post_request", {NULL}},
	{"child_exit", {NULL}},
	{"worker_exit", {NULL}},
	{"nworkers_changed", {NULL}},
	{"on_exit", {NULL}},
	{"ssl_context", {NULL}},
	{"protocol", {"--protocol"}},
	{"uwsgi_allow_ips", {"--uwsgi-allow-from"}},
	{"keyfile", {"--keyfile"}},
	{"certfile", {"--certfile"}},
	{"ssl_version", {"--ssl-version"}},
	{"cert_reqs", {"--cert-reqs"}},
	{"ca_certs", {"--ca-certs"}},
	{"suppress_ragged_eofs", {"--suppress-ragged-eofs"}},
	{"do_handshake_on_connect", {"--do-handshake-on-connect"}},
	{"ciphers", {"--ciphers"}},
	{"http_protocols", {"--http-protocols"}},
	{"http2_cleartext", {"--http2-cleartext"}},
	{"http2_max_concurrent_streams", {"--http2-max-concurrent-streams"}},
	{"http2_initial_window_size", {"--http2-initial-window-size"}},
	{"http2_max_frame_size", {"--http2-max-frame-size"}},
	{"http2_max_header_list_size", {"--http2-max-header-list-size"}},
	{"raw_paste_global_conf", {"--paste-global"}},
	{"asgi_loop", {"--asgi-loop"}},
	{"asgi_lifespan", {"--asgi-lifespan"}},
	{"asgi_disconnect_grace_period", {"--asgi-disconnect-grace-period"}},
	{"websocket_max_message_size", {"--websocket-max-message-size"}},
	{"http_parser", {"--http-parser"}},
	{"root_path", {"--root-path"}},
	{"dirty_apps", {"--dirty-app"}},
	{"dirty_workers", {"--dirty-workers"}},
	{"dirty_timeout", {"--dirty-timeout"}},
	{"dirty_threads", {"--dirty-threads"}},
	{"dirty_graceful_timeout", {"--dirty-graceful-timeout"}},
	{"on_dirty_starting", {NULL}},
	{"dirty_post_fork", {NULL}},
	{"dirty_worker_init", {NULL}},
	{"dirty_worker_exit", {NULL}},
};

size_t nw_settings_foreign_len(void)
{
	return NW_ARRAY_LEN(rows);
}

const struct nw_settings_foreign *nw_settings_foreign_at(size_t i)
{
	return &rows[i];
}

bool nw_settings_foreign_has(struct nw_span name)
{
	for (size_t i = 0; i < NW_ARRAY_LEN(rows); i++) {
		if (nw_span_eq(name, rows[i].name)) {
			return true;
		}
	}
	return false;
}
