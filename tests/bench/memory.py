#!/usr/bin/env python3
"""Memory (PSS) of a pod at rest. What connections add to it: idle.py."""

import time

from pod import DOMAIN, HOME, ask_until_answered, narwhal, pod_kib, pss_kib, tree


def main():
    with narwhal("--domain", DOMAIN) as (process, port):
        ask_until_answered(port, HOME)
        time.sleep(1)  # at rest
        print(f"at rest, master and 2 workers: {pod_kib(process) / 1024:.2f} MiB")
        for pid in tree(process.pid):
            print(f"  pid {pid}: {pss_kib(pid) / 1024:.2f} MiB")


if __name__ == "__main__":
    main()
