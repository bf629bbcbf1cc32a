/* What black-box tests and benchmarks need of an application that gets large bodies. */
#include <errno.h>
#include <narwhal/app.h>
#include <narwhal/request.h>
#include <narwhal/response.h>
#include <narwhal/stream.h>
#include <stdlib.h>

enum { PIECE = 256 * 1024 };

static uint32_t table[256];

/* That of zip and of Python's zlib. */
static uint32_t crc_add(uint32_t crc, const void *data, size_t len)
{
	const unsigned char *p = data;

	crc = ~crc;
	for (size_t i = 0; i < len; i++) {
		crc = table[(crc ^ p[i]) & 0xff] ^ (crc >> 8);
	}
	return ~crc;
}

static int say(struct nw_response *res, uint64_t len, uint32_t crc)
{
	return nw_response_text(res, 200, "%llu %08x\n", (unsigned long long)len, crc);
}

static int whole(struct nw_request *req, struct nw_response *res)
{
	size_t len;
	const void *body = nw_request_body(req, &len);

	return say(res, len, crc_add(0, body, len));
}

/* ?most=N: leave the rest unread. */
static int stream(struct nw_request *req, struct nw_response *res)
{
	const char *most_text = nw_request_query(req, "most");
	uint64_t most = most_text == NULL ? UINT64_MAX : strtoull(most_text, NULL, 10), len = 0;
	char *piece = nw_request_alloc(req, PIECE);
	uint32_t crc = 0;
	ptrdiff_t n = 1;

	if (piece == NULL) {
		return -ENOMEM;
	}
	while (n > 0 && len < most) {
		n = nw_request_read(req, piece, most - len < PIECE ? (size_t)(most - len) : PIECE);
		crc = n > 0 ? crc_add(crc, piece, (size_t)n) : crc;
		len += n > 0 ? (uint64_t)n : 0;
	}
	return n < 0 ? (int)n : say(res, len, crc);
}

/* The body goes back as it comes. */
static int through(struct nw_request *req, struct nw_response *res)
{
	char *piece = nw_request_alloc(req, PIECE);
	int rc = piece == NULL ? -ENOMEM : nw_response_begin(res, 200, "application/octet-stream");
	ptrdiff_t n = 1;

	while (rc == 0 && n > 0) {
		n = nw_request_read(req, piece, PIECE);
		rc = n > 0 ? nw_response_write(res, piece, (size_t)n) : (int)n;
	}
	return rc;
}

static int before(struct nw_request *req, struct nw_response *res)
{
	return nw_request_header(req, "X-Deny") == NULL          ? 0
	       : nw_response_error(res, 403, "%s", "denied") < 0 ? -EIO
								 : 1;
}

static int load(struct nw_app *app)
{
	for (uint32_t i = 0; i < 256; i++) {
		table[i] = i;
		for (int bit = 0; bit < 8; bit++) {
			table[i] = (table[i] & 1) != 0 ? 0xedb88320 ^ (table[i] >> 1) : table[i] >> 1;
		}
	}
	return nw_app_before(app, before);
}

static const struct nw_route routes[] = {
	{"POST, PUT", "/whole", whole, NW_THREAD},
	{"POST, PUT", "/stream", stream, NW_STREAM},
	{"POST, PUT", "/through", through, NW_STREAM},
	{NULL, NULL, NULL, 0},
};

NW_APP("bodies", .routes = routes, .load = load)
