/* Any bytes as a domain file: loaded, or refused with sentences. */
#include <stddef.h>
#include <stdint.h>

#include <assert.h>

#include "worker/data/domain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nw_domain *domain = NULL;
	struct nw_err err = {0};
	int result = nw_domain_parse("domain.json", (const char *)data, size, &domain, &err);

	assert((result == 0) == (domain != NULL));
	assert(result == 0 || err.msg[0] != '\0');
	nw_domain_free(domain);
	return 0;
}
