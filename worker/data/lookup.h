/** additional_lookup: an item found by another field than its id, e.g. /people/Lovelace. */
#ifndef NW_DATA_LOOKUP_H
#define NW_DATA_LOOKUP_H

#include <stdbool.h>
#include <stddef.h>

#include "worker/data/schema.h"

struct nw_lookup {
	const char *url; /* as in the file */
	const char *field;
	struct pcre2_real_code_8 *pattern;
	struct pcre2_real_match_data_8 *match; /* one: matching happens on the loop alone */
	struct pcre2_real_match_context_8 *limits;
};

/** Compile {"url": "regex(\"[\\w]+\")", "field": "lastname"}. NULL: a mistake. Ends with the reader's arena. */
struct nw_lookup *nw_lookup_compile(const struct nw_reader *reader, const struct cJSON *json,
				    const struct nw_pointer *at);

/** Does all of @text match? On the loop. */
bool nw_lookup_matches(const struct nw_lookup *lookup, const char *text);

#endif
