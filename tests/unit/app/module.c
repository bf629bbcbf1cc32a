#include "worker/app/module.h"

#include <errno.h>
#include <narwhal/request.h>
#include <narwhal/response.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/fd.h"
#include "tests/unit/app/fake.h"
#include "tests/unit/unit.h"

/* Mount @path in apps of its own; the code and the sentence. */
static int mount(const char *path, struct nw_err *err)
{
	struct nw_apps *apps = nw_apps_new(NULL);
	int rc;

	*err = (struct nw_err){0};
	rc = nw_apps_mount(apps, NULL, path, err);
	nw_apps_free(apps);
	return rc;
}

START_TEST(a_module_is_loaded_and_serves)
{
	struct nw_apps *apps = nw_apps_new(NULL);
	struct nw_err err = {0};

	fake_reset();
	ck_assert_msg(nw_apps_mount(apps, NULL, NW_TEST_APPS "/hello.so", &err) == 0, "%s", err.msg);
	ck_assert_msg(nw_apps_mount(apps, NULL, NW_TEST_APPS "/misc.so", &err) == 0, "%s", err.msg);
	ck_assert_int_eq(nw_apps_init(apps, fake_store, &fake_loop.executor, &fake_threads.executor, NULL, &err), 0);
	ck_assert_uint_eq(fake_get(apps, "GET /hello HTTP/1.1\r\n\r\n"), 200);
	ck_assert_str_eq(fake_seen.body, "{\"hello\":\"world\"}");
	ck_assert_str_eq(fake_seen.fields, "Content-Type: application/json\r\n");
	ck_assert_uint_eq(fake_get(apps, "GET /hello/narwhal HTTP/1.1\r\n\r\n"), 200);
	ck_assert_str_eq(fake_seen.body, "Hello, narwhal\n");
	ck_assert_uint_eq(
		fake_get(apps, "POST /echo?a=1&header=X-A&cookie=c HTTP/1.1\r\nX-A: v\r\nCookie: c=d\r\n\r\n[1]"), 200);
	ck_assert_ptr_nonnull(strstr(fake_seen.body, "\"headers\":{\"X-A\":\"v\"},\"cookies\":{\"c\":\"d\"}"));
	ck_assert_ptr_nonnull(strstr(fake_seen.body, "\"json\":[1]"));
	ck_assert(fake_has_field("X-After: first"));
	fake_store_is_quick = true;
	ck_assert_uint_eq(fake_get(apps, "GET /defer HTTP/1.1\r\n\r\n"), 200);
	ck_assert_uint_eq(fake_get(apps, "GET /inject?value=a%0d%0aSet-Cookie:%20evil=1 HTTP/1.1\r\n\r\n"), 500);
	ck_assert_uint_eq(fake_get(apps, "GET /error/418 HTTP/1.1\r\n\r\n"), 418);
	ck_assert_str_eq(fake_seen.body, "I am a teapot: asked for 418\n");
	nw_apps_free(apps);
	ck_assert_ptr_nonnull(strstr(fake_seen.log, "is done\n"));
}
END_TEST

START_TEST(a_module_for_another_abi_is_refused)
{
	struct nw_err err;

	ck_assert_int_eq(mount(NW_TEST_APPS "/abi.so", &err), -EINVAL);
	ck_assert_str_eq(err.msg, NW_TEST_APPS "/abi.so: built for ABI 2, this narwhal has 1: rebuild the module");
}
END_TEST

START_TEST(what_is_no_module_is_refused_by_its_path)
{
	struct nw_err err;

	ck_assert_int_lt(mount(NW_TEST_APPS "/empty.so", &err), 0);
	ck_assert_str_eq(err.msg, NW_TEST_APPS "/empty.so: there is no narwhal_module in it: end it with "
					       "NW_APP(\"name\", ...)");
	ck_assert_int_lt(mount("./no-such.so", &err), 0);
	ck_assert_str_eq(err.msg,
			 "./no-such.so: cannot load the module: cannot open shared object file: No such file or "
			 "directory");
	ck_assert_int_lt(mount("/dev/null", &err), 0);
	ck_assert_ptr_nonnull(strstr(err.msg, "/dev/null: cannot load the module: "));
	ck_assert_int_lt(mount("/etc/passwd", &err), 0);
	ck_assert_ptr_nonnull(strstr(err.msg, "/etc/passwd: cannot load the module: "));
	ck_assert_int_eq(mount("hello.so", &err), -ENOEXEC);
	ck_assert_ptr_nonnull(strstr(err.msg, "'hello.so' is no application: write ./hello.so"));
}
END_TEST

START_TEST(a_load_that_fails_says_why)
{
	struct nw_err err;

	ck_assert_int_lt(mount(NW_TEST_APPS "/broken_load.so", &err), 0);
	ck_assert_str_eq(err.msg, NW_TEST_APPS "/broken_load.so: the file 'broken.conf' is not there");
}
END_TEST

static int refuses(struct nw_app *app)
{
	nw_app_fail(app, "no %d", 1);
	nw_app_fail(app, "no %d", 2);
	return 0;
}

static int fails_silently(struct nw_app *app)
{
	(void)app;
	return -ENOENT;
}

static int nothing(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	return nw_response_empty(res, 204);
}

static int wrong_calls(struct nw_app *app)
{
	ck_assert_int_lt(nw_app_route(app, "GET", "/<x", nothing, NW_INLINE), 0);
	ck_assert_int_lt(nw_app_route(app, "GET", "/x", NULL, NW_INLINE), 0);
	ck_assert_int_lt(nw_app_route(app, NULL, "/x", nothing, NW_INLINE), 0);
	ck_assert_int_lt(nw_app_route(app, "GET", "/x", nothing, 8), 0);
	ck_assert_int_lt(nw_app_before(app, NULL), 0);
	ck_assert_int_lt(nw_app_after(app, NULL), 0);
	ck_assert_int_lt(nw_app_on_error(app, 200, nothing), 0);
	ck_assert_int_lt(nw_app_on_error(app, 404, NULL), 0);
	return 0;
}

static const char *why(struct nw_module module)
{
	static struct nw_err err;
	struct nw_apps *apps = nw_apps_new(NULL);

	fake_reset();
	err = (struct nw_err){0};
	int rc = nw_apps_mount(apps, &module, NULL, &err);

	if (rc == 0) {
		rc = nw_apps_init(apps, fake_store, &fake_loop.executor, &fake_threads.executor, NULL, &err);
	}
	nw_apps_free(apps);
	ck_assert_int_eq(rc, err.code);
	return rc == 0 ? "fine" : err.msg;
}

START_TEST(every_cause_is_named_even_if_the_app_goes_on)
{
	static const struct nw_route twice[] = {
		{"GET", "/a/<x>", nothing, NW_INLINE},
		{"GET", "/a/<y>", nothing, NW_INLINE},
		{"GET", "b", nothing, NW_INLINE},
		{NULL, NULL, NULL, 0},
	};
	static const struct nw_route stream[] = {{"POST", "/s", nothing, NW_INLINE | NW_STREAM}, {NULL, NULL, NULL, 0}};
	struct nw_module m = {.abi = NW_ABI, .name = "m"};

	ck_assert_str_eq(why(m), "fine");
	m.load = refuses;
	ck_assert_str_eq(why(m), "m: no 1\nm: no 2");
	m.load = NULL;
	m.init = refuses;
	ck_assert_str_eq(why(m), "m: no 1\nm: no 2");
	m.init = fails_silently;
	ck_assert_str_eq(why(m), "m: its init failed: No such file or directory");
	m.init = wrong_calls;
	ck_assert_ptr_nonnull(strstr(why(m), "m: nw_app_on_error(): it needs a handler"));
	ck_assert_ptr_nonnull(strstr(why(m), "m: route '/x': it needs methods, a path, a handler and known flags"));
	m.init = NULL;
	m.routes = stream;
	ck_assert_ptr_nonnull(strstr(why(m), "m: route '/s': NW_STREAM waits for the body"));
	m.routes = twice;
	ck_assert_str_eq(why(m), "m: route '/a/<y>': there is GET /a/<x> already\n"
				 "m: route 'b': a path begins with '/'");
	m.routes = NULL;
	m.name = NULL;
	ck_assert_str_eq(why(m), "module: its module has no name");
}
END_TEST

static char trace[64];

static int trace_load(struct nw_app *app)
{
	ck_assert_ptr_null(nw_app_store(app));
	strcat(trace, "load ");
	return 0;
}

static int trace_init(struct nw_app *app)
{
	ck_assert_ptr_eq(nw_app_store(app), fake_store);
	nw_app_set_state(app, trace);
	strcat(trace, "init ");
	return 0;
}

static int refuses_init(struct nw_app *app)
{
	strcat(trace, "refuses ");
	return nw_app_fail(app, "no");
}

static void trace_fini(struct nw_app *app)
{
	strcat(trace, nw_app_state(app) == NULL ? "fini-without " : "fini ");
}

START_TEST(fini_follows_load_however_far_the_rest_came)
{
	const struct nw_module first = {NW_ABI, "first", NULL, trace_load, trace_init, trace_fini};
	const struct nw_module second = {NW_ABI, "second", NULL, trace_load, refuses_init, trace_fini};
	struct nw_apps *apps = nw_apps_new(NULL);
	struct nw_err err = {0};

	fake_reset();
	ck_assert_int_eq(nw_apps_mount(apps, &first, NULL, &err), 0);
	ck_assert_int_eq(nw_apps_mount(apps, &second, NULL, &err), 0);
	ck_assert_int_lt(nw_apps_init(apps, fake_store, &fake_loop.executor, &fake_threads.executor, NULL, &err), 0);
	ck_assert_str_eq(err.msg, "second: no");
	ck_assert_ptr_null(nw_apps_free(apps));
	ck_assert_str_eq(trace, "load load init refuses fini-without fini ");
	ck_assert_ptr_null(nw_apps_free(NULL));
}
END_TEST

static int asks_settings(struct nw_app *app)
{
	const char *domain = nw_app_setting(app, "domain");

	ck_assert_str_eq(domain, "./domain.json");
	ck_assert_ptr_eq(nw_app_setting(app, "domain"), domain);
	ck_assert_ptr_null(nw_app_setting(app, "no-such"));
	return 0;
}

START_TEST(settings_are_read_as_text)
{
	static const struct nw_settings settings;
	const struct nw_module module = {.abi = NW_ABI, .name = "m", .load = asks_settings};
	struct nw_apps *apps = nw_apps_new(&settings);

	ck_assert_int_eq(nw_apps_mount(apps, &module, NULL, NULL), 0);
	nw_apps_free(apps);
}
END_TEST

START_TEST(log_lines_are_single_lines)
{
	fake_reset();
	nw_app_log('w', "a\nb\tc%c", 0x1b);
	ck_assert_str_eq(fake_seen.log, "w a b c \n");
	nw_apps_set_log(NULL);
	nw_app_log('w', "nobody hears");
}
END_TEST

static void copy(const char *from, const char *to)
{
	char *data;
	size_t len;
	FILE *file = fopen(to, "wb");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(nw_fd_read_file(from, 16 << 20, &data, &len), 0);
	ck_assert_uint_eq(fwrite(data, 1, len, file), len);
	fclose(file);
	free(data);
}

START_TEST(a_swapped_file_is_loaded_though_the_old_one_is_in_use)
{
	struct nw_apps *old = nw_apps_new(NULL), *new = nw_apps_new(NULL);
	char dir[] = "/tmp/nw-module-XXXXXX", path[64], next[64];
	struct nw_err err = {0};

	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/app.so", dir);
	snprintf(next, sizeof(next), "%s/next.so", dir);
	copy(NW_TEST_APPS "/hello.so", path);
	ck_assert_msg(nw_apps_mount(old, NULL, path, &err) == 0, "%s", err.msg);
	copy(NW_TEST_APPS "/broken_load.so", next);
	ck_assert_int_eq(rename(next, path), 0);
	ck_assert_int_lt(nw_apps_mount(new, NULL, path, &err), 0);
	ck_assert_ptr_nonnull(strstr(err.msg, "/app.so: the file 'broken.conf' is not there"));
	nw_apps_free(new);
	nw_apps_free(old);
	unlink(path);
	rmdir(dir);
}
END_TEST

NW_TEST_MAIN("app/module", a_module_is_loaded_and_serves, a_module_for_another_abi_is_refused,
	     what_is_no_module_is_refused_by_its_path, a_load_that_fails_says_why,
	     every_cause_is_named_even_if_the_app_goes_on, fini_follows_load_however_far_the_rest_came,
	     settings_are_read_as_text, log_lines_are_single_lines,
	     a_swapped_file_is_loaded_though_the_old_one_is_in_use)
