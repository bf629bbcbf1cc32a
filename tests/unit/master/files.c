#include "master/files.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/temp_dir.h"
#include "tests/unit/unit.h"

enum {
	DEADLINE_MS = 20000,
	POLL_MS = 5,
	SETTLE_MS = 5,
};

static struct event_base *base;
static struct nw_files *files;
static const char *dir;
static char told[256]; /* the last one */
static int n_told;

static void on_change(const char *path, void *arg)
{
	(void)arg;
	snprintf(told, sizeof(told), "%s", path);
	n_told++;
	event_base_loopbreak(base);
}

static void begin(void)
{
	n_told = 0;
	dir = nw_temp_dir_new();
	base = event_base_new();
	files = nw_files_new(base, POLL_MS, SETTLE_MS, on_change, NULL);
	ck_assert_ptr_nonnull(files);
}

static void end(void)
{
	files = nw_files_free(files);
	event_base_free(base);
}

static const char *in_dir(const char *name)
{
	static char paths[4][128];
	static int next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", dir, name);
	return path;
}

static void write_file(const char *name, const char *text)
{
	FILE *file = fopen(in_dir(name), "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

static void put(const char *name, const char *text)
{
	write_file("put.tmp", text);
	ck_assert_int_eq(rename(in_dir("put.tmp"), in_dir(name)), 0);
}

static void make_dir(const char *name)
{
	ck_assert_int_eq(mkdir(in_dir(name), 0700), 0);
}

static void turn_link(const char *target, const char *name)
{
	ck_assert_int_eq(symlink(target, in_dir("link.tmp")), 0);
	ck_assert_int_eq(rename(in_dir("link.tmp"), in_dir(name)), 0);
}

static void watch(enum nw_files_engine engine, const char *name, bool is_pattern)
{
	const struct nw_files_item item = {.path = in_dir(name), .is_pattern = is_pattern};
	struct nw_err err = {0};

	ck_assert_int_eq(nw_files_watch(files, engine, &item, 1, &err), 0);
	ck_assert_int_eq(nw_files_trouble(files), 0);
}

static void on_late(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	ck_abort_msg("no change was told");
}

/* Until a change was told, which must be that of @name. */
static void hear(const char *name)
{
	const struct timeval deadline = {.tv_sec = DEADLINE_MS / 1000};
	struct event *late = evtimer_new(base, on_late, NULL);
	int before = n_told;

	event_add(late, &deadline);
	while (n_told == before) {
		event_base_loop(base, EVLOOP_ONCE);
	}
	event_free(late);
	ck_assert_str_eq(told, in_dir(name));
}

/* Nothing else has been told when a change of @name, made now, is. */
static void hear_nothing_but(const char *name)
{
	int before = n_told;

	put(name, "the last word");
	hear(name);
	ck_assert_int_eq(n_told, before + 1);
}

static const enum nw_files_engine engines[] = {NW_FILES_INOTIFY, NW_FILES_POLL};

START_TEST(a_file_written_in_place_or_renamed_over_is_told_once)
{
	begin();
	write_file("a", "1");
	watch(engines[_i], "a", false);
	write_file("a", "two");
	hear("a");
	put("a", "three");
	hear("a");
	ck_assert_int_eq(n_told, 2);
	end();
}
END_TEST

START_TEST(a_file_that_goes_is_told_when_it_is_there_again)
{
	begin();
	write_file("a", "1");
	watch(engines[_i], "a", false);
	ck_assert_int_eq(rename(in_dir("a"), in_dir("a~")), 0);
	write_file("a", "1");
	hear("a");
	end();
}
END_TEST

START_TEST(a_file_and_a_directory_that_are_not_there_yet_are_waited_for)
{
	begin();
	watch(engines[_i], "sub/a", false);
	make_dir("sub");
	write_file("sub/a", "1");
	hear("sub/a");
	end();
}
END_TEST

/* As Kubernetes changes a ConfigMap: a -> data/a, data -> first. */
START_TEST(a_link_that_is_turned_on_the_way_is_a_change)
{
	begin();
	make_dir("first");
	make_dir("second");
	write_file("first/a", "1");
	write_file("second/a", "1");
	turn_link("first", "data");
	turn_link("data/a", "a");
	watch(engines[_i], "a", false);
	turn_link("second", "data");
	hear("a");
	/* What it leads to now is watched where it is. */
	write_file("second/a", "two");
	hear("a");
	end();
}
END_TEST

START_TEST(what_is_beside_it_is_no_change)
{
	begin();
	write_file("a", "1");
	watch(engines[_i], "a", false);
	write_file("b", "1");
	ck_assert_int_eq(unlink(in_dir("b")), 0);
	hear_nothing_but("a");
	end();
}
END_TEST

START_TEST(a_new_match_of_a_pattern_is_a_change)
{
	begin();
	make_dir("t");
	make_dir("t/x");
	write_file("t/x/1.html", "1");
	watch(engines[_i], "t/*/*.html", true);
	write_file("t/x/2.txt", "1");
	write_file("t/x/2.html", "1");
	hear("t/x/2.html");
	make_dir("t/y");
	write_file("t/y/1.html", "1");
	hear("t/y/1.html");
	write_file("t/x/1.html", "two");
	hear("t/x/1.html");
	end();
}
END_TEST

START_TEST(a_change_that_came_before_the_list_changed_is_told_still)
{
	begin();
	write_file("a", "1");
	write_file("b", "1");
	watch(engines[_i], "a", false);
	write_file("a", "two");
	const struct nw_files_item both[] = {{.path = in_dir("a")}, {.path = in_dir("b")}};
	struct nw_err err = {0};

	ck_assert_int_eq(nw_files_watch(files, engines[_i], both, 2, &err), 0);
	hear("a");
	write_file("b", "two");
	hear("b");
	end();
}
END_TEST

START_TEST(a_change_that_is_not_over_yet_is_told_still)
{
	begin();
	write_file("a", "1");
	watch(engines[_i], "a", false);
	put("a", "22");
	for (int i = 0; n_told == 0; i++) {
		event_base_loop(base, EVLOOP_ONCE);
		if (i < 3) { /* within it, at the latest */
			watch(engines[_i], "a", false);
		}
	}
	ck_assert_str_eq(told, in_dir("a"));
	end();
}
END_TEST

START_TEST(what_is_watched_no_more_is_not_told)
{
	begin();
	write_file("a", "1");
	write_file("b", "1");
	watch(engines[_i], "a", false);
	watch(engines[_i], "b", false);
	write_file("a", "two");
	hear_nothing_but("b");
	end();
}
END_TEST

START_TEST(a_child_that_frees_it_leaves_the_parents_watch_alone)
{
	begin();
	write_file("a", "1");
	watch(NW_FILES_INOTIFY, "a", false);
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		event_reinit(base);
		nw_files_free(files);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	write_file("a", "two");
	hear("a");
	end();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("master/files");
	TCase *tcase = tcase_create("master/files");
	const TTest *const both[] = {
		a_file_written_in_place_or_renamed_over_is_told_once,
		a_file_that_goes_is_told_when_it_is_there_again,
		a_file_and_a_directory_that_are_not_there_yet_are_waited_for,
		a_link_that_is_turned_on_the_way_is_a_change,
		what_is_beside_it_is_no_change,
		a_new_match_of_a_pattern_is_a_change,
		a_change_that_came_before_the_list_changed_is_told_still,
		a_change_that_is_not_over_yet_is_told_still,
		what_is_watched_no_more_is_not_told,
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(both); i++) {
		tcase_add_loop_test(tcase, both[i], 0, NW_ARRAY_LEN(engines));
	}
	tcase_add_test(tcase, a_child_that_frees_it_leaves_the_parents_watch_alone);
	suite_add_tcase(suite, tcase);
	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
