#include "common/capture.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#include "common/cc.h"
#include "common/fd.h"

static struct {
	int fd;
	int original; /* -1: it is where it was */
} streams[] = {{STDOUT_FILENO, -1}, {STDERR_FILENO, -1}};

void nw_capture_turn(int fd)
{
	/* Whole lines come whole, and none is lost when a worker is killed. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t i = 0; i < NW_ARRAY_LEN(streams); i++) {
		if (streams[i].original == -1) {
			streams[i].original = fcntl(streams[i].fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
		}
		/* Without a way back it goes on where it is. */
		if (streams[i].original != -1) {
			dup2(fd, streams[i].fd);
		}
	}
}

void nw_capture_restore(void)
{
	fflush(stdout);
	for (size_t i = 0; i < NW_ARRAY_LEN(streams); i++) {
		if (streams[i].original != -1) {
			dup2(streams[i].original, streams[i].fd);
			streams[i].original = nw_fd_close(streams[i].original);
		}
	}
}
