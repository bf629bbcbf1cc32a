/**
 * Runs a fuzz target once over files: what the fuzzer found, or began with, stays right in every build, without the
 * fuzzer. Arguments: files and folders; one that is not there has nothing to say.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/fd.h"

enum { FILE_LIMIT = 16 * 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int run_file(const char *path)
{
	char *text = NULL;
	size_t len = 0;
	int rc = nw_fd_read_file(path, FILE_LIMIT, &text, &len);

	if (rc < 0) {
		fprintf(stderr, "%s: %s\n", path, strerror(-rc));
		return rc;
	}
	/* A copy of exactly that size: the byte behind it is out of bounds, as with the fuzzer. */
	uint8_t *data = malloc(len > 0 ? len : 1);

	if (data != NULL) {
		memcpy(data, text, len);
		LLVMFuzzerTestOneInput(data, len);
	}
	free(data);
	free(text);
	return data != NULL ? 0 : -ENOMEM;
}

static int run_folder(const char *path, unsigned *n)
{
	DIR *dir = opendir(path);
	int failed = 0;

	if (dir == NULL) {
		return errno == ENOENT ? 0 : -errno;
	}
	for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
		char file[4096];

		if (entry->d_name[0] == '.') {
			continue;
		}
		snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
		failed |= run_file(file);
		(*n)++;
	}
	closedir(dir);
	return failed;
}

int main(int argc, char **argv)
{
	unsigned n = 0;
	int failed = 0;

	for (int i = 1; i < argc; i++) {
		failed |= run_folder(argv[i], &n);
	}
	printf("%u inputs\n", n);
	return failed == 0 && n > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
