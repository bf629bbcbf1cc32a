#include "worker/http/file_type.h"

#include <string.h>

#include "tests/unit/unit.h"

START_TEST(the_type_is_by_the_last_extension)
{
	static const struct {
		const char *name, *type;
	} cases[] = {
		{"index.html", "text/html; charset=utf-8"},
		{"a/b.min.js", "text/javascript; charset=utf-8"},
		{"A.PNG", "image/png"},
		{"manifest.webmanifest", "application/manifest+json"},
		{"x.js.map", "application/json"},
		{"x.wasm", "application/wasm"},
		{"font.woff2", "font/woff2"},
		{"a.html/b", "application/octet-stream"},
		{"LICENSE", "application/octet-stream"},
		{"x.", "application/octet-stream"},
		{"x.js.br", "application/octet-stream"},
		{"x.js.gz", "application/gzip"},
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(cases); i++) {
		ck_assert_str_eq(nw_file_type_of(cases[i].name), cases[i].type);
	}
}
END_TEST

START_TEST(what_is_packed_is_not_packed_again)
{
	ck_assert(nw_file_type_is_packed("a.PNG"));
	ck_assert(nw_file_type_is_packed("a.js.gz"));
	ck_assert(!nw_file_type_is_packed("a.js"));
	ck_assert(!nw_file_type_is_packed("dump"));
}
END_TEST

static bool is_hashed(const char *name)
{
	return strstr(nw_file_type_caching(name), "immutable") != NULL;
}

START_TEST(only_names_with_a_hash_in_assets_are_kept_for_ever)
{
	static const char *const hashed[] = {
		"assets/index-BxYz12_-.js",          "assets/index-D4eF6gH8.css", "assets/my-page-B1c2D3e4.js.map",
		"sub/assets/vendor.min-aB3dE5g7.js", "assets/x-a-B_3dE5.woff2",
	};
	static const char *const others[] = {
		"index-BxYz12_-.js",
		"assets/index.js",
		"assets/user-settings.js",
		"assets/user-Settings.js",
		"assets/user-userName.js",
		"assets/report-20240115.pdf",
		"assets/report-2024-1-5.pdf",
		"assets/photo-v1234567.png",
		"assets/photo-iPhone15.png",
		"assets/photo-MacBook2.png",
		"assets/logo-iPadPro2.svg",
		"assets/-BxYz12_-.js",
		"assets/sub/i-BxYz12ab.js",
		"myassets/i-BxYz12ab.js",
		"assets/index-BxYz12.js",
		"assets/index-BxYz1 ab.js",
		"assets/indexBxYz12ab.js",
		"assets/i-BxYz12ab",
		"assets",
		"",
		"assets/.map",
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(hashed); i++) {
		ck_assert_msg(is_hashed(hashed[i]), "%s", hashed[i]);
	}
	for (size_t i = 0; i < NW_ARRAY_LEN(others); i++) {
		ck_assert_msg(!is_hashed(others[i]), "%s", others[i]);
	}
}
END_TEST

NW_TEST_MAIN("http/file_type", what_is_packed_is_not_packed_again, the_type_is_by_the_last_extension,
	     only_names_with_a_hash_in_assets_are_kept_for_ever)
