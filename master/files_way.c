#include "master/files_way.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

enum {
	MOST_LINKS = 40, /* as many as the kernel follows */
};

/* Not each write: what is written to is done when it is closed. */
#define EVENTS                                                                                                         \
	(IN_CLOSE_WRITE | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF |           \
	 IN_MOVE_SELF | IN_ONLYDIR)

/* A directory that vanishes or is closed to us on the way is no failure: the way ends there. */
static int watch_dir(int inotify_fd, const char *dir)
{
	bool is_watched = inotify_add_watch(inotify_fd, dir[0] == '\0' ? "/" : dir, EVENTS) != -1;

	return is_watched || errno == ENOENT || errno == ENOTDIR || errno == EACCES || errno == ELOOP ? 0 : -errno;
}

/*
 * Walk @path, absolute, as the kernel does. At the first link: watch its directory and put what it leads to, with the
 * rest behind it, into @path; *out_goes_on. Otherwise watch the last directory.
 */
static int walk(int inotify_fd, char path[PATH_MAX], bool *out_goes_on)
{
	char next[PATH_MAX], target[PATH_MAX];
	char *slash = path;
	struct stat st;

	*out_goes_on = false;
	for (char *end = path; *end != '\0';) {
		slash = end;
		end += 1 + strcspn(end + 1, "/");
		char rest = *end;

		*end = '\0';
		bool is_there = lstat(path, &st) == 0;
		ssize_t len = is_there && S_ISLNK(st.st_mode) ? readlink(path, target, sizeof(target) - 1) : -1;

		*end = rest;
		if (len != -1) {
			target[len] = '\0';
			*slash = '\0';
			int failed = watch_dir(inotify_fd, path);
			int n = snprintf(next, sizeof(next), "%s%s%s%s", target[0] == '/' ? "" : path,
					 target[0] == '/' ? "" : "/", target, end);

			*out_goes_on = n < (int)sizeof(next);
			memcpy(path, next, sizeof(next));
			return failed;
		}
		if (!is_there) {
			break;
		}
	}
	*slash = '\0';
	return watch_dir(inotify_fd, path);
}

int nw_files_way_watch(int inotify_fd, const char *path)
{
	char way[PATH_MAX];
	bool goes_on = snprintf(way, sizeof(way), "%s", path) < (int)sizeof(way);
	int failed = 0;

	for (int i = 0; failed == 0 && goes_on && i <= MOST_LINKS; i++) {
		failed = walk(inotify_fd, way, &goes_on);
	}
	return failed;
}

/* @watch what matches now. */
static int watch_matches(int inotify_fd, const char *pattern, int (*watch)(int inotify_fd, const char *path))
{
	glob_t found = {0};
	int failed = 0;

	if (glob(pattern, GLOB_NOSORT, NULL, &found) == 0) {
		for (size_t i = 0; failed == 0 && i < found.gl_pathc; i++) {
			failed = watch(inotify_fd, found.gl_pathv[i]);
		}
	}
	globfree(&found);
	return failed;
}

int nw_files_way_watch_pattern(int inotify_fd, const char *pattern)
{
	char part[PATH_MAX];
	int failed = watch_matches(inotify_fd, pattern, nw_files_way_watch);

	if (snprintf(part, sizeof(part), "%s", pattern) >= (int)sizeof(part)) {
		return failed;
	}
	/* From the last directory up to the first one whose name is no pattern. */
	for (char *slash; failed == 0 && (slash = strrchr(part, '/')) != NULL && slash != part;) {
		*slash = '\0';
		failed = watch_matches(inotify_fd, part, watch_dir);
		if (strpbrk(part, "*?[") == NULL) {
			break;
		}
	}
	return failed;
}

/* By their magic numbers, see statfs(2): NFS, SMB, CIFS, SMB2, FUSE, 9P, Ceph, AFS. */
bool nw_files_way_is_far(const char *path)
{
	static const unsigned long far[] = {0x6969,     0x517B,     0xFF534D42, 0xFE534D42,
					    0x65735546, 0x01021997, 0x00C36400, 0x5346414F};
	struct statfs fs;

	if (statfs(path, &fs) == -1) {
		return false;
	}
	for (size_t i = 0; i < sizeof(far) / sizeof(far[0]); i++) {
		if (((unsigned long)fs.f_type & 0xFFFFFFFF) == far[i]) {
			return true;
		}
	}
	return false;
}
