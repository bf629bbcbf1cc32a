#include "common/settings_names.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "common/quote.h"

enum { NAMES_MAX = 512 };

bool nw_settings_names_is_module(struct nw_span name)
{
	return nw_span_eq(name, "multiprocessing") || nw_span_eq(name, "os");
}

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

static int cpu_count(const struct nw_settings_names *names, const struct nw_literal **out, struct nw_err *err)
{
	struct nw_literal *value = nw_arena_alloc(names->arena, sizeof(*value));
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	if (value == NULL) {
		return nw_err_set(err, -EINVAL, "the value is too large");
	}
	value->kind = NW_LITERAL_INT;
	value->integer = n < 1 ? 1 : n;
	*out = value;
	return 0;
}

static int not_read(struct nw_span name, bool is_call, struct nw_err *err)
{
	char shown[80];

	return nw_err_set(err, -EINVAL,
			  "%s%s is not read here: a value is a literal, integer arithmetic or "
			  "multiprocessing.cpu_count()",
			  nw_quote_into(shown, sizeof(shown), name), is_call ? "()" : "");
}

/* MODULE.cpu_count() and nothing else. */
static int resolve_dotted(struct nw_settings_names *names, struct nw_span name, size_t dot, bool is_call,
			  const struct nw_literal **out, struct nw_err *err)
{
	struct nw_span first = {name.p, dot};
	struct nw_span member = {name.p + dot + 1, name.len - dot - 1};
	struct nw_settings_name *known = nw_settings_names_find(names, first);
	bool is_imported = known != NULL && known->kind == NW_SETTINGS_NAME_MODULE;
	char shown[80];

	if (known != NULL) {
		known->is_used = true;
	}
	if (!is_call || !nw_span_eq(member, "cpu_count")) {
		return not_read(name, is_call, err);
	}
	if (is_imported) {
		return cpu_count(names, out, err);
	}
	if (nw_settings_names_is_module(first)) {
		nw_quote_into(shown, sizeof(shown), first);
		return nw_err_set(err, -EINVAL, "%s is not imported: write 'import %.*s' above", shown, (int)first.len,
				  first.p);
	}
	return not_read(name, is_call, err);
}

int nw_settings_names_resolve(void *arg, struct nw_span name, bool is_call, const struct nw_literal **out,
			      struct nw_err *err)
{
	struct nw_settings_names *names = arg;
	const char *dot = memchr(name.p, '.', name.len);
	char shown[80];

	if (dot != NULL) {
		return resolve_dotted(names, name, (size_t)(dot - name.p), is_call, out, err);
	}
	struct nw_settings_name *known = nw_settings_names_find(names, name);

	if (known == NULL && is_call) {
		return not_read(name, true, err);
	}
	if (known == NULL) {
		return nw_err_set(err, -EINVAL, "the name %s is not set above",
				  nw_quote_into(shown, sizeof(shown), name));
	}
	known->is_used = true;
	if (known->kind == NW_SETTINGS_NAME_CPU_COUNT && is_call) {
		return cpu_count(names, out, err);
	}
	if (known->kind != NW_SETTINGS_NAME_VALUE || is_call) {
		return not_read(name, is_call, err);
	}
	if (known->value == NULL) {
		return -ECANCELED;
	}
	*out = known->value;
	return 0;
}
