#include "worker/app/router.h"

#include <string.h>

#include "worker/app/fixed.h"

/* One search. Its depth is that of the trie, not of the path. */
struct search {
	struct nw_span path;
	uint32_t method; /* its bit; 0: no route has it */
	struct nw_router_match *out;
};

static bool walk(struct search *s, const struct nw_node *node, size_t at);

static const struct nw_rule *rule_find(const struct search *s, const struct nw_node *node)
{
	const struct nw_rule *fallback = NULL;

	for (size_t i = 0; i < node->n_rules; i++) {
		const struct nw_rule *rule = &node->rules[i];

		if ((rule->methods & s->method) != 0) {
			return rule;
		}
		if (s->method == NW_METHOD_HEAD && (rule->methods & NW_METHOD_GET) != 0) {
			fallback = rule;
		}
	}
	return fallback;
}

static void rule_take(struct search *s, const struct nw_rule *rule)
{
	s->out->target = rule->target;
	for (size_t i = 0; i < s->out->n_params; i++) {
		s->out->params[i].name = rule->names[i];
	}
}

/* All segments are used up. */
static bool walk_end(struct search *s, const struct nw_node *node)
{
	const struct nw_rule *rule = rule_find(s, node);

	if (rule != NULL) {
		rule_take(s, rule);
		return true;
	}
	for (size_t i = 0; i < node->n_rules; i++) {
		s->out->methods |= node->rules[i].methods;
	}
	/* The empty text sorts first. */
	if (node->n_literals > 0 && node->literals[0].text.len == 0) {
		const struct nw_node *slash = node->literals[0].to;
		bool takes_options = s->method == NW_METHOD_OPTIONS && slash->n_rules > 0;

		s->out->needs_slash = takes_options || rule_find(s, slash) != NULL;
	}
	return s->out->needs_slash;
}

static bool walk_param(struct search *s, const struct nw_converter *c, size_t at, size_t len, size_t next)
{
	struct nw_router_match *out = s->out;

	out->params[out->n_params++] = (struct nw_router_param){NULL, (uint32_t)at, (uint32_t)len, c->kind};
	if (walk(s, c->to, next)) {
		return true;
	}
	out->n_params--;
	return false;
}

/* Shortest first: one segment, two, ..., all that is left, a last '/' included. */
static bool walk_path(struct search *s, const struct nw_converter *c, size_t at, size_t end)
{
	for (;;) {
		if (walk_param(s, c, at, end - at, end + 1)) {
			return true;
		}
		if (end == s->path.len) {
			return false;
		}
		const char *slash = memchr(s->path.p + end + 1, '/', s->path.len - end - 1);

		end = slash == NULL ? s->path.len : (size_t)(slash - s->path.p);
	}
}

static bool walk_converter(struct search *s, const struct nw_converter *c, size_t at, size_t end)
{
	struct nw_span text = {s->path.p + at, end - at};

	if (c->kind == NW_PARAM_PATH) {
		return text.len > 0 && walk_path(s, c, at, end);
	}
	if (text.len < c->prefix.len + c->suffix.len || memcmp(text.p, c->prefix.p, c->prefix.len) != 0 ||
	    memcmp(text.p + text.len - c->suffix.len, c->suffix.p, c->suffix.len) != 0) {
		return false;
	}
	text.p += c->prefix.len;
	text.len -= c->prefix.len + c->suffix.len;
	return nw_pattern_accepts(c->kind, text) && walk_param(s, c, at + c->prefix.len, text.len, end + 1);
}

/* @at: where the next segment begins; one past the end of the path: there is none. */
static bool walk(struct search *s, const struct nw_node *node, size_t at)
{
	bool is_there;

	if (at > s->path.len) {
		return walk_end(s, node);
	}
	const char *slash = memchr(s->path.p + at, '/', s->path.len - at);
	size_t end = slash == NULL ? s->path.len : (size_t)(slash - s->path.p);
	size_t i = nw_trie_literal(node, (struct nw_span){s->path.p + at, end - at}, &is_there);

	if (is_there && walk(s, node->literals[i].to, end + 1)) {
		return true;
	}
	for (size_t k = 0; k < node->n_converters; k++) {
		if (walk_converter(s, &node->converters[k], at, end)) {
			return true;
		}
	}
	return false;
}

void nw_router_find(const struct nw_router *router, struct nw_span method, struct nw_span path,
		    struct nw_router_match *out)
{
	struct search s = {.path = path, .method = nw_trie_method(router, method), .out = out};

	out->method = s.method == 0 ? NULL : router->methods[__builtin_ctz(s.method)];
	out->target = NULL;
	out->methods = 0;
	out->needs_slash = false;
	out->n_params = 0;
	if (path.len == 0 || path.p[0] != '/' || path.len >= UINT32_MAX) {
		return;
	}
	/* A literal segment wins over a converter, so the trie would find this one first, too. */
	const struct nw_node *fixed = nw_fixed_find(router, path);
	const struct nw_rule *rule = fixed == NULL ? NULL : rule_find(&s, fixed);

	if (rule != NULL) {
		out->target = rule->target;
	} else {
		walk(&s, router->root, 1);
	}
}

bool nw_router_has_first(const struct nw_router *router, struct nw_span path)
{
	bool is_there;
	const char *slash = path.len == 0 ? NULL : memchr(path.p + 1, '/', path.len - 1);
	size_t len = slash == NULL ? path.len : (size_t)(slash - path.p);

	if (len < 2) {
		return false;
	}
	nw_trie_literal(router->root, (struct nw_span){path.p + 1, len - 1}, &is_there);
	return is_there;
}
