"""The page in a real browser: nothing overflows, nothing is written to the console, and the filter filters.

Each test runs Chromium once on a copy of the page with a probe at its end, which writes what it measured into the DOM.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import escape, unescape
from typing import TYPE_CHECKING, Any

import pytest

from pytest_stairway.reports.html import render
from tests.browser.large_report import large_report
from tests.unit.test_reports_html import NASTY, small_report

if TYPE_CHECKING:
    from pathlib import Path

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed (apt-get install chromium)")

PAGES = {
    "344 revisions": [large_report()],
    "two projects": [small_report(), small_report("other")],
    "nasty": [small_report(NASTY + "x" * 300)],
}
WIDTHS = (1280, 390)

OVERFLOWING = """
  const clipped = (element) => {
    for (let each = element; each; each = each.parentElement)
      if (["auto", "hidden", "scroll"].includes(getComputedStyle(each).overflowX)) return true;
    return false;
  };
  document.querySelectorAll("details").forEach((each) => { each.open = true; });
  const wide = [...document.querySelectorAll("body *")].filter((each) =>
    !clipped(each) && (each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0
                       || each.getBoundingClientRect().right > innerWidth + 1));
  const labels = [...document.querySelectorAll("svg text")].filter((each) =>
    each.getBoundingClientRect().right > each.ownerSVGElement.getBoundingClientRect().right);
  return {
    width: innerWidth,
    sideways: document.documentElement.scrollWidth > innerWidth,
    wide: wide.map((each) => each.outerHTML.slice(0, 80)),
    labels: labels.map((each) => each.textContent),
  };
"""
FILTERED = """
  const shown = () => [...document.querySelectorAll("section[id]")].filter((each) => each.offsetParent).length;
  const filter = document.getElementById("filter");
  return Object.fromEntries([...filter.options].map((option) => {
    filter.value = option.value;
    filter.dispatchEvent(new Event("change"));
    return [option.value, shown()];
  }));
"""
LOOKS = """
  return {
    dark: matchMedia("(prefers-color-scheme: dark)").matches,
    paper: getComputedStyle(document.querySelector("section")).backgroundColor,
    text: getComputedStyle(document.body).color,
  };
"""


FRAME = """\
<!doctype html><meta name="color-scheme" content="light dark">
<body><iframe srcdoc="{page}" style="width: {width}px; height: 900px; border: 0"></iframe>
"""


def measured(page: str, probe: str, directory: Path, *flags: str, width: int = 1280) -> Any:
    """Run a function's body in the page, and give what it returns; the console must stay silent.

    The page is in a frame, because no window of a headless Chromium is narrower than 500 pixels.
    """
    assert CHROMIUM is not None
    script = f"<script>parent.document.body.dataset.measured = JSON.stringify((() => {{{probe}}})());</script>"
    probed = page.replace("</body>", f"{script}</body>")
    file = directory / "frame.html"
    file.write_text(FRAME.format(page=escape(probed), width=width), encoding="utf-8")
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={directory}/profile"]
    done = subprocess.run(  # noqa: S603 - the browser that was found, on a file written here
        [*command, "--enable-logging=stderr", *flags, "--dump-dom", file.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert [line for line in done.stderr.splitlines() if "CONSOLE" in line] == []
    found = re.search(r'<body data-measured="([^"]*)"', done.stdout)
    assert found is not None
    return json.loads(unescape(found[1]))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_no_text_overflows(name: str, width: int, tmp_path: Path) -> None:
    measure = measured(render(PAGES[name]), OVERFLOWING, tmp_path, width=width)
    assert measure == {"width": width, "sideways": False, "wide": [], "labels": []}


def test_the_filter_shows_the_revisions_with_a_code(tmp_path: Path) -> None:
    report = large_report()
    of_revisions = [judged.finding.code for judged in report.findings if judged.location.revision is not None]
    codes = {judged.finding.code for judged in report.findings}
    assert measured(render([report]), FILTERED, tmp_path) == {
        "": len(report.revisions),
        "*": len(of_revisions),
        **{code: of_revisions.count(code) for code in codes},
    }


@pytest.mark.parametrize(("flags", "dark"), [((), False), (("--force-dark-mode",), True)], ids=["light", "dark"])
def test_light_and_dark_follow_the_browser(flags: tuple[str, ...], *, dark: bool, tmp_path: Path) -> None:
    looks = measured(render([small_report()]), LOOKS, tmp_path, *flags)
    brightness = {part: sum(map(int, re.findall(r"\d+", looks[part]))) for part in ("paper", "text")}
    assert (looks["dark"], brightness["text"] > brightness["paper"]) == (dark, dark)
