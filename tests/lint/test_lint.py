#!/usr/bin/env python3
"""A planted violation is found, and what is right is left alone."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))

import lint  # noqa: E402
import tally  # noqa: E402


class Tree(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for name in ("common/err.h", "worker/http/http.h", "worker/store/store.h", "worker/store/filter.h",
                     "worker/store/driver.h", "worker/app/app.h", "worker/data/data.h", "worker/worker.h",
                     "worker/include/narwhal/app.h", "master/spawn.h"):
            self.write(name, "")

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def found(self, rule):
        return list(lint.RULES[rule](self.root))

    def assert_found(self, rule, *words):
        found = self.found(rule)
        self.assertEqual(len(found), 1, found)
        for word in words:
            self.assertIn(word, found[0])

    def assert_fine(self, rule):
        self.assertEqual(self.found(rule), [])


class Arrows(Tree):
    def test_upward_includes_are_found(self):
        for name, target in (
            ("common/a.c", '"worker/http/http.h"'), ("common/a.c", '"master/spawn.h"'),
            ("common/a.c", "<narwhal/app.h>"), ("worker/http/a.c", '"worker/app/app.h"'),
            ("worker/http/a.c", '"worker/store/store.h"'), ("worker/http/a.c", "<narwhal/app.h>"),
            ("worker/store/a.c", '"worker/http/http.h"'), ("worker/store/a.c", "<narwhal/app.h>"),
            ("worker/app/a.c", '"worker/data/data.h"'), ("worker/data/a.c", '"worker/http/http.h"'),
            ("worker/data/a.c", '"worker/store/driver.h"'), ("worker/data/a.c", '"worker/app/app.h"'),
            ("worker/a.c", '"master/spawn.h"'), ("master/ctl/a.c", '"master/spawn.h"'),
            ("master/spawn.c", '"worker/worker.h"'),
            ("worker/include/narwhal/a.h", '"common/err.h"'), ("tests/apps/a.c", '"common/err.h"'),
        ):
            with self.subTest(name=name, target=target):
                self.write("master/spawn.h", "")
                body = f"#include {target}\n"
                self.write(name, '#include "master/spawn.h"\n' + body if name == "master/spawn.c" else body)
                self.assert_found("arrows", name, target.strip('"<>'))
                (self.root / name).unlink()

    def test_downward_includes_are_fine(self):
        self.write("worker/http/a.c", '#include "common/err.h"\n#include "worker/http/http.h"\n#include <stdio.h>\n')
        self.write("worker/app/a.c", '#include <narwhal/app.h>\n#include "worker/store/store.h"\n')
        self.write("worker/data/a.c", '#include <narwhal/app.h>\n#include "worker/store/filter.h"\n')
        self.write("worker/a.c", '#include "worker/data/data.h"\n#include "worker/app/app.h"\n')
        self.write("master/main.c", '#include "worker/worker.h"\n')
        self.write("tests/unit/a.c", '#include "master/spawn.h"\n')
        self.assert_fine("arrows")

    def test_include_that_is_not_rooted_is_found(self):
        self.write("common/a.c", '#include "err.h"\n')
        self.assert_found("arrows", "common/a.c:1", "not rooted")

    def test_own_header_comes_first(self):
        self.write("common/err.c", '#include <stdio.h>\n#include "common/err.h"\n')
        self.assert_found("arrows", "common/err.c:1", "comes first")


class Sizes(Tree):
    def test_long_function_is_found_at_its_line(self):
        self.write("common/a.c", "int f(void)\n{\n" + "\tg();\n" * 59 + "}\n")
        self.assert_found("sizes", "common/a.c:2", "61 lines")
        self.write("common/a.c", "int f(void)\n{\n" + "\tg();\n" * 58 + "}\n")
        self.assert_fine("sizes")

    def test_long_files_are_found(self):
        self.write("common/a.c", "int a;\n" * 801)
        self.assert_found("sizes", "801")
        self.write("common/a.c", "int a;\n" * 800)
        self.write("common/a.h", "int a;\n" * 201)
        self.assert_found("sizes", "201")

    def test_tab_counts_eight_columns(self):
        self.write("common/a.c", "\t" + "x" * 113 + "\n")
        self.assert_found("sizes", "120 columns")


class Words(Tree):
    def test_banned_calls_are_found_outside_tests(self):
        for call in ("strcpy(a, b)", "sprintf(a, b)", "system(a)", "usleep(1)", "gets (a)"):
            self.write("common/a.c", f"void f(void)\n{{\n\t{call};\n}}\n")
            self.assert_found("calls", "common/a.c:3", call[:4])
        (self.root / "common/a.c").unlink()
        self.write("tests/unit/a.c", "void f(void)\n{\n\tstrcpy(a, b);\n}\n")
        self.assert_fine("calls")

    def test_words_in_comments_strings_and_names_are_no_calls(self):
        self.write("common/a.c", '/* strcpy(a) */\n// system(a)\nchar *a = "gets(a) \\" gets(b)";\n'
                                 "int n = snprintf(a, 1);\nsignal(SIGPIPE, SIG_IGN);\n"
                                 "int m = x->system(1) + on_signal(2);\n")
        self.assert_fine("calls")

    def test_global_object_is_found(self):
        self.write("common/a.h", "extern int nw_level;\n")
        self.assert_found("globals", "common/a.h:1", "nw_level")
        self.write("common/a.h", "extern struct nw_x nw_table[4];\n")
        self.assert_found("globals", "nw_table")

    def test_constants_functions_and_the_log_level_are_fine(self):
        self.write("common/a.h", "extern enum nw_log_level nw_log_level;\nextern const int nw_a[3];\n"
                                 "extern int nw_f(int a, int b);\nextern const struct nw_module m;\n")
        self.assert_fine("globals")

    def test_text_rules(self):
        self.write("common/a.c", "int a; \n")
        self.assert_found("text", "common/a.c:1", "space")
        self.write("common/a.c", "int a;")
        self.assert_found("text", "newline")
        self.write("common/a.c", "<" * 7 + " HEAD\n")
        self.assert_found("text", "conflict")
        self.write("common/a.c", f"/* {lint.MARKS[0]}: later */\n")
        self.assert_found("text", "issue")

    def test_link_to_nothing_is_found(self):
        self.write("README.md", "[here](common/err.h#x) [web](https://example.org/x)\n[gone](nosuch.md)\n")
        self.assert_found("links", "README.md:2", "nosuch.md")


class Gunicorn(Tree):
    def setUp(self):
        super().setUp()
        self.addCleanup(setattr, lint, "GUNICORN_SETTINGS", lint.GUNICORN_SETTINGS)
        lint.GUNICORN_SETTINGS = 2
        self.write("common/settings_rows_a.c", '{\n.name = "workers",\n}')
        self.write("common/settings_ignored.c", '\t{"spew", {"--spew"}},\n')
        self.write("tests/unit/a.c", "START_TEST(a_test)\n")

    def rows(self, *rows):
        self.write("GUNICORN.md", "| setting | | what differs | test |\n" + "".join(f"| {row} |\n" for row in rows))

    def test_every_setting_with_its_test_is_fine(self):
        self.rows("workers | kept | | unit/a.c::a_test", "spew | ignored | No. | unit/a.c::a_test", "TERM | kept | |")
        self.assert_fine("gunicorn")

    def test_a_test_that_is_not_there_is_found(self):
        self.rows("workers | kept | | unit/a.c::another", "spew | ignored | | unit/a.c::a_test")
        self.assert_found("gunicorn", "GUNICORN.md:2", "unit/a.c::another")

    def test_a_wrong_verdict_is_found(self):
        self.rows("workers | kept | | unit/a.c::a_test", "spew | kept | | unit/a.c::a_test")
        self.assert_found("gunicorn", "GUNICORN.md:3", "spew")

    def test_a_hook_that_a_module_may_have_differs(self):
        self.write("common/settings_ignored.c", '\t{"pre_fork", {NULL}, SERVER_HOOK("pre_fork")},\n')
        self.rows("workers | kept | | unit/a.c::a_test", "pre_fork | differs | It is C. | unit/a.c::a_test")
        self.assert_fine("gunicorn")
        self.rows("workers | kept | | unit/a.c::a_test", "pre_fork | ignored | | unit/a.c::a_test")
        self.assert_found("gunicorn", "GUNICORN.md:3", "pre_fork")

    def test_each_of_several_tests_is_looked_for(self):
        self.rows("workers | kept | | unit/a.c::a_test, unit/a.c::another", "spew | ignored | | unit/a.c::a_test",
                  "it breaks | it does not | unit/b.c::a_test")
        self.assertEqual(len(self.found("gunicorn")), 2)

    def test_a_setting_that_is_left_out_is_found(self):
        self.rows("workers | kept | | unit/a.c::a_test")
        self.assertEqual(len(self.found("gunicorn")), 2)

    def test_a_name_of_nothing_is_found(self):
        self.rows("workers | kept | | unit/a.c::a_test", "spew | ignored | |", "wrkers | kept | |")
        self.assertEqual(len(self.found("gunicorn")), 2)


class Headers(Tree):
    def test_header_that_needs_another_is_found(self):
        self.write("common/a.h", "size_t a(void);\n")
        try:
            self.assert_found("headers", "common/a.h")
        except lint.NoTool as missing:
            self.skipTest(str(missing))
        self.write("common/a.h", "#include <stddef.h>\nsize_t a(void);\n")
        self.assert_fine("headers")


class Tally(Tree):
    def count(self, name, text):
        self.write(name, text)
        return tally.count(self.root / name)

    def test_check_programs_count_as_their_cases(self):
        one = '{"name": "a", "result": "OK", "stdout": "Suite\\n100%: Checks: 5, Failures: 0, Errors: 0\\n"}\n'
        two = '{"name": "b", "result": "FAIL", "stdout": "50%: Checks: 4, Failures: 1, Errors: 1\\n"}\n'
        three = '{"name": "c", "result": "SKIP", "stdout": ""}\n{"name": "d", "result": "TIMEOUT"}\n'
        self.assertEqual(self.count("a.json", one + two + three), (7, 3, 1))

    def test_program_that_crashed_after_good_cases_failed(self):
        one = '{"name": "a", "result": "FAIL", "stdout": "100%: Checks: 5, Failures: 0, Errors: 0\\n"}\n'
        self.assertEqual(self.count("a.json", one), (5, 1, 0))

    def test_junit_counts_errors_as_failures(self):
        text = '<testsuites><testsuite tests="9" failures="1" errors="2" skipped="3"/></testsuites>'
        self.assertEqual(self.count("a.xml", text), (3, 3, 3))


if __name__ == "__main__":
    unittest.main()
