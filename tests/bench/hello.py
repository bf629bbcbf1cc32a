#!/usr/bin/env python3
"""
GET /hello against nginx answering the same bytes: kept alive by 64 and by 512 clients, pipelined by 16, and with a
connection for each request. Both in turn, so that what else the machine does hits both. What counts are the ratios,
each the median of those of single rounds. (Of what is pipelined wrk tells no time that means anything.)
"""

import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from pod import HELLO, alike, ask_until_answered, narwhal, need, nginx, show, wrk

ROUNDS = 9
BODY = '{"hello":"world"}'

PIPELINE = """
init = function(args)
  local all = {}
  for i = 1, 16 do all[i] = wrk.format("GET", "/hello") end
  batch = table.concat(all)
end
request = function() return batch end
"""


def compare(what, peers, **how):
    print(f"-- {what}")
    figures = alike(ROUNDS, peers, lambda peer: wrk(*peer, "/hello", seconds=2, **how))
    for name, rows in figures.items():
        show(name, rows)
    if "nginx" in figures:
        rounds = list(zip(figures["narwhal"], figures["nginx"]))
        rate = statistics.median(ours.rate / peer.rate for ours, peer in rounds)
        cost = statistics.median(ours.cost / peer.cost for ours, peer in rounds)
        line = f"narwhal / nginx: {rate:.2f} in rate, {cost:.2f} in CPU a request"
        if "script" not in how:
            line += f", {statistics.median(ours.p99 / peer.p99 for ours, peer in rounds):.2f} in p99"
        print(line)


def main():
    need(HELLO)
    if not shutil.which("wrk"):
        sys.exit("wrk is not installed")
    with narwhal(HELLO) as ours, nginx(BODY) as peer, tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "pipeline.lua")
        script.write_text(PIPELINE)
        ask_until_answered(ours[1], "/hello")
        peers = {"narwhal": ours, **({"nginx": peer} if peer else {})}
        compare("64 clients, kept alive", peers)
        compare("512 clients, kept alive", peers, connections=512)
        compare("64 clients, pipelined by 16", peers, script=script)
        compare("64 clients, Connection: close", peers, headers=["Connection: close"])


if __name__ == "__main__":
    main()
