"""Notebooks run as an analyst runs them, on a small world; the HTML exported from them shows its figures without a network."""

from __future__ import annotations

import json
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SMALL = [str(ROOT / "tests" / "situations" / f"{name}.toml") for name in ("small", "small-tight")]
LIBRARY = "plotly.js v"  # how Plotly's library begins


def on_a_small_world(path: Path) -> nbformat.NotebookNode:
    """Return a notebook whose parameters name a small world."""
    notebook = nbformat.read(path, as_version=4)
    (cell,) = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", ())]
    stated = {"name": SMALL[0], "names": SMALL, "changes": {"run.replications": 3}}
    cell.source += "\n" + "\n".join(f"{name} = {value!r}" for name, value in stated.items())
    return notebook


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_its_export_shows_figures_without_a_network(path: Path, tmp_path: Path) -> None:
    notebook = on_a_small_world(path)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    figures = [
        output["data"]["text/html"]
        for cell in notebook.cells
        if "baicun.figures" in cell.source
        for output in cell.outputs
        if "text/html" in output.get("data", {})
    ]
    assert len(figures) == sum("baicun.figures" in cell.source for cell in notebook.cells) > 0
    assert all("Plotly.newPlot" in figure and "setTimeout(draw" in figure for figure in figures)
    assert [LIBRARY in figure for figure in figures] == [True] + [False] * (len(figures) - 1)  # it comes once, and first
    assert not [figure for figure in figures if re.search(r"<script[^>]+src=", figure)]
    page, _ = HTMLExporter().from_notebook_node(notebook)
    assert page.count(LIBRARY) == 1


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_imports_baicun_and_nothing_else(path: Path) -> None:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    source = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    assert re.findall(r"^\s*(?:import|from)\s+(\S+)", source, re.M) == ["baicun"]


class Kernel:
    """A kernel as far as figures ask it: which cell runs, and which run of it."""

    def __init__(self, cell: str, run: str) -> None:
        self.message = {"metadata": {"cellId": cell}, "header": {"msg_id": run}}

    def get_parent(self) -> dict:
        return self.message


def test_the_library_comes_once_a_page_and_again_with_its_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    from IPython.core import getipython

    from scenarios.report import offline

    monkeypatch.setattr(offline, "_holder", [])
    shown = [("a", "1"), ("a", "1"), ("b", "2"), ("a", "3"), ("b", "4"), ("a", "3")]
    brought = []
    for cell, run in shown:
        monkeypatch.setattr(getipython, "get_ipython", lambda cell=cell, run=run: Kernel(cell, run))
        brought.append(LIBRARY in offline.Figure()._repr_html_())
    assert brought == [True, False, False, True, False, False]
    monkeypatch.setattr(getipython, "get_ipython", lambda: None)
    assert LIBRARY in offline.Figure()._repr_html_()  # outside a notebook every figure stands alone
