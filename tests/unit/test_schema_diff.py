"""Changes in SQL terms, and every tolerance with a pair that it alone silences."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from pytest_stairway.flavor import Flavor, Vendor
from pytest_stairway.schema.change import Change
from pytest_stairway.schema.diff import DRIFT, ROUND_TRIP, DeclaredNames, Tolerances, changes
from pytest_stairway.schema.model import Kind, Schema

MYSQL = Flavor(Vendor.MYSQL, (9, 7, 0))
MARIADB = Flavor(Vendor.MARIADB, (10, 11, 0))


def table(*lines: str, options: str = "") -> Schema:
    body = ",\n  ".join(("`id` int NOT NULL", *lines))
    text = f"CREATE TABLE `users` (\n  {body}\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin{options}"
    return Schema({(Kind.TABLE, "users"): text})


def counting(value: int) -> Schema:
    return replace(table(), counters={"users": value})


def only(before: Schema, after: Schema, tolerances: Tolerances = ROUND_TRIP) -> Change:
    (change,) = changes(before, after, tolerances, flavor=MYSQL)
    return change


def test_a_column_reads_as_sql() -> None:
    before = table("`email` varchar(120) NOT NULL DEFAULT ''")
    assert only(before, table("`email` varchar(120) DEFAULT NULL")) == Change(
        kind=Kind.TABLE,
        table="users",
        part="column",
        object="users.email",
        before="VARCHAR(120) NOT NULL DEFAULT ''",
        after="VARCHAR(120) NULL",
        attributes=("nullable", "default"),
        before_definition="varchar(120) NOT NULL DEFAULT ''",
        after_definition="varchar(120) DEFAULT NULL",
    )


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("`a` int DEFAULT NULL", "`a` int", "INT NULL DEFAULT NULL -> INT NULL (no default)"),
        # MySQL prints no DEFAULT NULL for them: whether there is one cannot be told.
        ("`a` int DEFAULT NULL", "`a` blob", "INT NULL DEFAULT NULL -> BLOB NULL"),
        ("`a` enum('x','Y') NOT NULL", "`a` enum('x') NOT NULL", "ENUM('x','Y') NOT NULL -> ENUM('x') NOT NULL"),
        (
            "`a` varchar(9) DEFAULT NULL",
            "`a` varchar(9) COLLATE utf8mb4_general_ci DEFAULT NULL",
            (
                "VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL -> "
                "VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NULL"
            ),
        ),
        (
            "`a` int GENERATED ALWAYS AS ((`id` + 1)) VIRTUAL",
            "`a` int GENERATED ALWAYS AS ((`id` + 1)) STORED COMMENT 'it''s'",
            (
                "INT GENERATED ALWAYS AS ((`id` + 1)) VIRTUAL NULL -> "
                "INT GENERATED ALWAYS AS ((`id` + 1)) STORED NULL COMMENT 'it''s'"
            ),
        ),
        (
            "`a` int unsigned NOT NULL AUTO_INCREMENT",
            "`a` int unsigned NOT NULL /*!80023 INVISIBLE */",
            "INT UNSIGNED NOT NULL AUTO_INCREMENT -> INT UNSIGNED NOT NULL INVISIBLE",
        ),
        ("`a` int DEFAULT NULL", "`A` int DEFAULT NULL", "a INT NULL -> A INT NULL"),
    ],
)
def test_a_changed_column_shows_what_differs(before: str, after: str, expected: str) -> None:
    change = only(table(before), table(after))
    assert f"{change.before} -> {change.after}" == expected


def test_a_column_that_comes_shows_all_but_what_goes_without_saying() -> None:
    after = table("`a` varchar(9) COLLATE utf8mb4_bin DEFAULT NULL CHECK (`a` > 'b')")
    assert only(table(), after).after == "VARCHAR(9) NULL CHECK (`a` > 'b')"


def test_changes_come_in_one_order() -> None:
    before = table("`b` int", "`a` int", "KEY `k` (`a`)", options=" COMMENT='x'")
    after = Schema({**table("`c` int", "KEY `l` (`b`)").objects, (Kind.VIEW, "v"): "select 1", (Kind.TABLE, "a"): ""})
    told = [(change.part, change.object) for change in changes(before, after, ROUND_TRIP, flavor=MYSQL)]
    assert told == [
        ("table", "a"),
        ("column", "users.a"),
        ("column", "users.b"),
        ("column", "users.c"),
        ("index", "index k on users"),
        ("index", "index l on users"),
        ("option", "users"),
        ("view", "view v"),
    ]


def test_an_option_is_written_so_that_alter_table_takes_it_back() -> None:
    change = only(table(options=" ROW_FORMAT=COMPACT COMMENT='a b'"), table())
    assert change.attributes == ("COMMENT", "ROW_FORMAT")
    assert change.before_definition == "COMMENT='a b' ROW_FORMAT=COMPACT"
    assert change.after_definition == "COMMENT='' ROW_FORMAT=DEFAULT"


def test_a_line_that_nobody_knows_is_told_as_it_stands() -> None:
    change = only(table("KEY `k` (`id`)"), table("KEY `k` (`id`)", "SOMETHING NEW (`x`)"))
    assert (change.part, change.before, change.after) == ("definition", None, "SOMETHING NEW (`x`)")


def test_a_line_that_nobody_knows_is_no_difference_where_both_have_it() -> None:
    before = table("SOMETHING NEW (`x`)", "KEY `k` (`id`)", "KEY `l` (`id`)")
    after = table("KEY `l` (`id`)", "KEY `k` (`id`)", "SOMETHING NEW (`x`)")
    assert changes(before, after, ROUND_TRIP, flavor=MYSQL) == ()


@pytest.mark.parametrize("word", ["NEW_ATTRIBUTE", "NEW_ATTRIBUTE (1)", "`attr`='x'"])
def test_a_word_that_nobody_knows_is_a_difference(word: str) -> None:
    assert only(table("`a` int DEFAULT NULL"), table(f"`a` int DEFAULT NULL {word}")).object == "users.a"
    assert only(table("KEY `k` (`id`)"), table(f"KEY `k` (`id`) {word}")).object == "index k on users"
    assert only(table(), table(options=f" {word}")).object in {"users", "definition of users"}


def test_a_table_that_cannot_be_read_is_a_difference() -> None:
    unreadable = Schema({(Kind.TABLE, "users"): "-- unreadable: no"})
    assert only(table(), unreadable).after == "-- unreadable: no"


DATABASE = Schema({(Kind.DATABASE, ""): "DEFAULT CHARACTER SET latin1"})
EVENT = Schema({(Kind.EVENT, "e"): "CREATE EVENT `e` DO\n SELECT 'a  b'"})
TWO_FOREIGN_KEYS = (
    "CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `p` (`id`)",
    "CONSTRAINT `g` FOREIGN KEY (`b`) REFERENCES `p` (`id`)",
)
ALONE = {
    "automatic_names": (
        table("CONSTRAINT `users_chk_1` CHECK ((`id` > 0))"),
        table("CONSTRAINT `users_chk_2` CHECK ((`id` > 0))"),
    ),
    "implicit_foreign_key_indexes": (
        table("KEY `a` (`a`)", "CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `p` (`id`)"),
        table("KEY `k` (`a`)", "CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `p` (`id`)"),
    ),
    "foreign_key_index_names": (
        table("KEY `f` (`a`)", "KEY `b_2` (`b`)", *TWO_FOREIGN_KEYS),
        table("KEY `a` (`a`)", "KEY `b` (`b`)", *TWO_FOREIGN_KEYS),
    ),
    "foreign_key_column_order": (
        table("CONSTRAINT `f` FOREIGN KEY (`a`, `b`) REFERENCES `p` (`x`, `y`)"),
        table("CONSTRAINT `f` FOREIGN KEY (`b`, `a`) REFERENCES `p` (`y`, `x`)"),
    ),
    "restrict_is_no_action": (
        table("CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `p` (`x`)"),
        table("CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `p` (`x`) ON DELETE RESTRICT ON UPDATE NO ACTION"),
    ),
    "column_checks": (
        table("`a` int DEFAULT NULL CHECK (`a` > 0)"),
        table("`a` int DEFAULT NULL", "CONSTRAINT `CONSTRAINT_1` CHECK (`a` > 0)"),
    ),
    "charset_introducers": (
        table("CONSTRAINT `c` CHECK ((`id` <> _latin1'it\\'s'))"),
        table("CONSTRAINT `c` CHECK ((`id` <> _utf8mb4'it''s'))"),
    ),
    "default_spellings": (table("`a` int DEFAULT '1'"), table("`a` int DEFAULT (1)")),
    "index_order": (table("KEY `k` (`a`)", "KEY `l` (`b`)"), table("KEY `l` (`b`)", "KEY `k` (`a`)")),
    "column_order": (table("`a` int", "`b` int"), table("`b` int", "`a` int")),
    "counters": (counting(100), counting(99)),
    "display_width": (table("`a` int(5) unsigned"), table("`a` int(11) unsigned")),
    "explicit_server_defaults": (
        table("KEY `k` (`a`)"),
        table("KEY `k` (`a`) USING BTREE", options=" ROW_FORMAT=DYNAMIC"),
    ),
    "default_partitions": (
        table(options="\n/*!50100 PARTITION BY HASH (`id`)\nPARTITIONS 2 */"),
        table(
            options="\n/*!50100 PARTITION BY HASH (`id`)\n"
            "(PARTITION p0 ENGINE = InnoDB,\n PARTITION p1 ENGINE = InnoDB) */"
        ),
    ),
    "body_formatting": (EVENT, Schema({(Kind.EVENT, "e"): "CREATE EVENT `e` DO SELECT  'a  b'"})),
    "database_defaults": (DATABASE, Schema({(Kind.DATABASE, ""): "DEFAULT CHARACTER SET latin2"})),
}
NEIGHBOURS = {
    "automatic_names": (
        table("CONSTRAINT `users_chk_1` CHECK ((`id` > 0))"),
        table("CONSTRAINT `c` CHECK ((`id` > 0))"),
    ),
    "implicit_foreign_key_indexes": (
        table("KEY `a` (`a`)"),
        table("KEY `k` (`a`)"),
    ),
    "foreign_key_index_names": (
        table("UNIQUE KEY `f` (`a`)", *TWO_FOREIGN_KEYS),
        table("UNIQUE KEY `a` (`a`)", *TWO_FOREIGN_KEYS),
    ),
    "foreign_key_column_order": (
        table("CONSTRAINT `f` FOREIGN KEY (`a`, `b`) REFERENCES `p` (`x`, `y`)"),
        table("CONSTRAINT `f` FOREIGN KEY (`b`, `a`) REFERENCES `p` (`x`, `y`)"),
    ),
    "restrict_is_no_action": (
        table("CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `p` (`x`)"),
        table("CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `p` (`x`) ON DELETE SET DEFAULT"),
    ),
    "column_checks": (
        table("`a` int DEFAULT NULL CHECK (`a` > 0)"),
        table("`a` int DEFAULT NULL", "CONSTRAINT `CONSTRAINT_1` CHECK (`a` > 1)"),
    ),
    "charset_introducers": (
        table("CONSTRAINT `c` CHECK ((`id` <> _binary'x'))"),
        table("CONSTRAINT `c` CHECK ((`id` <> _utf8mb4'x'))"),
    ),
    "default_spellings": (table("`a` varchar(9) DEFAULT '1'"), table("`a` varchar(9) DEFAULT '1.0'")),
    "index_order": (table("KEY `k` (`a`,`b`)"), table("KEY `k` (`b`,`a`)")),
    "column_order": (table("`a` int", "`b` int"), table("`b` int", "`c` int", "`a` int")),
    "counters": (counting(100), table("KEY `k` (`id`)")),
    "display_width": (table("`a` tinyint(1)"), table("`a` tinyint(4)")),
    "explicit_server_defaults": (table(), table(options=" ROW_FORMAT=COMPACT")),
    "default_partitions": (
        table(options="\n/*!50100 PARTITION BY HASH (`id`)\nPARTITIONS 2 */"),
        table(
            options="\n/*!50100 PARTITION BY HASH (`id`)\n"
            "(PARTITION p0 ENGINE = InnoDB,\n PARTITION p2 ENGINE = InnoDB) */"
        ),
    ),
    "body_formatting": (EVENT, Schema({(Kind.EVENT, "e"): "CREATE EVENT `e` DO SELECT 'a b'"})),
    "database_defaults": (DATABASE, Schema({(Kind.TABLE, "t"): "", **DATABASE.objects})),
}


@pytest.mark.parametrize("name", [field.name for field in fields(Tolerances)])
def test_a_tolerance_silences_its_pair_and_nothing_near_it(name: str) -> None:
    every = {field.name: True for field in fields(Tolerances)}
    without = Tolerances(**{**every, name: False})
    tolerated, neighbour = ALONE[name], NEIGHBOURS[name]
    assert changes(*tolerated, Tolerances(**every), flavor=MYSQL) == ()
    assert changes(*tolerated, without, flavor=MYSQL) != ()
    assert changes(*neighbour, Tolerances(**every), flavor=MYSQL) != ()


def test_drift_tolerates_all_that_a_round_trip_does_but_counters() -> None:
    """Models declare where AUTO_INCREMENT starts; a round trip has nothing but counters that rows have raised."""
    names = [field.name for field in fields(Tolerances)]
    assert [name for name in names if getattr(ROUND_TRIP, name) and not getattr(DRIFT, name)] == ["counters"]


def test_a_counter_that_has_gone_up_is_no_difference() -> None:
    assert changes(counting(100), counting(101), Tolerances(), flavor=MYSQL) == ()


@pytest.mark.parametrize(
    ("there", "moves"),
    [
        (("b", "a"), "MODIFY COLUMN `b` int AFTER `a`"),
        (("b", "c", "a"), "MODIFY COLUMN `a` int AFTER `id`"),
        (("c", "a", "b"), "MODIFY COLUMN `c` int AFTER `b`"),
        (("c", "b", "a"), "MODIFY COLUMN `b` int AFTER `a`, MODIFY COLUMN `c` int AFTER `b`"),
        (("b", "x", "a"), "MODIFY COLUMN `b` int AFTER `a`"),
    ],
)
def test_as_few_columns_move_as_must(there: tuple[str, ...], moves: str) -> None:
    wanted = table("`a` int", "`b` int", "`c` int")
    found = changes(wanted, table(*(f"`{name}` int" for name in there)), Tolerances(), flavor=MYSQL)
    assert [change.before_definition for change in found if change.part == "column order"] == [moves]


def test_a_name_that_the_models_chose_counts() -> None:
    before, after = table("UNIQUE KEY `a` (`a`)"), table("UNIQUE KEY `uq_a` (`a`)")
    chosen, automatic = DeclaredNames({"Users": frozenset({"A"})}), DeclaredNames({"users": frozenset({"b"})})
    (change,) = changes(before, after, DRIFT, flavor=MYSQL, declared=chosen)
    assert (change.object, change.attributes) == ("index a on users", ("name",))
    assert changes(before, after, DRIFT, flavor=MYSQL, declared=automatic) == ()


def test_an_index_for_a_foreign_key_does_not_hide_a_unique_key_on_its_column() -> None:
    key = "CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `p` (`id`)"
    before, after = table("KEY `f` (`a`)", key), table("UNIQUE KEY `u` (`a`)", key)
    (change,) = changes(before, after, DRIFT, flavor=MYSQL, declared=DeclaredNames({"users": frozenset({"f"})}))
    assert (change.object, change.before, change.after) == ("index u on users", None, "UNIQUE KEY `u` (`a`)")


def test_an_index_that_the_server_keeps_under_a_foreign_key_is_told_by_the_primary_key_alone() -> None:
    key = "CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `p` (`id`)"
    before, after = table("PRIMARY KEY (`a`,`id`)", key), table("PRIMARY KEY (`id`,`a`)", "KEY `f` (`a`)", key)
    assert [change.part for change in changes(before, after, DRIFT, flavor=MYSQL)] == ["primary key"]
    assert [change.part for change in changes(before, after, ROUND_TRIP, flavor=MYSQL)] == ["primary key", "index"]


@pytest.mark.parametrize(
    "lines", [("KEY `f` (`a`)", "KEY `k` (`a`,`id`)"), ("KEY `ix` (`a`)",), ("KEY `f` (`a`,`b`)",)]
)
def test_an_index_that_the_server_would_let_go_or_did_not_make_is_told(lines: tuple[str, ...]) -> None:
    key = "CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `p` (`id`)"
    before, after = table("PRIMARY KEY (`a`,`id`)", key), table("PRIMARY KEY (`id`,`a`)", *lines, key)
    told = [change.part for change in changes(before, after, DRIFT, flavor=MYSQL)]
    assert told == ["primary key"] + ["index"] * len(lines)


def test_a_primary_key_takes_along_the_index_that_the_models_foreign_key_needs() -> None:
    key = "CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `p` (`id`)"
    before, after = table("PRIMARY KEY (`id`,`a`)", "KEY `f` (`a`)", key), table("PRIMARY KEY (`a`,`id`)", key)
    (change,) = changes(before, after, DRIFT, flavor=MYSQL)
    assert (change.part, change.along) == ("primary key", ("ADD KEY `f` (`a`)",))


def in_latin1(*lines: str) -> Schema:
    text = table(*lines).objects[Kind.TABLE, "users"]
    return Schema({(Kind.TABLE, "users"): text.replace("utf8mb4 COLLATE=utf8mb4_bin", "latin1 COLLATE=latin1_bin")})


def test_columns_that_follow_the_tables_character_set_are_told_with_it() -> None:
    change = only(table("`a` varchar(9)", "`b` char(1)"), in_latin1("`a` varchar(9)", "`b` char(1)"))
    assert (change.part, change.following) == ("option", ("a", "b"))
    assert change.before_definition == "CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"


@pytest.mark.parametrize("other", ["`c` varchar(9) CHARACTER SET latin2 COLLATE latin2_bin", "`c` text"])
def test_columns_that_convert_would_spoil_are_modified_one_by_one(other: str) -> None:
    follows = " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
    text = f", MODIFY COLUMN `c` text{follows}" if other == "`c` text" else ""
    change = only(table("`a` varchar(9) NOT NULL", other), in_latin1("`a` varchar(9) NOT NULL", other))
    assert change.before_definition == (
        f"DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, MODIFY COLUMN `a` varchar(9){follows} NOT NULL{text}"
    )


def test_a_column_that_differs_more_than_its_table_is_told_and_names_its_character_set() -> None:
    column, option = changes(table("`a` varchar(9)"), in_latin1("`a` varchar(8)"), ROUND_TRIP, flavor=MYSQL)
    assert column.before_definition == "varchar(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
    assert (option.part, option.following) == ("option", ())


def test_unique_keys_by_hash_are_a_sort_of_their_own_on_mariadb() -> None:
    before, after = table("UNIQUE KEY `u` (`a`)"), table("UNIQUE KEY `u` (`a`) USING HASH")
    assert changes(before, after, DRIFT, flavor=MYSQL) == ()
    (change,) = changes(before, after, DRIFT, flavor=MARIADB)
    assert change.attributes == ("using",)
