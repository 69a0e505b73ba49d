"""Figures that show without a network: in a notebook, and in the HTML file that is exported from it.

Plotly's own display in notebooks leaves nothing in an exported file, or asks the network for its library. Here the library goes
into the first figure that is shown, once, and again when that cell runs again; the other figures wait until it is there.
"""

from __future__ import annotations

import html
import uuid
from typing import Any

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

CONFIG = '{"displaylogo": false, "displayModeBar": false, "responsive": true}'
PIECE = """<div id="{id}" class="plotly-graph-div" style="height:{height}px; width:100%;"></div>
<script>(function draw() {{
  if (!window.Plotly) {{ setTimeout(draw, 50); return; }}
  var figure = {figure};
  window.Plotly.newPlot("{id}", figure.data, figure.layout, {config});
}})();</script>"""
_holder: list[str] = []  # the cell whose output holds the library, and the run of it


class Figure(go.Figure):  # type: ignore[misc]  # plotly has no types
    """A Plotly figure that shows itself as a piece of HTML."""

    _ipython_display_ = None  # it would ask Plotly's renderer, which needs a network or leaves the page blank

    def __repr__(self) -> str:
        """What is drawn, in a line."""
        traces = [f"{trace.type} {trace.name or ''}".strip() for trace in self.data]
        return f"Figure({', '.join(traces)[:200]})"

    def _repr_mimebundle_(self, *_: Any, **__: Any) -> dict[str, str]:
        return {"text/html": self._repr_html_(), "text/plain": repr(self)}

    def _repr_html_(self) -> str:
        library = f"<script>{get_plotlyjs()}</script>\n" if _first_of_its_page() else ""
        figure = str(self.to_json()).replace("</", "<\\/")  # nothing inside ends the script
        place = html.escape(uuid.uuid4().hex)
        return library + PIECE.format(id=place, height=self.layout.height or 450, figure=figure, config=CONFIG)


def _first_of_its_page() -> bool:
    """Whether this figure has to bring the library: it is the first one, or the cell of the first one runs again."""
    cell, execution = _cell()
    if cell and _holder and (cell != _holder[0] or execution == _holder[1]):
        return False
    _holder[:] = [cell, execution]
    return True


def _cell() -> tuple[str, str]:
    """Return what names the cell that runs, its id or else its text, and what names this run of it.

    Both are blank outside a notebook: a figure there stands alone.
    """
    try:
        from IPython.core.getipython import get_ipython
    except ImportError:
        return "", ""
    shell = get_ipython()
    if shell is None or not hasattr(shell, "get_parent"):
        return "", ""
    message = shell.get_parent()
    cell = message.get("metadata", {}).get("cellId") or message.get("content", {}).get("code", "")
    return str(cell), str(message.get("header", {}).get("msg_id", ""))
