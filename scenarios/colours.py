"""Colours of figures, pages and workbooks, each once."""

from __future__ import annotations

INK, MUTED, PAPER = "#22313a", "#7b8a91", "#ffffff"
GROUND, LINE, SOFT = "#f4f7f7", "#dfe6e8", "#62727a"  # of a page: behind it, between its parts, beside its text
TEAL, AMBER, GREEN, PLUM, BLUE, EARTH = SERIES = ("#1f6f78", "#d98e32", "#7a9e4f", "#8c5a7c", "#4f7cac", "#8a6f52")
PALE, SAND, BRICK, FROST = "#c9d3d6", "#b9a44c", "#b3574b", "#9db7c9"
HEADING, EDGE = "#e3efee", PALE  # of a table
WARNING, WARNING_GROUND, WARNING_LINE = "#8a4b08", "#fff4e2", "#f0cf9d"
SCALE = [[0, "#dcebe8"], [1, TEAL]]  # from none to all
SOURCES = (TEAL, "#5aa0a6", SAND, GREEN, AMBER, BRICK, PLUM, "#c79bb5", BLUE, EARTH)  # one per source of money, in their order
STAGES = {  # of a village or a work on the schedule
    "stage_review": PALE,
    "stage_ready": SAND,
    "stage_build": TEAL,
    "stage_pause": LINE,
    "stage_accept": AMBER,
    "stage_accepted": GREEN,
}
