#include "common/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

void nw_auto_close(int *fd)
{
	nw_fd_close(*fd);
}

int nw_take_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

int nw_fd_close(int fd)
{
	int saved = errno;

	if (fd >= 0) {
		close(fd);
	}
	errno = saved;
	return -1;
}

int nw_fd_fill_std(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		/* The lowest number that is free is taken. */
		if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", O_RDWR) != fd) {
			return -errno;
		}
	}
	return 0;
}

int nw_fd_write_all(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			return -errno;
		}
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

int nw_fd_read_file(const char *path, size_t limit, char **out_text, size_t *out_len)
{
	NW_AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	NW_AUTO_FREE char *text = NULL;
	size_t len = 0, cap = 0;

	if (fd == -1) {
		return -errno;
	}
	for (;;) {
		if (len + 1 >= cap) {
			cap = cap == 0 ? 16384 : cap * 2;
			char *more = realloc(text, cap);

			if (more == NULL) {
				return -ENOMEM;
			}
			text = more;
		}
		ssize_t n = read(fd, text + len, cap - len - 1);

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			return -errno;
		}
		if (n == 0) {
			break;
		}
		len += (size_t)n;
		if (len > limit) {
			return -EFBIG;
		}
	}
	text[len] = '\0';
	*out_text = text;
	*out_len = len;
	text = NULL;
	return 0;
}
