"""The migrated database is the one that the models describe."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_stairway.checks.interface import Check, Subject
from pytest_stairway.checks.left_unsaid import why_unsaid
from pytest_stairway.checks.lost_attributes import fails_insert, keeping, lost_from_models, lost_line
from pytest_stairway.checks.server_default import as_in_production, from_server
from pytest_stairway.checks.wording import followed_by, in_env, line_of, located, migration, naming, some, unproved
from pytest_stairway.findings import Finding, Location, Skip, Stage
from pytest_stairway.schema.model import Kind
from pytest_stairway.settings import FILE
from pytest_stairway.walk.drift import unreadable
from pytest_stairway.walk.models import NO_METADATA
from pytest_stairway.walk.record import Direction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_stairway.schema.change import Change
    from pytest_stairway.walk.record import Definition, Models, Proof


def run(subject: Subject) -> Iterator[Finding | Skip]:
    record = subject.walked
    if record.models is None:
        yield _no_models(subject, record.models_unavailable or "no models")
        return
    if not record.is_migrated:
        reason = "not every upgrade ran, so there is no migrated schema to compare"
        yield Skip("drift", Stage.MODELS, in_env(subject), reason)
        return
    yield from _unread(subject, record.models)
    yield from _elsewhere(subject, record.models)
    yield from _left_out(subject)
    for proof in record.drift:
        for change in proof.remedy.changes:
            yield _finding(subject, change, proof)


def _no_models(subject: Subject, reason: str) -> Skip:
    """Say where the models are to be given to Alembic."""
    if reason == NO_METADATA:
        reason += ": set target_metadata to the MetaData of the models there (Base.metadata), and pass it on"
        return Skip("drift", Stage.MODELS, in_env(subject, "target_metadata =", "context.configure("), reason)
    return Skip("drift", Stage.MODELS, in_env(subject, "target_metadata"), reason)


def _unread(subject: Subject, models: Models) -> Iterator[Skip]:
    """Say of what could not be compared why the server does not show it."""
    words: dict[str, str] = {}
    for (kind, name), error in unreadable(models.schema, subject.walked.migrated):
        words.setdefault(name if kind is Kind.TABLE else f"{kind} {name}", error)
    for label, error in words.items():
        location = _last_touched(subject, label.split()[-1])
        yield Skip("drift", Stage.MODELS, location, f"{label} cannot be read on {subject.walked.flavor}: {error}")


def _elsewhere(subject: Subject, models: Models) -> Iterator[Skip]:
    """Say which tables of the models are in another database by their `schema=`."""
    if models.elsewhere:
        named = dict.fromkeys(table.partition(".")[0] for table in models.elsewhere)
        reason = (
            f"{some(models.elsewhere)} of the models: schema= names another database; "
            f"databases = {json.dumps(list(named))} in [tool.stairway] has it made for the walk and compared as well"
        )
        location = source(subject, models.elsewhere[0].rpartition(".")[2])
        yield Skip("drift", Stage.MODELS, location or in_env(subject, "target_metadata"), reason)


def _left_out(subject: Subject) -> Iterator[Skip | Finding]:
    """Say what differs and is not told because the project wants it so, and which pattern leaves nothing out."""
    reasons = dict(subject.settings.only_in_database)
    for left in subject.walked.left_out:
        if left.pattern is None:
            location = in_env(subject, "include_object", "include_name")
            words = f"include_object or include_name leaves out what differs: {some(left.objects)}"
        else:
            location = _setting(subject, left.pattern)
            words = f"{some(left.objects)}, only in the database: {reasons[left.pattern]}" if left.objects else ""
        if words:
            yield Skip("drift", Stage.MODELS, location, words, by_choice=True)
        elif left.pattern is not None:
            yield _unused(left.pattern, location)


def _unused(pattern: str, location: Location) -> Finding:
    return Finding(
        code="only-in-database-unused",
        stage=Stage.MODELS,
        location=location,
        object=pattern,
        message=f'only_in_database "{pattern}" matches nothing that only the database has after all migrations',
        remedy=f'Take "{pattern}" out of only_in_database in [tool.stairway].',
    )


def _setting(subject: Subject, pattern: str) -> Location:
    file = subject.root / FILE
    quoted = json.dumps(pattern, ensure_ascii=False)
    return subject.location(file, line_of(file, quoted) or line_of(file, pattern) or line_of(file, "only_in_database"))


def _finding(subject: Subject, change: Change, proof: Proof) -> Finding:
    """Word a change from the models' side (`before`) to the database's (`after`)."""
    if change.after is None:
        slug, message = (
            "drift-missing",
            f"{change.object} is in the models and no migration creates it: {change.before}",
        )
    elif change.before is None:
        slug, message = (
            "drift-extra",
            f"{change.object} is there after all migrations and not in the models: {change.after}",
        )
    else:
        slug = "drift-changed"
        message = f"{change.object} is {change.after} after all migrations; the models say {change.before}"
        if change.attributes:
            message += f"\ndifferent: {', '.join(change.attributes)}"
        message += followed_by(change) + from_server(subject, change) + fails_insert(change)
    message += why_unsaid(subject, change)
    definition = dict(subject.walked.definitions).get(change.table) if proof.remedy.renamed is None else None
    if definition is not None and change.part == "table" and change.before is None:
        return _not_imported(subject, change, definition)
    loss = lost_from_models(subject, change)
    return Finding(
        code=slug,
        stage=Stage.MODELS,
        location=source(subject, change.table) or _last_touched(subject, change.table),
        object=change.object,
        message=message + (lost_line(subject, loss) if loss is not None else ""),
        remedy=_remedy(change, proof, keeping(subject, loss, change) if loss is not None else "")
        + as_in_production(subject, change),
    )


def _not_imported(subject: Subject, change: Change, definition: Definition) -> Finding:
    """Tell of a table that the project's code defines, and give no call that would drop it."""
    place = subject.location(Path(str(definition.location.path)), definition.location.line)
    env = in_env(subject).path
    if definition.imported:
        why = f"{place} defines it, with a MetaData that {env} does not pass on"
        remedy = f"Pass every MetaData in {env}: target_metadata = [Base.metadata, ...]"
    else:
        why = f"{place} defines it, and {env} does not import that module"
        remedy = f"Import it in {env}, above target_metadata" + (
            f":\n    import {definition.module}  # noqa: F401" if definition.module else "."
        )
    return Finding(
        code="drift-extra",
        stage=Stage.MODELS,
        location=in_env(subject, "target_metadata"),
        object=change.object,
        message=f"{change.object} is there after all migrations and not in the models: {change.after}\n{why}",
        remedy=remedy,
    )


def _remedy(change: Change, proof: Proof, keeping_it: str) -> str:
    first, *_ = proof.remedy.changes
    ways = "Change the models"
    if change is not first:
        return f"{ways}, or add the revision that is told for {first.object}: it covers this as well."
    if not proof.remedy.upgrade:
        return ""
    if proof.remedy.renamed is not None:
        return _renaming(proof, *proof.remedy.renamed)
    if change.part == "table" and change.before is None:
        ways += ", or import the module that defines it in env.py"
    if keeping_it:
        ways = f"{keeping_it}\nWhere that has run already, change the models"
    told = f"{ways}, or add a revision with\n{migration(proof.remedy)}"
    return told + unproved(proof, "on the migrated database")


def _renaming(proof: Proof, old: str, new: str) -> str:
    return (
        f"If {new} is {old} under a new name, change the models, or add a revision that renames it; autogenerate\n"
        f"would drop the one, with all that is in it, and add the other:\n{migration(proof.remedy)}"
        f"{unproved(proof, 'on the migrated database')}\n"
        f"If the two have nothing to do with each other, create {new} and drop {old}."
    )


def source(subject: Subject, table: str) -> Location | None:
    """Give the line of the model, None where it is not known."""
    location = dict(subject.walked.sources).get(table)
    if location is None or location.path is None:
        return None
    return subject.location(Path(location.path), location.line)


def _last_touched(subject: Subject, name: str) -> Location:
    """Give the migration's line that last named the object, or the place where env.py says what the models are."""
    for visit in reversed(subject.walked.visits):
        sent = naming(visit.up.statements, name) if visit.up is not None else None
        if sent is not None and sent.location.path is not None:
            return located(subject, sent.location, visit.revision, Direction.UPGRADE)
    return in_env(subject, "target_metadata")


CHECK = Check(name="drift", codes=("drift-missing", "drift-extra", "drift-changed", "only-in-database-unused"), run=run)
