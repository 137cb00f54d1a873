"""What to write instead, for the errors with which MySQL and MariaDB refuse a migration."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_stairway.checks.misspelt import advice_on_misspelt
from pytest_stairway.checks.needed_index import advice_on_needed_index
from pytest_stairway.checks.referenced_table import advice_on_referenced_table
from pytest_stairway.checks.syntax import advice_on_syntax
from pytest_stairway.checks.unnamed_constraint import advice_on_unnamed
from pytest_stairway.walk.failure import Failure, Statement
from pytest_stairway.walk.qualified import databases_changed
from pytest_stairway.walk.record import Direction

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_stairway.checks.interface import Subject
    from pytest_stairway.walk.record import Step

_QUOTED = r"[`'\"]?([^`'\"]+?)[`'\"]?"


_INDEX_NEEDED = 1553


def advice(subject: Subject, failure: Failure, step: Step, up: Step) -> str:
    """Give the way out of a failure, empty where the server's own words say all there is to say.

    `up` is the upgrade of the same revision, which shows what the revision itself made.
    """
    file = subject.history.get(step.revision)
    if failure.errno == _INDEX_NEEDED and (
        words := advice_on_needed_index(failure, step, up, file, subject.walked.flavor)
    ):
        return words
    return (
        advice_on_unnamed(failure, up, file, subject.walked.flavor)
        or advice_on_referenced_table(failure, step, file)
        or advice_on_misspelt(failure, step)
        or advice_on_syntax(failure.error, failure.statement or "", subject.walked.flavor)
        or _general(failure, step.direction)
    )


def _general(failure: Failure, direction: Direction) -> str:
    give = _BY_NUMBER.get(failure.errno or 0)
    if give is not None:
        return give(failure, direction)
    if found := re.search(r"(N?VARCHAR) requires a length", failure.error):
        return (
            f"MySQL and MariaDB have no {found[1]} without a length. Give the one that the column has or had:\n"
            "sa.String(255), not sa.String(), for the column and for existing_type= and type_= of op.alter_column()."
        )
    if "SAVEPOINT" in failure.error:
        return "DDL ends the transaction and with it every savepoint: leave begin_nested() out of the migration"
    return ""


def advice_again(failure: Failure) -> str:
    """Give the way out where an upgrade fails only after its own downgrade, which restored the schema it had found."""
    if failure.errno in _EXISTS_OR_DOES_NOT_FIT:
        return "The downgrade leaves behind rows that the upgrade inserted: let it delete them, by the same keys."
    return "The first upgrade ran, so the downgrade leaves something other than it found: let it take everything back."


def _needed_by_foreign_key(failure: Failure, direction: Direction) -> str:
    found = re.search(rf"index {_QUOTED}:", failure.error)
    index = found[1] if found else "the index"
    ways = (
        f"The server keeps an index under each foreign key, and {index} is the last one under one of them.\n"
        "Drop the foreign key first, or create the index that replaces it before this line."
    )
    if direction is Direction.DOWNGRADE:
        ways += "\nIf this downgrade drops the table anyway, leave drop_index out: op.drop_table drops its indexes."
    return ways


def _missing(failure: Failure, direction: Direction) -> str:
    found = re.search(r"DROP (?:COLUMN|INDEX|FOREIGN KEY|CONSTRAINT|KEY)?\s*[`'\"]([^`'\"]+)", failure.error)
    name = found[1] if found else "it"
    if direction is Direction.DOWNGRADE:
        return (
            f"Nothing named {name} exists here: drop what upgrade() creates, under the name that the server gave it.\n"
            "Constraints created without a name get one of the server's own; name them in upgrade()."
        )
    return f"Nothing named {name} exists here: an earlier revision creates it under another name, or not at all."


def _exists(failure: Failure, direction: Direction) -> str:
    found = re.search(rf"(?:Table|name) {_QUOTED}(?: already|$)", failure.error)
    name = found[1] if found else "it"
    if direction is Direction.DOWNGRADE:
        return f"{name} is there already: upgrade() does not drop it, so downgrade() must not create it."
    return f"{name} is there already: an earlier revision made it."


def _not_created(failure: Failure, direction: Direction) -> str:
    """Read MariaDB's 1005, which stands for many errors; InnoDB's 150 is a foreign key's."""
    return _unlike(failure, direction) if "errno: 150" in failure.error else ""


def _unlike(_failure: Failure, _direction: Direction) -> str:
    return (
        "Both sides of a foreign key need the same type, sign, character set and collation:\n"
        "give the column those of the one that it references, before this line."
    )


def _incompatible(_failure: Failure, _direction: Direction) -> str:
    return (
        "Both sides of a foreign key need the same type, sign, character set and collation.\n"
        "Change both columns while the foreign key is dropped, then create it again."
    )


def _data(_failure: Failure, _direction: Direction) -> str:
    return (
        'Rows that earlier migrations inserted do not fit: change them with op.execute("UPDATE ...") before this line.'
    )


def _missing_object(failure: Failure, _direction: Direction) -> str:
    if names_no_table(failure):
        return "MySQL and MariaDB drop an index of a table: give op.drop_index() its table_name=."
    return "Every revision before this one has run: one of them must create what the statement names."


def names_no_table(failure: Failure) -> bool:
    """Tell whether it was op.drop_index() without a table, for which Alembic puts one of this name."""
    return re.search(r"^DROP INDEX .* ON no_table$", failure.statement or "", re.MULTILINE) is not None


def _set_to_null(failure: Failure, _direction: Direction) -> str:
    found = re.search(rf"Column {_QUOTED} .* constraint {_QUOTED} SET NULL", failure.error)
    if found is None:
        return ""
    return (
        f"Foreign key {found[2]} sets {found[1]} to NULL where what it references is deleted.\n"
        f"Leave {found[1]} nullable, or drop the key before this line and create it behind it with another ondelete=."
    )


def _key_too_long(_failure: Failure, _direction: Direction) -> str:
    return 'Shorten the column, or index a prefix of it: op.create_index(..., mysql_length={"column": 191})'


def _column_of_key(failure: Failure, _direction: Direction) -> str:
    """Read MariaDB's 1072 on DROP COLUMN; MySQL takes the column out of the key."""
    found = re.search(r"column '([^']+)'", failure.error)
    if found is None or not re.search(
        r"\bDROP\s+(?:COLUMN\s+)?`?" + re.escape(found[1]), failure.statement or "", re.IGNORECASE
    ):
        return ""
    return (
        f"{found[1]} is in a unique constraint or an index with other columns: drop that before this line,\n"
        "and create it again without the column, if it is to stay."
    )


def _unknown_database(failure: Failure, _direction: Direction) -> str:
    found = re.search(r"database '([^']+)'", failure.error)
    if found is None:
        return ""
    return (
        f"Name {found[1]} in [tool.stairway], and it is made for the walk and compared as well:\n"
        f'    databases = ["{found[1]}"]'
    )


def _denied(failure: Failure, _direction: Direction) -> str:
    """Name the database that the account of the walk was denied: MySQL's words for a table of it (1142) do not."""
    databases = [*databases_changed((Statement(failure.statement or "", failure.location),))]
    if not databases or "'stairway_" not in failure.error:
        return ""
    return (
        "On the server that is given by URL the walk may use databases of its own alone. Leave the URL out, so that\n"
        f"the suite starts a server, and name {databases[0]} in [tool.stairway]:\n"
        f'    databases = ["{databases[0]}"]'
    )


def _without_primary_key(_failure: Failure, _direction: Direction) -> str:
    return "Create the table with its primary key in one statement, and change a primary key in one ALTER TABLE."


_EXISTS_OR_DOES_NOT_FIT = frozenset({1062, 1451, 1452, 1761, 1762})
_BY_NUMBER: dict[int, Callable[[Failure, Direction], str]] = {
    1005: _not_created,
    1044: _denied,
    1142: _denied,
    1049: _unknown_database,
    1050: _exists,
    1060: _exists,
    1061: _exists,
    1826: _exists,
    3822: _exists,
    1051: _missing_object,
    1054: _missing_object,
    1146: _missing_object,
    1091: _missing,
    3821: _missing,
    3940: _missing,
    1553: _needed_by_foreign_key,
    1062: _data,
    1138: _data,
    1265: _data,
    1406: _data,
    1452: _data,
    3819: _data,
    4025: _data,
    1832: _incompatible,
    1833: _incompatible,
    1830: _set_to_null,
    3750: _without_primary_key,
    3780: _unlike,
    1071: _key_too_long,
    1072: _column_of_key,
}
