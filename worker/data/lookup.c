#define PCRE2_CODE_UNIT_WIDTH 8

#include "worker/data/lookup.h"

#include <string.h>

#include <cjson/cJSON.h>
#include <pcre2.h>

#include "worker/data/keys.h"

enum { MATCH_LIMIT = 10000 }; /* steps: a pattern that needs more does not match */

struct reading {
	const struct nw_reader *reader;
	struct nw_lookup *lookup;
};

static void free_pattern(void *arg)
{
	struct nw_lookup *lookup = arg;

	pcre2_match_context_free(lookup->limits);
	pcre2_match_data_free(lookup->match);
	pcre2_code_free(lookup->pattern);
}

static void compile_pattern(const struct reading *r, const char *pattern, size_t len, const struct nw_pointer *at)
{
	int code;
	size_t offset;
	unsigned char message[128];
	struct nw_lookup *lookup = r->lookup;

	lookup->pattern = pcre2_compile((PCRE2_SPTR)pattern, len, PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED, &code,
					&offset, NULL);
	if (lookup->pattern == NULL) {
		pcre2_get_error_message(code, message, sizeof(message));
		nw_mistakes_add(r->reader->mistakes, at, "this regular expression does not compile: %s at %zu",
				(const char *)message, offset);
		return;
	}
	lookup->match = pcre2_match_data_create(1, NULL);
	lookup->limits = pcre2_match_context_create(NULL);
	if (lookup->match == NULL || lookup->limits == NULL ||
	    nw_arena_defer(r->reader->arena, free_pattern, lookup) != 0) {
		free_pattern(lookup);
		lookup->pattern = NULL;
		return;
	}
	pcre2_set_match_limit(lookup->limits, MATCH_LIMIT);
}

/* regex("...") */
static void read_url(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	static const char head[] = "regex(";
	struct reading *r = arg;
	const char *url = nw_keys_read_string(r->reader, json, at);
	size_t len = url == NULL ? 0 : strlen(url);
	size_t skip = sizeof(head) - 1;

	if (url == NULL) {
		return;
	}
	if (len < skip + 4 || strncmp(url, head, skip) != 0 || strchr("'\"", url[skip]) == NULL ||
	    url[len - 1] != ')' || url[len - 2] != url[skip]) {
		nw_mistakes_add(r->reader->mistakes, at, "must be of the form regex(\"[\\\\w]+\")");
		return;
	}
	r->lookup->url = url;
	compile_pattern(r, url + skip + 1, len - skip - 3, at);
}

static void read_field(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	struct reading *r = arg;

	r->lookup->field = nw_keys_read_string(r->reader, json, at);
}

struct nw_lookup *nw_lookup_compile(const struct nw_reader *reader, const struct cJSON *json,
				    const struct nw_pointer *at)
{
	static const struct nw_key keys[] = {{"url", read_url}, {"field", read_field}};
	struct reading r = {reader, nw_arena_alloc(reader->arena, sizeof(*r.lookup))};
	size_t n_before = reader->mistakes->n;

	if (r.lookup == NULL) {
		return NULL;
	}
	nw_keys_read(reader, json, at, "key of a lookup", keys, NW_ARRAY_LEN(keys), &r);
	if (reader->mistakes->n > n_before) {
		return NULL;
	}
	if (r.lookup->pattern == NULL || r.lookup->field == NULL) {
		nw_mistakes_add(reader->mistakes, at, "needs \"url\" and \"field\"");
		return NULL;
	}
	return r.lookup;
}

bool nw_lookup_matches(const struct nw_lookup *lookup, const char *text)
{
	return pcre2_match(lookup->pattern, (PCRE2_SPTR)text, strlen(text), 0, 0, lookup->match, lookup->limits) >= 0;
}
