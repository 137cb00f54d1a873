"""Write docs/demo.md and docs/demo.webp: the suite on a bad branch of the reference application.

`python -m demo [--stairway-server=...]` hands its arguments on to pytest. The picture is made where Chromium is found.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from string import Template

ROOT = Path(__file__).parent.parent
BAD_BRANCH = Path(__file__).with_name("bad_branch")
TEMPLATE = Path(__file__).with_name("demo.md.template")
APPLICATION = ("models.py", "alembic.ini", "alembic")
PAGE = "page.html"
PICTURE = "demo.webp"
ARGUMENTS = ("--show-capture=no", "--stairway-base=main")
EDITED = ("0011_add_role_description.py", "sa.String(255)", "sa.String(500)")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SIZE = "1280,1400"


def main(arguments: list[str]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        project = Path(directory, "application")
        project.mkdir()
        make_branch(project)
        command = ["pytest", *ARGUMENTS, f"--stairway-html={PAGE}"]
        output = run([sys.executable, "-m", *command, *arguments], project, may_fail=True)
        if not (project / PAGE).exists():
            sys.exit(output)
        write_text(" ".join(command), output, run(["git", "diff", "--stat", "main"], project))
        write_picture(project / PAGE)


def make_branch(project: Path) -> None:
    """Make a repository whose branch `main` is the reference application, and check out a branch off it."""
    for name in APPLICATION:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, project / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, project)
    (project / "test_migrations.py").write_text("from pytest_stairway.suite import *\n", encoding="utf-8")
    (project / ".gitignore").write_text("__pycache__/\n", encoding="utf-8")
    git = ["git", "-c", "user.name=demo", "-c", "user.email=demo@example.org"]
    run([*git, "init", "--quiet", "--initial-branch=main"], project)
    run([*git, "add", "."], project)
    run([*git, "commit", "--quiet", "--message=The application"], project)
    run([*git, "switch", "--quiet", "--create", "bad"], project)
    shutil.copytree(BAD_BRANCH, project / "alembic" / "versions", dirs_exist_ok=True)
    name, before, after = EDITED
    shipped = project / "alembic" / "versions" / name
    shipped.write_text(shipped.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    run([*git, "add", "."], project)
    run([*git, "commit", "--quiet", "--message=Roles and teams"], project)


def run(command: list[str], directory: Path, *, may_fail: bool = False) -> str:
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    if done.returncode and not may_fail:
        sys.exit(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout + done.stderr


def write_text(command: str, output: str, changed: str) -> None:
    template = Template(TEMPLATE.read_text(encoding="utf-8"))
    printed = output.partition("\nstairway: ")[2]  # what pytest says first is about this machine
    lines = [
        re.sub(r"([=_-])\1{5,}", r"\1\1\1\1\1", line.rstrip()) for line in f"stairway: {printed}".strip().splitlines()
    ]
    text = template.substitute(command=command, changed=changed.strip("\n"), output="\n".join(lines))
    (ROOT / "docs" / "demo.md").write_text(text, encoding="utf-8")


def write_picture(page: Path) -> None:
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        print(f"docs/{PICTURE} is left as it is: no Chromium is installed (apt-get install chromium)")
        return
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--window-size={SIZE}"]
    with tempfile.TemporaryDirectory() as profile:
        picture = f"--screenshot={ROOT / 'docs' / PICTURE}"
        run([browser, *flags, f"--user-data-dir={profile}", picture, page.as_uri()], page.parent)


if __name__ == "__main__":
    main(sys.argv[1:])
