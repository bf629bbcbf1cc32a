/* What a client of the control socket sends, cut into frames: all within the input, none lost, none too long. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/frame.h"
#include "common/json_text.h"

enum { MAX = 1024 };

static void require(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void check_text(struct nw_span body)
{
	struct nw_buf text = {0};

	nw_json_text_add(&text, body);
	require(text.len >= 2 && text.data[0] == '"' && text.data[text.len - 1] == '"');
	for (size_t i = 1; i + 1 < text.len; i++) {
		size_t n = nw_json_text_utf8(text.data + i, text.len - i);

		require(n > 0 && (unsigned char)text.data[i] >= 0x20);
		i += n - 1;
	}
	nw_buf_free(&text);
}

static void check_back(struct nw_span body)
{
	struct nw_buf out = {0};
	struct nw_span again;
	size_t size;
	size_t at = nw_frame_begin(&out);

	nw_buf_add(&out, body.p, body.len);
	nw_frame_end(&out, at);
	require(nw_frame_take((struct nw_span){out.data, out.len}, MAX, &again, &size) == 0);
	require(size == out.len && again.len == body.len && memcmp(again.p, body.p, body.len) == 0);
	nw_buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size + 1);

	memcpy(copy + 1, data, size);
	struct nw_span in = {copy + 1, size}, body;
	size_t taken = 0;
	int rc;

	while ((rc = nw_frame_take(in, MAX, &body, &taken)) == 0) {
		require(taken <= in.len && body.len + NW_FRAME_HEAD == taken && body.p == in.p + NW_FRAME_HEAD);
		require(body.len > 0 && body.len <= MAX);
		check_text(body);
		check_back(body);
		in.p += taken;
		in.len -= taken;
	}
	require(rc == -EBADMSG || (rc == -EAGAIN && in.len < NW_FRAME_HEAD + MAX));
	free(copy);
	return 0;
}
