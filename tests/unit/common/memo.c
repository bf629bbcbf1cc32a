#include "common/memo.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/listener.h"
#include "common/settings_owner.h"
#include "tests/unit/temp_dir.h"
#include "tests/unit/unit.h"

static struct nw_buf book;

static void record(void)
{
	nw_buf_free(&book);
	nw_memo_record(&book);
}

static void replay(void)
{
	nw_memo_record(NULL);
	nw_memo_replay(book.data, book.len);
}

static void end(void)
{
	nw_memo_record(NULL);
	nw_memo_replay(NULL, 0);
	nw_buf_free(&book);
}

START_TEST(files_hosts_and_users_answer_as_they_did)
{
	char path[96], *text = NULL;
	size_t len = 0;
	struct nw_addr before = {0}, after = {0};
	struct nw_err err = {0};
	int64_t uid = -1;

	snprintf(path, sizeof(path), "%s/f", nw_temp_dir_new());
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(fwrite("a\0b\n", 1, 4, file), 4);
	fclose(file);
	record();
	ck_assert_int_eq(nw_memo_read_file(path, 100, &text, &len), 0);
	free(text);
	ck_assert_int_eq(nw_memo_read_file("/nonexistent", 100, &text, &len), -ENOENT);
	ck_assert_int_eq(nw_addr_parse("localhost:80", 0, &before, &err), 0);
	ck_assert_int_eq(nw_settings_owner_user("root", &uid, &err), 0);
	ck_assert_int_ne(nw_settings_owner_group("no such group", &uid, &err), 0);
	replay();
	/* The file is gone, and the answer is the same. */
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(nw_memo_read_file(path, 100, &text, &len), 0);
	ck_assert_uint_eq(len, 4);
	ck_assert_mem_eq(text, "a\0b\n", 5);
	free(text);
	ck_assert_int_eq(nw_memo_read_file("/nonexistent", 100, &text, &len), -ENOENT);
	ck_assert_int_eq(nw_addr_parse("localhost:80", 0, &after, &err), 0);
	ck_assert(nw_addr_equal(&before, &after));
	ck_assert_str_eq(after.text, before.text);
	uid = -1;
	ck_assert_int_eq(nw_settings_owner_user("root", &uid, &err), 0);
	ck_assert_int_eq(uid, 0);
	ck_assert_int_eq(nw_settings_owner_group("no such group", &uid, &err), -EINVAL);
	end();
}
END_TEST

START_TEST(what_is_not_in_the_book_is_not_asked)
{
	char *text = NULL;
	size_t len;
	struct nw_addr addr;
	struct nw_err err = {0};
	int64_t uid = -1;

	record();
	nw_memo_note(NW_MEMO_FAILURE, "", -EINVAL, "why", 3);
	replay();
	ck_assert_int_eq(nw_memo_read_file("/dev/null", 100, &text, &len), -ESTALE);
	ck_assert_int_eq(nw_addr_parse("localhost:80", 0, &addr, &err), -EINVAL);
	ck_assert_int_eq(nw_settings_owner_user("root", &uid, &err), -ESTALE);
	ck_assert_int_eq(uid, -1);
	end();
	ck_assert_int_eq(nw_settings_owner_user("root", &uid, &err), 0);
}
END_TEST

START_TEST(a_book_that_was_torn_says_what_is_left_of_it)
{
	struct nw_memo said;

	for (size_t cut = 1; cut < 60; cut++) {
		record();
		nw_memo_note(NW_MEMO_FILE, "a", 0, "first", 5);
		size_t whole = book.len;

		nw_memo_note(NW_MEMO_FILE, "b", 0, "second", 6);
		nw_memo_record(NULL);
		size_t len = cut < book.len ? book.len - cut : 0;

		nw_memo_replay(book.data, len);
		ck_assert(nw_memo_recall(NW_MEMO_FILE, "b", &said));
		ck_assert_int_eq(said.rc, -ESTALE);
		ck_assert(nw_memo_recall(NW_MEMO_FILE, "a", &said));
		ck_assert_int_eq(said.rc, len >= whole ? 0 : -ESTALE);
		end();
	}
}
END_TEST

NW_TEST_MAIN("common/memo", files_hosts_and_users_answer_as_they_did, what_is_not_in_the_book_is_not_asked,
	     a_book_that_was_torn_says_what_is_left_of_it)
