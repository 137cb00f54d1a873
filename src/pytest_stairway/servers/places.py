"""Where database servers are installed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_SYSTEM = ("/usr/sbin", "/usr/libexec", "/usr/local/mysql/bin")
_HOMEBREW = (
    "/opt/homebrew/bin",
    "/opt/homebrew/opt/mysql/bin",
    "/opt/homebrew/opt/mariadb/bin",
    "/usr/local/opt/mysql/bin",
    "/usr/local/opt/mariadb/bin",
)

# Their names changed with MariaDB 11; the help tables are left out, nothing in a migration reads them.
_SYSTEM_TABLES = (
    "{}_system_tables.sql",
    "{}_performance_tables.sql",
    "{}_system_tables_data.sql",
    "maria_add_gis_sp_bootstrap.sql",
    "{}_sys_schema.sql",
)


@dataclass(frozen=True, slots=True)
class Places:
    """Where server binaries are looked for: PATH (`path`, by default that of the environment), then `directories`."""

    path: str | None = None
    directories: tuple[str, ...] = _SYSTEM + _HOMEBREW

    def having(self, name: str) -> tuple[Path, ...]:
        on_path = (os.environ.get("PATH", "") if self.path is None else self.path).split(os.pathsep)
        candidates = dict.fromkeys(Path(place) / name for place in (*on_path, *self.directories) if place)
        return tuple(path for path in candidates if path.is_file() and os.access(path, os.X_OK))

    def __str__(self) -> str:
        named = ["PATH", *(directory for directory in self.directories if directory not in _HOMEBREW)]
        return " or ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)


def system_tables(binary: Path) -> bytes:
    """Return the SQL that makes MariaDB's system tables, as mariadb-install-db feeds it to `mariadbd --bootstrap`.

    That script itself is of no use: the core package lacks my_print_defaults, which it calls.

    Raises:
        FileNotFoundError: the SQL files are not beside this binary.
    """
    prefix = binary.resolve().parent.parent
    for share in (prefix / "share/mysql", prefix / "share/mariadb", prefix / "share"):
        for era in ("mariadb", "mysql"):
            files = [share / name.format(era) for name in _SYSTEM_TABLES]
            if files[0].is_file():
                head = b"CREATE DATABASE IF NOT EXISTS mysql;\nUSE mysql;\nSET @auth_root_socket = NULL;\n"
                return head + b"\n".join(file.read_bytes() for file in files if file.is_file())
    raise FileNotFoundError(f"mariadb_system_tables.sql is not below {prefix / 'share'}")
