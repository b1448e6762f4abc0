"""Templates of post-mortems, and which incidents need one."""

from postmortems.admin import policy, template  # noqa: F401  they register themselves
