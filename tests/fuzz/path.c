/*
 * "METHOD TARGET": taken apart, decoded and looked for among routes, as a request is. Slices lie within, and where a
 * slash is missing the redirect is one line of printable ASCII that leads to the same host.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "worker/app/router.h"
#include "worker/http/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct nw_router *routes;

static void routes_set(void)
{
	static const char *const paths[] = {"/", "/a/", "/a/<b>", "/a/<int:n>/x<float:f>y", "/p/<path:p>/end", "/%41/"};
	struct nw_err err;

	routes = nw_router_new();
	for (size_t i = 0; i < NW_ARRAY_LEN(paths); i++) {
		int rc = nw_router_add(routes, "GET", paths[i], routes, &err);

		assert(rc == 0);
	}
}

static void check_slice(struct nw_slice slice, size_t size)
{
	assert(slice.at <= size && slice.len <= size - slice.at);
}

static void check_redirect(struct nw_span path, struct nw_span query)
{
	struct nw_buf location = {0};

	nw_str_add_slashed(&location, path, query);
	for (size_t i = 0; i < location.len; i++) {
		assert(location.data[i] > 0x20 && location.data[i] < 0x7f);
	}
	assert(strncmp(nw_buf_str(&location), "//", 2) != 0 && location.data[0] == '/');
	nw_buf_free(&location);
}

static void find(const struct nw_head *head)
{
	struct nw_span path = nw_head_span(head, head->path);
	char *plain = malloc(path.len + 1);
	ptrdiff_t len = nw_str_percent_decode(path, false, plain);
	struct nw_router_match m;

	assert(len <= (ptrdiff_t)path.len);
	if (len > 0 && memchr(plain, '\0', (size_t)len) == NULL) {
		nw_router_find(routes, nw_head_span(head, head->method), (struct nw_span){plain, (size_t)len}, &m);
		nw_router_has_first(routes, (struct nw_span){plain, (size_t)len});
		for (size_t i = 0; m.target != NULL && i < m.n_params; i++) {
			check_slice((struct nw_slice){m.params[i].at, m.params[i].len}, (size_t)len);
		}
		if (m.target == NULL && m.needs_slash) {
			check_redirect(path, nw_head_span(head, head->query));
		}
	}
	free(plain);
}

/* The parser lets no others through to here. */
static bool is_visible(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)text[i] <= 0x20 || (unsigned char)text[i] >= 0x7f) {
			return false;
		}
	}
	return len > 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	const char *space = size == 0 || size > 65536 ? NULL : memchr(text, ' ', size);
	size_t at = space == NULL ? 0 : (size_t)(space - text) + 1;

	if (routes == NULL) {
		routes_set();
	}
	if (space == NULL || !is_visible(text + at, size - at)) {
		return 0;
	}
	struct nw_head head = {
		.base = text, .method = {0, (uint32_t)(at - 1)}, .target = {(uint32_t)at, (uint32_t)(size - at)}};

	if (nw_target_split(&head) == NULL) {
		check_slice(head.path, size);
		check_slice(head.query, size);
		check_slice(head.host, size);
		assert(head.path.len > 0);
		find(&head);
	}
	return 0;
}
