"""Adding, dropping and replacing indexes, foreign keys, checks and primary keys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_stairway.remedies.columns import column_action
from pytest_stairway.remedies.python import bound_text, call, execute, text, texts
from pytest_stairway.schema.tokens import identifier_value, quote_identifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_stairway.remedies.target import Target
    from pytest_stairway.schema.change import Change
    from pytest_stairway.schema.model import Check, ForeignKey, Index


def index_calls(change: Change, target: Target) -> list[str]:
    if change.before is None:
        return [f"op.drop_index({text(key_name(change.after_definition))}, table_name={text(change.table)})"]
    (index,) = target.line(change.before_definition).indexes
    if change.after is not None:
        return [_alter(change.table, action) for action in _changing_index(change, index, target)]
    if not is_plain(index):
        return [_alter(change.table, f"ADD {change.before_definition}")]
    return [creating_index(change.table, index)]


def _changing_index(change: Change, index: Index, target: Target) -> list[str]:
    """Change what can be changed, or else replace the index in one ALTER TABLE.

    No foreign key is then without one in between (1553). Where only the parser differs, MySQL takes what comes for what
    goes and does nothing; a FULLTEXT index serves no foreign key.
    """
    gone, adding = quote_identifier(key_name(change.after_definition)), f"ADD {change.before_definition}"
    if change.attributes == ("name",):
        return [f"RENAME INDEX {gone} TO {quote_identifier(index.name)}"]
    if change.attributes == ("visible",):
        shown, hidden = (
            ("NOT IGNORED", "IGNORED") if target.flavor.hides_indexes_as_ignored else ("VISIBLE", "INVISIBLE")
        )
        return [f"ALTER INDEX {gone} {shown if index.visible else hidden}"]
    if "parser" in change.attributes:
        return [f"DROP INDEX {gone}", adding]
    return [f"DROP INDEX {gone}, {adding}"]


def creating_index(table: str, index: Index) -> str:
    unique = ["unique=True"] if index.kind == "UNIQUE" else []
    return call("op.create_index", [text(index.name), text(table), texts(index.columns), *unique])


def is_plain(index: Index) -> bool:
    """Tell whether names and uniqueness say all about an index."""
    said = not (index.using or index.comment or index.key_block_size or index.parser or index.other)
    ascending = not any(part.descending or part.other for part in index.parts)
    whole = len(index.columns) == len(index.parts)
    return said and ascending and whole and index.visible and index.kind in ("", "UNIQUE")


def foreign_key_calls(change: Change, target: Target) -> list[str]:
    """Take two statements: MySQL refuses to reuse a foreign key's name in one (1826), MariaDB as well (1005)."""
    dropping = [dropping_foreign_key(change.table, change.after_definition)] if change.after is not None else []
    adding = [adding_foreign_key(change.table, change.before_definition, target)] if change.before is not None else []
    return dropping + adding


def dropping_foreign_key(table: str, definition: str) -> str:
    return f'op.drop_constraint({text(key_name(definition))}, {text(table)}, type_="foreignkey")'


def adding_foreign_key(table: str, definition: str, target: Target) -> str:
    keys = target.line(definition).foreign_keys
    if len(keys) != 1 or keys[0].other or keys[0].referenced_database:
        return _alter(table, f"ADD {definition}")
    (key,) = keys
    columns = [texts(key.columns), texts(key.referenced_columns)]
    names = [text(key.name), text(table), text(key.referenced_table)]
    return call("op.create_foreign_key", [*names, *columns, *foreign_key_actions(key)])


def foreign_key_actions(key: ForeignKey) -> list[str]:
    said = (("ondelete", key.on_delete), ("onupdate", key.on_update))
    return [f"{name}={text(action)}" for name, action in said if action]


def check_calls(change: Change, target: Target) -> list[str]:
    """Name checks with op.f(): a naming convention would else put its prefix before the name once more."""
    table = text(change.table)
    dropping = f'op.drop_constraint(op.f({text(key_name(change.after_definition))}), {table}, type_="check")'
    if change.before is None:
        return [dropping]
    (check,) = target.line(change.before_definition).checks
    adding = creating_check(change.table, check, change.before_definition)
    return [adding] if change.after is None else [dropping, adding]


def creating_check(table: str, check: Check, definition: str) -> str:
    if not check.name or not check.enforced or check.other:
        return _alter(table, f"ADD {definition}")
    name = f"op.f({text(check.name)})"
    return call("op.create_check_constraint", [name, text(table), bound_text(check.expression)])


def primary_key_calls(change: Change, columns: Sequence[Change]) -> list[str]:
    """Change a primary key together with its columns: only one ALTER TABLE can do both (1075).

    What it is built on comes before it, what it was built on goes after it; so do the indexes of foreign keys that
    either key serves, which the server would drop by itself, but only where it had made them.
    """
    actions = [*change.along, *(column_action(column) for column in columns if column.before is not None)]
    actions += ["DROP PRIMARY KEY"] if change.after is not None else []
    actions += [f"ADD {change.before_definition}"] if change.before is not None else []
    actions += [column_action(column) for column in columns if column.before is None]
    actions += [f"DROP INDEX {quote_identifier(key_name(action))}" for action in change.along_back]
    return [_alter(change.table, ", ".join(actions))]


def key_name(definition: str) -> str:
    """Read the name of a key or constraint, the first quoted word of its definition."""
    found = re.search(r"`(?:[^`]|``)+`", definition)
    return identifier_value(found[0]) if found else ""


def _alter(table: str, action: str) -> str:
    return execute(f"ALTER TABLE {quote_identifier(table)} {action}")
