#include "common/settings_owner.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>

#include "common/memo.h"
#include "common/quote.h"
#include "common/str.h"

enum { ENTRY_MAX = 1 << 20 }; /* bytes of the largest entry; groups list their members */

/* As getpwnam_r() and getgrnam_r(): 0 or a positive errno, *out_id as before if nobody is named so. */
typedef int (*lookup_fn)(const char *name, char *buf, size_t size, int64_t *out_id);

static int lookup_user(const char *name, char *buf, size_t size, int64_t *out_id)
{
	struct passwd entry, *found = NULL;
	int rc = getpwnam_r(name, &entry, buf, size, &found);

	if (found != NULL) {
		*out_id = entry.pw_uid;
	}
	return rc;
}

static int lookup_group(const char *name, char *buf, size_t size, int64_t *out_id)
{
	struct group entry, *found = NULL;
	int rc = getgrnam_r(name, &entry, buf, size, &found);

	if (found != NULL) {
		*out_id = entry.gr_gid;
	}
	return rc;
}

static int ask_system(lookup_fn lookup, const char *name, int64_t *out_id)
{
	int rc = ERANGE;

	for (size_t size = 4096; rc == ERANGE && size <= ENTRY_MAX; size *= 4) {
		NW_AUTO_FREE char *buf = malloc(size);

		rc = buf == NULL ? ENOMEM : lookup(name, buf, size, out_id);
	}
	return rc;
}

/* The same by way of the book. */
static int ask(lookup_fn lookup, const char *name, int64_t *out_id)
{
	enum nw_memo_kind kind = lookup == lookup_user ? NW_MEMO_USER : NW_MEMO_GROUP;
	struct nw_memo said;

	if (!nw_memo_recall(kind, name, &said)) {
		int rc = ask_system(lookup, name, out_id);

		nw_memo_note(kind, name, rc, out_id, sizeof(*out_id));
		return rc;
	}
	if (said.len == sizeof(*out_id)) {
		memcpy(out_id, said.value, sizeof(*out_id));
	}
	return said.rc < 0 ? -said.rc : said.rc;
}

static int find(lookup_fn lookup, const char *what, const char *name, int64_t *out_id, struct nw_err *err)
{
	int64_t id = -1;
	char shown[120];
	int rc = ask(lookup, name, &id);

	if (id >= 0) {
		*out_id = id;
		return 0;
	}
	nw_quote_into(shown, sizeof(shown), nw_span_of(name));
	/* These are other ways to say that there is none. */
	if (rc == 0 || rc == ENOENT || rc == ESRCH || rc == EBADF || rc == EPERM) {
		return nw_err_set(err, -EINVAL, "no %s is named %s", what, shown);
	}
	return nw_err_set(err, -rc, "cannot look up %s %s: %s", what, shown, strerror(rc));
}

int nw_settings_owner_user(const char *name, int64_t *out_id, struct nw_err *err)
{
	return find(lookup_user, "user", name, out_id, err);
}

int nw_settings_owner_group(const char *name, int64_t *out_id, struct nw_err *err)
{
	return find(lookup_group, "group", name, out_id, err);
}
