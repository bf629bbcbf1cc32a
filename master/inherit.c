#include "master/inherit.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/fd.h"
#include "common/str.h"

enum {
	FIRST_FD = 3, /* sd_listen_fds(3) */
	MAX_FDS = 64,
};

/* A number in the environment; 0: none that is in bounds. */
static int number_of(const char *name, int max)
{
	const char *text = getenv(name);
	int64_t n = 0;

	return text != NULL && nw_str_to_int64(text, 1, max, &n) == 0 ? (int)n : 0;
}

static int add(struct nw_generation *inherited, int fd, bool is_activated, bool is_admin, struct nw_err *err)
{
	struct nw_endpoint *endpoint = &inherited->admin;

	if (!is_admin && inherited->n_endpoints == MAX_FDS) {
		return nw_err_set(err, -E2BIG, "more than %d sockets were handed over", MAX_FDS);
	}
	if (!is_admin) {
		endpoint = &inherited->endpoints[inherited->n_endpoints];
	}
	int failed = nw_listener_take(fd, SOMAXCONN, err);

	if (failed == 0 && nw_addr_of_fd(fd, &endpoint->addr) != 0) {
		failed = nw_err_errno(err, "fd://%d", fd);
	}
	if (failed == 0) {
		endpoint->fd = fd;
		endpoint->is_activated = is_activated;
		snprintf(endpoint->text, sizeof(endpoint->text), "%s", endpoint->addr.text);
		inherited->n_endpoints += is_admin ? 0 : 1;
	}
	return failed;
}

/* Descriptors from 3 on, their names with colons between them. */
static int add_activated(struct nw_generation *inherited, struct nw_err *err)
{
	const char *name = getenv("LISTEN_FDNAMES");
	int failed = 0;
	int n = number_of("LISTEN_PID", INT_MAX) == getpid() ? number_of("LISTEN_FDS", MAX_FDS) : 0;

	for (int i = 0; i < n && failed == 0; i++) {
		size_t len = name == NULL ? 0 : strcspn(name, ":");
		bool is_admin = len == strlen("admin") && strncmp(name, "admin", len) == 0;

		failed = add(inherited, FIRST_FD + i, true, is_admin && inherited->admin.fd == -1, err);
		name = name == NULL || name[len] == '\0' ? NULL : name + len + 1;
	}
	return failed;
}

/* "5,6" */
static int add_list(struct nw_generation *inherited, const char *variable, bool is_activated, bool is_admin,
		    struct nw_err *err)
{
	const char *text = getenv(variable);
	NW_AUTO_FREE char *copy = strdup(text == NULL ? "" : text);
	char *rest = NULL;
	int failed = copy == NULL ? nw_err_set(err, -ENOMEM, "out of memory") : 0;

	for (char *one = strtok_r(copy, ",", &rest); one != NULL && failed == 0; one = strtok_r(NULL, ",", &rest)) {
		int64_t fd = 0;

		failed = nw_str_to_int64(one, FIRST_FD, INT_MAX, &fd) == 0
				 ? add(inherited, (int)fd, is_activated, is_admin, err)
				 : nw_err_set(err, -EINVAL, "'%s' is no number of a socket", one);
	}
	return failed == 0 ? 0 : nw_err_prefix(err, "%s", variable);
}

static int add_all(struct nw_generation *inherited, struct nw_err *err)
{
	int failed = add_activated(inherited, err);

	if (failed != 0) {
		return nw_err_prefix(err, "LISTEN_FDS");
	}
	if (inherited->partner == NW_PARTNER_OLDER) {
		failed = add_list(inherited, NW_INHERIT_ACTIVATED, true, false, err);
		failed = failed != 0 ? failed : add_list(inherited, NW_INHERIT_ADMIN, true, true, err);
		failed = failed != 0 ? failed : add_list(inherited, NW_INHERIT_FD, false, false, err);
	}
	return failed;
}

static void unset_all(void)
{
	static const char *const names[] = {"LISTEN_PID",  "LISTEN_FDS",         "LISTEN_FDNAMES", NW_INHERIT_PID,
					    NW_INHERIT_FD, NW_INHERIT_ACTIVATED, NW_INHERIT_ADMIN};

	for (size_t i = 0; i < NW_ARRAY_LEN(names); i++) {
		unsetenv(names[i]);
	}
}

int nw_inherit_read(struct nw_generation **out, pid_t *out_parent, struct nw_err *err)
{
	struct nw_generation *inherited = calloc(1, sizeof(*inherited));
	pid_t parent = number_of(NW_INHERIT_PID, INT_MAX);

	if (inherited != NULL) {
		inherited->endpoints = calloc(MAX_FDS, sizeof(*inherited->endpoints));
	}
	if (inherited == NULL || inherited->endpoints == NULL) {
		free(inherited);
		return nw_err_set(err, -ENOMEM, "out of memory");
	}
	inherited->admin.fd = -1;
	inherited->partner = parent != 0 ? NW_PARTNER_OLDER : NW_PARTNER_NONE;
	int failed = add_all(inherited, err);

	unset_all();
	if (failed != 0) {
		nw_generation_free(inherited);
		return failed;
	}
	/* A number alone is something that another program left there. */
	if (inherited->n_endpoints == 0 && inherited->admin.fd == -1) {
		inherited = nw_generation_free(inherited);
		parent = 0;
	}
	*out = inherited;
	*out_parent = parent;
	return 0;
}
