#include "worker/http/head.h"

#include <string.h>
#include <strings.h>

struct nw_span nw_head_get(const struct nw_head *head, const char *name)
{
	size_t len = strlen(name);

	for (uint32_t i = 0; i < head->n_fields; i++) {
		const struct nw_field *field = &head->fields[i];

		if (field->name.len == len && strncasecmp(head->base + field->name.at, name, len) == 0) {
			return nw_head_span(head, field->value);
		}
	}
	return (struct nw_span){NULL, 0};
}
