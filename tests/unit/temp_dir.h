/** A new directory that goes with its test. */
#ifndef NW_TESTS_UNIT_TEMP_DIR_H
#define NW_TESTS_UNIT_TEMP_DIR_H

#include <check.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char nw_temp_dir[64]; /* "": none */

static inline int nw_temp_remove(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static inline void nw_temp_dir_remove(void)
{
	if (nw_temp_dir[0] != '\0' && chdir("/") == 0) {
		nftw(nw_temp_dir, nw_temp_remove, 8, FTW_DEPTH | FTW_PHYS);
		nw_temp_dir[0] = '\0';
	}
}

/** Its path. It is removed by the next call or when the process (of the test) exits. */
static inline const char *nw_temp_dir_new(void)
{
	static bool is_registered;

	nw_temp_dir_remove();
	if (!is_registered) {
		ck_assert_int_eq(atexit(nw_temp_dir_remove), 0);
		is_registered = true;
	}
	strcpy(nw_temp_dir, "/tmp/nw-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(nw_temp_dir));
	return nw_temp_dir;
}

#endif
