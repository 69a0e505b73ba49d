"""Language: the command line's own words: English in the code, Chinese in ``help.toml``; ``--lang`` or BAICUN_LANG choose."""

from __future__ import annotations

import functools
import inspect
import os
import sys
import tomllib
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any

import typer

from scenarios.command.helping import speak_chinese
from scenarios.command.options import Lang, TrustRules, grouped, with_parameters
from scenarios.command.screen import spoken
from scenarios.world.trust import ALLOWED

LANG = "BAICUN_LANG"
RUNS = {"run_dir", "plan", "scenarios"}  # parameters of commands that may open a run folder


def speak(app: typer.Typer) -> None:
    """Let a command line speak the language that is asked for, and every command of it take ``--lang``."""
    if "--trust-rules" in sys.argv:
        os.environ[ALLOWED] = "1"
    asked = _asked(sys.argv)
    if asked and sys.argv[1].startswith("--lang"):  # before the command, it is as good
        del sys.argv[1 : 2 if "=" in sys.argv[1] else 3]
    if asked:
        os.environ[LANG] = asked
    texts, lang = _texts(), spoken().lang
    app.registered_commands.sort(key=lambda info: list(texts["commands"]).index(_name(info)))
    everything = list(commands(app))
    asked_for = [command for command in everything if command[0].split()[0] in sys.argv]
    for path, info, group in asked_for or everything:  # the others are not shown
        told = texts["commands"].get(path, {})
        info.callback = _with(grouped(info.callback), "lang", Lang, None)
        if RUNS & set(inspect.signature(info.callback).parameters):
            info.callback = _with(info.callback, "trust_rules", TrustRules, False)
        info.help = told.get("zh") if lang == "zh" else None
        if group is app:
            info.rich_help_panel = texts["groups"][told["group"]][lang]
        for flag, option in options(info.callback):
            english = vars(option).setdefault("english", option.help)
            chinese = texts["options"].get(f"{path} {flag}") or texts["options"].get(flag)
            option.help = chinese if lang == "zh" else english
    for sub in app.registered_groups:
        sub.help, sub.rich_help_panel = texts["register"][lang], texts["groups"]["register"][lang]
    if lang == "zh" and ("--help" in sys.argv or len(sys.argv) < 3):
        speak_chinese()


def commands(app: typer.Typer) -> Iterator[tuple[str, Any, typer.Typer]]:
    """Yield the path, the command and the group of every command."""
    for info in app.registered_commands:
        yield _name(info), info, app
    for sub in app.registered_groups:
        inner = sub.typer_instance or typer.Typer()
        for info in inner.registered_commands:
            yield f"{sub.name} {_name(info)}", info, inner


def options(command: Callable[..., Any]) -> Iterator[tuple[str, Any]]:
    """Yield the options and arguments of a command by their longest flag, or what stands for them."""
    for parameter in inspect.signature(command).parameters.values():
        for told in getattr(parameter.annotation, "__metadata__", ()):
            given = [getattr(told, "default", None), *(getattr(told, "param_decls", None) or ())]  # the first flag is its default
            flags = [flag for flag in given if isinstance(flag, str) and flag.startswith("--")]
            name = max(flags, key=len, default="") or getattr(told, "metavar", None) or f"--{parameter.name.replace('_', '-')}"
            yield name, told


def _name(info: Any) -> str:
    return str(info.name or info.callback.__name__.replace("_", "-"))


def _asked(words: list[str]) -> str:
    """Return the language a command line asks for, or nothing."""
    for i, word in enumerate(words):
        given = words[i + 1] if word == "--lang" and i + 1 < len(words) else word.removeprefix("--lang=")
        if word.startswith("--lang") and given in ("zh", "en"):
            return given
    return ""


@functools.cache
def _texts() -> dict[str, Any]:
    return tomllib.loads((files("scenarios.command") / "help.toml").read_text(encoding="utf-8"))


def _with(command: Callable[..., Any], name: str, annotation: Any, default: Any) -> Callable[..., Any]:
    """Return a command that takes one more option, which was looked for before; one that takes it already stays as it is."""
    told = inspect.signature(command)
    if name in told.parameters:
        return command

    @functools.wraps(command)
    def speaking(**given: Any) -> Any:
        given.pop(name, None)
        return command(**given)

    more = inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
    kept = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in told.parameters.values()]
    return with_parameters(speaking, [*kept, more])
