"""Helping: the words that typer itself puts into help, in Chinese; what another typer calls otherwise stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

HELPS = {
    "Show this message and exit.": "显示这份说明",
    "Install completion for the current shell.": "为当前终端装上自动补全",
    "Show completion for the current shell, to copy it or customize the installation.": "显示自动补全的脚本",
}
USAGE = {"Usage:": "用法：", "[OPTIONS]": "[选项]", "COMMAND [ARGS]...": "命令 [参数]…"}
TYPES = {"path": "文件", "int": "整数", "int range": "整数", "float": "数", "float range": "数", "str": "文字", "date": "日期"}


def speak_chinese() -> None:
    """Let help's headings, usage lines and kinds of values be Chinese."""
    from typer import core, rich_utils

    rich_utils.ARGUMENTS_PANEL_TITLE, rich_utils.OPTIONS_PANEL_TITLE = "参数", "选项"
    rich_utils.COMMANDS_PANEL_TITLE, rich_utils.REQUIRED_LONG_STRING = "命令", "[必填]"
    rich_utils.DEFAULT_STRING = "[默认：{}]"
    for kind in (core.TyperCommand, core.TyperGroup):
        _changed(kind, "get_usage", _usage)
        _changed(kind, "get_params", _params)
    for parameter in (core.TyperOption, core.TyperArgument):
        _changed(parameter, "display_type_rich", _type)


def _changed(kind: type, name: str, change: Callable[[Any], Any]) -> None:
    """Let what a method returns be changed, where there is such a method."""
    method = getattr(kind, name, None)
    if method is not None:
        setattr(kind, name, lambda *given, **named: change(method(*given, **named)))


def _usage(said: str) -> str:
    for english, chinese in USAGE.items():
        said = said.replace(english, chinese)
    return said


def _type(said: str | None) -> str | None:
    """Return what stands for the kind of a value: nothing for a switch, and what is not known as it is."""
    inner = (said or "").strip("<>").lower()
    many = inner.startswith("list[")
    kind = TYPES.get(inner.removeprefix("list[").removesuffix("]"))
    return "" if inner == "bool" else said if kind is None else f"<{kind}>" + ("…" if many else "")


def _params(parameters: list[Any]) -> list[Any]:
    for parameter in parameters:
        if (said := getattr(parameter, "help", None)) in HELPS:
            parameter.help = HELPS[said]
    return parameters
