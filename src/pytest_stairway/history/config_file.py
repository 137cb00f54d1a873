"""Opening a configuration file; why it cannot be read or parsed, in words that say what to do about it."""

from __future__ import annotations

import configparser
import tomllib
from typing import TYPE_CHECKING

from pytest_stairway.errors import ProjectError

if TYPE_CHECKING:
    from pathlib import Path


def refuse_unreadable(file: Path, name: str) -> None:
    """Open a file once: configparser passes over those that it cannot open.

    Raises:
        ProjectError: it cannot be opened.
    """
    try:
        file.open("rb").close()
    except OSError as error:
        raise ProjectError(
            f"{name} cannot be read", tried=(f"{file}: {error.strerror}",), fix=(f"let this user read {name}",)
        ) from error


def has_tool_alembic(file: Path, name: str) -> bool:
    """Say whether a pyproject.toml has [tool.alembic].

    Raises:
        ProjectError: it cannot be opened, or is not valid TOML.
    """
    refuse_unreadable(file, name)
    try:
        content = tomllib.loads(file.read_bytes().decode())
    except ValueError as error:
        raise ProjectError(
            f"{name} is not valid TOML: {error}", fix=("repair it at the place that is named",)
        ) from error
    return "alembic" in content.get("tool", {})


def unparsable(name: str, error: configparser.Error | UnicodeDecodeError) -> ProjectError:
    """Say where an ini file is wrong, without the line itself: it may hold a password."""
    match error:
        case configparser.MissingSectionHeaderError(lineno=line):
            reason, fix = "no [section] stands above it", f"write [alembic] above line {line}"
        case configparser.ParsingError(errors=[(line, _), *_]):
            reason, fix = "neither a [section] nor name = value", "repair that line"
        case configparser.DuplicateOptionError(lineno=line, section=section, option=option):
            reason, fix = f"{option} is already set in [{section}]", "delete one of the two lines"
        case configparser.DuplicateSectionError(lineno=line, section=section):
            reason, fix = f"[{section}] is there already", "make one section of the two"
        case UnicodeDecodeError(object=data, start=start):
            line = data.count(b"\n", 0, start) + 1
            reason, fix = f"byte 0x{data[start]:02x} is not {error.encoding}", f"save it as {error.encoding}"
        case _:
            line, reason, fix = None, str(error).partition("\n")[0], "repair it"
    where = name if line is None else f"{name}:{line}"
    return ProjectError(f"{name} is not an ini file that Alembic can read", tried=(f"{where}: {reason}",), fix=(fix,))
