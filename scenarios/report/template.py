"""Templates: what every page has in common. A page asks the network for nothing."""

from __future__ import annotations

from importlib import resources
from typing import Any

from scenarios import colours
from scenarios.report import figures


def rendered(name: str, **told: Any) -> str:
    """Return a page from its template in this folder; what a template names must be told."""
    import jinja2
    from plotly.offline import get_plotlyjs

    def source(wanted: str) -> str:
        return (resources.files("scenarios.report") / wanted).read_text(encoding="utf-8")

    page = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, loader=jinja2.FunctionLoader(source))
    return page.get_template(name).render(c=colours, font=safe(figures.FONT), plotly=safe(get_plotlyjs()), **told)


def safe(text: str) -> Any:
    """Return text that is markup of ours."""
    import markupsafe

    return markupsafe.Markup(text)
