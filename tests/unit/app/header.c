#include "worker/app/header.h"

#include <string.h>

#include "tests/unit/unit.h"

START_TEST(a_value_has_no_control_byte_but_tab_at_any_place)
{
	char s[40];

	for (size_t len = 0; len <= 33; len++) {
		memset(s, 'a', len);
		s[len] = '\0';
		ck_assert(nw_header_is_value(s));
		for (size_t at = 0; at < len; at++) {
			for (int c = 1; c < 256; c++) {
				bool is_fine = (c >= 0x20 && c != 0x7f) || c == '\t';

				s[at] = (char)c;
				ck_assert_int_eq(nw_header_is_value(s), is_fine);
			}
			s[at] = 'a';
		}
	}
}
END_TEST

START_TEST(bytes_beside_a_control_byte_do_not_hide_it)
{
	ck_assert(!nw_header_is_value("\x80\x80\x80\x80\x80\x80\x80\x1f"));
	ck_assert(!nw_header_is_value("\t\x7f      "));
	ck_assert(!nw_header_is_value("        \t\r"));
	ck_assert(nw_header_is_value("\t\xff\x80 ~\t\xa0\t\t"));
}
END_TEST

START_TEST(a_token_is_one_of_the_rfc)
{
	ck_assert(nw_header_is_token("X-Request-ID"));
	ck_assert(nw_header_is_token("!#$%&'*+-.^_`|~09azAZ"));
	ck_assert(!nw_header_is_token(""));
	ck_assert(!nw_header_is_token("a b"));
	ck_assert(!nw_header_is_token("a:"));
	ck_assert(!nw_header_is_token("\xc3\xa9"));
}
END_TEST

NW_TEST_MAIN("app/header", a_value_has_no_control_byte_but_tab_at_any_place, bytes_beside_a_control_byte_do_not_hide_it,
	     a_token_is_one_of_the_rfc)
