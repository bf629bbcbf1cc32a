#include "common/settings_skip.h"

#include <string.h>

static void skip_string(struct nw_literal_reader *r)
{
	char quote = *r->p;
	size_t n = r->end - r->p > 2 && r->p[1] == quote && r->p[2] == quote ? 3 : 1;

	for (r->p += n; r->p < r->end && !(n == 1 && *r->p == '\n'); r->p++) {
		bool is_end = *r->p == quote && (n == 1 || (r->end - r->p > 2 && r->p[1] == quote && r->p[2] == quote));

		if (is_end) {
			r->p += n;
			return;
		}
		if (*r->p == '\\' && r->end - r->p > 1) {
			r->p++;
		}
		r->line += *r->p == '\n';
	}
}

/* One token of what is not understood. Names count as used, so that one mistake does not bring about others. */
static void skip_token(struct nw_literal_reader *r, const struct nw_settings_names *names)
{
	struct nw_span word = nw_literal_name(r);

	if (word.len > 0) {
		struct nw_settings_name *name = nw_settings_names_find(names, word);

		if (name != NULL) {
			name->is_used = true;
		}
		return;
	}
	switch (*r->p) {
	case '\'':
	case '"':
		skip_string(r);
		return;
	case '(':
	case '[':
	case '{':
		r->brackets++;
		break;
	case ')':
	case ']':
	case '}':
		r->brackets -= r->brackets > 0;
		break;
	default:
		r->line += *r->p == '\n';
		break;
	}
	r->p++;
}

void nw_settings_skip_statement(struct nw_literal_reader *r, const struct nw_settings_names *names)
{
	r->brackets = 0;
	do {
		skip_token(r, names);
		nw_literal_skip(r);
	} while (r->p < r->end && !(r->brackets == 0 && r->p[-1] == '\n' && strchr("\n)]}", *r->p) == NULL));
	r->brackets = 0;
	r->depth = 0;
}
