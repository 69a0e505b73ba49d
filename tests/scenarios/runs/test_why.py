"""Why a target is missed: links cost villages, ranges are wider than luck, and the folder is written once."""

from __future__ import annotations

import pytest

from model.errors import InputError
from model.outcomes.chain import ALL, LINKS, drawn, eased, ranged
from scenarios.runs import run as runs
from scenarios.runs.why import run, why
from scenarios.world.load import load


@pytest.fixture(scope="module")
def folder(small, tmp_path_factory):
    options = runs.Options(tmp_path_factory.mktemp("why") / "run", say=lambda _: None)
    return runs.run(*small, options)


def test_each_link_is_eased_and_none_leaves_the_allowed_range() -> None:
    settings = load("baseline").simulation
    assert len({eased(settings, link).model_dump_json() for link in (*LINKS, ALL)}) == len(LINKS) + 1


def test_assumptions_are_drawn_inside_their_ranges() -> None:
    settings = load("baseline").simulation
    for own in drawn(settings, 5, 1):
        for name, (low, high) in ranged().items():
            chapter, setting = name.split(".")
            assert low <= getattr(getattr(own, chapter), setting) <= high, name


def test_the_chain_and_both_intervals(folder) -> None:
    found = why(folder, draws=8, pairs=2)
    links = found.chain.set_index("link")["villages"]
    assert set(links.index) == {"missed", ALL, *LINKS}
    assert links[ALL] >= links.drop(["missed", ALL]).max() - 1.0
    studied = found.kpis.dropna(subset=["param_low"])
    assert (studied["param_low"] <= studied["param_high"]).all()
    wide = found.kpis[found.kpis["kpi"] == "days_to_completion"].iloc[0]
    assert wide["param_high"] - wide["param_low"] > wide["p95"] - wide["p05"]


def test_the_folder_is_written_once(folder) -> None:
    options = runs.Options(say=lambda _: None)
    first, target = run(folder, 3, 2, options)
    again, same = run(folder, 3, 2, options)
    assert same == target
    assert again.chain["link"].tolist() == first.chain["link"].tolist()
    assert {"chain.csv", "kpis.csv", "face_validity.csv", "report.html"} <= {path.name for path in target.iterdir()}
    page = (target / "report.html").read_text(encoding="utf-8")
    assert "施工力量" in page


def test_a_selection_alone_has_no_projection(small, tmp_path) -> None:
    options = runs.Options(tmp_path / "run", say=lambda _: None)
    with pytest.raises(InputError, match="no projection"):
        why(runs.run(*small, options, simulate=False))
