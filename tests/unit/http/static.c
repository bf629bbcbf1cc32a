#include "worker/http/static.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/unit/http/world.h"
#include "tests/unit/temp_dir.h"

enum { LARGE = 300 * 1000 };

#define PAGE "<p>page</p>"
#define HOST "Host: a\r\n"

static struct nw_static *files;
static struct client client;
static bool has_pages = true;

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(text, f), 0);
	ck_assert_int_eq(fclose(f), 0);
}

static void on_request(struct nw_exchange *x, void *arg)
{
	(void)arg;
	if (!nw_static_answer(files, x, nw_head_span(&x->head, x->head.path), has_pages)) {
		nw_exchange_error(x, 404, "no file");
		nw_exchange_send(x);
	}
}

static void open_mounts(char **mounts, size_t n)
{
	struct nw_err err = {0};

	ck_assert_int_eq(nw_static_open(&(struct nw_strings){mounts, n}, &files, &err), 0);
	world_prepare();
	world.options.on_request = on_request;
	world_open();
	client_open(&client);
}

/* Folders `web` at / and `more` at /more. */
static void begin(void)
{
	static char root[] = "/=web", more[] = "/more/=more";
	static char *mounts[] = {root, more};

	ck_assert_int_eq(chdir(nw_temp_dir_new()), 0);
	ck_assert_int_eq(mkdir("web", 0755), 0);
	ck_assert_int_eq(mkdir("web/sub", 0755), 0);
	ck_assert_int_eq(mkdir("more", 0755), 0);
	write_file("web/index.html", PAGE);
	write_file("web/sub/index.html", "sub");
	write_file("more/a.txt", "more");
	open_mounts(mounts, NW_ARRAY_LEN(mounts));
}

static void end(void)
{
	client_close(&client);
	world_close();
	files = nw_static_close(files);
}

/* The whole answer to one request on a connection of its own. */
static const char *ask(const char *method, const char *path, const char *fields)
{
	char request[512];

	client_close(&client);
	client_open(&client);
	snprintf(request, sizeof(request), "%s %s HTTP/1.1\r\n" HOST "Connection: close\r\n%s\r\n", method, path,
		 fields);
	client_says(&client, request);
	client_expect_end(&client);
	return client.data;
}

static void assert_answer(const char *answer, const char *status, const char *body)
{
	const char *begins = strstr(answer, "\r\n\r\n");

	ck_assert_msg(strncmp(answer + 9, status, 3) == 0, "%s", answer);
	ck_assert_ptr_nonnull(begins);
	if (body != NULL) {
		ck_assert_str_eq(begins + 4, body);
	}
}

START_TEST(the_longest_prefix_of_whole_segments_has_the_file)
{
	begin();
	assert_answer(ask("GET", "/", ""), "200", PAGE);
	assert_answer(ask("GET", "/sub/", ""), "200", "sub");
	assert_answer(ask("GET", "/more/a.txt", ""), "200", "more");
	assert_answer(ask("GET", "/moreover/a.txt", ""), "404", NULL);
	assert_answer(ask("GET", "/more", ""), "404", NULL); /* a folder without a page */
	assert_answer(ask("GET", "/sub?q", ""), "308", "");
	ck_assert_ptr_nonnull(strstr(client.data, "Location: /sub/?q\r\n"));
	end();
}
END_TEST

START_TEST(a_page_is_for_whoever_navigates_where_pages_are)
{
	begin();
	assert_answer(ask("GET", "/r/x", "Accept: text/html\r\n"), "200", PAGE);
	assert_answer(ask("HEAD", "/r/x", "Accept: text/html\r\n"), "200", "");
	assert_answer(ask("GET", "/r/x", "Accept: */*\r\n"), "404", NULL);
	assert_answer(ask("GET", "/r/x", "Accept: */*\r\naccept: image/png, text/html\r\n"), "200", PAGE);
	assert_answer(ask("GET", "/r/x.js", "Accept: text/html\r\n"), "404", NULL);
	assert_answer(ask("POST", "/r/x", "Accept: text/html\r\n"), "404", NULL);
	assert_answer(ask("GET", "/more/x", "Accept: text/html\r\n"), "404", NULL); /* it has no page */
	assert_answer(ask("GET", "/../x", "Accept: text/html\r\n"), "404", NULL);
	has_pages = false;
	assert_answer(ask("GET", "/r/x", "Accept: text/html\r\n"), "404", NULL);
	assert_answer(ask("GET", "/", "Accept: text/html\r\n"), "200", PAGE);
	end();
}
END_TEST

START_TEST(a_method_that_no_file_has_is_told_so)
{
	begin();
	assert_answer(ask("DELETE", "/index.html", ""), "405", NULL);
	ck_assert_ptr_nonnull(strstr(client.data, "Allow: GET, HEAD\r\n"));
	end();
}
END_TEST

START_TEST(a_large_file_and_its_head_tell_the_same_length)
{
	char *text = malloc(LARGE + 1);

	begin();
	memset(text, 'x', LARGE);
	text[LARGE] = '\0';
	write_file("web/large.txt", text);
	assert_answer(ask("GET", "/large.txt", ""), "200", text);
	ck_assert_ptr_nonnull(strstr(client.data, "Content-Length: 300000\r\n"));
	assert_answer(ask("HEAD", "/large.txt", ""), "200", "");
	ck_assert_ptr_nonnull(strstr(client.data, "Content-Length: 300000\r\n"));
	end();
	free(text);
}
END_TEST

START_TEST(a_known_file_is_304_and_a_changed_one_is_not)
{
	char known[128];

	begin();
	const char *etag = strstr(ask("GET", "/", ""), "ETag: ");

	ck_assert_ptr_nonnull(etag);
	snprintf(known, sizeof(known), "If-None-Match: \"a\", %.*s\r\n", (int)strcspn(etag + 6, "\r"), etag + 6);
	assert_answer(ask("GET", "/", known), "304", "");
	write_file("web/index.html", PAGE "!");
	assert_answer(ask("GET", "/", known), "200", PAGE "!");
	end();
}
END_TEST

/* How often @needle is in @text. */
static unsigned count(const char *text, const char *needle)
{
	unsigned n = 0;

	for (; (text = strstr(text, needle)) != NULL; text++) {
		n++;
	}
	return n;
}

START_TEST(ranges_are_parts_of_the_file)
{
	begin();
	write_file("web/digits.txt", "0123456789");
	assert_answer(ask("GET", "/digits.txt", "Range: bytes=2-4\r\n"), "206", "234");
	ck_assert_ptr_nonnull(strstr(client.data, "Content-Range: bytes 2-4/10\r\n"));
	assert_answer(ask("GET", "/digits.txt", "Range: bytes=-1,0-1\r\n"), "206", NULL);
	ck_assert_ptr_nonnull(strstr(client.data, "\r\nContent-Range: bytes 9-9/10\r\n\r\n9\r\n--"));
	ck_assert_ptr_nonnull(strstr(client.data, "\r\nContent-Range: bytes 0-1/10\r\n\r\n01\r\n--"));
	ck_assert_uint_eq(count(client.data, "\r\nContent-Range: "), 2);
	assert_answer(ask("GET", "/digits.txt", "Range: bytes=10-\r\n"), "416", NULL);
	ck_assert_ptr_nonnull(strstr(client.data, "Content-Range: bytes */10\r\n"));
	assert_answer(ask("HEAD", "/digits.txt", "Range: bytes=2-4\r\n"), "200", "");
	ck_assert_ptr_nonnull(strstr(client.data, "Content-Length: 10\r\n"));
	assert_answer(ask("GET", "/digits.txt", "If-Match: \"x\"\r\n"), "412", NULL);
	end();
}
END_TEST

START_TEST(a_variant_goes_to_who_takes_it)
{
	begin();
	write_file("web/a.js", "plain");
	write_file("web/a.js.br", "coded");
	assert_answer(ask("GET", "/a.js", "Accept-Encoding: br\r\n"), "200", "coded");
	ck_assert_ptr_nonnull(strstr(client.data, "Content-Encoding: br\r\n"));
	ck_assert_ptr_nonnull(strstr(client.data, "Vary: Accept-Encoding\r\n"));
	ck_assert_ptr_nonnull(strstr(client.data, "-br\"\r\n"));
	assert_answer(ask("GET", "/a.js", "Accept-Encoding: br\r\nRange: bytes=1-\r\n"), "206", "oded");
	/* Of several parts only the parts would have the coding, not what wraps them. */
	assert_answer(ask("GET", "/a.js", "Accept-Encoding: br\r\nRange: bytes=0-0,2-2\r\n"), "200", "coded");
	assert_answer(ask("GET", "/a.js", "Accept-Encoding: zstd\r\nAccept-Encoding: br\r\n"), "200", "coded");
	assert_answer(ask("GET", "/a.js", "Accept-Encoding: gzip\r\n"), "200", "plain");
	ck_assert_ptr_null(strstr(client.data, "Content-Encoding"));
	end();
}
END_TEST

START_TEST(a_folder_that_cannot_be_opened_is_named)
{
	static char missing[] = "/=nosuch", twice[] = "/a/=.", again[] = "/a=.";
	struct nw_err err = {0};

	ck_assert_int_eq(chdir(nw_temp_dir_new()), 0);
	ck_assert_int_eq(nw_static_open(&(struct nw_strings){(char *[]){missing}, 1}, &files, &err), -ENOENT);
	ck_assert_str_eq(err.msg, "static: cannot open folder 'nosuch': No such file or directory");
	ck_assert_int_eq(nw_static_open(&(struct nw_strings){(char *[]){twice, again}, 2}, &files, &err), -EINVAL);
	ck_assert_str_eq(err.msg, "static: there are two folders for '/a/'");
}
END_TEST

NW_TEST_MAIN("http/static", the_longest_prefix_of_whole_segments_has_the_file,
	     a_page_is_for_whoever_navigates_where_pages_are, a_method_that_no_file_has_is_told_so,
	     a_large_file_and_its_head_tell_the_same_length, a_known_file_is_304_and_a_changed_one_is_not,
	     ranges_are_parts_of_the_file, a_variant_goes_to_who_takes_it, a_folder_that_cannot_be_opened_is_named)
