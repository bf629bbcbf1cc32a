#include "worker/http/file_variant.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "common/fd.h"
#include "tests/unit/temp_dir.h"
#include "tests/unit/unit.h"

enum { MADE_AT = 1000000 };

/* A file that holds its own name, changed at MADE_AT + @later. */
static void write_file(const char *path, time_t later)
{
	const struct timespec times[2] = {{MADE_AT, 0}, {MADE_AT + later, 0}};
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(path, f), 0);
	ck_assert_int_eq(fclose(f), 0);
	ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

static int site_new(void)
{
	ck_assert_int_eq(chdir(nw_temp_dir_new()), 0);
	write_file("secret", 0);
	ck_assert_int_eq(mkdir("site", 0755), 0);
	ck_assert_int_eq(chdir("site"), 0);
	write_file("a.js", 0);
	write_file("a.js.gz", 0);
	write_file("a.js.br", 1);
	write_file("old.js", 5);
	write_file("old.js.br", 4);
	write_file("old.js.gz", 5);
	write_file("b.css", 0);
	write_file("b.css.gz", 0);
	write_file("c.png", 0);
	write_file("c.png.br", 0);
	write_file("alone.js.br", 0);
	write_file("odd.js", 0);
	ck_assert_int_eq(mkdir("odd.js.br", 0755), 0);
	ck_assert_int_eq(symlink("../secret", "odd.js.gz"), 0);
	int dir = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);

	ck_assert_int_ne(dir, -1);
	return dir;
}

/* The head of a request with that Accept-Encoding (NULL: none). */
static struct nw_head head_of(const char *accept_encoding)
{
	static struct nw_field field;
	static char wire[128];
	int len = snprintf(wire, sizeof(wire), "Accept-Encoding%s", accept_encoding == NULL ? "" : accept_encoding);

	field = (struct nw_field){{0, 15}, {15, (uint32_t)len - 15}};
	return (struct nw_head){.base = wire, .fields = &field, .n_fields = accept_encoding != NULL};
}

/* The name of the file that was opened, which is what it holds. */
static const char *opened(int dir, const char *name, const char *accept_encoding, enum nw_coding coding)
{
	static char text[64];
	struct nw_file_variant variant;
	struct nw_head head = head_of(accept_encoding);

	ck_assert_int_eq(nw_file_variant_open(dir, name, &head, &variant), 0);
	ssize_t len = read(variant.file.fd, text, sizeof(text) - 1);

	ck_assert_int_gt(len, 0);
	text[len] = '\0';
	nw_fd_close(variant.file.fd);
	ck_assert_int_eq(variant.file.st.st_size, len);
	ck_assert_int_eq(variant.coding, coding);
	ck_assert_int_eq(variant.is_negotiated, strstr(name, ".png") == NULL);
	return text;
}

START_TEST(the_client_gets_the_variant_that_it_would_rather_have)
{
	int dir = site_new();

	ck_assert_str_eq(opened(dir, "a.js", NULL, NW_CODING_IDENTITY), "a.js");
	ck_assert_str_eq(opened(dir, "a.js", "gzip, deflate, br", NW_CODING_BR), "a.js.br");
	ck_assert_str_eq(opened(dir, "a.js", "gzip", NW_CODING_GZIP), "a.js.gz");
	ck_assert_str_eq(opened(dir, "a.js", "gzip;q=0, br;q=0", NW_CODING_IDENTITY), "a.js");
	ck_assert_str_eq(opened(dir, "b.css", "gzip;q=0.5, br", NW_CODING_GZIP), "b.css.gz");
	ck_assert_str_eq(opened(dir, "b.css", "br", NW_CODING_IDENTITY), "b.css");
	nw_fd_close(dir);
}
END_TEST

START_TEST(a_variant_that_is_older_or_no_file_or_outside_is_none)
{
	int dir = site_new();

	ck_assert_str_eq(opened(dir, "old.js", "br, gzip", NW_CODING_GZIP), "old.js.gz");
	ck_assert_str_eq(opened(dir, "old.js", "br", NW_CODING_IDENTITY), "old.js");
	ck_assert_str_eq(opened(dir, "odd.js", "br, gzip", NW_CODING_IDENTITY), "odd.js");
	ck_assert_str_eq(opened(dir, "c.png", "br, gzip", NW_CODING_IDENTITY), "c.png");
	nw_fd_close(dir);
}
END_TEST

START_TEST(a_variant_alone_stands_for_nothing)
{
	struct nw_file_variant variant;
	struct nw_head head = head_of("br");
	int dir = site_new();

	ck_assert_int_eq(nw_file_variant_open(dir, "alone.js", &head, &variant), -ENOENT);
	ck_assert_int_eq(nw_file_variant_open(dir, ".", &head, &variant), -EISDIR);
	nw_fd_close(dir);
}
END_TEST

NW_TEST_MAIN("http/file_variant", the_client_gets_the_variant_that_it_would_rather_have,
	     a_variant_that_is_older_or_no_file_or_outside_is_none, a_variant_alone_stands_for_nothing)
