#include "worker/store/sqlite_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "common/fd.h"

/* Bytes of the file. Who wants to write holds the turnstile while it waits for the other: the one that has just
 * written finds it closed until the waiting one is through. */
enum { BYTE_WRITE = 0, BYTE_TURNSTILE = 1 };

static int lock_byte(int fd, short type, off_t byte)
{
	struct flock range = {.l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};

	while (fcntl(fd, F_OFD_SETLKW, &range) == -1) {
		if (errno != EINTR) {
			return -errno;
		}
	}
	return 0;
}

int nw_sqlite_lock_open(struct nw_sqlite_lock *lock, const char *path, struct nw_err *err)
{
	lock->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (lock->fd == -1) {
		return nw_err_errno(err, "store: cannot open the lock file '%s' (--store names another place)", path);
	}
	pthread_mutex_init(&lock->mutex, NULL);
	return 0;
}

void nw_sqlite_lock_close(struct nw_sqlite_lock *lock)
{
	lock->fd = nw_fd_close(lock->fd);
	pthread_mutex_destroy(&lock->mutex);
}

int nw_sqlite_lock_take_sync(struct nw_sqlite_lock *lock)
{
	pthread_mutex_lock(&lock->mutex);
	int code = lock_byte(lock->fd, F_WRLCK, BYTE_TURNSTILE);

	if (code == 0) {
		code = lock_byte(lock->fd, F_WRLCK, BYTE_WRITE);
		lock_byte(lock->fd, F_UNLCK, BYTE_TURNSTILE);
	}
	if (code != 0) {
		pthread_mutex_unlock(&lock->mutex);
	}
	return code;
}

void nw_sqlite_lock_give(struct nw_sqlite_lock *lock)
{
	lock_byte(lock->fd, F_UNLCK, BYTE_WRITE);
	pthread_mutex_unlock(&lock->mutex);
}
