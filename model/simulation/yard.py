"""The yard (工地): what a village's chapters share while its works are under way."""

from __future__ import annotations

import simpy


class Yard:
    """The works of one village under way: who is working, how fast, and what is not as it should be."""

    def __init__(self) -> None:
        self.working: dict[int, simpy.Process] = {}
        self.replaced: dict[int, simpy.Process] = {}  # works whose special bonds failed, and the wait for other money
        self.short: set[int] = set()  # finished works, by key, that fall short of their target
        self.pace = 1.0  # days a day of work takes
        self.partner = False
        self.done = False
        self.plan: simpy.Process | None = None
