"""What is ready-made for continuous integration runs: the action, the template, and each example of docs/ci.md."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy
import yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from conftest import Project

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FORGES = ("GitHub", "GitLab", "Bitbucket", "Azure Pipelines", "Jenkins", "Buildkite")
HOLD_COMMANDS = {"run", "script", "commands"}
NOT_RUN = re.compile(r"python3? -m (pip install -r requirements\.txt pytest-stairway|venv \.venv)")
"""What reaches for the network, or makes an environment that is here already."""

ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))


def examples(forge: str) -> list[str]:
    section = PAGE.partition(f"\n## {forge}\n")[2].partition("\n## ")[0]
    return re.findall(r"^```(?:yaml|groovy)\n(.*?)^```", section, re.MULTILINE | re.DOTALL)


def commands(node: Any) -> Iterator[str]:
    """Find the commands in what a YAML file holds, in order."""
    if isinstance(node, list):
        for each in node:
            yield from commands(each)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in HOLD_COMMANDS:
                yield from [value] if isinstance(value, str) else value
            else:
                yield from commands(value)


def commands_of(forge: str, example: str) -> list[str]:
    if forge == "Jenkins":
        return re.findall(r"^\s*sh '(.*)'$", example, re.MULTILINE)
    return list(commands(yaml.safe_load(example)))


EXAMPLES = [
    pytest.param(commands_of(forge, example), id=f"{forge}-{number}")
    for forge in FORGES
    for number, example in enumerate(examples(forge), 1)
    if commands_of(forge, example)
]


@pytest.fixture
def reference(bare: Project, temporary: Path, server: str, monkeypatch: pytest.MonkeyPatch) -> Project:  # noqa: ARG001 - it sets a variable
    """Copy the reference application to where commands are run, and have `python` be this one."""
    if sqlalchemy.__version__ < "2":
        pytest.skip("the reference application needs SQLAlchemy 2")
    bare.change({"pytest.ini": None, "test_migrations.py": None})
    for name in ("models.py", "conftest.py", "alembic.ini", "pyproject.toml", "tests/test_migrations.py"):
        bare.write(name, (ROOT / name).read_text(encoding="utf-8"))
    shutil.copytree(ROOT / "alembic", bare.root / "alembic", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setenv("CI", "true")
    return bare


@pytest.fixture
def in_shell(
    pytester: pytest.Pytester,
    reference: Project,  # noqa: ARG001 - the directory
    server: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[str], pytest.RunResult]:
    """Give a function that runs commands as a forge does, on the server that starts fastest here."""
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)

    def run(script: str) -> pytest.RunResult:
        return pytester.run("bash", "-eo", "pipefail", "-c", script.replace("mysql:8.4", server))

    return run


def test_each_forge_has_an_example() -> None:
    assert tuple(re.findall(r"^## (.*)$", PAGE, re.MULTILINE))[:-1] == FORGES
    assert {parameter.id.rpartition("-")[0] for parameter in EXAMPLES} == set(FORGES)


@pytest.mark.parametrize("lines", EXAMPLES)
def test_the_commands_of_an_example_verify_the_reference_application(
    lines: list[str],
    in_shell: Callable[[str], pytest.RunResult],
    given: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    script = [line.replace(".venv/bin/", "") for line in lines]
    assert [line for line in script if NOT_RUN.fullmatch(line)]
    monkeypatch.setenv("STAIRWAY_URL", given)
    result = in_shell("\n".join(line for line in script if not NOT_RUN.fullmatch(line)))
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["14 revisions of alembic.ini walked on *: 0 findings, *"])


def test_the_template_for_gitlab_is_the_example() -> None:
    text = (ROOT / "templates" / "gitlab.yml").read_text(encoding="utf-8")
    assert text.partition("\n")[2] == examples("GitLab")[0]


def test_the_inputs_of_the_action_are_documented_with_their_defaults() -> None:
    rows = [[cell.strip(" `") for cell in line.split("|")[1:3]] for line in PAGE.splitlines() if line.startswith("| `")]
    assert rows == [[name, each["default"]] for name, each in ACTION["inputs"].items()]


def test_examples_of_the_action_give_it_inputs_that_it_has() -> None:
    example = yaml.safe_load(examples("GitHub")[0])
    (step,) = (step for step in example["jobs"]["verify"]["steps"] if step["uses"].startswith("OWNER/"))
    assert step["with"].keys() <= ACTION["inputs"].keys()


def scripts_of_action(given_inputs: Mapping[str, str]) -> Iterator[str]:
    """Give the commands of the action's steps, each with its variables, as GitHub would fill them in."""
    inputs = {name: each["default"] for name, each in ACTION["inputs"].items()} | dict(given_inputs)

    def filled(text: str) -> str:
        return re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: inputs[found[1]], text)

    for step in ACTION["runs"]["steps"]:
        if "run" in step:
            assert step["shell"] == "bash"
            assert "${{" not in step["run"], "an input belongs into a variable, where no shell reads it as code"
            for name, value in step.get("env", {}).items():
                yield f"export {name}='{filled(value)}'"
            yield f"(cd {filled(step['working-directory'])}; {step['run'].strip()}\n)"


@pytest.mark.parametrize("inputs", [{}, {"tests": "tests/test_migrations.py", "arguments": "-k 'not display_name' -q"}])
def test_the_action_verifies_the_reference_application(
    inputs: Mapping[str, str], in_shell: Callable[[str], pytest.RunResult]
) -> None:
    inputs = {name: value.replace("'", '"') for name, value in inputs.items()}
    result = in_shell("\n".join(scripts_of_action({**inputs, "install": "true"})))
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["14 revisions of alembic.ini walked on *: 0 findings, *"])


def test_the_action_says_where_a_checkout_is_shallow(
    in_shell: Callable[[str], pytest.RunResult], reference: Project
) -> None:
    commit = "git -c user.name=a -c user.email=a@b commit --quiet --allow-empty --message"
    in_shell(f"git init --quiet origin; cd origin; {commit} one; {commit} two")
    for depth, notices in (("", 0), ("--depth 1", 1)):
        shutil.rmtree(reference.root / "clone", ignore_errors=True)
        in_shell(f"git clone --quiet {depth} file://$PWD/origin clone")
        look = next(iter(scripts_of_action({"working-directory": "clone"})))
        assert len(in_shell(look).outlines) == notices


def test_the_workflow_of_the_reference_application_uses_the_action(
    in_shell: Callable[[str], pytest.RunResult], reference: Project
) -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "migrations.yml").read_text(encoding="utf-8"))
    (step,) = (step for step in workflow["jobs"]["verify"]["steps"] if step["uses"] == "./")
    assert step["with"].keys() <= ACTION["inputs"].keys()
    result = in_shell("\n".join(scripts_of_action({**step["with"], "install": "true"})))
    assert result.ret == pytest.ExitCode.OK
    assert "Insert roles" in (reference.root / "stairway.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", [ROOT / "action.yml", *WORKFLOWS, ROOT / "docs" / "ci.md"], ids=lambda path: path.name)
def test_actions_of_others_are_pinned(path: Path) -> None:
    used = re.findall(r"uses: (?!\./|OWNER/)(.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert used
    assert [each for each in used if not re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each)] == []
