/* Any bytes as a domain file: loaded and described, or refused with sentences. */
#include <stddef.h>
#include <stdint.h>

#include <assert.h>

#include <cjson/cJSON.h>

#include "worker/data/description.h"
#include "worker/data/domain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever the names and values are, it is JSON. */
static void check_description(const struct nw_domain *domain)
{
	struct nw_buf text = {0};

	nw_description_add(&text, domain);
	cJSON *json = cJSON_ParseWithOpts(nw_buf_str(&text), NULL, 1);

	assert(json != NULL);
	cJSON_Delete(json);
	nw_buf_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nw_domain *domain = NULL;
	struct nw_err err = {0};
	int result = nw_domain_parse("domain.json", (const char *)data, size, &domain, &err);

	assert((result == 0) == (domain != NULL));
	assert(result == 0 || err.msg[0] != '\0');
	if (domain != NULL) {
		check_description(domain);
	}
	nw_domain_free(domain);
	return 0;
}
