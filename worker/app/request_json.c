#include <narwhal/request.h>

#include <cjson/cJSON.h>
#include <errno.h>
#include <string.h>

#include "worker/app/call.h"
#include "worker/app/outcome.h"

enum {
	MOST_LEVELS = 64,
	MOST_VALUES = 256 * 1024, /* each takes some 80 bytes of the heap, whatever it takes in the text */
};

/* Past the string that begins at @at. false: it has a NUL in it, which no C string can hold, or a bare control byte,
 * which the parser would take though JSON has none. */
static bool string_skip(const char *text, size_t len, size_t *at)
{
	size_t i = *at + 1;

	for (; i < len && text[i] != '"'; i++) {
		if ((unsigned char)text[i] < 0x20) {
			return false;
		}
		if (text[i] != '\\') {
			continue;
		}
		if (len - i >= 6 && memcmp(text + i, "\\u0000", 6) == 0) {
			return false;
		}
		i++;
	}
	*at = i;
	return true;
}

/* Is it something that the parser may be let loose on? It recurses, and its tree is not the arena's. */
static bool is_bounded(const char *text, size_t len)
{
	size_t levels = 0, values = 1;

	for (size_t i = 0; i < len; i++) {
		switch (text[i]) {
		case '"':
			if (!string_skip(text, len, &i)) {
				return false;
			}
			break;
		case '{':
		case '[':
			levels++;
			values++;
			break;
		case '}':
		case ']':
			levels -= levels > 0;
			break;
		case ',':
			values++;
			break;
		}
		if (levels > MOST_LEVELS || values > MOST_VALUES) {
			return false;
		}
	}
	return true;
}

static bool is_blank(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n')) {
		p++;
	}
	return p == end;
}

static void json_delete(void *json)
{
	cJSON_Delete(json);
}

static struct cJSON *json_read(struct nw_request *req)
{
	size_t len;
	const char *text = nw_request_body(req, &len);
	const char *end = NULL;

	if (len == 0 || !is_bounded(text, len)) {
		return NULL;
	}
	cJSON *json = cJSON_ParseWithLengthOpts(text, len, &end, false);

	if (json != NULL && !is_blank(end, text + len)) {
		cJSON_Delete(json);
		return NULL;
	}
	if (json != NULL && nw_arena_defer(req->x->arena, json_delete, json) < 0) {
		cJSON_Delete(json);
		nw_outcome_fail(&req->call->res, -ENOMEM, NULL);
		return NULL;
	}
	return json;
}

const struct cJSON *nw_request_json(struct nw_request *req)
{
	if (!req->is_json_read) {
		req->is_json_read = true;
		req->json = json_read(req);
	}
	return req->json;
}
