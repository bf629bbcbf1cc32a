#include "worker/http/file_variant.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>

#include "common/fd.h"
#include "worker/http/file_type.h"
#include "worker/http/status.h"

static const char *const extensions[NW_CODINGS] = {
	[NW_CODING_IDENTITY] = "",
	[NW_CODING_GZIP] = ".gz",
	[NW_CODING_BR] = ".br",
};

/* The file in @coding, when it is there and no older. */
static bool open_coded(int dir, const char *name, enum nw_coding coding, const struct stat *plain, struct nw_file *out)
{
	char coded[PATH_MAX];
	int len = snprintf(coded, sizeof(coded), "%s%s", name, extensions[coding]);

	if (len >= (int)sizeof(coded) || nw_file_open(dir, coded, out) != 0) {
		return false;
	}
	if (!S_ISREG(out->st.st_mode) || out->st.st_mtim.tv_sec < plain->st_mtim.tv_sec) {
		nw_fd_close(out->fd);
		return false;
	}
	return true;
}

int nw_file_variant_open(int dir, const char *name, const struct nw_head *head, struct nw_file_variant *out)
{
	struct nw_file_variant found = {.is_negotiated = !nw_file_type_is_packed(name)};
	unsigned offered = found.is_negotiated ? NW_CODING_BIT(NW_CODING_GZIP) | NW_CODING_BIT(NW_CODING_BR) : 0;
	struct nw_file coded;
	int rc = nw_file_open(dir, name, &found.file);

	if (rc == 0 && !S_ISREG(found.file.st.st_mode)) {
		nw_fd_close(found.file.fd);
		rc = -EISDIR;
	}
	if (rc < 0) {
		return rc;
	}
	for (;;) {
		enum nw_coding coding = nw_accept_coding_of(head, offered);

		if (coding == NW_CODING_IDENTITY) {
			break;
		}
		if (open_coded(dir, name, coding, &found.file.st, &coded)) {
			nw_fd_close(found.file.fd);
			found.file = coded;
			found.coding = coding;
			break;
		}
		offered &= ~NW_CODING_BIT(coding);
	}
	*out = found;
	return 0;
}

unsigned nw_file_variant_status(int rc, const char **out_detail)
{
	switch (rc) {
	case -ENOENT:
	case -EISDIR:
		*out_detail = NULL;
		return NW_STATUS_NOT_FOUND;
	case -EACCES:
		*out_detail = "The server may not read this file.";
		return NW_STATUS_FORBIDDEN;
	case -EMFILE:
	case -ENFILE:
		*out_detail = "Too many files are open.";
		return NW_STATUS_UNAVAILABLE;
	default:
		*out_detail = "The file cannot be opened.";
		return NW_STATUS_INTERNAL_ERROR;
	}
}
