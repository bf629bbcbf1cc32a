#include "worker/app/trie.h"

#include <string.h>

uint32_t nw_trie_method(const struct nw_router *router, struct nw_span method)
{
	if (method.len == 3 && memcmp(method.p, "GET", 3) == 0) { /* most are */
		return NW_METHOD_GET;
	}
	for (size_t i = 1; i < router->n_methods; i++) {
		if (nw_span_eq(method, router->methods[i])) {
			return UINT32_C(1) << i;
		}
	}
	return 0;
}

int nw_trie_compare(struct nw_span a, struct nw_span b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len == 0 ? 0 : memcmp(a.p, b.p, len);

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

size_t nw_trie_literal(const struct nw_node *node, struct nw_span text, bool *is_there)
{
	size_t low = 0, high = node->n_literals;

	*is_there = false;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = nw_trie_compare(text, node->literals[middle].text);

		if (order == 0) {
			*is_there = true;
			return middle;
		}
		if (order > 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}
