import os
bind = f"0.0.0.0:{os.environ.get('PORT', 8000)}"
workers = int(os.getenv("W") or 2) if "PORT" in os.environ else min(3, os.cpu_count() * 2 + 1)
name = "%s-{}" % "a"
proc_name = name.format(1).lower().split("-")[0]
class L: pass
logger_class = L
