#include "worker/http/file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/fd.h"

static_assert(NW_FILE_ANYWHERE == AT_FDCWD, "the kernel's own");

enum {
	/* A FIFO must not wait for a writer, a terminal not become ours. */
	FLAGS = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
	TRIES = 16, /* when something was renamed while the kernel resolved */
};

bool nw_file_is_plain(struct nw_span path)
{
	if (path.len == 0 || path.p[0] != '/' || memchr(path.p, '\0', path.len) != NULL) {
		return false;
	}
	for (size_t i = 1; i < path.len; i++) {
		if (path.p[i - 1] == '/' && (path.p[i] == '/' || path.p[i] == '.')) {
			return false;
		}
	}
	return true;
}

static int open_resolved(int dir, const char *name)
{
	struct open_how how = {.flags = FLAGS, .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
	long fd;

	for (int i = 0; i < TRIES; i++) {
		fd = syscall(SYS_openat2, dir, name, &how, sizeof(how));
		if (fd != -1 || (errno != EAGAIN && errno != EINTR)) {
			break;
		}
	}
	return (int)fd;
}

/* Segment by segment, so that no link in the middle is followed either. */
static int open_stepwise(int dir, const char *name)
{
	char segment[NAME_MAX + 1];
	NW_AUTO_CLOSE int held = -1;
	int at = dir;

	for (;;) {
		size_t len = strcspn(name, "/");
		bool is_last = name[len] == '\0';

		if (len > NAME_MAX) {
			errno = ENAMETOOLONG;
			return -1;
		}
		memcpy(segment, name, len);
		segment[len] = '\0';
		int fd = openat(at, segment,
				is_last ? FLAGS | O_NOFOLLOW : O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

		if (is_last || fd == -1) {
			return fd;
		}
		nw_fd_close(held);
		held = at = fd;
		name += len + 1;
	}
}

/* Not there, or not to be reached that way. */
static bool is_nothing(int code)
{
	switch (code) {
	case ENOENT:
	case ENOTDIR:
	case ENAMETOOLONG:
	case ELOOP: /* too many links, or one that is not to be followed */
	case EXDEV: /* leads out */
	case ENXIO: /* a socket */
		return true;
	default:
		return false;
	}
}

/* Takes @opened; -1: errno says why. */
static int finish(int opened, struct nw_file *out)
{
	NW_AUTO_CLOSE int fd = opened;

	if (fd == -1) {
		return is_nothing(errno) ? -ENOENT : -errno;
	}
	if (fstat(fd, &out->st) == -1) {
		return -errno;
	}
	if (!S_ISREG(out->st.st_mode) && !S_ISDIR(out->st.st_mode)) {
		return -ENOENT;
	}
	out->fd = nw_take_fd(&fd);
	return 0;
}

int nw_file_open_stepwise(int dir, const char *name, struct nw_file *out)
{
	return finish(open_stepwise(dir, name), out);
}

int nw_file_open(int dir, const char *name, struct nw_file *out)
{
	int fd = dir == NW_FILE_ANYWHERE ? open(name, FLAGS) : open_resolved(dir, name);

	if (fd == -1 && dir != NW_FILE_ANYWHERE && (errno == ENOSYS || errno == EPERM)) {
		fd = open_stepwise(dir, name);
	}
	return finish(fd, out);
}
