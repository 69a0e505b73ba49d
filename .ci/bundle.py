"""Bundle: one zip with wheels, project, notebooks and documents, for a machine without internet.

``python .ci/bundle.py [--platform win_amd64 --python 3.12] [--out DIR]``; ``--try`` makes one for this machine, unpacks it in a
folder with a Chinese name, cuts the network off, sets up and runs a small world. Runs in the environment that set-up makes.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Mapping
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
LOCK = "requirements.lock.txt"
SYSTEMS = {"win": ("nt", "win32", "Windows"), "macosx": ("posix", "darwin", "Darwin"), "manylinux": ("posix", "linux", "Linux")}
LEFT_OUT = (".github", "benchmarks", "tests/golden")
SMALL = "tests/situations/small.toml"


def environment(platform: str, python: str) -> Mapping[str, str]:
    """Return what the markers of a lock are asked about: of a named platform and version, or of this machine."""
    known = {key: str(value) for key, value in default_environment().items()}
    if python:
        known |= {"python_version": python, "python_full_version": f"{python}.9", "implementation_version": f"{python}.9"}
    system = next((names for start, names in SYSTEMS.items() if platform.startswith(start)), None)
    if system:
        known |= dict(zip(("os_name", "sys_platform", "platform_system"), system, strict=True))
    return known


def wanted(lock: str, known: Mapping[str, str]) -> str:
    """Return the lines of a lock that a machine needs, without their markers."""
    kept = []
    for entry in lock.replace("\\\n", " ").splitlines():
        if not entry.strip() or entry.lstrip().startswith("#"):
            continue
        text, *hashes = entry.split("--hash=")
        asked = Requirement(text.strip())
        if asked.marker is None or asked.marker.evaluate(dict(known)):
            kept.append(" ".join([f"{asked.name}{asked.specifier}", *(f"--hash={one.strip()}" for one in hashes)]))
    return "\n".join(kept) + "\n"


def download(folder: Path, platform: str, python: str) -> None:
    """Put every wheel of the analysts' lock into a folder."""
    lines = wanted((ROOT / LOCK).read_text(encoding="utf-8"), environment(platform, python))
    with tempfile.TemporaryDirectory() as place:
        asked = Path(place) / "asked.txt"
        asked.write_text(lines, encoding="utf-8")
        of = [*(["--platform", platform] if platform else []), *(["--python-version", f"{python}.9"] if python else [])]
        words = [
            "download",
            "-q",
            "--no-deps",
            "--only-binary=:all:",
            "--require-hashes",
            *of,
            "-d",
            str(folder),
            "-r",
            str(asked),
        ]
        done = subprocess.run([sys.executable, "-m", "pip", *words], check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(
            "\n".join(done.stderr.strip().splitlines()[-15:])
            + "\nThe wheels could not be fetched: check the network, and try again."
        )


def files() -> list[str]:
    """Return the project's files: those that git knows, or all but what set-up and runs make."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout.decode("utf-8")
        names = [name for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        made = (".venv", "wheels", "runs", "dist", ".git")
        names = [
            p.relative_to(ROOT).as_posix() for p in ROOT.rglob("*") if p.is_file() and p.relative_to(ROOT).parts[0] not in made
        ]
    return sorted(name for name in names if not name.startswith(LEFT_OUT) and (ROOT / name).is_file())


def bundle(out: Path, platform: str = "", python: str = "") -> Path:
    """Write the zip of a platform and a version of Python, those of this machine where none are named; return it."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    for_python = python or f"{sys.version_info[0]}.{sys.version_info[1]}"
    path = out / f"baicun-{version}-{platform or sys.platform}-py{for_python.replace('.', '')}.zip"
    out.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    with tempfile.TemporaryDirectory() as place:
        download(Path(place), platform, python)
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in files():
                archive.write(ROOT / name, f"baicun/{name}")
            for wheel in sorted(Path(place).iterdir()):
                archive.write(wheel, f"baicun/wheels/{wheel.name}", zipfile.ZIP_STORED)
    os.replace(draft, path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    print(f"{path}  {path.stat().st_size / 1e6:.0f} MB  sha256 {digest}")
    return path


def attempt() -> None:
    """Set up and run from a bundle with the network cut off, in a folder whose name is Chinese and has a blank."""
    cut = (
        ["unshare", "-rn"]
        if shutil.which("unshare") and subprocess.run(["unshare", "-rn", "true"], check=False).returncode == 0
        else []
    )
    with tempfile.TemporaryDirectory() as place:
        project = Path(place) / "项目 一" / "百村"
        with zipfile.ZipFile(bundle(Path(place))) as archive:
            archive.extractall(Path(place) / "all")
        project.parent.mkdir()
        (Path(place) / "all" / "baicun").rename(project)
        here = {key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "BAICUN_", "VIRTUAL_ENV"))}
        here |= {
            "PIP_CONFIG_FILE": os.devnull,
            "PYTHONUTF8": "0",
            "PYTHONIOENCODING": "gbk",
            "BAICUN_HOME": str(project / "home"),
        }
        command = str(project / ".venv" / ("Scripts" if os.name == "nt" else "bin") / "baicun")
        steps = (
            [sys._base_executable, ".ci/tasks.py", "setup"],
            [command, "doctor"],
            [command, "run", SMALL, "--replications", "2"],
        )
        for step in steps:
            done = subprocess.run([*cut, *step], cwd=project, env=here, check=False, capture_output=True)
            if done.returncode:
                told = (done.stdout + done.stderr).decode("gbk", "replace")
                sys.exit(f"{' '.join(step)} ended with {done.returncode} from a bundle:\n{told[-2000:]}")
        odd = [path for path in (project / ".venv").rglob("*.pth") if not path.read_bytes().isascii()]
        if odd:
            sys.exit(f"these name a folder in letters that Python on Windows may not read: {odd}")
    how = "with the network cut off" if cut else "without an index (the network was not cut off)"
    print(f"a bundle was installed and run {how}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--platform", default="", help="a tag of wheels, such as win_amd64; default: this machine")
    parser.add_argument("--python", default="", help="such as 3.12; default: this one")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--try", dest="attempt", action="store_true", help="make one and try it without a network")
    ASKED = parser.parse_args()
    if ASKED.attempt:
        attempt()
    else:
        bundle(ASKED.out, ASKED.platform, ASKED.python)
