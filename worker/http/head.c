#include "worker/http/head.h"

#include <string.h>
#include <strings.h>

struct nw_span nw_head_next(const struct nw_head *head, const char *name, uint32_t *at)
{
	size_t len = strlen(name);

	while (*at < head->n_fields) {
		const struct nw_field *field = &head->fields[(*at)++];
		const char *p = head->base + field->name.at;

		/* Many names are as long as another, few begin alike. */
		if (field->name.len == len && ((*p ^ *name) & ~0x20) == 0 && strncasecmp(p, name, len) == 0) {
			return nw_head_span(head, field->value);
		}
	}
	return (struct nw_span){NULL, 0};
}

struct nw_span nw_head_get(const struct nw_head *head, const char *name)
{
	uint32_t at = 0;

	return nw_head_next(head, name, &at);
}
