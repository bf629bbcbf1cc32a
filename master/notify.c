#include "master/notify.h"

#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "common/fd.h"
#include "common/log.h"
#include "common/str.h"

static void send_text(const char *path, const char *text)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	NW_AUTO_CLOSE int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	size_t len = strlen(path);

	if (fd == -1 || len >= sizeof(sun.sun_path) || (path[0] != '/' && path[0] != '@')) {
		return;
	}
	memcpy(sun.sun_path, path, len);
	if (path[0] == '@') {
		sun.sun_path[0] = '\0'; /* an abstract one */
	}
	if (sendto(fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL, (const struct sockaddr *)&sun,
		   (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)) == -1) {
		NW_LOG_DEBUG("Cannot tell the service manager: %m");
	}
}

void nw_notify_send(const char *fmt, ...)
{
	const char *path = getenv("NOTIFY_SOCKET");
	char text[1024];
	va_list ap;

	if (path == NULL) {
		return;
	}
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	send_text(path, text);
}

static int64_t monotonic_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000000) + ts.tv_nsec / 1000;
}

static void tell_stopping(const struct nw_master *master)
{
	if (master->generation->partner == NW_PARTNER_NEWER) {
		nw_notify_send("MAINPID=%d\nSTATUS=Upgraded", (int)master->newer);
	} else {
		nw_notify_send("STOPPING=1\nSTATUS=Stopping");
	}
}

void nw_notify_state(const struct nw_master *master)
{
	const struct nw_generation *generation = master->generation;
	char text[512];

	if (generation->partner == NW_PARTNER_OLDER) {
		return;
	}
	switch (master->state) {
	case NW_MASTER_SERVING:
		nw_notify_send("MAINPID=%d\nREADY=1\nSTATUS=Generation %u serves at %s", (int)getpid(),
			       generation->number, nw_generation_text(generation, text, sizeof(text)));
		break;
	case NW_MASTER_RELOADING:
		if (master->has_served) {
			nw_notify_send("RELOADING=1\nMONOTONIC_USEC=%" PRId64 "\nSTATUS=Reloading", monotonic_us());
		}
		break;
	case NW_MASTER_DEPARTING:
	case NW_MASTER_STOPPING:
	case NW_MASTER_HURRYING:
		tell_stopping(master);
		break;
	case NW_MASTER_STARTING:
	case NW_MASTER_STOPPED:
		break;
	}
}

void nw_notify_watchdog(const struct nw_master *master)
{
	const char *usec = getenv("WATCHDOG_USEC");
	const char *text = getenv("WATCHDOG_PID");
	int64_t pid = 0;

	if (usec == NULL || master->generation->partner == NW_PARTNER_OLDER) {
		return;
	}
	if (text == NULL || (nw_str_to_int64(text, 1, INT_MAX, &pid) == 0 && pid == getpid())) {
		nw_notify_send("WATCHDOG=1");
	}
}
