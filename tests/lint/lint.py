#!/usr/bin/env python3
"""
The house rules that a program can check, one function a rule. Each yields sentences "file:line: what is wrong".

    lint.py ROOT [RULE...]

Exit code 0: nothing found; 1: something was; 77: the one rule asked for needs a tool that is not here.
"""

import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

CODE = ("common", "master", "worker", "frontend/nginx", "manifests/docker", "tests")
NOT_OURS = {"__pycache__", "node_modules", "corpus", "regression"}

# Tests may be longer: a table of cases is read line by line.
C_LINES, H_LINES, PY_LINES, FUNCTION_LINES, COLUMNS = 800, 200, 600, 60, 120
TEST_H_LINES, TEST_FUNCTION_LINES = 400, 120


def files(root, *suffixes):
    for folder in CODE:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in suffixes and path.is_file() and not NOT_OURS & set(path.relative_to(root).parts):
                yield path


def is_in_tests(root, path):
    return path.relative_to(root).parts[0] == "tests"


def read(path):
    return path.read_text(encoding="utf-8")


def bare(text):
    """C without its comments and without what stands in its strings; lines stay lines."""

    def blank(match):
        kept = match[0]
        if kept[0] == "/":
            return re.sub(r"[^\n]", " ", kept)
        return kept[0] + " " * (len(kept) - 2) + kept[-1]

    return re.sub(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", blank, text, flags=re.S)


def numbered(text):
    return enumerate(text.split("\n"), 1)


def at(root, path, line, sentence):
    return f"{path.relative_to(root)}:{line}: {sentence}"


# --- arrows: who may include whom

PUBLIC = "narwhal/"

# The longest prefix of a file's path says what its includes may begin with.
ARROWS = {
    "common/": ("common/",),
    "master/": ("common/", "master/"),
    "master/main.c": ("common/", "master/", "worker/worker.h"),
    "master/ctl/": ("common/", "master/ctl/"),
    "worker/": ("common/", "worker/", PUBLIC),
    "worker/include/narwhal/": (PUBLIC,),
    "worker/http/": ("common/", "worker/http/"),
    "worker/store/": ("common/", "worker/store/", "narwhal/store.h", "narwhal/abi.h"),
    "worker/app/": ("common/", "worker/http/", "worker/store/", "worker/app/", PUBLIC),
    "worker/data/": (
        "common/", "worker/store/store.h", "worker/store/json.h", "worker/store/filter.h", "worker/data/", PUBLIC,
    ),
    "frontend/nginx/": ("common/cc.h", "frontend/nginx/"),
    "manifests/docker/": (),
    "tests/": ("common/", "master/", "worker/", "frontend/nginx/", "tests/", PUBLIC),
    "tests/apps/": (PUBLIC,),
}

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')


def arrows(root):
    """Includes point one way, are rooted, and a file's own header comes first."""
    for path in files(root, ".c", ".h"):
        name = str(path.relative_to(root))
        allowed = ARROWS[max((prefix for prefix in ARROWS if name.startswith(prefix)), key=len)]
        own = name[:-1] + "h" if path.suffix == ".c" and path.with_suffix(".h").exists() else None
        first = True
        for line, text in numbered(read(path)):
            found = INCLUDE.match(text)
            if not found:
                continue
            quoted, target = found[1] == '"', found[2]
            ours = quoted or target.startswith(PUBLIC)
            if first and own and target != own:
                yield at(root, path, line, f'"{own}" comes first')
            first = False
            if quoted and not (root / target).is_file():
                yield at(root, path, line, f'"{target}" is not rooted at the top of the tree')
            elif ours and not target.startswith(allowed):
                yield at(root, path, line, f"may not include {target}: only {', '.join(allowed)}")


# --- sizes

BODY = re.compile(r"^\{\n.*?^\}", re.M | re.S)


def sizes(root):
    """A file, a function, a line that no longer fits in a head."""
    for path in files(root, ".c", ".h", ".py"):
        is_test = is_in_tests(root, path)
        limits = {".c": C_LINES, ".h": TEST_H_LINES if is_test else H_LINES, ".py": PY_LINES}
        function_limit = TEST_FUNCTION_LINES if is_test else FUNCTION_LINES
        text = read(path)
        n = text.count("\n")
        if n > limits[path.suffix]:
            yield at(root, path, n, f"{n} lines, at most {limits[path.suffix]}: split it")
        for line, content in numbered(text):
            if len(content.expandtabs(8)) > COLUMNS:
                yield at(root, path, line, f"more than {COLUMNS} columns")
        if path.suffix == ".py":
            continue
        for body in BODY.finditer(text):
            n = body[0].count("\n") + 1
            if n > function_limit:
                line = text.count("\n", 0, body.start()) + 1
                yield at(root, path, line, f"a function of {n} lines, at most {function_limit}: split it")


# --- calls, globals, marks

BANNED = {
    "strcpy": "bounds nothing", "strcat": "bounds nothing", "sprintf": "bounds nothing", "vsprintf": "bounds nothing",
    "gets": "bounds nothing", "usleep": "waits for time and not for what is meant", "sleep": "the same",
    "system": "runs a shell", "popen": "runs a shell", "alloca": "grows the stack", "atoi": "tells no error",
    "strtok": "is not reentrant", "signal": "libevent's signal events do that",
}
CALL = re.compile(rf"(?<![\w.>])({'|'.join(BANNED)})\s*\((?!\w+, SIG_(?:IGN|DFL)\))")


def calls(root):
    """Functions that are not used here, and why."""
    for path in files(root, ".c", ".h"):
        if is_in_tests(root, path):
            continue
        for line, text in numbered(bare(read(path))):
            for found in CALL.finditer(text):
                yield at(root, path, line, f"{found[1]}(): {BANNED[found[1]]}")


ALLOWED_GLOBALS = {"nw_log_level", "nw_board_thread_own", "nw_board_thread_loop"}
EXTERN = re.compile(r"^\s*(?:NW_API\s+)?extern\s+(?!const\b)([^(;]*?)(\w+)\s*(?:\[[^]]*\]\s*)?;", re.M)


def globals_(root):
    """Objects that everybody may change: the log level, records of threads. Constant tables are no globals."""
    for path in files(root, ".c", ".h"):
        if is_in_tests(root, path):
            continue
        text = bare(read(path))
        for found in EXTERN.finditer(text):
            if found[2] not in ALLOWED_GLOBALS:
                line = text.count("\n", 0, found.start(2)) + 1
                yield at(root, path, line, f"a global object '{found[2]}': give it an owner")


MARKS = ("TO" + "DO", "FIX" + "ME", "X" * 3, "HA" + "CK")
CONFLICT = re.compile(r"[<>]{7} ")
MARK = re.compile(rf"\b({'|'.join(MARKS)})\b")


def text(root):
    """No promises in comments, no marks of a merge, no spaces at the end of a line, a newline at the end of a file."""
    singles = [path for path in root.iterdir() if path.suffix == ".md" or path.name in ("dev", "meson.build")]
    for path in [*singles, *files(root, ".c", ".h", ".py", ".build", ".json", ".md", ".ini", ".yaml")]:
        content = read(path)
        if content and not content.endswith("\n"):
            yield at(root, path, content.count("\n") + 1, "no newline at the end")
        for line, one in numbered(content):
            if one != one.rstrip():
                yield at(root, path, line, "space at the end of the line")
            if CONFLICT.match(one):
                yield at(root, path, line, "the mark of a conflict")
            mark = MARK.search(one)
            if mark:
                yield at(root, path, line, f"{mark[1]}: do it, or open an issue")


LINK = re.compile(r"\[[^]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def links(root):
    """What a page of ours links to is there."""
    for path in sorted(root.glob("*.md")):
        for line, one in numbered(read(path)):
            for target in LINK.findall(one):
                if "://" not in target and not target.startswith("mailto:") and not (root / target).exists():
                    yield at(root, path, line, f"links to {target}, which is not there")


# --- GUNICORN.md

GUNICORN_SETTINGS = 120


def tests_named(path):
    return set(re.findall(r"^(?:START_TEST\(|def )(\w+)", read(path), re.M))


def known_settings(root):
    """Names in the tables of settings: {name: what may be said of it}."""
    rows = "".join(read(path) for path in sorted((root / "common").glob("settings_rows_*.c")))
    known = {}
    for name, rest in re.findall(r'^\t\{"(\w+)"(.*)', read(root / "common/settings_ignored.c"), re.M):
        # A hook that a module may have instead is there, but differs.
        known[name] = ("differs",) if re.search(r" (SERVER_)?HOOK\(", rest) else ("ignored", "refused")
    return {**known, **dict.fromkeys(re.findall(r'\.name = "(\w+)"', rows), ("kept", "differs"))}


def missing_tests(root, cell):
    """Those of the tests that a cell of GUNICORN.md names that are not there."""
    for test in filter(None, cell.split(", ")):
        path, _, function = test.partition("::")
        if not (root / "tests" / path).is_file() or function not in tests_named(root / "tests" / path):
            yield test


def gunicorn(root):
    """GUNICORN.md has every setting once, says of each what the tables say, and names tests that there are."""
    page, seen, known = root / "GUNICORN.md", [], known_settings(root)
    for line, one in numbered(read(page)):
        cells = [cell.strip() for cell in one.split("|")[1:-1]]
        for test in missing_tests(root, cells[-1]) if cells and "::" in cells[-1] else ():
            yield at(root, page, line, f"names {test}, which is not there")
        if len(cells) != 4 or cells[1] not in ("kept", "differs", "ignored", "refused"):
            continue
        name, verdict, _, _ = cells
        if not re.fullmatch(r"[a-z_0-9]+", name):
            continue  # a signal
        seen.append(name)
        if name not in known:
            yield at(root, page, line, f"{name} is in no table of settings")
        elif verdict not in known[name]:
            yield at(root, page, line, f"{name} is said to be {verdict}, the tables of settings say something else")
    for name in sorted(name for name, verdicts in known.items() if "kept" not in verdicts and name not in seen):
        yield at(root, page, 1, f"has no row for {name}")
    if len(set(seen)) != GUNICORN_SETTINGS or len(seen) != GUNICORN_SETTINGS:
        yield at(root, page, 1, f"has {len(set(seen))} settings in {len(seen)} rows, Gunicorn {GUNICORN_SETTINGS}")


# --- what needs a tool


class NoTool(Exception):
    pass


def tool(name):
    if not shutil.which(name):
        raise NoTool(f"{name} is not installed")
    return name


def headers(root):
    """Every header compiles alone."""
    packages = ("libevent_core", "libmongoc-1.0", "libbson-1.0", "sqlite3", "libcjson", "libpcre2-8", "check")
    asked = subprocess.run([tool("pkg-config"), "--cflags", *packages], capture_output=True, text=True, check=False)
    flags = ["-std=c11", "-D_GNU_SOURCE", '-DNW_VERSION="0"', "-Wall", "-Wextra", "-Werror", f"-I{root}",
             f"-I{root}/worker/include", *asked.stdout.replace("-I", "-isystem").split()]
    compiler = tool("cc" if shutil.which("cc") else "gcc")

    def compile_alone(path):
        # From a file that includes it: a header as the main file is warned about.
        done = subprocess.run([compiler, *flags, "-fsyntax-only", "-x", "c", "-"], input=f'#include "{path}"\n',
                              capture_output=True, text=True, check=False)
        return path, done

    with ThreadPoolExecutor(4) as pool:
        for path, done in pool.map(compile_alone, files(root, ".h")):
            if done.returncode:
                yield at(root, path, 1, f"does not compile alone:\n{done.stderr}")


def format_(root):
    """clang-format has nothing to say (./dev fmt)."""
    command = [tool("clang-format-16"), "--dry-run", "-Werror", *files(root, ".c", ".h")]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    said = set()
    for found in re.finditer(r"^(\S+?):(\d+):\d+: error: code should be clang-formatted", done.stderr, re.M):
        path = root / found[1]
        if path not in said:
            said.add(path)
            yield at(root, path, int(found[2]), "is not formatted: ./dev fmt")
    if done.returncode and not said:
        yield done.stderr


RULES = {
    "arrows": arrows, "sizes": sizes, "calls": calls, "globals": globals_, "text": text, "links": links,
    "gunicorn": gunicorn, "headers": headers, "format": format_,
}


def main(argv):
    root, names = Path(argv[1]).resolve(), argv[2:] or list(RULES)
    found, without_tool = 0, 0
    for name in names:
        try:
            for sentence in RULES[name](root):
                print(sentence)
                found += 1
        except NoTool as missing:
            print(f"{name}: not checked: {missing}")
            without_tool += 1
    if found:
        return 1
    return 77 if without_tool == len(names) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
