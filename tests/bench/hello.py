#!/usr/bin/env python3
"""
GET /hello against nginx answering the same bytes: kept alive by 64 and by 512 clients, pipelined by 16, and with a
connection for each request. Both in turn, so that what else the machine does hits both. The ratios are what counts.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from pod import HELLO, alike, ask_until_answered, narwhal, need, nginx, show, wrk

ROUNDS = 5
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
    figures = alike(ROUNDS, peers, lambda peer: wrk(*peer, "/hello", seconds=3, **how))
    middle = {name: show(name, rows) for name, rows in figures.items()}
    if "nginx" in middle:
        ours, peer = middle["narwhal"], middle["nginx"]
        print(f"narwhal / nginx: {ours.rate / peer.rate:.2f} in rate, {ours.cost / peer.cost:.2f} in CPU a request, "
              f"{ours.p99 / peer.p99:.2f} in p99")


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
