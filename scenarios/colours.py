"""Colours of figures, pages and workbooks, each once.

Those that stand for something beside others (``SERIES``, ``SOURCES``, ``STAGES``) are told apart by everybody:
any two lie at least 12 apart in CAM02-UCS, as seen by all and under protanopia, deuteranopia and tritanopia (a test measures it).
"""

from __future__ import annotations

INK, MUTED, PAPER = "#22313a", "#7b8a91", "#ffffff"
GROUND, LINE, SOFT = "#f4f7f7", "#dfe6e8", "#62727a"  # of a page: behind it, between its parts, beside its text
TEAL, AMBER, GREEN, PLUM, BLUE, EARTH = SERIES = ("#1f6f78", "#d98e32", "#82a071", "#803755", "#4985c1", "#8a6f52")
PALE, SAND, BRICK, FROST = "#c9d3d6", "#cdb27f", "#b3574b", "#9db7c9"
HEADING, EDGE = "#e3efee", PALE  # of a table
WARNING, WARNING_GROUND, WARNING_LINE = "#8a4b08", "#fff4e2", "#f0cf9d"
SCALE = [[0, "#dcebe8"], [1, TEAL]]  # from none to all
SOURCES = (TEAL, "#33b9eb", "#b3c67e", GREEN, AMBER, "#b5551c", PLUM, "#c79bb5", BLUE, EARTH)  # of money
STAGES = {  # of a village or a work on the schedule
    "stage_review": "#a9bec8",
    "stage_ready": SAND,
    "stage_build": TEAL,
    "stage_pause": LINE,
    "stage_accept": AMBER,
    "stage_accepted": "#769666",
}
