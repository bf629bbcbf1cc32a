#include "worker/resident.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int nw_resident_open(void)
{
	return open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
}

/* statm is "SIZE RESIDENT ...", in pages. */
uint64_t nw_resident_read(int fd)
{
	char text[128];
	ssize_t len = fd == -1 ? -1 : pread(fd, text, sizeof(text) - 1, 0);

	if (len <= 0) {
		return 0;
	}
	text[len] = '\0';
	const char *resident = strchr(text, ' ');

	return resident == NULL ? 0 : strtoull(resident, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE);
}
