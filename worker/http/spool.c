#include "worker/http/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/fd.h"

/* For file systems that know no files without a name. */
static int open_named(const char *dir)
{
	char path[PATH_MAX];
	int len = snprintf(path, sizeof(path), "%s/narwhal-XXXXXX", dir);

	if (len < 0 || (size_t)len >= sizeof(path)) {
		return -ENAMETOOLONG;
	}
	int fd = mkostemp(path, O_CLOEXEC);

	if (fd == -1) {
		return -errno;
	}
	unlink(path);
	return fd;
}

int nw_spool_open(struct nw_spool *spool, const char *dir)
{
	/* EXCL: nobody can give it a name later. */
	int fd = open(dir, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);

	if (fd == -1 && (errno == EOPNOTSUPP || errno == EISDIR)) {
		fd = open_named(dir);
	} else if (fd == -1) {
		fd = -errno;
	}
	if (fd < 0) {
		return fd;
	}
	*spool = (struct nw_spool){.fd = fd};
	return 0;
}

int nw_spool_check(const char *dir, struct nw_err *err)
{
	struct nw_spool spool = NW_SPOOL_INIT;
	int failed = nw_spool_open(&spool, dir);

	nw_spool_close(&spool);
	if (failed == 0 || failed == -ENOSPC || failed == -EDQUOT) {
		return 0;
	}
	return nw_err_set(err, failed, "tmp_upload_dir: cannot make a file in '%s': %s", dir, strerror(-failed));
}

int nw_spool_add(struct nw_spool *spool, const void *data, size_t len)
{
	int failed = nw_fd_write_all(spool->fd, data, len);

	if (failed == 0) {
		spool->len += len;
	}
	return failed;
}

int nw_spool_map(struct nw_spool *spool)
{
	void *map = mmap(NULL, (size_t)spool->len, PROT_READ, MAP_SHARED, spool->fd, 0);

	if (map == MAP_FAILED) {
		return -errno;
	}
	spool->map = (struct nw_span){map, (size_t)spool->len};
	return 0;
}

void nw_spool_close(struct nw_spool *spool)
{
	if (spool->map.len > 0) {
		munmap((void *)(uintptr_t)spool->map.p, spool->map.len);
	}
	spool->fd = nw_fd_close(spool->fd);
	spool->len = 0;
	spool->map = (struct nw_span){NULL, 0};
}
