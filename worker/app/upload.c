#include <narwhal/upload.h>

#include <sys/random.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/fd.h"

/* A name that nobody has, in the folder of @path. 0 or -errno; *out_fd is the caller's. */
static int temp_open(const char *path, char *temp, size_t size, int *out_fd)
{
	const char *slash = strrchr(path, '/');
	int folder_len = slash == NULL ? 0 : (int)(slash - path) + 1;
	uint64_t random;

	if (strlen(path) >= PATH_MAX) {
		return -ENAMETOOLONG;
	}
	if (getrandom(&random, sizeof(random), 0) != sizeof(random)) {
		return -errno;
	}
	if (snprintf(temp, size, "%.*s.upload-%016llx", folder_len, path, (unsigned long long)random) >= (int)size) {
		return -ENAMETOOLONG;
	}
	*out_fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	return *out_fd == -1 ? -errno : 0;
}

static int rename_new(const char *temp, const char *path)
{
	if (renameat2(AT_FDCWD, temp, AT_FDCWD, path, RENAME_NOREPLACE) == 0) {
		return 0;
	}
	if (errno != EINVAL && errno != ENOSYS) {
		return -errno;
	}
	/* Not every file system can, NFS for one. */
	if (link(temp, path) == -1) {
		return -errno;
	}
	unlink(temp);
	return 0;
}

/* The name of a file is on disk when its folder is. One that may be written to only, not be read, cannot be opened for
 * that: the file system of @file then has to be as a whole. */
static int folder_sync(const char *path, int file)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');

	snprintf(folder, sizeof(folder), "%.*s", slash == NULL ? 1 : (int)(slash - path) + 1,
		 slash == NULL ? "." : path);
	NW_AUTO_CLOSE int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return (fd == -1 ? syncfs(file) : fsync(fd)) == -1 ? -errno : 0;
}

static int write_out(int fd, const struct nw_upload *upload)
{
	int rc = nw_fd_write_all(fd, upload->data, upload->len);

	return rc == 0 && fsync(fd) == -1 ? -errno : rc;
}

int nw_upload_save_sync(const struct nw_upload *upload, const char *path, unsigned flags)
{
	char temp[PATH_MAX];
	NW_AUTO_CLOSE int fd = -1;
	int rc = temp_open(path, temp, sizeof(temp), &fd);

	if (rc < 0) {
		return rc;
	}
	rc = write_out(fd, upload);
	if (rc == 0 && (flags & NW_UPLOAD_REPLACE) != 0) {
		rc = rename(temp, path) == -1 ? -errno : 0;
	} else if (rc == 0) {
		rc = rename_new(temp, path);
	}
	if (rc < 0) {
		unlink(temp);
		return rc;
	}
	return folder_sync(path, fd);
}
