#!/usr/bin/env python3
"""Adds up what the suites found: meson's testlog.json files (a Check program counts as its cases) and pytest's JUnit
files, and prints the one line that `./dev test` ends with."""

import argparse
import json
import re
import sys
import xml.etree.ElementTree as xml
from pathlib import Path
from typing import NamedTuple

CHECK = re.compile(r"^\d+%: Checks: (\d+), Failures: (\d+), Errors: (\d+)$", re.M)


class Count(NamedTuple):
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def plus(self, other):
        return Count(*(a + b for a, b in zip(self, other)))


def count_meson_test(test):
    if test["result"] == "SKIP":
        return Count(skipped=1)
    suites = CHECK.findall(test.get("stdout") or "")
    cases = sum(int(checks) for checks, _, _ in suites)
    bad = sum(int(failures) + int(errors) for _, failures, errors in suites)
    if test["result"] in ("OK", "EXPECTEDFAIL"):
        return Count(passed=max(cases - bad, 1), failed=bad)
    # A program that crashed after its last case has one failure more than it could count.
    return Count(passed=cases - bad, failed=max(bad, 1))


def count_meson(path):
    total = Count()
    for line in path.read_text(errors="replace").splitlines():
        if line.strip():
            total = total.plus(count_meson_test(json.loads(line)))
    return total


def count_junit(path):
    total = Count()
    for suite in xml.parse(path).getroot().iter("testsuite"):
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped = int(suite.get("skipped", 0))
        total = total.plus(Count(int(suite.get("tests", 0)) - failed - skipped, failed, skipped))
    return total


def count(path):
    return count_junit(path) if path.suffix == ".xml" else count_meson(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--broken", type=int, default=0, help="failures that stand in no file")
    parser.add_argument("--has-failures", action="store_true", help="print nothing; does the file tell of a failure?")
    parser.add_argument("path", type=Path, help="a results file, or a folder of them")
    args = parser.parse_args()
    if args.has_failures:
        return 0 if args.path.exists() and count(args.path).failed > 0 else 1
    total = Count(failed=args.broken)
    for path in sorted([*args.path.glob("*.json"), *args.path.glob("*.xml")]):
        total = total.plus(count(path))
    skipped = f", {total.skipped} skipped" if total.skipped else ""
    print(f"{total.passed} passed, {total.failed} failed{skipped}")
    return 1 if total.failed or not total.passed else 0


if __name__ == "__main__":
    sys.exit(main())
