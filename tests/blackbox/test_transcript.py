"""transcript.txt, sent to a real server with each store: what a client of Eve gets is what it is used to."""

import json
import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

TRANSCRIPT = Path(__file__).parent / "transcript.txt"
DOMAIN = Path(__file__).parent / "eve.json"
NAME = re.compile(r"<([a-z][a-z0-9-]*)>")
MORE = re.compile(r"^\.\.\. (\d+) more of the same shape$")
SHAPES = {
    "date": re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"),
    "http-date": re.compile(r"^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$"),
}


class Case(NamedTuple):
    title: str
    method: str
    target: str
    headers: dict
    body: str  # None: none
    status: int
    answer_headers: dict
    answer: object  # None: no body


def split(lines, sign):
    """Header fields and body of one direction; its first line is not among @lines."""
    headers, body = {}, None
    for line in lines:
        if not line.startswith(sign):
            continue
        text = line[2:]
        field = re.match(r"^([A-Za-z-]+): (.*)$", text)
        if field and body is None:
            headers[field[1]] = field[2]
        else:
            body = text
    return headers, body


def cases():
    for block in TRANSCRIPT.read_text().split("\n\n"):
        lines = [line for line in block.splitlines() if line[:3] == "###" or line[:1] in "<>"]
        if not lines or not lines[0].startswith("###"):
            continue
        method, target = lines[1][2:].split(" ", 1)
        headers, body = split(lines[2:], "> ")
        status = next(line for line in lines if re.match(r"^< \d{3}$", line))
        answer_headers, answer = split([line for line in lines if line != status], "< ")
        yield Case(lines[0][4:], method, target, headers, body, int(status[2:]), answer_headers,
                   None if answer is None else json.loads(answer))


class Names:
    """What the server made, by the names that the transcript has for it."""

    def __init__(self):
        self.values = {}

    def fill(self, text):
        return NAME.sub(lambda m: self.values.get(m[1], m[0]), text)

    def match_text(self, expected, got):
        """Is @got what @expected says? Learns the names that are new."""
        pattern, fresh = "", []
        for i, part in enumerate(NAME.split(expected)):
            if i % 2 == 0:
                pattern += re.escape(part)
            elif part in self.values:
                pattern += re.escape(self.values[part])
            elif part in SHAPES:
                pattern += SHAPES[part].pattern[1:-1]
            else:
                pattern += f"(?P<n{len(fresh)}>[0-9a-f]{{24,40}})"
                fresh.append(part)
        found = re.fullmatch(pattern, got)
        if found:
            self.values.update({name: found[f"n{i}"] for i, name in enumerate(fresh)})
        return bool(found)

    def differences(self, expected, got, at=""):
        """Every place where @got is not @expected."""
        if isinstance(expected, dict) and isinstance(got, dict):
            for name in expected.keys() | got.keys():
                if name not in got or name not in expected:
                    yield f"{at}/{name}: {'missing' if name not in got else f'not expected: {got[name]!r}'}"
                else:
                    yield from self.differences(expected[name], got[name], f"{at}/{name}")
        elif isinstance(expected, list) and isinstance(got, list):
            more = MORE.match(str(expected[-1])) if expected else None
            wanted = expected[:-1] if more else expected
            if len(got) != len(wanted) + (int(more[1]) if more else 0):
                yield f"{at}: {len(got)} elements"
            for i, (one, other) in enumerate(zip(wanted, got)):
                yield from self.differences(one, other, f"{at}/{i}")
        elif isinstance(expected, str) and isinstance(got, str):
            if not self.match_text(expected, got):
                yield f"{at}: {got!r} instead of {self.fill(expected)!r}"
        elif expected != got or type(expected) is not type(got):
            yield f"{at}: {got!r} instead of {expected!r}"


def listed(value):
    return {part.strip() for part in value.split(",")}


def check(case, response, names):
    """Every difference between what the transcript says and what came."""
    if response.status != case.status:
        yield f"status {response.status} instead of {case.status}: {response.body!r}"
        return
    for name, value in case.answer_headers.items():
        got = response.header(name)
        if name == "Allow":
            if listed(value) != listed(got):
                yield f"{name}: {got}"
        elif not names.match_text(value.replace("HOST", "test"), got):
            yield f"{name}: {got!r} instead of {names.fill(value)!r}"
    if case.answer is None:
        if response.body != b"":
            yield f"a body: {response.body!r}"
        return
    body = response.body
    if isinstance(body, dict) and "_error" in case.answer:
        body = {name: value for name, value in body.items() if name in case.answer}  # RFC 9457's come on top
    yield from names.differences(case.answer, body)


def send(server, case, names):
    target = quote(names.fill(case.target), safe="/?&=!<>")
    headers = {name: names.fill(value) for name, value in case.headers.items()}
    body = None if case.body is None else names.fill(case.body)
    return server.request(case.method, target, body, headers)


def test_transcript(narwhal, store_uri):
    server = narwhal(domain=DOMAIN, store=store_uri, workers=2)
    names, wrong, n = Names(), [], 0
    for case in cases():
        n += 1
        response = send(server, case, names)
        wrong += [f"{case.title}: {case.method} {case.target}: {line}" for line in check(case, response, names)]
    assert not wrong, "\n".join(wrong)
    assert n == 59
