#include "common/settings_value.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/quote.h"
#include "common/settings_choice.h"
#include "common/settings_number.h"
#include "common/settings_owner.h"

enum { LIST_MAX = 256 }; /* items */

static const char *const level_names[] = {"debug", "info", "warning", "error", "critical"};

/* What is being set, for the functions below. */
struct job {
	struct nw_settings *settings;
	const struct nw_setting *setting;
	const struct nw_literal *value;
	bool adds;
	void *field; /* in the settings */
};

const char *nw_settings_value_level(enum nw_log_level level)
{
	return level_names[level];
}

static const char *show(const struct nw_literal *value, char *buf, size_t size)
{
	switch (value->kind) {
	case NW_LITERAL_NONE:
		return "None";
	case NW_LITERAL_BOOL:
		return value->truth ? "True" : "False";
	case NW_LITERAL_INT:
		snprintf(buf, size, "%" PRId64, value->integer);
		return buf;
	case NW_LITERAL_FLOAT:
		snprintf(buf, size, "%g", value->real);
		return buf;
	case NW_LITERAL_STR:
		return nw_quote_into(buf, size, value->text);
	case NW_LITERAL_LIST:
		return "a list";
	case NW_LITERAL_TUPLE:
		return "a tuple";
	case NW_LITERAL_DICT:
		return "a dict";
	}
	return "this";
}

static int is_not(const struct job *job, const char *expected, struct nw_err *err)
{
	char shown[120];

	return nw_err_set(err, -EINVAL, "%s: %s is not %s", job->setting->name, show(job->value, shown, sizeof(shown)),
			  expected);
}

static int no_memory(const struct job *job, struct nw_err *err)
{
	return nw_err_set(err, -ENOMEM, "%s: no memory for its value", job->setting->name);
}

static int check_range(const struct job *job, int64_t n, struct nw_err *err)
{
	const struct nw_setting *setting = job->setting;
	char shown[120];

	if (n >= setting->min && n <= setting->max) {
		return 0;
	}
	return nw_err_set(err, -EINVAL, "%s: %s is out of range (%" PRId64 " to %" PRId64 ")", setting->name,
			  show(job->value, shown, sizeof(shown)), setting->min, setting->max);
}

/* Checked. What is too large to be one is out of range. */
static int read_number(const struct job *job, int64_t *out, struct nw_err *err)
{
	const char *expected;
	int rc;

	switch (job->setting->type) {
	case NW_SETTING_SECONDS:
		rc = nw_settings_number_seconds(job->value, out);
		expected = "whole seconds such as 30, '30s', '5m' or '1h'";
		break;
	case NW_SETTING_BYTES:
	case NW_SETTING_SIZE:
		rc = nw_settings_number_size(job->value, out);
		expected = "a size such as 1048576, '512k' or '16MiB'";
		break;
	default:
		rc = nw_settings_number_integer(job->value, out);
		expected = "an integer";
		break;
	}
	if (rc == -ERANGE) {
		*out = INT64_MAX;
	} else if (rc != 0) {
		return is_not(job, expected, err);
	}
	return check_range(job, *out, err);
}

static int set_int(const struct job *job, struct nw_err *err)
{
	int64_t n = 0;
	int rc = read_number(job, &n, err);

	if (rc != 0) {
		return rc;
	}
	if (n == 0 && job->setting->zero != 0) {
		n = job->setting->zero;
	} else if (job->setting->ceiling != 0 && n > job->setting->ceiling) {
		n = job->setting->ceiling;
	}
	*(int *)job->field = (int)n;
	return 0;
}

static int set_size(const struct job *job, struct nw_err *err)
{
	int64_t n = 0;
	int rc = read_number(job, &n, err);

	if (rc == 0) {
		*(int64_t *)job->field = n;
	}
	return rc;
}

static int set_bool(const struct job *job, struct nw_err *err)
{
	const struct nw_literal *value = job->value;

	if (value->kind == NW_LITERAL_BOOL) {
		*(bool *)job->field = value->truth;
		return 0;
	}
	if (value->kind == NW_LITERAL_NONE) {
		if (job->setting->fallback == NULL) {
			*(bool *)job->field = false;
		}
		return 0;
	}
	if (value->kind == NW_LITERAL_STR) {
		bool is_true = nw_span_eq_nocase(nw_literal_strip(value->text), "true");

		if (is_true || nw_span_eq_nocase(nw_literal_strip(value->text), "false")) {
			*(bool *)job->field = is_true;
			return 0;
		}
	}
	return is_not(job, "True or False", err);
}

/* A checked copy of @text, trimmed, in the settings' arena. */
static int copy_text(const struct job *job, struct nw_span text, char **out, struct nw_err *err)
{
	text = nw_literal_strip(text);
	if (text.len > 0 && memchr(text.p, '\0', text.len) != NULL) {
		return nw_err_set(err, -EINVAL, "%s: there is a NUL byte in the string", job->setting->name);
	}
	char *copy = nw_arena_strndup(job->settings->arena, text.p, text.len);

	if (copy == NULL) {
		return no_memory(job, err);
	}
	if (job->setting->check != NULL) {
		int rc = job->setting->check(copy, err);

		if (rc != 0) {
			nw_err_prefix(err, "%s", job->setting->name);
			return rc;
		}
	}
	*out = copy;
	return 0;
}

static int set_string(const struct job *job, struct nw_err *err)
{
	bool may_be_none = job->setting->fallback == NULL;
	const struct nw_literal *value = job->value;

	if (value->kind == NW_LITERAL_STR && nw_literal_strip(value->text).len > 0) {
		return copy_text(job, value->text, job->field, err);
	}
	if (value->kind == NW_LITERAL_NONE && job->setting->is_none_default) {
		return 0;
	}
	if (!may_be_none && value->kind == NW_LITERAL_STR) {
		return nw_err_set(err, -EINVAL, "%s: it is empty", job->setting->name);
	}
	if (may_be_none && (value->kind == NW_LITERAL_NONE || value->kind == NW_LITERAL_STR)) {
		*(char **)job->field = NULL;
		return 0;
	}
	return is_not(job, may_be_none ? "a string or None" : "a string", err);
}

static int set_choice(const struct job *job, struct nw_err *err)
{
	struct nw_span word = nw_settings_choice_find(job->setting, job->value);
	char words[256], shown[120];

	if (word.len == 0) {
		return nw_err_set(err, -EINVAL, "%s: %s is not %s", job->setting->name,
				  show(job->value, shown, sizeof(shown)),
				  nw_settings_choice_text(job->setting, words, sizeof(words)));
	}
	return copy_text(job, word, job->field, err);
}

static int append(const struct job *job, struct nw_span text, struct nw_strings *to, struct nw_err *err)
{
	char *copy = NULL;

	if (to->n == LIST_MAX) {
		return nw_err_set(err, -EINVAL, "%s: there are more than %d items", job->setting->name, LIST_MAX);
	}
	int rc = copy_text(job, text, &copy, err);

	if (rc != 0) {
		return rc;
	}
	char **v = nw_arena_grow(job->settings->arena, to->v, to->n * sizeof(*v), (to->n + 1) * sizeof(*v));

	if (v == NULL) {
		return no_memory(job, err);
	}
	v[to->n] = copy;
	*to = (struct nw_strings){v, to->n + 1};
	return 0;
}

static int append_pieces(const struct job *job, struct nw_strings *to, struct nw_err *err)
{
	struct nw_span piece, rest = job->value->text;
	int rc = 0;

	while (rc == 0 && nw_span_cut(&rest, ',', &piece)) {
		rc = append(job, piece, to, err);
	}
	return rc;
}

static int append_items(const struct job *job, struct nw_strings *to, struct nw_err *err)
{
	struct job item = *job;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < job->value->items.n; i++) {
		item.value = job->value->items.v[i];
		if (item.value->kind != NW_LITERAL_STR) {
			return is_not(&item, "a string", err);
		}
		rc = append(job, item.value->text, to, err);
	}
	return rc;
}

static int append_all(const struct job *job, struct nw_strings *to, struct nw_err *err)
{
	bool may_be_empty = job->setting->may_be_empty;
	bool may_be_none = job->setting->fallback == NULL || may_be_empty;

	switch (job->value->kind) {
	case NW_LITERAL_STR:
		if (may_be_empty && nw_literal_strip(job->value->text).len == 0) {
			return 0;
		}
		return append_pieces(job, to, err);
	case NW_LITERAL_LIST:
	case NW_LITERAL_TUPLE:
		return append_items(job, to, err);
	case NW_LITERAL_NONE:
		if (may_be_none) {
			return 0;
		}
		break;
	case NW_LITERAL_BOOL:
	case NW_LITERAL_INT:
	case NW_LITERAL_FLOAT:
	case NW_LITERAL_DICT:
		break;
	}
	return is_not(job, may_be_none ? "a string, a list of strings or None" : "a string or a list of strings", err);
}

/* {"NAME": "VALUE"} */
static int append_dict(const struct job *job, struct nw_strings *to, struct nw_err *err)
{
	const struct nw_literal *const *v = job->value->items.v;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i + 1 < job->value->items.n; i += 2) {
		struct nw_buf pair = {0};

		if (v[i]->kind != NW_LITERAL_STR || v[i + 1]->kind != NW_LITERAL_STR ||
		    (v[i]->text.len > 0 && memchr(v[i]->text.p, '=', v[i]->text.len) != NULL)) {
			return is_not(job, "a dict of strings whose keys have no '='", err);
		}
		nw_buf_add(&pair, v[i]->text.p, v[i]->text.len);
		nw_buf_addc(&pair, '=');
		nw_buf_add(&pair, v[i + 1]->text.p, v[i + 1]->text.len);
		rc = pair.failed ? no_memory(job, err) : append(job, (struct nw_span){pair.data, pair.len}, to, err);
		nw_buf_free(&pair);
	}
	return rc;
}

/* NAME=VALUE, in a config file a dict. */
static int append_pairs(const struct job *job, struct nw_strings *to, struct nw_err *err)
{
	switch (job->value->kind) {
	case NW_LITERAL_DICT:
		return append_dict(job, to, err);
	case NW_LITERAL_STR:
	case NW_LITERAL_NONE:
		return append_all(job, to, err);
	case NW_LITERAL_BOOL:
	case NW_LITERAL_INT:
	case NW_LITERAL_FLOAT:
	case NW_LITERAL_LIST:
	case NW_LITERAL_TUPLE:
		break;
	}
	return is_not(job, "a dict such as {'X-FORWARDED-PROTO': 'https'}", err);
}

static int set_list(const struct job *job, struct nw_err *err)
{
	struct nw_strings *field = job->field;
	struct nw_strings list = job->adds ? *field : (struct nw_strings){NULL, 0};
	int rc = job->setting->type == NW_SETTING_PAIRS ? append_pairs(job, &list, err) : append_all(job, &list, err);

	if (rc != 0) {
		return rc;
	}
	if (list.n == 0 && job->setting->fallback != NULL && !job->setting->may_be_empty) {
		return nw_err_set(err, -EINVAL, "%s: the list is empty", job->setting->name);
	}
	*field = list;
	return 0;
}

static int set_level(const struct job *job, struct nw_err *err)
{
	for (size_t i = 0; i < NW_ARRAY_LEN(level_names); i++) {
		if (job->value->kind == NW_LITERAL_STR &&
		    nw_span_eq_nocase(nw_literal_strip(job->value->text), level_names[i])) {
			*(enum nw_log_level *)job->field = (enum nw_log_level)i;
			return 0;
		}
	}
	return is_not(job, "one of debug, info, warning, error, critical", err);
}

static int set_umask(const struct job *job, struct nw_err *err)
{
	char shown[120];
	int64_t n = 0;
	int rc = nw_settings_number_mode(job->value, &n);

	if (rc == 0 && (n < 0 || n > job->setting->max)) {
		return nw_err_set(err, -EINVAL, "%s: %s is out of range (0 to 0777)", job->setting->name,
				  show(job->value, shown, sizeof(shown)));
	}
	if (rc != 0) {
		return is_not(job, "a mode such as 022", err);
	}
	*(mode_t *)job->field = (mode_t)n;
	return 0;
}

/* A user or a group: None, an id, or a name that @by_name knows. -1 means None. */
static int to_id(const struct job *job, int (*by_name)(const char *, int64_t *, struct nw_err *), int64_t *out,
		 char **out_name, struct nw_err *err)
{
	const struct nw_literal *value = job->value;
	char *name = NULL;

	*out_name = NULL;
	*out = -1;
	if (value->kind == NW_LITERAL_NONE ||
	    (value->kind == NW_LITERAL_STR && nw_literal_strip(value->text).len == 0)) {
		return 0;
	}
	if (value->kind != NW_LITERAL_STR && value->kind != NW_LITERAL_INT) {
		return is_not(job, "a name, an id or None", err);
	}
	int rc = nw_settings_number_integer(value, out);

	if (rc == -ERANGE || (rc == 0 && (*out < 0 || *out >= UINT32_MAX))) {
		return is_not(job, "an id", err);
	}
	if (value->kind == NW_LITERAL_INT) {
		return 0;
	}
	int rc_copy = copy_text(job, value->text, &name, err);

	if (rc_copy != 0) {
		return rc_copy;
	}
	if (rc != 0) {
		rc = by_name(name, out, err);
		if (rc != 0) {
			nw_err_prefix(err, "%s", job->setting->name);
			return rc;
		}
	}
	*out_name = name;
	return 0;
}

static int set_user(const struct job *job, struct nw_err *err)
{
	int64_t id = -1;
	char *name = NULL;
	int rc = to_id(job, nw_settings_owner_user, &id, &name, err);

	if (rc == 0 && id >= 0 && name == NULL) {
		name = nw_arena_printf(job->settings->arena, "%" PRId64, id);
		rc = name == NULL ? no_memory(job, err) : 0;
	}
	if (rc == 0) {
		*(uid_t *)job->field = (uid_t)id;
		job->settings->user_name = name;
	}
	return rc;
}

static int set_group(const struct job *job, struct nw_err *err)
{
	int64_t id = -1;
	char *name = NULL;
	int rc = to_id(job, nw_settings_owner_group, &id, &name, err);

	if (rc == 0) {
		*(gid_t *)job->field = (gid_t)id;
	}
	return rc;
}

int nw_settings_value_set(struct nw_settings *settings, const struct nw_setting *setting,
			  const struct nw_literal *value, bool adds, struct nw_err *err)
{
	struct job job = {settings, setting, value, adds, (char *)settings + setting->offset};

	switch (setting->type) {
	case NW_SETTING_BOOL:
		return set_bool(&job, err);
	case NW_SETTING_INT:
	case NW_SETTING_SECONDS:
	case NW_SETTING_BYTES:
		return set_int(&job, err);
	case NW_SETTING_SIZE:
		return set_size(&job, err);
	case NW_SETTING_STRING:
		return set_string(&job, err);
	case NW_SETTING_CHOICE:
		return set_choice(&job, err);
	case NW_SETTING_LIST:
	case NW_SETTING_PAIRS:
		return set_list(&job, err);
	case NW_SETTING_LEVEL:
		return set_level(&job, err);
	case NW_SETTING_USER:
		return set_user(&job, err);
	case NW_SETTING_GROUP:
		return set_group(&job, err);
	case NW_SETTING_UMASK:
		return set_umask(&job, err);
	case NW_SETTING_HELP:
	case NW_SETTING_VERSION:
	case NW_SETTING_COMPAT:
		break;
	}
	return 0;
}

int nw_settings_value_set_text(struct nw_settings *settings, const struct nw_setting *setting, const char *text,
			       bool adds, struct nw_err *err)
{
	struct nw_literal value = {.kind = NW_LITERAL_BOOL, .truth = true};

	if (text != NULL) {
		value = (struct nw_literal){.kind = NW_LITERAL_STR, .text = nw_span_of(text)};
	}
	if (setting->is_whole && text != NULL) {
		const struct nw_literal *item = &value;
		const struct nw_literal list = {.kind = NW_LITERAL_LIST, .items = {&item, 1}};

		return nw_settings_value_set(settings, setting, &list, adds, err);
	}
	return nw_settings_value_set(settings, setting, &value, adds, err);
}
