#include "common/settings_functions.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/literal_method.h"
#include "common/quote.h"
#include "common/settings_number.h"

/* A call under way. */
struct call {
	const struct nw_settings_names *names;
	const char *name;
	const struct nw_literal *const *args;
	size_t n;
	struct nw_literal *out;
	struct nw_err *err;
};

bool nw_settings_functions_has_module(struct nw_span name)
{
	return nw_span_eq(name, "multiprocessing") || nw_span_eq(name, "os") || nw_span_eq(name, "os.path");
}

static int no_memory(const struct call *call)
{
	return nw_err_set(call->err, -EINVAL, "the value is too large");
}

static int not_these(const struct call *call)
{
	return nw_err_set(call->err, -EINVAL, "%s() is not read with these arguments", call->name);
}

/* Takes nothing. */
static int set_text(const struct call *call, const char *text)
{
	char *copy = nw_arena_strdup(call->names->arena, text);

	if (copy == NULL) {
		return no_memory(call);
	}
	*call->out = (struct nw_literal){.kind = NW_LITERAL_STR, .text = nw_span_of(copy)};
	return 0;
}

/* An argument as a C string; NULL: it is no text. */
static const char *text_of(const struct call *call, size_t i)
{
	const struct nw_literal *arg = call->args[i];

	if (arg->kind != NW_LITERAL_STR || (arg->text.len > 0 && memchr(arg->text.p, '\0', arg->text.len) != NULL)) {
		return NULL;
	}
	return nw_arena_strndup(call->names->arena, arg->text.p, arg->text.len);
}

static int cpu_count(const struct call *call)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	if (call->n > 0) {
		return not_these(call);
	}
	*call->out = (struct nw_literal){.kind = NW_LITERAL_INT, .integer = n < 1 ? 1 : n};
	return 0;
}

static const char *variable_of(char *const *env, struct nw_span name)
{
	for (size_t i = 0; env != NULL && env[i] != NULL; i++) {
		if (strncmp(env[i], name.p, name.len) == 0 && env[i][name.len] == '=') {
			return env[i] + name.len + 1;
		}
	}
	return NULL;
}

/* os.getenv(NAME), os.getenv(NAME, DEFAULT) */
static int call_getenv(const struct call *call)
{
	if (call->n < 1 || call->n > 2 || call->args[0]->kind != NW_LITERAL_STR) {
		return not_these(call);
	}
	const char *value = variable_of(call->names->env, call->args[0]->text);

	if (value != NULL) {
		return set_text(call, value);
	}
	*call->out = call->n == 2 ? *call->args[1] : (struct nw_literal){.kind = NW_LITERAL_NONE};
	return 0;
}

/* os.environ, as a dict. */
static int get_environ(const struct call *call)
{
	struct nw_arena *arena = call->names->arena;
	char *const *env = call->names->env;
	size_t n = 0, n_items = 0;

	while (env != NULL && env[n] != NULL) {
		n++;
	}
	struct nw_literal *items = nw_arena_alloc(arena, (2 * n + 1) * sizeof(*items));
	const struct nw_literal **v = nw_arena_alloc(arena, (2 * n + 1) * sizeof(*v));

	if (items == NULL || v == NULL) {
		return no_memory(call);
	}
	for (size_t i = 0; i < n; i++) {
		const char *equals = strchr(env[i], '=');

		if (equals == NULL) {
			continue;
		}
		items[n_items] =
			(struct nw_literal){.kind = NW_LITERAL_STR, .text = {env[i], (size_t)(equals - env[i])}};
		v[n_items] = &items[n_items];
		n_items++;
		items[n_items] = (struct nw_literal){.kind = NW_LITERAL_STR, .text = nw_span_of(equals + 1)};
		v[n_items] = &items[n_items];
		n_items++;
	}
	*call->out = (struct nw_literal){.kind = NW_LITERAL_DICT, .items = {v, n_items}};
	return 0;
}

static int to_int(const struct call *call)
{
	const struct nw_literal *value = call->n == 1 ? call->args[0] : NULL;
	int64_t n = 0;
	char shown[80];

	if (value == NULL) {
		return not_these(call);
	}
	if (value->kind == NW_LITERAL_FLOAT && value->real > -1e15 && value->real < 1e15) {
		n = (int64_t)value->real;
	} else if (nw_settings_number_integer(value, &n) != 0) {
		if (value->kind == NW_LITERAL_STR) {
			return nw_err_set(call->err, -EINVAL, "int(): %s is not an integer",
					  nw_quote_into(shown, sizeof(shown), value->text));
		}
		return nw_err_set(call->err, -EINVAL, "int(): there is no number%s",
				  value->kind == NW_LITERAL_NONE ? ", the value is None" : "");
	}
	*call->out = (struct nw_literal){.kind = NW_LITERAL_INT, .integer = n};
	return 0;
}

static int to_float(const struct call *call)
{
	const char *text = call->n == 1 ? text_of(call, 0) : NULL;
	double real = 0;
	char *end = NULL;

	if (text != NULL) {
		real = strtod(text, &end);
	}
	if (call->n != 1 || (text != NULL && (end == text || *end != '\0')) ||
	    (text == NULL && !nw_literal_method_number(call->args[0], &real))) {
		return not_these(call);
	}
	*call->out = (struct nw_literal){.kind = NW_LITERAL_FLOAT, .real = real};
	return 0;
}

static int to_str(const struct call *call)
{
	struct nw_span text;

	if (call->n != 1) {
		return not_these(call);
	}
	int rc = nw_literal_method_text(call->names->arena, call->args[0], &text, call->err);

	if (rc == 0) {
		*call->out = (struct nw_literal){.kind = NW_LITERAL_STR, .text = text};
	}
	return rc;
}

static int to_bool(const struct call *call)
{
	if (call->n != 1) {
		return not_these(call);
	}
	*call->out = (struct nw_literal){.kind = NW_LITERAL_BOOL, .truth = nw_literal_method_truth(call->args[0])};
	return 0;
}

static int get_len(const struct call *call)
{
	const struct nw_literal *value = call->n == 1 ? call->args[0] : NULL;
	size_t n;

	if (value != NULL && value->kind == NW_LITERAL_STR) {
		n = value->text.len;
	} else if (value != NULL && value->kind >= NW_LITERAL_LIST) {
		n = value->kind == NW_LITERAL_DICT ? value->items.n / 2 : value->items.n;
	} else {
		return not_these(call);
	}
	*call->out = (struct nw_literal){.kind = NW_LITERAL_INT, .integer = (int64_t)n};
	return 0;
}

/* max(a, b), min(a, b, c) */
static int get_extreme(const struct call *call)
{
	bool is_max = strcmp(call->name, "max") == 0;
	double best = 0, next;

	if (call->n < 2) {
		return not_these(call);
	}
	for (size_t i = 0; i < call->n; i++) {
		if (!nw_literal_method_number(call->args[i], &next)) {
			return not_these(call);
		}
		if (i == 0 || (is_max ? next > best : next < best)) {
			best = next;
			*call->out = *call->args[i];
		}
	}
	return 0;
}

static int join_path(const struct call *call)
{
	struct nw_buf path = {.grow = nw_arena_grow_any, .grow_arg = call->names->arena};

	for (size_t i = 0; i < call->n; i++) {
		const char *piece = text_of(call, i);

		if (piece == NULL) {
			return not_these(call);
		}
		if (piece[0] == '/') {
			path.len = 0;
		} else if (path.len > 0 && path.data[path.len - 1] != '/') {
			nw_buf_addc(&path, '/');
		}
		nw_buf_adds(&path, piece);
	}
	return path.failed || call->n == 0 ? not_these(call) : set_text(call, nw_buf_str(&path));
}

/* The path without "." and "..", from the current directory on. */
static int normalise(const struct call *call, const char *path)
{
	struct nw_buf out = {.grow = nw_arena_grow_any, .grow_arg = call->names->arena};
	char here[PATH_MAX] = "";

	if (path[0] != '/' && getcwd(here, sizeof(here)) == NULL) {
		return nw_err_set(call->err, -EINVAL, "cannot tell the current directory");
	}
	char *whole = nw_arena_printf(call->names->arena, "%s/%s", here, path);

	if (whole == NULL) {
		return no_memory(call);
	}
	struct nw_span piece, rest = nw_span_of(whole);

	while (nw_span_cut(&rest, '/', &piece)) {
		if (nw_span_eq(piece, "..")) {
			while (out.len > 0 && out.data[--out.len] != '/') {
			}
		} else if (piece.len > 0 && !nw_span_eq(piece, ".")) {
			nw_buf_addc(&out, '/');
			nw_buf_add(&out, piece.p, piece.len);
		}
	}
	if (out.len == 0) {
		nw_buf_addc(&out, '/');
	}
	return out.failed ? no_memory(call) : set_text(call, nw_buf_str(&out));
}

/* abspath, dirname, basename */
static int change_path(const struct call *call)
{
	const char *path = call->n == 1 ? text_of(call, 0) : NULL;

	if (path == NULL) {
		return not_these(call);
	}
	if (strcmp(call->name, "os.path.abspath") == 0) {
		return normalise(call, path);
	}
	const char *slash = strrchr(path, '/');

	if (strcmp(call->name, "os.path.basename") == 0) {
		return set_text(call, slash != NULL ? slash + 1 : path);
	}
	size_t len = slash != NULL ? (size_t)(slash - path) : 0;
	char *folder = nw_arena_strndup(call->names->arena, path, slash == path ? 1 : len);

	return folder == NULL ? no_memory(call) : set_text(call, folder);
}

static int get_cwd(const struct call *call)
{
	return call->n > 0 ? not_these(call) : normalise(call, "");
}

static const struct {
	const char *name;
	int (*call)(const struct call *call);
} functions[] = {
	{"multiprocessing.cpu_count", cpu_count},
	{"os.cpu_count", cpu_count},
	{"os.getenv", call_getenv},
	{"os.environ.get", call_getenv},
	{"os.path.join", join_path},
	{"os.path.abspath", change_path},
	{"os.path.dirname", change_path},
	{"os.path.basename", change_path},
	{"os.getcwd", get_cwd},
	{"int", to_int},
	{"float", to_float},
	{"str", to_str},
	{"bool", to_bool},
	{"len", get_len},
	{"max", get_extreme},
	{"min", get_extreme},
};

int nw_settings_functions_call(const struct nw_settings_names *names, const char *name,
			       const struct nw_literal_args *args, struct nw_literal *out, struct nw_err *err)
{
	struct call call = {.names = names, .name = name, .out = out, .err = err};

	if (args == NULL) {
		if (strcmp(name, "__file__") == 0) {
			return set_text(&call, names->path);
		}
		return strcmp(name, "os.environ") == 0 ? get_environ(&call) : -ENOENT;
	}
	call.args = args->v;
	call.n = args->n;
	for (size_t i = 0; i < NW_ARRAY_LEN(functions); i++) {
		if (strcmp(name, functions[i].name) == 0) {
			return functions[i].call(&call);
		}
	}
	return -ENOENT;
}
