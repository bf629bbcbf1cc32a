/*
 * A head of a believed peer: whatever it says, its id is one, the scheme is what one field says, and what is sent on is
 * a traceparent.
 */
#include <stdlib.h>
#include <string.h>

#include "worker/http/forward.h"
#include "worker/http/parser.h"
#include "worker/http/trace.h"

enum { FIELDS = 16 };

static void require(bool holds)
{
	if (!holds) {
		abort();
	}
}

static const struct nw_forward *believed(void)
{
	static char peer[] = "*", proto[] = "X-FORWARDED-PROTO=https", ssl[] = "X-Forwarded-SSL=on";
	static char *peers[] = {peer}, *schemes[] = {proto, ssl};
	static struct nw_forward *forward;

	if (forward == NULL) {
		const struct nw_strings all = {peers, 1}, fields = {schemes, 2};

		require(nw_forward_new(&all, &fields, &forward, NULL) == 0);
	}
	return forward;
}

static void check_id(const struct nw_exchange *x)
{
	char id[NW_TRACE_ID_MAX];
	size_t len = nw_trace_id_into(x, id);

	require(len >= 1 && len <= NW_TRACE_ID_MAX);
	for (size_t i = 0; i < len; i++) {
		require(id[i] > ' ' && id[i] <= '~');
	}
}

static void check_parent(const struct nw_exchange *x)
{
	char text[NW_TRACE_PARENT_LEN + 1];

	nw_trace_parent_into(x, text);
	require(strlen(text) == NW_TRACE_PARENT_LEN && strspn(text, "0123456789abcdef-") == NW_TRACE_PARENT_LEN);
	require(memcmp(text, "00-", 3) == 0 && text[35] == '-' && text[52] == '-' && text[53] == '0');
	require(strspn(text + 3, "0") < 32);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct nw_parser_rules rules = {.line = 64, .fields = FIELDS, .field_size = 256};
	static struct nw_field fields[FIELDS];
	struct nw_exchange x = {.is_trusted = true, .trace = {1, 2}};
	struct nw_parser parser;
	const char *reason = NULL;
	char *copy = malloc(size + 1);

	memcpy(copy + 1, data, size);
	x.head.fields = fields;
	x.head.cap = FIELDS;
	nw_parser_init(&parser);
	if (nw_parser_feed(&parser, &x.head, &rules, copy + 1, size) == 0 && parser.state == NW_PARSE_DONE) {
		require((nw_forward_take(believed(), &x, &reason) != 0) == (reason != NULL));
		require(reason == NULL || x.scheme == NW_SCHEME_UNSAID);
		check_id(&x);
		check_parent(&x);
	}
	free(copy);
	return 0;
}
