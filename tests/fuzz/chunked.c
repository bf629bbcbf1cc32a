/*
 * The first bytes of the input say how the rest is cut, and what is forgiven. Decoded in place from the whole and to
 * another place from the pieces, it must be the same data and the same verdict.
 */
#include <stdlib.h>
#include <string.h>

#include "worker/http/body.h"

enum { CUTS = 4, LIMIT = 200, MOST = 4096 };

static struct nw_parser_rules rules = {.line = 64, .fields = 3, .field_size = 32};

struct outcome {
	enum nw_status status;
	const char *reason;
	bool is_done;
	size_t used, n;
	char data[LIMIT];
};

static void require(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void feed(struct nw_chunked *chunked, struct outcome *out, const uint8_t *data, size_t len, bool in_place)
{
	char *in = malloc(len + 1);
	char *to = in_place ? in : malloc(len + 1);
	size_t used = len + 1, n = len + 1;

	memcpy(in, data, len);
	out->status = nw_chunked_feed(chunked, &rules, LIMIT, in, len, to, &used, &n);
	require(used <= len && n <= used && out->n + n <= LIMIT);
	require(used == len || out->status != 0 || chunked->is_done);
	memcpy(out->data + out->n, to, n);
	out->n += n;
	out->used += used;
	out->is_done = chunked->is_done;
	out->reason = chunked->reason;
	if (to != in) {
		free(to);
	}
	free(in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct outcome whole, pieces;
	struct nw_chunked chunked;

	if (size < CUTS + 1 || size > MOST) {
		return 0;
	}
	const uint8_t *text = data + CUTS + 1;
	size_t len = size - CUTS - 1;

	rules.allows_folding = (data[CUTS] & 1) != 0;
	rules.allows_name_space = (data[CUTS] & 2) != 0;
	rules.header_map = (data[CUTS] & 4) != 0 ? NW_HEADER_MAP_REFUSE : NW_HEADER_MAP_DROP;

	memset(&whole, 0, sizeof(whole));
	nw_chunked_init(&chunked);
	feed(&chunked, &whole, text, len, true);
	require(!whole.is_done || chunked.total == whole.n);
	memset(&pieces, 0, sizeof(pieces));
	nw_chunked_init(&chunked);
	for (size_t i = 0, at = 0; at < len && pieces.status == 0 && !pieces.is_done; i++) {
		size_t step = 1 + data[i % CUTS];

		step = step < len - at ? step : len - at;
		feed(&chunked, &pieces, text + at, step, false);
		at += step;
	}
	require(memcmp(&whole, &pieces, sizeof(whole)) == 0);
	return 0;
}
