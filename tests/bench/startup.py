#!/usr/bin/env python3
"""From exec to the first answer of a pod with two workers on a new embedded store."""

import statistics
import time

from pod import DOMAIN, HOME, ask_until_answered, narwhal

RUNS = 20


def main():
    times = []
    for _ in range(RUNS):
        began = time.monotonic()
        with narwhal("--domain", DOMAIN) as (_, port):
            ask_until_answered(port, HOME)
            times.append((time.monotonic() - began) * 1000)
    print(f"start to first answer, {RUNS} starts: best {min(times):.1f} ms, median {statistics.median(times):.1f} ms, "
          f"worst {max(times):.1f} ms")


if __name__ == "__main__":
    main()
