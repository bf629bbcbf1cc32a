#include "worker/data/issues.h"

#include <stdarg.h>
#include <string.h>

#include "worker/store/json.h"

struct message {
	struct message *next;
	const char *text;
	size_t len;
};

struct nw_issue {
	struct nw_issue *next;
	const char *name;
	struct message *messages;
	struct nw_issue *inside;
};

static struct nw_issue *find(struct nw_issue *first, const char *name)
{
	while (first != NULL && strcmp(first->name, name) != 0) {
		first = first->next;
	}
	return first;
}

static struct nw_issue *find_or_add(struct nw_issue **first, const char *name, struct nw_memory *memory)
{
	struct nw_issue *issue = find(*first, name);

	if (issue != NULL) {
		return issue;
	}
	issue = nw_memory_alloc(memory, sizeof(*issue));
	if (issue == NULL || (issue->name = nw_memory_strndup(memory, name, strlen(name))) == NULL) {
		return NULL;
	}
	while (*first != NULL) {
		first = &(*first)->next;
	}
	*first = issue;
	return issue;
}

static struct nw_issue *at_path(struct nw_issues *issues, const struct nw_path *path)
{
	struct nw_issue **first = &issues->first;

	if (path->up != NULL) {
		struct nw_issue *up = at_path(issues, path->up);

		if (up == NULL) {
			return NULL;
		}
		first = &up->inside;
	}
	return find_or_add(first, path->name, issues->memory);
}

void nw_issues_add(struct nw_issues *issues, const struct nw_path *path, const char *fmt, ...)
{
	va_list ap;

	if (issues->n++ >= NW_ISSUES_MAX) {
		return;
	}
	struct nw_issue *issue = at_path(issues, path);
	struct message *message = nw_memory_alloc(issues->memory, sizeof(*message));

	if (issue == NULL || message == NULL) {
		return; /* memory->failed is set */
	}
	struct nw_buf text = nw_memory_buf(issues->memory);

	va_start(ap, fmt);
	nw_buf_vaddf(&text, fmt, ap);
	va_end(ap);
	issues->memory->failed |= text.failed;
	message->text = text.data;
	message->len = text.len;

	struct message **last = &issue->messages;

	while (*last != NULL) {
		last = &(*last)->next;
	}
	*last = message;
}

static const struct nw_issue *lookup(const struct nw_issues *issues, const struct nw_path *path)
{
	struct nw_issue *first = issues->first;

	if (path->up != NULL) {
		const struct nw_issue *up = lookup(issues, path->up);

		first = up == NULL ? NULL : up->inside;
	}
	return find(first, path->name);
}

bool nw_issues_at(const struct nw_issues *issues, const struct nw_path *path)
{
	return lookup(issues, path) != NULL;
}

static void add_members(struct nw_buf *out, const struct nw_issue *issue);

static void add_member(struct nw_buf *out, const struct nw_issue *issue)
{
	const struct message *message = issue->messages;
	bool is_list = issue->inside != NULL || message == NULL || message->next != NULL;

	nw_json_string(out, issue->name, strlen(issue->name));
	nw_buf_addc(out, ':');
	if (is_list) {
		nw_buf_addc(out, '[');
	}
	for (; message != NULL; message = message->next) {
		nw_json_string(out, message->text, message->len);
		if (message->next != NULL || issue->inside != NULL) {
			nw_buf_addc(out, ',');
		}
	}
	if (issue->inside != NULL) {
		add_members(out, issue->inside);
	}
	if (is_list) {
		nw_buf_addc(out, ']');
	}
}

static void add_members(struct nw_buf *out, const struct nw_issue *issue)
{
	nw_buf_addc(out, '{');
	for (; issue != NULL; issue = issue->next) {
		add_member(out, issue);
		if (issue->next != NULL) {
			nw_buf_addc(out, ',');
		}
	}
	nw_buf_addc(out, '}');
}

void nw_issues_json(const struct nw_issues *issues, struct nw_buf *out)
{
	add_members(out, issues->first);
}

const struct nw_path *nw_path_keep(const struct nw_path *path, struct nw_memory *memory)
{
	if (path == NULL) {
		return NULL;
	}
	struct nw_path *copy = nw_memory_alloc(memory, sizeof(*copy));

	if (copy == NULL || (copy->name = nw_memory_strndup(memory, path->name, strlen(path->name))) == NULL) {
		return NULL;
	}
	copy->up = nw_path_keep(path->up, memory);
	return path->up != NULL && copy->up == NULL ? NULL : copy;
}

void nw_path_dotted(const struct nw_path *path, struct nw_buf *out)
{
	if (path->up != NULL) {
		nw_path_dotted(path->up, out);
		nw_buf_addc(out, '.');
	}
	nw_buf_adds(out, path->name);
}
