#include "master/oom.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "common/fd.h"
#include "common/str.h"

enum { FILE_MAX = 64 * 1024 }; /* the files here are some hundred bytes */

/* The number behind "oom_kill " at the beginning of a line; false: it is not there. */
static bool count(const struct nw_oom *oom, uint64_t *out)
{
	static const struct nw_span key = {"oom_kill ", 9};
	NW_AUTO_FREE char *text = NULL;
	struct nw_span rest, line;
	int64_t n;

	if (oom->path[0] == '\0' || nw_fd_read_file(oom->path, FILE_MAX, &text, &rest.len) != 0) {
		return false;
	}
	rest.p = text;
	while (nw_span_cut(&rest, '\n', &line)) {
		if (line.len > key.len && memcmp(line.p, key.p, key.len) == 0 &&
		    nw_span_to_int64((struct nw_span){line.p + key.len, line.len - key.len}, 0, INT64_MAX, &n) == 0) {
			*out = (uint64_t)n;
			return true;
		}
	}
	return false;
}

/* In a container its own cgroup may be the root of what is mounted, whatever it is called outside. */
static bool try(struct nw_oom *oom, const char *root, struct nw_span cgroup, const char *file)
{
	snprintf(oom->path, sizeof(oom->path), "%s%.*s/%s", root, (int)cgroup.len, cgroup.p, file);
	if (count(oom, &oom->n_killed)) {
		return true;
	}
	snprintf(oom->path, sizeof(oom->path), "%s/%s", root, file);
	if (count(oom, &oom->n_killed)) {
		return true;
	}
	oom->path[0] = '\0';
	return false;
}

static bool has_memory(struct nw_span controllers)
{
	struct nw_span one;

	while (nw_span_cut(&controllers, ',', &one)) {
		if (nw_span_eq(one, "memory")) {
			return true;
		}
	}
	return false;
}

/* "0::/PATH" is version 2; "4:memory:/PATH" version 1, which may be there as well and then has the memory. */
static bool try_line(struct nw_oom *oom, struct nw_span line, const char *root)
{
	struct nw_span number, controllers;
	char root_1[256];

	if (!nw_span_cut(&line, ':', &number) || !nw_span_cut(&line, ':', &controllers)) {
		return false;
	}
	if (controllers.len == 0) {
		return try(oom, root, line, "memory.events");
	}
	snprintf(root_1, sizeof(root_1), "%s/memory", root);
	return has_memory(controllers) && try(oom, root_1, line, "memory.oom_control");
}

void nw_oom_init(struct nw_oom *oom, const char *cgroups, const char *root)
{
	NW_AUTO_FREE char *text = NULL;
	struct nw_span rest, line;

	*oom = (struct nw_oom){0};
	if (nw_fd_read_file(cgroups, FILE_MAX, &text, &rest.len) != 0) {
		return;
	}
	rest.p = text;
	while (nw_span_cut(&rest, '\n', &line)) {
		if (try_line(oom, line, root)) {
			return;
		}
	}
}

enum nw_oom_verdict nw_oom_judge(struct nw_oom *oom)
{
	uint64_t n;

	if (!count(oom, &n)) {
		return NW_OOM_UNKNOWN;
	}
	if (n <= oom->n_killed) {
		return NW_OOM_NO;
	}
	oom->n_killed++; /* another one may be of a sibling that is yet to be reaped */
	return NW_OOM_YES;
}
