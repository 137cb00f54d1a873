"""The models' schema of an earlier run, where nothing that decides about it has changed since.

`create_all` is what a drift check costs: 500 tables take seconds to create, and a fraction of one to read. What they
become is decided by the statements that create them, by the server and its variables, and by the code that reads them;
a hash of all that is the name under which the schema is kept, beside the prepared data directories. What cannot be
seen in the statements is not kept: listeners that are Python functions, and a server with databases of others.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import os
import re
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs
from sqlalchemy import MetaData
from sqlalchemy.engine.mock import MockConnection
from sqlalchemy.schema import DDLElement

from pytest_stairway.schema.model import Kind, Schema
from pytest_stairway.setting_kinds import SYSTEM_DATABASES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Table
    from sqlalchemy.engine import Connection, Dialect, Engine

_KEPT = 20
"""How many schemas are kept: those that were used last."""

_OF_THE_INSTANCE = re.compile(
    r"gtid_.*|.*(?:dir|_file|_path|_index|_basename)|hostname|pseudo_thread_id|rand_seed[12]|relay_log|report_host|"
    r"server_uuid|socket|statement_id|timestamp"
)
"""Variables that name one server or connection, and decide nothing about a schema."""


@dataclass(frozen=True, slots=True)
class ModelsCache:
    """One place of the cache, which holds a schema or nothing yet; a damaged file counts as nothing.

    `statements` are those that create the models, and all that it takes.
    """

    path: Path
    statements: tuple[str, ...] = ()

    def load(self) -> Schema | None:
        try:
            kept = json.loads(gzip.decompress(self.path.read_bytes()))
            objects = {(Kind(kind), name): text for kind, name, text in kept["objects"]}
            collations = tuple((charset, collation) for charset, collation in kept["collations"])
        except (OSError, EOFError, ValueError, KeyError, TypeError):
            return None
        with contextlib.suppress(OSError):
            os.utime(self.path)
        return Schema(objects, collations)

    def store(self, schema: Schema) -> None:
        """Keep a schema. It appears whole or not at all; a cache that cannot be written is none."""
        objects = [(kind.value, name, text) for (kind, name), text in schema.objects.items()]
        text = json.dumps({"objects": objects, "collations": schema.collations})
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.NamedTemporaryFile(dir=self.path.parent, suffix=".part", delete=False) as part:
                part.write(gzip.compress(text.encode(), compresslevel=1))
            Path(part.name).replace(self.path)
            self._prune()

    def _prune(self) -> None:
        files = sorted(self.path.parent.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in files[_KEPT:]:
            path.unlink(missing_ok=True)


def models_cache(
    engine: Engine, metadatas: Sequence[MetaData], wanted: Callable[[Table], bool], prefix: str, *more: str
) -> ModelsCache | None:
    """Find the place for what these models become on this server; None where that cannot be told beforehand.

    `wanted` tells which tables are created; `prefix` begins the names of this run's databases; `more` is whatever else
    decides about the result.
    """
    if not all(map(_speaks_for_itself, metadatas)):
        return None
    try:
        with warnings.catch_warnings(), engine.connect() as connection:
            warnings.simplefilter("ignore")
            if _rewrites_statements(connection) or _has_databases_of_others(connection, prefix):
                return None
            statements = _statements(metadatas, wanted, connection.dialect)
            in_any_order = sorted(statements)  # SQLAlchemy keeps a table's indexes in a set
            known = [connection.dialect.name, *more, _code(), *_variables(connection), *in_any_order]
    except Exception:  # noqa: BLE001 - the models are the project's: their types may raise anything, and will again
        return None
    finally:
        engine.dispose()
    digest = hashlib.sha256(json.dumps(known).encode()).hexdigest()
    path = platformdirs.user_cache_path("pytest-stairway") / "models" / f"{digest}.json.gz"
    return ModelsCache(path, tuple(statements))


def _speaks_for_itself(metadata: MetaData) -> bool:
    """Tell whether all that `create_all` does can be seen in its statements."""
    tables = metadata.tables.values()
    items = [item for table in tables for item in (*table.constraints, *table.indexes)]
    return (
        type(metadata).create_all is MetaData.create_all
        and all(_condition(item) is None for item in items)
        and all(map(_is_statement, _listeners(metadata, *tables)))
    )


def _listeners(*targets: Any) -> Iterator[Any]:
    for target in targets:
        yield from target.dispatch.before_create
        yield from target.dispatch.after_create


def _is_statement(listener: Any) -> bool:
    """Tell DDL, and what SQLAlchemy itself attaches for types such as Enum, from a project's own functions."""
    if isinstance(listener, DDLElement):
        return _condition(listener) is None
    target = getattr(listener, "target", None)  # SQLAlchemy 1.4 keeps a method's object and name
    function = getattr(listener, "func", listener) if target is None else getattr(target, listener.name)
    return str(getattr(function, "__module__", "")).startswith("sqlalchemy.")


def _condition(item: Any) -> Any:
    """Return the function that `ddl_if` or `execute_if` ask before they execute something, in SQLAlchemy 2 or 1.4."""
    return getattr(getattr(item, "_ddl_if", None), "callable_", None) or getattr(item, "callable_", None)


def _rewrites_statements(connection: Connection) -> bool:
    """Tell whether listeners of the project's own could change what is sent."""
    dispatch: Any = connection.engine.dispatch
    return bool(dispatch.before_execute or dispatch.before_cursor_execute)


def _has_databases_of_others(connection: Connection, prefix: str) -> bool:
    """Tell whether there is something beside the models' own database that a view of theirs could be about."""
    names = {str(name) for (name,) in connection.exec_driver_sql("SHOW DATABASES")}
    return any(not name.startswith(prefix) for name in names - SYSTEM_DATABASES)


def _variables(connection: Connection) -> list[str]:
    """List the version and every variable as the session has them, but for those of this very instance."""
    variables = {str(name): str(value) for name, value in connection.exec_driver_sql("SHOW SESSION VARIABLES")}
    return [f"{name}={value}" for name, value in sorted(variables.items()) if not _OF_THE_INSTANCE.fullmatch(name)]


def _statements(metadatas: Sequence[MetaData], wanted: Callable[[Table], bool], dialect: Dialect) -> list[str]:
    """Write what `create_all` would send."""
    written: list[str] = []
    recorder = MockConnection(dialect, lambda element, *_: written.append(str(element.compile(dialect=dialect))))
    for metadata in metadatas:
        metadata.create_all(recorder, tables=list(filter(wanted, metadata.tables.values())), checkfirst=False)
    return written


def _code() -> str:
    """Hash the code that creates and reads: a development tree changes it without a new version."""
    package = Path(__file__).parent.parent
    files = sorted([*(package / "schema").glob("*.py"), *(package / "walk").glob("model*.py")])
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
