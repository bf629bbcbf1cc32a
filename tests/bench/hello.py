#!/usr/bin/env python3
"""
GET /hello, kept alive, against nginx answering the same bytes: both in turn, so that what else the machine does hits
both. The ratio is what counts.
"""

import shutil
import sys

from pod import HELLO, ask_until_answered, narwhal, need, nginx, show, wrk

ROUNDS = 3


def main():
    need(HELLO)
    if not shutil.which("wrk"):
        sys.exit("wrk is not installed")
    with narwhal(HELLO) as (ours, our_port), nginx('{"hello":"world"}') as peer:
        ask_until_answered(our_port, "/hello")
        our_figures, peer_figures = [], []
        for _ in range(ROUNDS):
            our_figures.append(wrk(ours, our_port, "/hello"))
            if peer:
                peer_figures.append(wrk(*peer, "/hello"))
    rate, cost = show("narwhal", our_figures)
    if peer:
        peer_rate, peer_cost = show("nginx", peer_figures)
        print(f"narwhal / nginx: {rate / peer_rate:.2f} in requests/s, {cost / peer_cost:.2f} in CPU a request")


if __name__ == "__main__":
    main()
