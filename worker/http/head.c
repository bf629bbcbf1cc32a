#include "worker/http/head.h"

#include <string.h>
#include <strings.h>

struct nw_span nw_head_get(const struct nw_head *head, const char *name)
{
	size_t len = strlen(name);

	for (uint32_t i = 0; i < head->n_fields; i++) {
		const struct nw_field *field = &head->fields[i];
		const char *p = head->base + field->name.at;

		/* Many names are as long as another, few begin alike. */
		if (field->name.len == len && ((*p ^ *name) & ~0x20) == 0 && strncasecmp(p, name, len) == 0) {
			return nw_head_span(head, field->value);
		}
	}
	return (struct nw_span){NULL, 0};
}
