#include "common/settings_names.h"

#include <errno.h>
#include <string.h>

#include "common/literal_method.h"
#include "common/quote.h"
#include "common/settings_functions.h"

enum { NAMES_MAX = 512 };

struct nw_settings_name *nw_settings_names_find(const struct nw_settings_names *names, struct nw_span name)
{
	for (size_t i = 0; i < names->n; i++) {
		struct nw_span other = names->v[i].name;

		if (other.len == name.len && memcmp(other.p, name.p, name.len) == 0) {
			return &names->v[i];
		}
	}
	return NULL;
}

int nw_settings_names_put(struct nw_settings_names *names, const struct nw_settings_name *name, struct nw_err *err)
{
	struct nw_settings_name *old = nw_settings_names_find(names, name->name);

	if (old != NULL) {
		bool was_used = old->is_used;

		*old = *name;
		old->is_used = was_used;
		return 0;
	}
	if (names->v == NULL) {
		names->v = nw_arena_alloc(names->arena, NAMES_MAX * sizeof(*names->v));
	}
	if (names->v == NULL || names->n == NAMES_MAX) {
		return nw_err_set(err, -EINVAL, "there are more than %d names", NAMES_MAX);
	}
	names->v[names->n++] = *name;
	return 0;
}

static int not_read(struct nw_span name, bool is_call, struct nw_err *err)
{
	char shown[80];

	return nw_err_set(err, -EINVAL,
			  "%s%s is not read here: values are made of literals, arithmetic, conditions, os.environ, "
			  "os.path and multiprocessing.cpu_count()",
			  nw_quote_into(shown, sizeof(shown), name), is_call ? "()" : "");
}

/* @first: what the file calls it; @rest: ".getenv", or empty. */
static char *full_name(const struct nw_settings_names *names, const struct nw_settings_name *first, struct nw_span rest)
{
	return nw_arena_printf(names->arena, "%.*s%.*s", (int)first->full.len, first->full.p, (int)rest.len, rest.p);
}

static int resolve_library(struct nw_settings_names *names, const struct nw_settings_name *known, struct nw_span name,
			   size_t n_first, const struct nw_literal_args *args, const struct nw_literal **out,
			   struct nw_err *err)
{
	struct nw_literal *value = nw_arena_alloc(names->arena, sizeof(*value));
	struct nw_span rest = {name.p + n_first, name.len - n_first};
	char *full = known != NULL ? full_name(names, known, rest) : nw_arena_strndup(names->arena, name.p, name.len);

	if (value == NULL || full == NULL) {
		return nw_err_set(err, -EINVAL, "the value is too large");
	}
	int rc = nw_settings_functions_call(names, full, args, value, err);

	*out = value;
	return rc == -ENOENT ? not_read(name, args != NULL, err) : rc;
}

static int resolve_unknown(struct nw_settings_names *names, struct nw_span name, size_t n_first,
			   const struct nw_literal_args *args, const struct nw_literal **out, struct nw_err *err)
{
	struct nw_span first = {name.p, n_first};
	char shown[80];

	nw_quote_into(shown, sizeof(shown), first);
	if (nw_settings_functions_has_module(first)) {
		return nw_err_set(err, -EINVAL, "%s is not imported: write 'import %.*s' above", shown, (int)first.len,
				  first.p);
	}
	if (args == NULL && !nw_span_eq(name, "__file__")) {
		return nw_err_set(err, -EINVAL, "the name %s is not set above", shown);
	}
	return resolve_library(names, NULL, name, n_first, args, out, err);
}

/* A method of a value that has a name. */
static int resolve_method(struct nw_settings_names *names, const struct nw_settings_name *known, struct nw_span method,
			  const struct nw_literal_args *args, const struct nw_literal **out, struct nw_err *err)
{
	struct nw_literal *value = nw_arena_alloc(names->arena, sizeof(*value));

	if (value == NULL) {
		return nw_err_set(err, -EINVAL, "the value is too large");
	}
	int rc = nw_literal_method_call(names->arena, known->value, method, args, value, err);

	*out = value;
	return rc;
}

int nw_settings_names_resolve(void *arg, struct nw_span name, const struct nw_literal_args *args,
			      const struct nw_literal **out, struct nw_err *err)
{
	struct nw_settings_names *names = arg;
	const char *dot = memchr(name.p, '.', name.len);
	size_t n_first = dot != NULL ? (size_t)(dot - name.p) : name.len;
	struct nw_settings_name *known = nw_settings_names_find(names, (struct nw_span){name.p, n_first});

	if (known == NULL) {
		return resolve_unknown(names, name, n_first, args, out, err);
	}
	known->is_used = true;
	if (known->kind == NW_SETTINGS_NAME_LIBRARY) {
		return resolve_library(names, known, name, n_first, args, out, err);
	}
	if (known->kind == NW_SETTINGS_NAME_VALUE && known->value == NULL) {
		return -ECANCELED;
	}
	if (known->kind == NW_SETTINGS_NAME_VALUE && dot != NULL && args != NULL) {
		return resolve_method(names, known, (struct nw_span){dot + 1, name.len - n_first - 1}, args, out, err);
	}
	if (known->kind != NW_SETTINGS_NAME_VALUE || dot != NULL || args != NULL) {
		return not_read(name, args != NULL, err);
	}
	*out = known->value;
	return 0;
}
