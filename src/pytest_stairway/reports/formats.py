"""The reports that are written to files, each named as its setting and its flag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_stairway.reports import codequality, html, json_report, markdown, sarif

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pytest_stairway.report import Report

RENDERERS: Mapping[str, Callable[[Sequence[Report]], str]] = {
    "markdown": markdown.render,
    "sarif": sarif.render,
    "json": json_report.render,
    "codequality": codequality.render,
    "html": html.render,
}
