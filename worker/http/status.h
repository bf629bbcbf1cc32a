/** HTTP status codes (RFC 9110 section 15) and their reason phrases: one table. */
#ifndef NW_HTTP_STATUS_H
#define NW_HTTP_STATUS_H

enum nw_status {
	NW_STATUS_NONE = 0, /* no refusal */
	NW_STATUS_BAD_REQUEST = 400,
	NW_STATUS_FORBIDDEN = 403,
	NW_STATUS_NOT_FOUND = 404,
	NW_STATUS_METHOD_NOT_ALLOWED = 405,
	NW_STATUS_REQUEST_TIMEOUT = 408,
	NW_STATUS_CONTENT_TOO_LARGE = 413,
	NW_STATUS_URI_TOO_LONG = 414,
	NW_STATUS_EXPECTATION_FAILED = 417,
	NW_STATUS_FIELDS_TOO_LARGE = 431,
	NW_STATUS_INTERNAL_ERROR = 500,
	NW_STATUS_NOT_IMPLEMENTED = 501,
	NW_STATUS_UNAVAILABLE = 503,
	NW_STATUS_VERSION_NOT_SUPPORTED = 505,
};

/** "Not Found"; "Unknown" for a code that has no name. Never NULL. */
const char *nw_status_reason(unsigned status);

#endif
