"""The documents as a site: it builds without a complaint, every page is in it, and Chinese words are found."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [path for path in (ROOT / "docs").rglob("*.md") if path.name != "README.md" and "examples" not in path.parts]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    subprocess.run([sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", ROOT / "docs", out], check=True)
    return out


def test_every_page_is_built_and_asks_for_nothing_elsewhere(site: Path) -> None:
    for page in PAGES:
        built = site / page.relative_to(ROOT / "docs").with_suffix(".html")
        text = built.read_text(encoding="utf-8")
        assert 'src="http' not in text
        assert 'rel="stylesheet" href="http' not in text


@pytest.mark.parametrize(("word", "page"), [("限额", "guides/questions"), ("资金", "reference/parameters"), ("名册", "tutorial")])
def test_a_chinese_word_is_found(site: Path, word: str, page: str) -> None:
    """In the index that the page's own search reads."""
    text = (site / "searchindex.js").read_text(encoding="utf-8")
    index = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))
    found = [index[kind].get(word, []) for kind in ("terms", "titleterms")]
    pages = {index["docnames"][i] for some in found for i in ([some] if isinstance(some, int) else some)}
    assert page in pages
