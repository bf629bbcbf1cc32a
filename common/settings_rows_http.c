#include "common/settings_rows.h"

#include <limits.h>

#include "common/settings_check.h"

#define LIMITS "Limits"
#define PROXY "Behind a proxy"
#define REQUESTS "What requests may look like"
#define ANSWERS "Answers"

static const char *const proxy_protocols[] = {"off",      "v1",    "v2",        "auto",   "false=off",
					      "none=off", "0=off", "true=auto", "1=auto", NULL};
static const char *const header_maps[] = {"drop", "refuse", "dangerous", NULL};

const struct nw_setting nw_settings_rows_http[] = {
	{
		.name = "limit_request_line",
		.flags = {"--limit-request-line"},
		.section = LIMITS,
		.metavar = "SIZE",
		.type = NW_SETTING_BYTES,
		AT(limit_request_line),
		.differs = "0 means 65536, not without limit.",
		.fallback = "4094",
		.max = INT_MAX,
		.zero = 65536,
		.ceiling = 8190,
		.doc = "Longest request line. 0 means 65536, values above 8190 mean 8190.",
	},
	{
		.name = "limit_request_fields",
		.flags = {"--limit-request-fields"},
		.section = LIMITS,
		.metavar = "INT",
		.type = NW_SETTING_INT,
		AT(limit_request_fields),
		.fallback = "100",
		.max = INT_MAX,
		.zero = 32768,
		.ceiling = 32768,
		.doc = "Most header fields of a request. 0 and values above 32768 mean 32768.",
	},
	{
		.name = "limit_request_field_size",
		.flags = {"--limit-request-field_size", "--limit-request-field-size"},
		.section = LIMITS,
		.metavar = "SIZE",
		.type = NW_SETTING_BYTES,
		AT(limit_request_field_size),
		.fallback = "8190",
		.max = 1 << 20,
		.zero = 8190,
		.doc = "Longest header field of a request. 0 means 8190; at most 1048576.",
	},
	{
		.name = "limit_request_body",
		.flags = {"--limit-request-body"},
		.section = LIMITS,
		.metavar = "SIZE",
		.type = NW_SETTING_SIZE,
		AT(limit_request_body),
		.fallback = "16MiB",
		.min = 1,
		.max = (int64_t)1 << 40,
		.doc = "Longest body of a request, in bytes or with a unit: 512k, 16MiB, 1G (powers of 1024).",
	},
	{
		.name = "tmp_upload_dir",
		.flags = {"--tmp-upload-dir"},
		.section = LIMITS,
		.metavar = "DIR",
		.type = NW_SETTING_STRING,
		AT(tmp_upload_dir),
		.differs = "It has a meaning: large bodies lie there.",
		.fallback = "/tmp",
		.is_none_default = true,
		.env = "TMPDIR",
		.doc = "Directory that holds bodies of more than 1 MiB while they are received and used, as files "
		       "without a name. A start needs one that can be written to. When it is full such a request is "
		       "refused "
		       "(507).",
	},
	{
		.name = "client_header_timeout",
		.flags = {"--client-header-timeout"},
		.section = LIMITS,
		.metavar = "TIME",
		.type = NW_SETTING_SECONDS,
		AT(client_header_timeout_s),
		.fallback = "30",
		.min = 1,
		.max = NW_SETTINGS_SECONDS_MAX,
		.doc = "Time that a client has to send a whole request head; then the answer is 408.",
	},
	{
		.name = "client_body_timeout",
		.flags = {"--client-body-timeout"},
		.section = LIMITS,
		.metavar = "TIME",
		.type = NW_SETTING_SECONDS,
		AT(client_body_timeout_s),
		.fallback = "30",
		.min = 1,
		.max = NW_SETTINGS_SECONDS_MAX,
		.doc = "Time that a client has to send each 16 KiB of a body, or the rest of it; then the answer is "
		       "408.",
	},
	{
		.name = "send_timeout",
		.flags = {"--send-timeout"},
		.section = LIMITS,
		.metavar = "TIME",
		.type = NW_SETTING_SECONDS,
		AT(send_timeout_s),
		.fallback = "30",
		.min = 1,
		.max = NW_SETTINGS_SECONDS_MAX,
		.doc = "Time that a client has to take each 16 KiB of an answer, or the rest of it; then its "
		       "connection is closed.",
	},
	{
		.name = "forwarded_allow_ips",
		.flags = {"--forwarded-allow-ips"},
		.section = PROXY,
		.metavar = "IPS",
		.type = NW_SETTING_LIST,
		AT(forwarded_allow_ips),
		.check = nw_settings_check_network,
		.fallback = "127.0.0.1,::1",
		.env = "FORWARDED_ALLOW_IPS",
		.may_be_empty = true,
		.doc = "Addresses and networks (10.0.0.0/8), with commas between them, of proxies that are believed "
		       "in what they say by X-Request-ID, traceparent, X-Forwarded-For and secure_scheme_headers; "
		       "*: every peer. "
		       "Those on unix sockets are always believed.",
	},
	{
		.name = "secure_scheme_headers",
		.flags = {"--secure-scheme-header"},
		.section = PROXY,
		.metavar = "NAME=VALUE",
		.type = NW_SETTING_PAIRS,
		AT(secure_scheme_headers),
		.check = nw_settings_check_scheme_header,
		.fallback = "X-FORWARDED-PROTOCOL=ssl, X-FORWARDED-PROTO=https, X-FORWARDED-SSL=on",
		.may_be_empty = true,
		.doc = "Header field, and its value, by which a believed proxy says that the client spoke https; "
		       "another value says http, and fields that disagree are refused. May be given several times; "
		       "in a config file it is a dict.",
	},
	{
		.name = "proxy_protocol",
		.flags = {"--proxy-protocol"},
		.section = PROXY,
		.metavar = "MODE",
		.type = NW_SETTING_CHOICE,
		AT(proxy_protocol),
		.choices = proxy_protocols,
		.bare = "auto",
		.fallback = "off",
		.doc = "Whether a connection may begin with a header of the PROXY protocol, by which a proxy that "
		       "passes bytes on says whose they are: off, v1 (a line), v2 (binary) or auto (either). That "
		       "address is the client's then, for all requests of the connection. One without such a header "
		       "is served as it is.",
	},
	{
		.name = "proxy_allow_ips",
		.flags = {"--proxy-allow-from"},
		.section = PROXY,
		.metavar = "IPS",
		.type = NW_SETTING_LIST,
		AT(proxy_allow_ips),
		.check = nw_settings_check_network,
		.fallback = "127.0.0.1,::1",
		.may_be_empty = true,
		.doc = "Addresses and networks, with commas between them, of those that may send such a header; *: "
		       "every peer. From others it is refused with 403. Those on unix sockets may always.",
	},
	{
		.name = "header_map",
		.flags = {"--header-map"},
		.section = REQUESTS,
		.metavar = "WHAT",
		.type = NW_SETTING_CHOICE,
		AT(header_map),
		.choices = header_maps,
		.fallback = "drop",
		.doc = "What becomes of a header field with '_' in its name, which a program further in could take "
		       "for the one with '-'. drop: it is left out; refuse: the answer is 400; dangerous: it is kept.",
	},
	{
		.name = "forwarder_headers",
		.flags = {"--forwarder-headers"},
		.section = REQUESTS,
		.metavar = "NAMES",
		.type = NW_SETTING_LIST,
		AT(forwarder_headers),
		.check = nw_settings_check_forwarder_header,
		.fallback = "SCRIPT_NAME,PATH_INFO",
		.may_be_empty = true,
		.doc = "Names with '_' that a believed proxy may send whatever header_map says, with commas between "
		       "them; '*' means all, an empty list none.",
	},
	{
		.name = "permit_obsolete_folding",
		.flags = {"--permit-obsolete-folding"},
		.section = REQUESTS,
		.type = NW_SETTING_BOOL,
		AT(permit_obsolete_folding),
		.doc = "Take header fields that go on in a line that begins with white space, and join the lines by "
		       "one space; never Host, Content-Length and Transfer-Encoding.",
	},
	{
		.name = "strip_header_spaces",
		.flags = {"--strip-header-spaces"},
		.section = REQUESTS,
		.type = NW_SETTING_BOOL,
		AT(strip_header_spaces),
		.differs = "A warning says that it is dangerous.",
		.doc = "Take white space between the name of a header field and its colon. Dangerous behind a proxy "
		       "that reads such a field otherwise.",
	},
	{
		.name = "permit_unconventional_http_method",
		.flags = {"--permit-unconventional-http-method"},
		.section = REQUESTS,
		.type = NW_SETTING_BOOL,
		AT(permit_unconventional_http_method),
		.doc = "Take every token as a method, not only those of 3 to 20 characters without lower case and "
		       "'#'.",
	},
	{
		.name = "permit_unconventional_http_version",
		.flags = {"--permit-unconventional-http-version"},
		.section = REQUESTS,
		.type = NW_SETTING_BOOL,
		AT(permit_unconventional_http_version),
		.doc = "Take every HTTP/D.D: what is below 1.0 is treated as HTTP/1.0, what is above 1.9 as HTTP/1.1.",
	},
	{
		.name = "casefold_http_method",
		.flags = {"--casefold-http-method"},
		.section = REQUESTS,
		.type = NW_SETTING_BOOL,
		AT(casefold_http_method),
		.doc = "Take methods in lower case too, and make them upper case.",
	},
	{
		.name = "sendfile",
		.flags = {"--sendfile"},
		.off_flag = "--no-sendfile",
		.section = ANSWERS,
		.type = NW_SETTING_BOOL,
		AT(sendfile),
		.differs = "True means on; in Gunicorn every value but None switches it off.",
		.fallback = "True",
		.env = "SENDFILE",
		.doc = "Send files by sendfile(2). Without it they are read and written, for file systems where that "
		       "call does not work as it should.",
	},
	{
		.name = "compress",
		.flags = {"--compress"},
		.section = ANSWERS,
		.metavar = "CODINGS",
		.type = NW_SETTING_STRING,
		AT(compress),
		.check = nw_settings_check_compress,
		.fallback = NW_SETTINGS_CODINGS,
		.doc = "What answers of apps are compressed with when a client accepts it: one or more "
		       "of " NW_SETTINGS_CODINGS
		       " (this build has no other), or off. Only text, JSON and the like, from "
		       "1024 bytes on. Cache-Control: no-transform keeps an answer as it is.",
	},
};

const size_t nw_settings_n_rows_http = NW_ARRAY_LEN(nw_settings_rows_http);
