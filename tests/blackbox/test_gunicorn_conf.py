"""Files as people have them for Gunicorn: they load as they are, or say by line what is not read."""

import pytest

# Each with what --print-config has to show of it.
LOADED = {
    "docs-example": (
        """
        # Sample Gunicorn configuration file.
        bind = '127.0.0.1:8000'
        backlog = 2048
        workers = 1
        worker_class = 'sync'
        worker_connections = 1000
        timeout = 30
        keepalive = 2
        spew = False
        daemon = False
        raw_env = [
            'DJANGO_SECRET_KEY=something',
            'SPAM=eggs',
        ]
        pidfile = None
        umask = 0
        user = None
        group = None
        tmp_upload_dir = None
        errorlog = '-'
        loglevel = 'info'
        accesslog = '-'
        access_log_format = '%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s"'
        proc_name = None

        def post_fork(server, worker):
            server.log.info("Worker spawned (pid: %s)", worker.pid)

        def pre_exec(server):
            server.log.info("Forked child, re-executing.")

        def worker_int(worker):
            worker.log.info("worker received INT or QUIT signal")

            ## get traceback info
            import threading, sys, traceback
            id2name = {th.ident: th.name for th in threading.enumerate()}
            code = []
            for threadId, stack in sys._current_frames().items():
                code.append("\\n# Thread: %s(%d)" % (id2name.get(threadId, ""), threadId))
            worker.log.debug("\\n".join(code))
        """,
        {"bind": "['127.0.0.1:8000']", "raw_env": "['DJANGO_SECRET_KEY=something', 'SPAM=eggs']",
         "worker_class": "'sync'"},
    ),
    "cores": (
        """
        import multiprocessing

        bind = "0.0.0.0:8000"
        workers = multiprocessing.cpu_count() * 0 + 3
        """,
        {"workers": "3"},
    ),
    "heroku": (
        """
        import os
        worker_class = "gevent"
        workers = int(os.environ.get("WEB_CONCURRENCY", 2))
        bind = "0.0.0.0:" + os.environ.get("PORT", "5000")
        forwarded_allow_ips = '*'
        secure_scheme_headers = { 'X-Forwarded-Proto': 'https' }
        """,
        {"workers": "4", "bind": "['0.0.0.0:7777']", "secure_scheme_headers": "{'X-Forwarded-Proto': 'https'}"},
    ),
    "cookiecutter": (
        '''
        """gunicorn WSGI server configuration."""
        from multiprocessing import cpu_count
        from os import environ


        def max_workers():
            return cpu_count()


        bind = '0.0.0.0:' + environ.get('NOPORT', '8000')
        max_requests = 1000
        max_requests_jitter = 50
        log_file = "-"
        _unused = log_file
        worker_class = 'gthread'
        threads = 2 if cpu_count() < 1000 else 4
        ''',
        {"bind": "['0.0.0.0:8000']", "threads": "2"},
    ),
    "digitalocean-unix": (
        """
        bind = "unix:/run/myproject.sock"
        umask = 0o007
        workers = 3
        user = None
        errorlog = "-"
        capture_output = False
        """,
        {"bind": "['unix:/run/myproject.sock']", "umask": "0o7"},
    ),
    "logging-dict": (
        """
        import logging
        import sys
        from pythonjsonlogger import jsonlogger

        class HealthCheckFilter(logging.Filter):
            def filter(self, record):
                return '/health' not in record.getMessage()

        logconfig_dict = {
            'version': 1,
            'filters': {'health': {'()': HealthCheckFilter}},
            'handlers': {'console': {'class': 'logging.StreamHandler', 'stream': sys.stdout}},
            'root': {'level': 'INFO', 'handlers': ['console']},
        }
        workers = 2
        """,
        {"workers": "2"},
    ),
    "paths": (
        """
        import os
        BASE = os.path.dirname(os.path.abspath(__file__))
        name = os.environ.get("APP_NAME") or "shop"
        proc_name = f"{name}-web"
        pidfile = os.path.join(BASE, "%s.pid" % name)
        chdir = BASE
        loglevel = os.getenv("LOG_LEVEL", "INFO").lower()
        """,
        {"proc_name": "'shop-web'", "loglevel": "'info'"},
    ),
    "bool-from-environment": (
        """
        from os import getenv as env
        reload = env("DEBUG", "false").lower() in ("1", "true")
        preload_app = not reload
        accesslog = "-" if env("ACCESS_LOG") == "1" else None
        """,
        {"preload_app": "True", "accesslog": "None"},
    ),
    "gcp-run": (
        """
        import os, multiprocessing as mp
        port = int(os.environ.get("PORT", 8080))
        bind = [f":{port}"]
        workers = min(mp.cpu_count() * 2 + 1, 3)
        threads = max(2, 4)
        timeout = 0
        keepalive = 65
        print("listening on", port)
        """,
        {"bind": "[':7777']", "workers": "3", "threads": "4", "timeout": "0"},
    ),
    "statsd": (
        """
        import os
        host = os.environ.get("STATSD_HOST", "localhost")
        statsd_host = "{}:{}".format(host, 8125)
        statsd_prefix = "shop"
        dogstatsd_tags = ",".split(",")[0] + "env:prod"
        enable_stdio_inheritance = False
        """,
        {"statsd_host": "'localhost:8125'", "statsd_prefix": "'shop'"},
    ),
}

# Each with the line that is told.
REFUSED = {
    "secrets": ("workers = 2\nkey = open('/run/secret').read()\n", ":2: 'open'"),
    "unset": ("import os\nbind = os.environ['NOT_THERE']\n", ":2: there is no key 'NOT_THERE'"),
    "star": ("from base import *\n", ":1: all of 'base'"),
    "loop": ("import os\nfor k, v in os.environ.items():\n    locals()[k] = v\n", ":2: 'for' is not read"),
    "uvicorn": ("worker_class = 'uvicorn.workers.UvicornWorker'\n", ":1: worker_class: 'uvicorn.workers.Uvicorn"),
    "app": ("wsgi_app = 'shop.wsgi:application'\n", ":1: wsgi_app: 'shop.wsgi:application'"),
    "http2": ("http_protocols = ['h2', 'h1']\n", ":1: http_protocols: only h1 is served"),
    "environ": ("import os\nos.environ['A'] = 'b'\n", ":2: expected '=' behind 'os'"),
}

ENV = {"WEB_CONCURRENCY": "4", "PORT": "7777"}


def dedent(text):
    lines = text.split("\n")
    return "\n".join(line[8:] if line.startswith(" " * 8) else line for line in lines)


@pytest.mark.parametrize("name", LOADED)
def test_a_file_of_gunicorns_loads_as_it_is(run, tmp_path, domain_file, name):
    text, expected = LOADED[name]
    (tmp_path / "gunicorn.conf.py").write_text(dedent(text))
    done = run("--domain", domain_file({"domain": {"people": {"schema": {}}}}), "--print-config", env=ENV)
    assert done.returncode == 0, done.stderr
    shown = dict(line.split("=", 1) for line in done.stdout.splitlines())
    shown = {name.strip(): value.strip() for name, value in shown.items()}
    assert {name: shown[name] for name in expected} == expected


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_told_by_its_line(run, tmp_path, name):
    text, expected = REFUSED[name]
    (tmp_path / "gunicorn.conf.py").write_text(text)
    done = run("--check-config")
    assert done.returncode == 1 and f"gunicorn.conf.py{expected}" in done.stderr, done.stderr
