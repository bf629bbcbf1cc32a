#include "worker/app/router.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "common/arena.h"
#include "worker/app/fixed.h"

struct nw_router *nw_router_new(void)
{
	struct nw_arena *arena = nw_arena_new(0);
	struct nw_router *router = arena == NULL ? NULL : nw_arena_alloc(arena, sizeof(*router));

	if (router == NULL) {
		nw_arena_free(arena);
		return NULL;
	}
	router->arena = arena;
	router->root = nw_arena_alloc(arena, sizeof(*router->root));
	router->methods[router->n_methods++] = "GET"; /* bit by bit as in trie.h */
	router->methods[router->n_methods++] = "HEAD";
	router->methods[router->n_methods++] = "OPTIONS";
	return router->root == NULL ? nw_router_free(router) : router;
}

struct nw_router *nw_router_free(struct nw_router *router)
{
	if (router != NULL) {
		nw_arena_free(router->arena);
	}
	return NULL;
}

static int methods_add(struct nw_router *router, const char *all, struct nw_span name, uint32_t *mask,
		       struct nw_err *err)
{
	for (size_t i = 0; i < name.len; i++) {
		if (!isupper((unsigned char)name.p[i]) && name.p[i] != '-') {
			return nw_err_set(err, -EINVAL, "'%s' are no methods (write \"GET\" or \"GET, POST\")", all);
		}
	}
	uint32_t bit = nw_trie_method(router, name);

	if (bit == 0) {
		if (router->n_methods == NW_ROUTER_METHODS) {
			return nw_err_set(err, -EINVAL, "more than %d different methods", NW_ROUTER_METHODS);
		}
		char *copy = nw_arena_strndup(router->arena, name.p, name.len);

		if (copy == NULL) {
			return nw_err_set(err, -ENOMEM, "no memory for a route");
		}
		bit = UINT32_C(1) << router->n_methods;
		router->methods[router->n_methods++] = copy;
	}
	*mask |= bit;
	return 0;
}

static int methods_parse(struct nw_router *router, const char *methods, uint32_t *out, struct nw_err *err)
{
	const char *at = methods;
	uint32_t mask = 0;

	for (;;) {
		at += strspn(at, ", ");
		size_t len = strcspn(at, ", ");

		if (len == 0) {
			break;
		}
		int rc = methods_add(router, methods, (struct nw_span){at, len}, &mask, err);

		if (rc < 0) {
			return rc;
		}
		at += len;
	}
	if (mask == 0) {
		return nw_err_set(err, -EINVAL, "no method (write \"GET\" or \"GET, POST\")");
	}
	*out = mask;
	return 0;
}

/* Room for one more element of @size at @at; the others move up. NULL: no memory. */
static void *array_insert(struct nw_router *router, void *array, size_t n, size_t size, size_t at)
{
	char *grown = nw_arena_grow(router->arena, array, n * size, (n + 1) * size);

	if (grown != NULL) {
		memmove(grown + (at + 1) * size, grown + at * size, (n - at) * size);
		memset(grown + at * size, 0, size);
	}
	return grown;
}

static bool span_dup(struct nw_router *router, struct nw_span s, struct nw_span *out)
{
	*out = (struct nw_span){nw_arena_strndup(router->arena, s.len == 0 ? "" : s.p, s.len), s.len};
	return out->p != NULL;
}

static struct nw_node *literal_get(struct nw_router *router, struct nw_node *node, const struct nw_segment *seg)
{
	bool is_there;
	size_t at = nw_trie_literal(node, seg->prefix, &is_there);

	if (is_there) {
		return node->literals[at].to;
	}
	struct nw_literal new;
	struct nw_literal *grown;

	new.to = nw_arena_alloc(router->arena, sizeof(*new.to));
	if (new.to == NULL || !span_dup(router, seg->prefix, &new.text)) {
		return NULL;
	}
	grown = array_insert(router, node->literals, node->n_literals, sizeof(new), at);
	if (grown == NULL) {
		return NULL;
	}
	grown[at] = new;
	node->literals = grown;
	node->n_literals++;
	return new.to;
}

/* More literal text around the parameter makes it narrower than any converter does. */
static int converter_compare(const struct nw_segment *seg, const struct nw_converter *c)
{
	size_t a = seg->prefix.len + seg->suffix.len, b = c->prefix.len + c->suffix.len;

	if (a != b) {
		return a > b ? -1 : 1;
	}
	if (seg->kind != c->kind) {
		return seg->kind < c->kind ? -1 : 1;
	}
	int order = nw_trie_compare(seg->prefix, c->prefix);

	return order != 0 ? order : nw_trie_compare(seg->suffix, c->suffix);
}

static struct nw_node *converter_get(struct nw_router *router, struct nw_node *node, const struct nw_segment *seg)
{
	size_t at = 0;

	while (at < node->n_converters && converter_compare(seg, &node->converters[at]) > 0) {
		at++;
	}
	if (at < node->n_converters && converter_compare(seg, &node->converters[at]) == 0) {
		return node->converters[at].to;
	}
	struct nw_converter new = {.kind = seg->kind};
	struct nw_converter *grown;

	new.to = nw_arena_alloc(router->arena, sizeof(*new.to));
	if (new.to == NULL || !span_dup(router, seg->prefix, &new.prefix) ||
	    !span_dup(router, seg->suffix, &new.suffix)) {
		return NULL;
	}
	grown = array_insert(router, node->converters, node->n_converters, sizeof(new), at);
	if (grown == NULL) {
		return NULL;
	}
	grown[at] = new;
	node->converters = grown;
	node->n_converters++;
	return new.to;
}

static int rule_add(struct nw_router *router, struct nw_node *node, const struct nw_rule *new, struct nw_err *err)
{
	for (size_t i = 0; i < node->n_rules; i++) {
		uint32_t both = node->rules[i].methods & new->methods;

		if (both != 0) {
			return nw_err_set(err, -EEXIST, "route '%s': there is %s %s already", new->path,
					  router->methods[__builtin_ctz(both)], node->rules[i].path);
		}
	}
	struct nw_rule *grown = array_insert(router, node->rules, node->n_rules, sizeof(*new), node->n_rules);

	if (grown == NULL) {
		return nw_err_set(err, -ENOMEM, "no memory for a route");
	}
	grown[node->n_rules++] = *new;
	node->rules = grown;
	return 0;
}

int nw_router_add(struct nw_router *router, const char *methods, const char *path, void *target, struct nw_err *err)
{
	struct nw_pattern pattern;
	struct nw_rule rule = {.target = target};
	struct nw_node *node = router->root;
	size_t n_names = 0;
	int rc = nw_pattern_parse(path, &pattern, err);

	if (rc < 0) {
		return rc;
	}
	rc = methods_parse(router, methods, &rule.methods, err);
	if (rc < 0) {
		nw_err_prefix(err, "route '%s'", path);
		return rc;
	}
	rule.path = nw_arena_strdup(router->arena, path);
	for (size_t i = 0; i < pattern.n && node != NULL; i++) {
		const struct nw_segment *seg = &pattern.segments[i];

		if (!seg->is_param) {
			node = literal_get(router, node, seg);
			continue;
		}
		rule.names[n_names] = nw_arena_strndup(router->arena, seg->name.p, seg->name.len);
		node = rule.names[n_names++] == NULL ? NULL : converter_get(router, node, seg);
	}
	if (node == NULL || rule.path == NULL ||
	    (n_names == 0 && nw_fixed_add(router, nw_span_of(rule.path), node) != 0)) {
		return nw_err_set(err, -ENOMEM, "no memory for a route");
	}
	return rule_add(router, node, &rule, err);
}

void nw_router_allow(const struct nw_router *router, uint32_t methods, struct nw_buf *out)
{
	uint32_t others = methods & ~(uint32_t)(NW_METHOD_HEAD | NW_METHOD_OPTIONS);

	for (size_t i = 0; i < router->n_methods; i++) {
		if ((others & UINT32_C(1) << i) != 0) {
			nw_buf_adds(out, router->methods[i]);
			nw_buf_adds(out, ", ");
		}
	}
	if ((methods & (NW_METHOD_GET | NW_METHOD_HEAD)) != 0) {
		nw_buf_adds(out, "HEAD, ");
	}
	nw_buf_adds(out, "OPTIONS");
}
