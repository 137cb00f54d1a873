"""Which statement took an attribute from a column.

MODIFY and CHANGE set every attribute back that they do not repeat (MySQL manual, "ALTER TABLE Statement"), and DROP
DEFAULT leaves a nullable column of MySQL without even DEFAULT NULL: neither says a word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_stairway.checks.wording import joined, located
from pytest_stairway.history.operations import operations
from pytest_stairway.remedies.attributes import Attribute, lost_attributes
from pytest_stairway.remedies.python import execute
from pytest_stairway.schema.model import NO_DEFAULT, NULL_DEFAULT_NOT_PRINTED, Column, Kind
from pytest_stairway.schema.parse import parse_table
from pytest_stairway.schema.tokens import quote_identifier
from pytest_stairway.walk.record import Direction
from pytest_stairway.walk.statements import named_in

if TYPE_CHECKING:
    from pytest_stairway.checks.interface import Subject
    from pytest_stairway.schema.change import Change
    from pytest_stairway.schema.model import Schema
    from pytest_stairway.walk.failure import Statement
    from pytest_stairway.walk.record import Step

_REPEATING = re.compile(r"\b(?:MODIFY|CHANGE)\b", re.IGNORECASE)
_DROPPING_DEFAULT = re.compile(r"\bDROP\s+DEFAULT\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Loss:
    """A statement of a step, and what its column had before the step and has not after it."""

    step: Step
    statement: Statement
    attributes: tuple[Attribute, ...]
    drops_default: bool = False


def lost_from_models(subject: Subject, change: Change) -> Loss | None:
    """Find the upgrade that took from a column what the models say of it; None where no single statement did."""
    models, name = subject.walked.models, change.column
    if change.part != "column" or change.before is None or change.after is None or models is None:
        return None
    wanted, found = (column_of(schema, change.table, name) for schema in (models.schema, subject.walked.migrated))
    for visit in reversed(subject.walked.visits):
        if visit.up is not None and wanted is not None and found is not None:
            loss = _lost_in(visit.up, change.table, wanted, found)
            if loss is not None:
                return loss
    return None


def lost_in_upgrade(up: Step, change: Change) -> Loss | None:
    """Find what the upgrade took from a column and the downgrade does not give back."""
    if change.part != "column" or change.before is None or change.after is None:
        return None
    wanted = column_of(up.before, change.table, change.column)
    found = column_of(up.after, change.table, change.column)
    return _lost_in(up, change.table, wanted, found) if wanted is not None and found is not None else None


def _lost_in(up: Step, table: str, wanted: Column, found: Column) -> Loss | None:
    """Find what is `wanted`, not `found`, and went with this upgrade."""
    before, after = column_of(up.before, table, found.name), column_of(up.after, table, found.name)
    if before is None or after is None:
        return None
    told = {attribute.sql for attribute in lost_attributes(wanted, found)}
    lost = tuple(each for each in lost_attributes(before, after) if each.sql in told)
    sent = _only(up, _REPEATING, table, found.name)
    if lost and sent is not None:
        return Loss(up, sent, lost)
    dropped = lacks_any_default(found) and lacks_any_default(after) and not lacks_any_default(before)
    sent = _only(up, _DROPPING_DEFAULT, table, found.name) if dropped else None
    return Loss(up, sent, (), drops_default=True) if sent is not None else None


def lacks_any_default(column: Column) -> bool:
    """Tell whether a nullable column has not even DEFAULT NULL, of a type whose text would show it."""
    shows = column.type.split("(")[0] not in NULL_DEFAULT_NOT_PRINTED
    return shows and column.nullable and column.default == NO_DEFAULT and not column.generated


def column_of(schema: Schema, table: str, name: str) -> Column | None:
    text = schema.objects.get((Kind.TABLE, table))
    columns = parse_table(text, schema.collations).columns if text is not None else ()
    return next((column for column in columns if column.name.casefold() == name.casefold()), None)


def _only(step: Step, words: re.Pattern[str], *names: str) -> Statement | None:
    """Return the only statement of this kind that names all of these; None where there are none, or several."""
    wanted = {name.lower() for name in names}
    found = [sent for sent in step.statements if words.search(sent.sql) and wanted <= named_in((sent,))]
    return found[0] if len(found) == 1 else None


def lost_line(subject: Subject, loss: Loss) -> str:
    """Say what was lost by which statement, on a line of its own."""
    place = located(subject, loss.statement.location, loss.step.revision, Direction.UPGRADE)
    lost = "DEFAULT NULL" if loss.drops_default else joined([attribute.sql for attribute in loss.attributes])
    return f"\nlost in {loss.step.revision}: {lost}, by {place}: {' '.join(loss.statement.sql.split())}"


def fails_insert(change: Change) -> str:
    """Say what the lack of any default means, on a line of its own."""
    if change.part != "column" or " NULL DEFAULT NULL" not in (change.before or ""):
        return ""
    if " NULL (no default)" not in (change.after or ""):
        return ""
    name = change.column
    return f"\nan INSERT that leaves it out fails in strict mode: (1364) Field '{name}' doesn't have a default value"


def keeping(subject: Subject, loss: Loss, change: Change) -> str:
    """Say what to write in the operation that loses it, which helps where it has not run yet."""
    file = subject.history.get(loss.step.revision)
    line = loss.statement.location.line
    every = operations(file.path) if file is not None else ()
    here = next((each for each in every if each.stands_on(line)), None)
    if loss.drops_default:
        return _keeping_null(here.name if here is not None else "")
    if here is None or here.name != "alter_column":
        return "MODIFY sets back what it does not repeat: repeat it there."
    arguments = dict.fromkeys(attribute.argument for attribute in loss.attributes)
    if "" not in arguments:
        return f"MODIFY sets back what it does not repeat: give op.alter_column() there {joined(list(arguments))}."
    action = f"MODIFY COLUMN {quote_identifier(change.column)} {change.before_definition}"
    replacing = execute(f"ALTER TABLE {quote_identifier(change.table)} {action}")
    words = "MODIFY sets back what it does not repeat, and op.alter_column() cannot repeat it. There, instead:"
    return f"{words}\n{replacing}"


def _keeping_null(operation: str) -> str:
    words = "DROP DEFAULT leaves MySQL's column without even DEFAULT NULL"
    if operation == "alter_column":
        return f'{words}: write server_default=sa.text("NULL") there, not None.'
    return f"{words}: write SET DEFAULT NULL there."
