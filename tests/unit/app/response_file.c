#include <narwhal/response.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/unit/app/fake.h"
#include "tests/unit/temp_dir.h"
#include "tests/unit/unit.h"

enum { BIG = 100 * 1000 };

static nw_handler answer;

static int answerer(struct nw_request *req, struct nw_response *res)
{
	return answer(req, res);
}

/* @head: the request's fields, and the empty line. */
static unsigned ask(nw_handler handler, const char *head)
{
	static const struct nw_route routes[] = {
		{"GET", "/x", answerer, 0},
		{NULL, NULL, NULL, 0},
	};
	struct nw_apps *apps = fake_apps(routes, NULL);
	char request[256];

	answer = handler;
	snprintf(request, sizeof(request), "GET /x HTTP/1.1\r\n%s\r\n", head);
	unsigned status = fake_get(apps, request);

	nw_apps_free(apps);
	return status;
}

static void write_file(const char *path, const char *text, size_t len)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(text, 1, len, f), len);
	ck_assert_int_eq(fclose(f), 0);
}

static void site_new(void)
{
	static const char big[BIG];

	ck_assert_int_eq(chdir(nw_temp_dir_new()), 0);
	ck_assert_int_eq(mkdir("site", 0755), 0);
	write_file("secret", "secret", 6);
	write_file("site/a.txt", "0123456789", 10);
	write_file("site/big.html", big, BIG);
}

static bool has_field_named(const char *name)
{
	return strstr(fake_seen.fields, name) != NULL;
}

#define HANDLER(name_, call_)                                                                                          \
	static int name_(struct nw_request *req, struct nw_response *res)                                              \
	{                                                                                                              \
		(void)req;                                                                                             \
		return call_;                                                                                          \
	}

static const struct nw_file_options odd_type = {.type = "a\nb"}, odd_caching = {.cache_control = "a\nb"};

HANDLER(small, nw_response_file(res, "site/a.txt", NULL))
HANDLER(big, nw_response_file_below(res, "site", "big.html", NULL))
HANDLER(missing, nw_response_file(res, "site/nosuch", NULL))
HANDLER(folder, nw_response_file(res, "site", NULL))
HANDLER(up, nw_response_file_below(res, "site", "../secret", NULL))
HANDLER(rooted, nw_response_file_below(res, "site", "/etc/passwd", NULL))
HANDLER(unnamed, nw_response_file_below(res, "site", "", NULL))
HANDLER(no_folder, nw_response_file_below(res, "nosuch", "a.txt", NULL))
HANDLER(bad_type, nw_response_file(res, "site/a.txt", &odd_type))
HANDLER(bad_caching, nw_response_file_below(res, "site", "a.txt", &odd_caching))

START_TEST(a_small_file_is_in_memory_and_a_large_one_is_not)
{
	site_new();
	ck_assert_uint_eq(ask(small, ""), 200);
	ck_assert_str_eq(fake_seen.body, "0123456789");
	ck_assert_uint_eq(fake_seen.pieces_len, 0);
	ck_assert(fake_has_field("Content-Type: text/plain; charset=utf-8"));
	ck_assert(fake_has_field("Cache-Control: no-cache"));
	ck_assert(has_field_named("ETag: \""));
	ck_assert_uint_eq(ask(big, ""), 200);
	ck_assert_str_eq(fake_seen.body, "");
	ck_assert_uint_eq(fake_seen.pieces_len, BIG);
	ck_assert(fake_has_field("Content-Type: text/html; charset=utf-8"));
}
END_TEST

START_TEST(a_range_is_read_alone)
{
	site_new();
	ck_assert_uint_eq(ask(small, "Range: bytes=2-4\r\n"), 206);
	ck_assert_str_eq(fake_seen.body, "234");
	ck_assert(fake_has_field("Content-Range: bytes 2-4/10"));
	ck_assert_uint_eq(ask(big, "Range: bytes=1-50000\r\n"), 206);
	ck_assert_uint_eq(fake_seen.pieces_len, 50000);
	ck_assert_uint_eq(ask(small, "Range: bytes=0-0,9-\r\n"), 206);
	ck_assert(has_field_named("Content-Type: multipart/byteranges; boundary="));
	ck_assert(!has_field_named("Content-Range: "));
	ck_assert_uint_gt(fake_seen.pieces_len, 200);
}
END_TEST

START_TEST(a_precondition_or_range_that_fails_is_an_error_with_its_fields_only)
{
	site_new();
	ck_assert_uint_eq(ask(small, "Range: bytes=10-\r\n"), 416);
	ck_assert_str_eq(fake_seen.body, "built-in 416: ");
	ck_assert(fake_has_field("Content-Range: bytes */10"));
	ck_assert(!has_field_named("ETag"));
	ck_assert_uint_eq(ask(small, "If-Match: \"x\"\r\n"), 412);
	ck_assert(!has_field_named("ETag"));
	ck_assert_uint_eq(ask(small, "If-None-Match: *\r\n"), 304);
	ck_assert(has_field_named("ETag") && !has_field_named("Content-Type"));
}
END_TEST

static int private(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	int rc = nw_response_file(res, "site/a.txt", &(struct nw_file_options){.cache_control = "public"});

	nw_response_header(res, "X-Cache-Control", "no");
	nw_response_header(res, "cache-control", "private");
	return rc;
}

START_TEST(a_cache_control_of_the_app_s_own_is_the_only_one)
{
	site_new();
	ck_assert_uint_eq(ask(private, ""), 200);
	ck_assert(fake_has_field("cache-control: private"));
	ck_assert_ptr_null(strstr(fake_seen.fields, "Cache-Control: public"));
	ck_assert_uint_eq(ask(private, "If-None-Match: *\r\n"), 304);
	ck_assert(fake_has_field("cache-control: private"));
	ck_assert_ptr_null(strstr(fake_seen.fields, "Cache-Control: public"));
}
END_TEST

static int missing_page(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	return nw_response_file(res, "site/a.txt", NULL);
}

static int load_missing_page(struct nw_app *app)
{
	return nw_app_on_error(app, 404, missing_page);
}

START_TEST(the_page_of_an_error_is_no_success)
{
	static const struct nw_route routes[] = {{"GET", "/x", answerer, 0}, {NULL, NULL, NULL, 0}};
	static const char *const fields[] = {"", "If-None-Match: *\r\n", "Range: bytes=1-2\r\n", "If-Match: \"x\"\r\n"};
	char request[256];

	site_new();
	answer = missing;
	for (size_t i = 0; i < NW_ARRAY_LEN(fields); i++) {
		struct nw_apps *apps = fake_apps(routes, load_missing_page);

		snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\n%s\r\n", i == 0 ? "/x" : "/nosuch", fields[i]);
		ck_assert_uint_eq(fake_get(apps, request), 404);
		ck_assert_str_eq(fake_seen.body, "0123456789");
		ck_assert(fake_has_field("Content-Type: text/plain; charset=utf-8"));
		ck_assert(!has_field_named("ETag") && !has_field_named("Last-Modified") &&
			  !has_field_named("Accept-Ranges"));
		nw_apps_free(apps);
	}
}
END_TEST

static int no_page(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	return nw_response_file_below(res, "site", "no-page", NULL);
}

static int load_no_page(struct nw_app *app)
{
	return nw_app_on_error(app, 0, no_page);
}

static int load_bad_page(struct nw_app *app)
{
	return nw_app_on_error(app, 404, bad_caching);
}

START_TEST(the_page_of_an_error_is_not_split)
{
	struct nw_apps *apps = fake_apps(NULL, load_bad_page);

	site_new();
	ck_assert_uint_eq(fake_get(apps, "GET /x HTTP/1.1\r\n\r\n"), 500);
	ck_assert_ptr_nonnull(strstr(fake_seen.log, "file option 'a\\x0Ab' has control bytes"));
	nw_apps_free(apps);
}
END_TEST

HANDLER(breaks, nw_response_header(res, "no token", ""))

START_TEST(without_its_page_an_error_stays_what_it_is)
{
	static const struct nw_route routes[] = {{"GET", "/x", answerer, 0}, {NULL, NULL, NULL, 0}};
	struct nw_apps *apps = fake_apps(routes, load_no_page);

	site_new();
	answer = breaks;
	ck_assert_uint_eq(fake_get(apps, "GET /x HTTP/1.1\r\n\r\n"), 500);
	ck_assert_str_eq(fake_seen.body, "built-in 500: ");
	ck_assert_ptr_nonnull(strstr(fake_seen.log, "file 'no-page' cannot be opened: No such file or directory; the "
						    "error has its built-in page (request id id-1)"));
	nw_apps_free(apps);
}
END_TEST

START_TEST(what_may_not_be_served_is_not_there)
{
	const nw_handler handlers[] = {missing, folder, up, rooted, unnamed};

	site_new();
	for (size_t i = 0; i < NW_ARRAY_LEN(handlers); i++) {
		ck_assert_msg(ask(handlers[i], "") == 404, "%zu", i);
		ck_assert_str_eq(fake_seen.log, "");
	}
}
END_TEST

START_TEST(a_mistake_of_the_program_is_500_and_logged)
{
	site_new();
	ck_assert_uint_eq(ask(no_folder, ""), 500);
	ck_assert_ptr_nonnull(strstr(fake_seen.log, "folder 'nosuch' cannot be opened: No such file or directory"));
	ck_assert_uint_eq(ask(bad_type, ""), 500);
	ck_assert_ptr_nonnull(strstr(fake_seen.log, "file option 'a\\x0Ab' has control bytes"));
	ck_assert_uint_eq(ask(bad_caching, ""), 500);
	ck_assert(!has_field_named("ETag"));
}
END_TEST

NW_TEST_MAIN("app/response_file", a_small_file_is_in_memory_and_a_large_one_is_not, a_range_is_read_alone,
	     a_precondition_or_range_that_fails_is_an_error_with_its_fields_only, what_may_not_be_served_is_not_there,
	     a_cache_control_of_the_app_s_own_is_the_only_one, the_page_of_an_error_is_no_success,
	     without_its_page_an_error_stays_what_it_is, the_page_of_an_error_is_not_split,
	     a_mistake_of_the_program_is_500_and_logged)
