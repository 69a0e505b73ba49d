"""Baicun described to its user: the JSON Schema of a scenario, and whether the installation is whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from model.policy.cards import cards
from model.selection.rules import RULES
from scenarios.world.spec import Scenario


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario file; nothing is required, for what is not stated is on the cards."""
    schema = Scenario.model_json_schema(by_alias=True)
    schema["properties"]["extends"] = {"type": "string", "description": "the scenario this one differs from"}
    for path, card in cards().items():
        place = _place(schema, path.split("."))
        if place is not None:
            span = f"; range {card.low:g}-{card.high:g}" if card.low is not None and card.high is not None else ""
            place["description"] = (
                f"{card.zh} / {card.en} ({card.unit}{span}; {card.confidence}: {card.source}) {card.clause}".strip()
            )
            place["default"] = card.value
    for part in (schema, *schema.get("$defs", {}).values()):
        part.pop("required", None)
    return schema


def _place(schema: dict[str, Any], path: list[str]) -> dict[str, Any] | None:
    node: dict[str, Any] = schema
    for name in path:
        while "$ref" in node:
            node = schema["$defs"][node["$ref"].rsplit("/", 1)[1]]
        node = node.get("properties", {}).get(name)
        if node is None:
            return None
    return node


def in_policy_terms(path: str) -> str:
    """Return a parameter's Chinese name and clause, or those of its rule; nothing where it has neither."""
    card = cards().get(path) or cards().get(path.rpartition(".")[0])
    if card:
        return f"{card.zh} {card.clause}"
    rule = RULES.get(path.split(".")[1]) if path.startswith("rules.") else None
    return f"{rule.term} {rule.clause}" if rule else " "


def examination() -> Iterator[tuple[str, bool, str]]:
    """Yield what was looked at, whether it is fine, and what was found."""
    import importlib
    import sys

    yield "python", sys.version_info >= (3, 11), sys.version.split()[0]
    for name in ("model", "solvers", "scenarios"):
        package = importlib.import_module(name)
        ours = getattr(importlib.import_module("model"), "__project__", "") == "baicun"
        yield name, ours, str(getattr(package, "__path__", ["?"])[0])
    yield "policy data", len(cards()) > 50, f"{len(cards())} parameter cards"
    yield from _solvers()


def _solvers() -> Iterator[tuple[str, bool, str]]:
    import numpy as np
    from scipy import sparse

    from model.selection.labels import Labels
    from model.selection.program import Program, RowBlock, Term
    from solvers.answer import Limits
    from solvers.solve import solve

    weights = sparse.csr_array(np.array([[3.0, 4.0, 5.0]]))
    row = RowBlock("weight", Labels((np.array(["all"]),)), weights, np.array([-np.inf]), np.array([8.0]), "kg")
    knapsack = Program(Labels((np.arange(3),)), (Term("value", 1.0, np.array([4.0, 5.0, 6.0])),), (row,), np.zeros(3, dtype=int))
    for name in ("highs", "cbc", "exhaustive"):
        try:
            answer = solve(knapsack, name, Limits(gap=0.0))
            yield f"solver {name}", answer.objective == 10.0, f"{answer.status}, objective {answer.objective:g}"
        except Exception as error:
            yield f"solver {name}", False, f"{type(error).__name__}: {error}"
