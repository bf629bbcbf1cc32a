#include "common/settings_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/literal.h"
#include "common/memo.h"
#include "common/quote.h"
#include "common/settings_functions.h"
#include "common/settings_ignored.h"
#include "common/settings_mistakes.h"
#include "common/settings_names.h"
#include "common/settings_notice.h"
#include "common/settings_skip.h"
#include "common/settings_table.h"
#include "common/settings_value.h"

enum {
	FILE_MAX = 256 * 1024,         /* bytes of a config file */
	MEMORY_MAX = 16 * 1024 * 1024, /* of all that is read from it */
};

struct file {
	struct nw_settings *settings;
	const char *path; /* for messages */
	struct nw_literal_reader reader;
	struct nw_settings_names names;
	struct nw_err err; /* of the statement that is being read */
	struct nw_settings_mistakes mistakes;
};

static bool is_keyword(struct nw_span word)
{
	static const char *const words[] = {"if",     "elif",   "else",   "for",   "while",  "try",
					    "except", "with",   "return", "raise", "assert", "del",
					    "pass",   "global", "async",  "await", "lambda", "finally"};

	for (size_t i = 0; i < NW_ARRAY_LEN(words); i++) {
		if (nw_span_eq(word, words[i])) {
			return true;
		}
	}
	return false;
}

static int expect_end(struct file *file)
{
	struct nw_literal_reader *r = &file->reader;
	char found[64];

	nw_literal_skip(r);
	if (r->p >= r->end || *r->p == '\n' || *r->p == ';') {
		return 0;
	}
	return nw_err_set(&file->err, -EINVAL, "expected the end of the line, found %s",
			  nw_literal_found(r, found, sizeof(found)));
}

/* A name of the file's own is fine if some value is made of it; find_unknown() sees to the others. */
static int set_setting(struct file *file, struct nw_span name, const struct nw_literal *value)
{
	const struct nw_setting *setting = nw_settings_table_find(name);

	if (setting == NULL) {
		return 0;
	}
	if (setting->type >= NW_SETTING_HELP) {
		return nw_err_set(&file->err, -EINVAL, "'%s' can only be given on the command line", setting->name);
	}
	int rc = nw_settings_value_set(file->settings, setting, value, false, &file->err);

	return rc != 0 ? rc : nw_settings_notice_given(file->settings, setting->name, &file->err);
}

static int read_value(struct file *file, const struct nw_literal **out)
{
	int rc = nw_literal_read(&file->reader, out, &file->err);

	return rc != 0 ? rc : expect_end(file);
}

static int take_ignored(struct file *file, const struct nw_settings_ignored *ignored, const struct nw_literal *value,
			unsigned line)
{
	char where[512];

	snprintf(where, sizeof(where), "%s:%u", file->path, line);
	int rc = nw_settings_ignored_take(ignored, value, where, file->settings, &file->err);

	if (rc != 0) {
		nw_settings_mistakes_add(&file->mistakes, line, file->err.msg);
	}
	return rc;
}

/* Whatever is behind it, such as a class or a lambda: it has no effect, so it need not be understood. */
static int read_ignored(struct file *file, const struct nw_settings_ignored *ignored, struct nw_span name)
{
	struct nw_settings_name entry = {
		.name = name, .line = file->reader.line, .kind = NW_SETTINGS_NAME_VALUE, .is_used = true};
	bool is_read = read_value(file, &entry.value) == 0;

	if (!is_read) {
		entry.value = NULL;
	}
	file->err = (struct nw_err){0};
	int rc = nw_settings_names_put(&file->names, &entry, &file->err);

	if (rc != 0) {
		return rc;
	}
	(void)take_ignored(file, ignored, entry.value, entry.line);
	return is_read ? 0 : -ECANCELED;
}

static int read_assignment(struct file *file, struct nw_span name)
{
	unsigned line = file->reader.line;
	struct nw_settings_name entry = {.name = name, .line = line, .kind = NW_SETTINGS_NAME_VALUE};

	file->reader.p++; /* '=' */
	const struct nw_settings_ignored *ignored = nw_settings_ignored_find(name);

	if (ignored != NULL) {
		return read_ignored(file, ignored, name);
	}
	int rc = read_value(file, &entry.value);
	int rc_put;

	if (rc != 0) {
		/* Known from now on, but with no value: whoever uses it is not told again. */
		entry.value = NULL;
		rc_put = nw_settings_names_put(&file->names, &entry, NULL);
		return rc_put != 0 ? rc_put : rc;
	}
	rc = nw_settings_names_put(&file->names, &entry, &file->err);
	if (rc == 0 && set_setting(file, name, entry.value) != 0) {
		nw_settings_mistakes_add(&file->mistakes, line, file->err.msg);
	}
	return rc;
}

static struct nw_span next_name(struct file *file)
{
	nw_literal_skip(&file->reader);
	return nw_literal_name(&file->reader);
}

/* The name behind "as", if that follows; otherwise @name. */
static struct nw_span read_alias(struct file *file, struct nw_span name)
{
	struct nw_literal_reader before = file->reader;

	if (nw_span_eq(next_name(file), "as")) {
		return next_name(file);
	}
	file->reader = before;
	return name;
}

/* What is imported or defined in Python as @name: nothing is made of it, unless @full is known. */
static int put_python(struct file *file, struct nw_span name, struct nw_span full, unsigned line)
{
	bool is_known = full.len > 0;
	struct nw_settings_name entry = {
		.name = name,
		.line = line,
		.kind = is_known ? NW_SETTINGS_NAME_LIBRARY : NW_SETTINGS_NAME_UNREAD,
		.full = full,
		.is_used = true,
	};
	const struct nw_settings_ignored *ignored = nw_settings_ignored_find(name);
	char shown[80];

	if (ignored != NULL) {
		(void)take_ignored(file, ignored, NULL, line);
	} else if (nw_settings_table_find(name) != NULL) {
		return nw_err_set(&file->err, -EINVAL, "%s comes from Python, which is not run: write its value",
				  nw_quote_into(shown, sizeof(shown), name));
	}
	return nw_settings_names_put(&file->names, &entry, &file->err);
}

/* NAME.NAME */
static struct nw_span next_dotted(struct file *file)
{
	struct nw_literal_reader *r = &file->reader;
	struct nw_span name = next_name(file);

	while (r->end - r->p > 1 && *r->p == '.') {
		r->p++;
		nw_literal_name(r);
		name.len = (size_t)(r->p - name.p);
	}
	return name;
}

static int expected_name(struct file *file)
{
	char found[64];

	return nw_err_set(&file->err, -EINVAL, "expected a name, found %s",
			  nw_literal_found(&file->reader, found, sizeof(found)));
}

/* import multiprocessing [as NAME], os.path */
static int read_import(struct file *file)
{
	struct nw_literal_reader *r = &file->reader;

	for (;;) {
		struct nw_span module = next_dotted(file);
		size_t n_first = module.len > 0 ? strcspn(module.p, ".") : 0;
		struct nw_span first = {module.p, n_first < module.len ? n_first : module.len};
		struct nw_span name = read_alias(file, first);
		bool has_alias = name.p != first.p;
		bool is_known = nw_settings_functions_has_module(module);

		if (module.len == 0 || name.len == 0) {
			return expected_name(file);
		}
		/* import os.path makes os known. */
		int rc = put_python(file, name, is_known ? has_alias ? module : first : (struct nw_span){NULL, 0},
				    r->line);

		nw_literal_skip(r);
		if (rc != 0 || r->p >= r->end || *r->p != ',') {
			return rc != 0 ? rc : expect_end(file);
		}
		r->p++;
	}
}

static int read_member(struct file *file, struct nw_span module)
{
	struct nw_span name = next_name(file), full = {NULL, 0};

	if (name.len == 0) {
		return expected_name(file);
	}
	if (nw_settings_functions_has_module(module)) {
		full = nw_span_of(nw_arena_printf(file->names.arena, "%.*s.%.*s", (int)module.len, module.p,
						  (int)name.len, name.p));
	}
	return put_python(file, read_alias(file, name), full, file->reader.line);
}

/* from os import getenv [as NAME], (cpu_count) */
static int read_from(struct file *file)
{
	struct nw_literal_reader *r = &file->reader;

	nw_literal_skip(r);
	while (r->p < r->end && *r->p == '.') {
		r->p++;
	}
	struct nw_span module = next_dotted(file);
	char shown[80];

	if (!nw_span_eq(next_name(file), "import") && !nw_span_eq(module, "import")) {
		return nw_err_set(&file->err, -EINVAL, "expected 'import'");
	}
	nw_literal_skip(r);
	if (r->p < r->end && *r->p == '*') {
		return nw_err_set(&file->err, -EINVAL,
				  "all of %s cannot be imported: it may hold settings, and is not "
				  "run",
				  nw_quote_into(shown, sizeof(shown), module));
	}
	bool has_bracket = r->p < r->end && *r->p == '(';
	int rc = 0;

	r->p += has_bracket;
	r->brackets += has_bracket;
	do {
		rc = read_member(file, module);
		nw_literal_skip(r);
	} while (rc == 0 && r->p < r->end && *r->p == ',' && r->p++ != NULL && (nw_literal_skip(r), *r->p != ')'));
	if (rc == 0 && has_bracket) {
		if (r->p >= r->end || *r->p != ')') {
			return expected_name(file);
		}
		r->p++;
		r->brackets--;
	}
	return rc != 0 ? rc : expect_end(file);
}

/* def on_starting(server), class Logger: passed over, whatever it does. A hook is told, others are not read if used. */
static int read_def(struct file *file, unsigned line)
{
	struct nw_span name = next_name(file);
	int rc = name.len == 0 ? expected_name(file) : put_python(file, name, (struct nw_span){NULL, 0}, line);

	return rc != 0 ? rc : -ECANCELED;
}

/* print(...) has no effect on settings. */
static bool is_print(const struct file *file, struct nw_span name)
{
	struct nw_literal_reader ahead = file->reader;

	nw_literal_skip(&ahead);
	return nw_span_eq(name, "print") && ahead.p < ahead.end && *ahead.p == '(';
}

static int read_named_statement(struct file *file, struct nw_span name)
{
	struct nw_literal_reader *r = &file->reader;
	char shown[80], found[64];

	if (nw_span_eq(name, "import")) {
		return read_import(file);
	}
	if (nw_span_eq(name, "from")) {
		return read_from(file);
	}
	if (nw_span_eq(name, "def") || nw_span_eq(name, "class")) {
		return read_def(file, r->line);
	}
	if (is_print(file, name)) {
		return -ECANCELED;
	}
	nw_quote_into(shown, sizeof(shown), name);
	if (is_keyword(name)) {
		return nw_err_set(&file->err, -EINVAL,
				  "%s is not read: a config file holds only lines of the form name = value", shown);
	}
	nw_literal_skip(r);
	if (r->p < r->end && *r->p == '=' && !(r->end - r->p > 1 && r->p[1] == '=')) {
		return read_assignment(file, name);
	}
	return nw_err_set(&file->err, -EINVAL, "expected '=' behind %s, found %s", shown,
			  nw_literal_found(r, found, sizeof(found)));
}

static int read_statement(struct file *file)
{
	struct nw_literal_reader *r = &file->reader;
	const struct nw_literal *ignored;
	char found[64];

	/* A string alone is a comment to Python. */
	if (nw_literal_at_string(r)) {
		int rc = nw_literal_read(r, &ignored, &file->err);

		return rc != 0 ? rc : expect_end(file);
	}
	struct nw_span name = nw_literal_name(r);

	if (name.len > 0) {
		return read_named_statement(file, name);
	}
	return nw_err_set(&file->err, -EINVAL, "expected name = value, found %s",
			  nw_literal_found(r, found, sizeof(found)));
}

/* The statements of one line (several: with semicolons), from its margin. */
static int read_line(struct file *file)
{
	struct nw_literal_reader *r = &file->reader;
	const char *margin = r->p;

	nw_literal_skip(r);
	if (r->p < r->end && *r->p != '\n' && r->p != margin) {
		return nw_err_set(&file->err, -EINVAL, "the line is indented without reason");
	}
	while (r->p < r->end && *r->p != '\n') {
		int rc = read_statement(file);

		if (rc != 0) {
			return rc;
		}
		if (r->p < r->end && *r->p == ';') {
			r->p++;
			nw_literal_skip(r);
		}
	}
	if (r->p < r->end) {
		r->p++;
		r->line++;
	}
	return 0;
}

static void read_lines(struct file *file)
{
	struct nw_literal_reader *r = &file->reader;

	while (r->p < r->end) {
		const char *margin = r->p;
		unsigned line = r->line;

		file->err = (struct nw_err){0};
		int rc = read_line(file);

		if (rc == 0) {
			continue;
		}
		/* -ECANCELED: what is behind it was told already. */
		if (rc != -ECANCELED) {
			nw_settings_mistakes_add(&file->mistakes, r->line, file->err.msg);
		}
		r->p = margin;
		r->line = line;
		nw_settings_skip_statement(r, &file->names);
	}
}

static void find_unknown(struct file *file)
{
	struct nw_arena *arena = file->reader.arena;

	for (size_t i = 0; i < file->names.n; i++) {
		const struct nw_settings_name *entry = &file->names.v[i];

		if (entry->is_used || nw_settings_table_find(entry->name) != NULL || entry->name.p[0] == '_') {
			continue;
		}
		const char *name = nw_arena_strndup(arena, entry->name.p, entry->name.len);
		const char *nearest = name != NULL ? nw_settings_table_nearest(name) : NULL;
		char shown[80], sentence[200];

		nw_quote_into(shown, sizeof(shown), entry->name);
		if (nearest != NULL) {
			snprintf(sentence, sizeof(sentence), "unknown setting %s: did you mean '%s'?", shown, nearest);
		} else {
			snprintf(sentence, sizeof(sentence), "unknown setting %s", shown);
		}
		nw_settings_mistakes_add(&file->mistakes, entry->line, sentence);
	}
}

/* A copy whose lines all end with '\n', as Python reads it. */
static bool copy_text(struct nw_arena *arena, const char *text, size_t len, struct nw_literal_reader *out)
{
	char *copy = nw_arena_alloc(arena, len + 1);
	size_t n = 0;

	if (copy == NULL) {
		return false;
	}
	for (size_t i = 0; i < len; i++) {
		if (text[i] != '\r') {
			copy[n++] = text[i];
		} else if (i + 1 == len || text[i + 1] != '\n') {
			copy[n++] = '\n';
		}
	}
	out->p = copy;
	out->end = copy + n;
	return true;
}

static void read_file(struct file *file)
{
	struct nw_literal_reader *r = &file->reader;

	if (r->end - r->p >= 3 && memcmp(r->p, "\xef\xbb\xbf", 3) == 0) {
		r->p += 3;
	}
	read_lines(file);
	find_unknown(file);
}

int nw_settings_file_apply(struct nw_settings *settings, const char *path, const char *text, size_t len,
			   char *const *env, struct nw_err *err)
{
	const char *nul = len > 0 ? memchr(text, '\0', len) : NULL;
	struct nw_arena *arena = nw_arena_new(MEMORY_MAX);
	struct file *file = arena != NULL ? nw_arena_alloc(arena, sizeof(*file)) : NULL;
	int rc;

	if (nul != NULL) {
		rc = nw_err_set(err, -EINVAL, "%s: there is a NUL byte at offset %td", path, nul - text);
	} else if (file == NULL || !copy_text(arena, text, len, &file->reader)) {
		rc = nw_err_set(err, -ENOMEM, "no memory for the config file %s", path);
	} else {
		file->settings = settings;
		file->path = path;
		file->names.arena = arena;
		file->names.env = env;
		file->names.path = path;
		file->mistakes.arena = arena;
		file->reader.arena = arena;
		file->reader.line = 1;
		file->reader.resolve = nw_settings_names_resolve;
		file->reader.resolve_arg = &file->names;
		read_file(file);
		rc = nw_settings_mistakes_report(&file->mistakes, path, err);
	}
	nw_arena_free(arena);
	return rc;
}

int nw_settings_file_load(struct nw_settings *settings, const char *path, char *const *env, struct nw_err *err)
{
	NW_AUTO_FREE char *text = NULL;
	size_t len = 0;
	int rc = nw_memo_read_file(path, FILE_MAX, &text, &len);

	if (rc == -EFBIG) {
		return nw_err_set(err, rc, "the config file %s is larger than %d bytes", path, FILE_MAX);
	}
	if (rc != 0) {
		return nw_err_set(err, rc, "cannot read the config file %s: %s", path, strerror(-rc));
	}
	return nw_settings_file_apply(settings, path, text, len, env, err);
}
