"""What pytest reads first: fixtures.py has the fixtures, and shares them with the other suites."""

from fixtures import *  # noqa: F403
