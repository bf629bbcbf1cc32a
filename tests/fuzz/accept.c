/* An Accept-Encoding: whatever it says, the answer is a coding that was offered, and not one that it refuses plainly.
 */
#include "worker/http/accept.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A copy of its own size, so that a look behind it is noticed. */
	char *value = malloc(size == 0 ? 1 : size);

	assert(value != NULL);
	if (size > 0) {
		memcpy(value, data, size);
	}
	for (unsigned offered = 0; offered < 1U << NW_CODINGS; offered++) {
		enum nw_coding coding = nw_accept_coding((struct nw_span){value, size}, offered);

		assert(coding == NW_CODING_IDENTITY || (offered & NW_CODING_BIT(coding)) != 0);
		assert(nw_coding_name(coding) != NULL);
		/* What is not named, by itself or by an asterisk, is not wanted. */
		assert(coding == NW_CODING_IDENTITY || memchr(value, '*', size) != NULL ||
		       memmem(value, size, coding == NW_CODING_BR ? "r" : "p", 1) != NULL ||
		       memmem(value, size, coding == NW_CODING_BR ? "R" : "P", 1) != NULL);
	}
	free(value);
	return 0;
}
