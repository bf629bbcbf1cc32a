"""The tables of tests/requests against the real program: what the parser says of the bytes, whole, one by one and cut
at random, is what the client is told."""

import random
import re

import pytest
from client import Connection
from server import ROOT

FLAGS = {
    "f": ["--permit-obsolete-folding"],
    "s": ["--strip-header-spaces"],
    "m": ["--permit-unconventional-http-method"],
    "v": ["--permit-unconventional-http-version"],
    "c": ["--casefold-http-method"],
    "r": ["--header-map", "refuse"],
    "k": ["--header-map", "dangerous"],
}
ESCAPES = {"r": "\r", "n": "\n", "t": "\t", "\\": "\\"}
REFUSALS = {400, 414, 417, 431, 501, 505}


def unescape(text):
    return re.sub(r"\\(?:x(..)|(.))", lambda m: chr(int(m[1], 16)) if m[1] else ESCAPES[m[2]], text).encode("latin-1")


def read_cases(name, words):
    """{rules: [(line, status, words..., text)]}"""
    cases = {}
    for at, line in enumerate((ROOT / "tests/requests" / name).read_text().split("\n"), 1):
        if line and line[0] != "#":
            status, rules, *rest = line.split(" ", words)
            cases.setdefault(rules, []).append((at, int(status), *map(unescape, rest)))
    return cases


def cuts(text, generator):
    """The same bytes in pieces: as one, singly, and cut at random."""
    yield [text]
    yield [text[i : i + 1] for i in range(len(text))]
    pieces, at = [], 0
    while at < len(text):
        n = generator.randint(1, 1 + len(text) // 3)
        pieces.append(text[at : at + n])
        at += n
    yield pieces


def answer(server, pieces, head):
    """(status, whether it refused the request, body); it may have been said before the last piece."""
    with Connection(server.address) as connection:
        connection.sock.setsockopt(6, 1, 1)  # TCP_NODELAY: each piece is a packet
        for piece in pieces:
            try:
                connection.send(piece)
            except (BrokenPipeError, ConnectionResetError):
                break
        response = connection.read_response(head=head)
        is_refusal = response.status in REFUSALS and response.header("connection") == "close"
        if is_refusal:
            assert connection.at_end()
        return response.status, is_refusal, response.body


HEADS = read_cases("heads.txt", 2)
BODIES = read_cases("bodies.txt", 3)


@pytest.mark.parametrize("rules", HEADS)
def test_heads_have_their_verdict_however_they_are_cut(narwhal, app, rules):
    server = narwhal(*(flag for rule in rules.strip("-") for flag in FLAGS[rule]), app("hello"), domain=None)
    generator = random.Random(7)
    for at, status, text in HEADS[rules]:
        answers = [answer(server, pieces, text.startswith(b"HEAD")) for pieces in cuts(text, generator)]
        assert answers[0] == answers[1] == answers[2], f"line {at}: {text}"
        said, is_refusal, body = answers[0]
        assert is_refusal == (status != 0), f"line {at}: {text}: {said} {body}"
        assert not status or said == status, f"line {at}: {text}: {said} {body}"


@pytest.mark.parametrize("rules", BODIES)
def test_bodies_have_their_outcome_however_they_are_cut(narwhal, app, rules):
    limits = ["--limit-request-fields", "3", "--limit-request-field_size", "40", "--limit-request-body", "64"]
    flags = (flag for rule in rules.strip("-") for flag in FLAGS[rule])
    server = narwhal(*limits, *flags, app("misc"), domain=None)
    generator = random.Random(7)
    for at, status, data, text in BODIES[rules]:
        text = b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + text
        answers = [answer(server, pieces, False) for pieces in cuts(text, generator)]
        assert answers[0] == answers[1] == answers[2], f"line {at}: {text}"
        said, _, body = answers[0]
        assert said == (status or 200), f"line {at}: {text}: {body}"
        if not status:
            assert body["body"].encode() == (b"" if data == b"-" else data), f"line {at}: {text}"
