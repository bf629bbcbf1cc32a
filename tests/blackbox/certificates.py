"""Certificates for tests, made by openssl(1)."""

import subprocess
from typing import NamedTuple


class Pair(NamedTuple):
    cert: str
    key: str


def make(folder, name, subject="/CN=localhost", issuer=None, days=30):
    """One for @subject (and 127.0.0.1), signed by the Pair @issuer or, as an authority, by itself."""
    pair = Pair(str(folder / f"{name}.pem"), str(folder / f"{name}.key"))
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-sha256",
               "-days", str(days), "-subj", subject, "-keyout", pair.key, "-out", pair.cert]
    if issuer:
        command += ["-CA", issuer.cert, "-CAkey", issuer.key, "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
                    "-addext", "basicConstraints=critical,CA:FALSE"]
    subprocess.run(command, check=True, capture_output=True)
    return pair
