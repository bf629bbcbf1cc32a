/* Percent codes: decoded in place or to another place it is the same, and coded anew it decodes to the same. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A '%' without two hexadecimal digits behind it is all that can be wrong. */
static bool is_broken(const char *text, size_t len)
{
	static const char digits[] = "0123456789abcdefABCDEF";

	for (size_t i = 0; i < len; i++) {
		if (text[i] != '%') {
			continue;
		}
		if (len - i < 3 || memchr(digits, text[i + 1], 22) == NULL || memchr(digits, text[i + 2], 22) == NULL) {
			return true;
		}
		i += 2;
	}
	return false;
}

static void check_again(const char *plain, size_t len)
{
	struct nw_buf text = {0};

	for (size_t i = 0; i < len; i++) {
		nw_buf_addf(&text, "%%%02X", (unsigned char)plain[i]);
	}
	ptrdiff_t n = nw_str_percent_decode((struct nw_span){text.data, text.len}, true, text.data);

	assert(n == (ptrdiff_t)len && (len == 0 || memcmp(text.data, plain, len) == 0));
	nw_buf_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool plus = size % 2 == 1;
	/* Of exactly that size: a byte read or written behind it is out of bounds. */
	char *copy = malloc(size == 0 ? 1 : size);
	char *out = malloc(size == 0 ? 1 : size);

	if (size > 0) {
		memcpy(copy, data, size);
	}
	ptrdiff_t n = nw_str_percent_decode((struct nw_span){copy, size}, plus, out);

	assert((n < 0) == is_broken(copy, size) && n <= (ptrdiff_t)size);
	ptrdiff_t again = nw_str_percent_decode((struct nw_span){copy, size}, plus, copy);

	assert(again == n && (n <= 0 || memcmp(copy, out, (size_t)n) == 0));
	if (n >= 0) {
		check_again(out, (size_t)n);
	}
	free(copy);
	free(out);
	return 0;
}
