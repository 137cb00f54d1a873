"""Prepared directories, URLs of databases, and where binaries and system tables are."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_stairway.servers import pristine
from pytest_stairway.servers.database import sqlalchemy_url
from pytest_stairway.servers.interface import Address
from pytest_stairway.servers.places import Places, system_tables


def test_a_directory_is_made_once_and_only_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    calls: list[str] = []

    def fails(target: Path) -> None:
        (target / "half").touch()
        raise OSError("disk full")

    def makes(target: Path) -> None:
        calls.append("made")
        (target / "whole").touch()

    with pytest.raises(OSError, match=r"^disk full$"):
        pristine.cached(("key",), fails)
    first, second = pristine.cached(("key",), makes), pristine.cached(("key",), makes)
    assert (calls, first) == (["made"], second)
    assert sorted(path.name for path in first.iterdir()) == ["key.json", "whole"]
    assert stat.S_IMODE(first.stat().st_mode) == 0o700


def test_a_copy_has_the_same_bytes_and_holes_where_there_were_zeros(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "mysql").mkdir(parents=True)
    content = b"a" * 5000 + bytes(1 << 20) + b"b" * 70001 + bytes(300000)
    (source / "mysql" / "ibdata1").write_bytes(content)
    (source / "empty").touch(mode=0o640)
    (source / "link").symlink_to("/nowhere/mysqld.sock")
    pristine.copy_tree(source, tmp_path / "target")
    copied = tmp_path / "target" / "mysql" / "ibdata1"
    assert copied.read_bytes() == content
    assert copied.stat().st_blocks * 512 < 400_000
    assert stat.S_IMODE((tmp_path / "target" / "empty").stat().st_mode) == 0o640
    assert (tmp_path / "target" / "link").readlink() == Path("/nowhere/mysqld.sock")


def test_a_database_is_reached_by_socket_or_by_host_and_port() -> None:
    by_socket = Address("root", socket="/run/s.sock")
    by_port = Address("u", "p@ss/word", "db.example", 3307)
    urls = [
        sqlalchemy_url(by_socket, "d").render_as_string(hide_password=False),
        sqlalchemy_url(by_port, "d", "mysql+asyncmy").render_as_string(hide_password=False),
    ]
    assert urls == [
        "mysql+pymysql://root@localhost/d?unix_socket=%2Frun%2Fs.sock",
        "mysql+asyncmy://u:p%40ss%2Fword@db.example:3307/d",
    ]


def test_an_address_does_not_show_its_password() -> None:
    assert repr(Address("u", "hush")) == "Address(user='u', host='localhost', port=3306, socket=None, tls=True)"


def test_binaries_on_path_come_first_and_must_be_executable(tmp_path: Path) -> None:
    for directory, mode in (("a", 0o644), ("b", 0o755), ("c", 0o755)):
        (tmp_path / directory).mkdir()
        (tmp_path / directory / "mysqld").touch(mode=mode)
    places = Places(path=os.pathsep.join(["", f"{tmp_path}/a", f"{tmp_path}/b"]), directories=(f"{tmp_path}/c",))
    assert places.having("mysqld") == (tmp_path / "b/mysqld", tmp_path / "c/mysqld")


def test_the_places_searched_are_named() -> None:
    assert str(Places()) == "PATH, /usr/sbin, /usr/libexec or /usr/local/mysql/bin"


def test_system_tables_that_are_not_beside_the_binary(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"mariadb_system_tables\.sql is not below .*/share$"):
        system_tables(tmp_path / "sbin" / "mariadbd")


def test_importing_the_servers_imports_no_docker_and_no_psutil() -> None:
    script = (
        "import sys, pytest_stairway.servers.choose; print({'docker', 'testcontainers', 'psutil'} & {*sys.modules})"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own script
    assert done.stdout == "set()\n"
