"""SHOW CREATE TABLE of MySQL 9.7 and MariaDB 10.11, as they print it, taken apart to the last word."""

from __future__ import annotations

from types import MappingProxyType

from pytest_stairway.schema.model import Check, Column, ForeignKey, Index, IndexPart, Period, Table
from pytest_stairway.schema.parse import parse_table

MYSQL = """\
CREATE TABLE `users` (
  `id` bigint unsigned NOT NULL AUTO_INCREMENT,
  `na``me` varchar(120) CHARACTER SET latin1 NOT NULL DEFAULT 'it''s, (' COMMENT 'a, b)',
  `kind` enum('a','b,''c') COLLATE utf8mb4_bin DEFAULT NULL,
  `at` timestamp(3) NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3) /*!80023 INVISIBLE */,
  `sum` int GENERATED ALWAYS AS ((`id` + 1)) STORED,
  `place` point NOT NULL /*!80003 SRID 4326 */,
  `fixed` int /*!50606 STORAGE DISK */ /*!50606 COLUMN_FORMAT FIXED */ DEFAULT (-(1)),
  `lost` int,
  PRIMARY KEY (`id`),
  UNIQUE KEY `u` (`na``me`(5) DESC,(upper(`kind`))) USING BTREE COMMENT 'c' /*!80000 INVISIBLE */,
  FULLTEXT KEY `ft` (`kind`) /*!50100 WITH PARSER `ngram` */ ,
  CONSTRAINT `f` FOREIGN KEY (`id`, `sum`) REFERENCES `p` (`x`, `y`) ON DELETE SET NULL ON UPDATE CASCADE,
  CONSTRAINT `c` CHECK ((`id` > 0)) /*!80016 NOT ENFORCED */
) /*!50100 TABLESPACE `ts` */ ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci COMMENT='x=y'
/*!50100 PARTITION BY HASH (`id`)
PARTITIONS 4 */"""

MARIADB = """\
CREATE TABLE `t` (
  `id` int(11) NOT NULL DEFAULT nextval(`s`),
  `j` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL CHECK (json_valid(`j`)),
  `k` varchar(20) /*M!100301 COMPRESSED*/ DEFAULT concat('a','b'),
  `rs` timestamp(6) GENERATED ALWAYS AS ROW START,
  `d` int(11) INVISIBLE DEFAULT (1 + 1) WITHOUT SYSTEM VERSIONING,
  PRIMARY KEY (`id`),
  PERIOD FOR SYSTEM_TIME (`rs`, `re`),
  KEY `k` (`k`) KEY_BLOCK_SIZE=4 IGNORED,
  UNIQUE KEY `o` (`id`,`app` WITHOUT OVERLAPS) USING HASH,
  CONSTRAINT `f` FOREIGN KEY (`id`) REFERENCES `other`.`p` (`id`) ON UPDATE NO ACTION,
  SOMETHING NEW (`x`)
) ENGINE=InnoDB DEFAULT CHARSET=latin1 `page_compressed`='1' WITH SYSTEM VERSIONING
 PARTITION BY KEY (`id`)
PARTITIONS 2"""


def test_a_table_of_mysql() -> None:
    assert parse_table(MYSQL, (("latin1", "latin1_swedish_ci"),)) == Table(
        name="users",
        columns=(
            Column(
                "id",
                "bigint unsigned",
                "bigint unsigned NOT NULL AUTO_INCREMENT",
                0,
                nullable=False,
                auto_increment=True,
            ),
            Column(
                "na`me",
                "varchar(120)",
                "varchar(120) CHARACTER SET latin1 NOT NULL DEFAULT 'it''s, (' COMMENT 'a, b)'",
                1,
                charset="latin1",
                collation="latin1_swedish_ci",
                inherits_collation=False,
                nullable=False,
                default="'it''s, ('",
                comment="a, b)",
            ),
            Column(
                "kind",
                "enum('a','b,''c')",
                "enum('a','b,''c') COLLATE utf8mb4_bin DEFAULT NULL",
                2,
                charset="utf8mb4",
                collation="utf8mb4_bin",
                inherits_collation=False,
                default="NULL",
            ),
            Column(
                "at",
                "timestamp(3)",
                "timestamp(3) NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3) /*!80023 INVISIBLE */",
                3,
                default="CURRENT_TIMESTAMP(3)",
                on_update="CURRENT_TIMESTAMP(3)",
                visible=False,
            ),
            Column(
                "sum", "int", "int GENERATED ALWAYS AS ((`id` + 1)) STORED", 4, generated="(`id` + 1)", stored="STORED"
            ),
            Column("place", "point", "point NOT NULL /*!80003 SRID 4326 */", 5, nullable=False, srid="4326"),
            Column(
                "fixed",
                "int",
                "int /*!50606 STORAGE DISK */ /*!50606 COLUMN_FORMAT FIXED */ DEFAULT (-(1))",
                6,
                default="(-(1))",
                storage="DISK",
                column_format="FIXED",
            ),
            Column("lost", "int", "int", 7),
        ),
        primary_key=Index("PRIMARY", "PRIMARY", (IndexPart("id"),), "PRIMARY KEY (`id`)"),
        indexes=(
            Index(
                "u",
                "UNIQUE",
                (IndexPart("na`me", length=5, descending=True), IndexPart("upper(`kind`)", expression=True)),
                "UNIQUE KEY `u` (`na``me`(5) DESC,(upper(`kind`))) USING BTREE COMMENT 'c' /*!80000 INVISIBLE */",
                using="BTREE",
                comment="c",
                visible=False,
            ),
            Index(
                "ft",
                "FULLTEXT",
                (IndexPart("kind"),),
                "FULLTEXT KEY `ft` (`kind`) /*!50100 WITH PARSER `ngram` */",
                parser="ngram",
            ),
        ),
        foreign_keys=(
            ForeignKey(
                "f",
                ("id", "sum"),
                "p",
                ("x", "y"),
                "CONSTRAINT `f` FOREIGN KEY (`id`, `sum`) REFERENCES `p` (`x`, `y`) "
                "ON DELETE SET NULL ON UPDATE CASCADE",
                on_delete="SET NULL",
                on_update="CASCADE",
            ),
        ),
        checks=(
            Check("c", "(`id` > 0)", "CONSTRAINT `c` CHECK ((`id` > 0)) /*!80016 NOT ENFORCED */", enforced=False),
        ),
        options=MappingProxyType(
            {
                "TABLESPACE": "`ts`",
                "ENGINE": "InnoDB",
                "CHARSET": "utf8mb4",
                "COLLATE": "utf8mb4_0900_ai_ci",
                "COMMENT": "'x=y'",
            }
        ),
        partitions="PARTITION BY HASH (`id`)\nPARTITIONS 4",
    )


def test_a_table_of_mariadb_with_a_line_that_nobody_knows() -> None:
    latin1 = {"charset": "latin1", "collation": "latin1_swedish_ci"}
    assert parse_table(MARIADB, (("latin1", "latin1_swedish_ci"),)) == Table(
        name="t",
        columns=(
            Column("id", "int(11)", "int(11) NOT NULL DEFAULT nextval(`s`)", 0, nullable=False, default="nextval(`s`)"),
            Column(
                "j",
                "longtext",
                "longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL CHECK (json_valid(`j`))",
                1,
                charset="utf8mb4",
                collation="utf8mb4_bin",
                inherits_collation=False,
                default="NULL",
                check="json_valid(`j`)",
            ),
            Column(
                "k",
                "varchar(20)",
                "varchar(20) /*M!100301 COMPRESSED*/ DEFAULT concat('a','b')",
                2,
                default="concat('a','b')",
                other=("COMPRESSED",),
                **latin1,
            ),
            Column("rs", "timestamp(6)", "timestamp(6) GENERATED ALWAYS AS ROW START", 3, generated="ROW START"),
            Column(
                "d",
                "int(11)",
                "int(11) INVISIBLE DEFAULT (1 + 1) WITHOUT SYSTEM VERSIONING",
                4,
                default="(1 + 1)",
                visible=False,
                other=("WITHOUT", "SYSTEM", "VERSIONING"),
            ),
        ),
        primary_key=Index("PRIMARY", "PRIMARY", (IndexPart("id"),), "PRIMARY KEY (`id`)"),
        indexes=(
            Index(
                "k", "", (IndexPart("k"),), "KEY `k` (`k`) KEY_BLOCK_SIZE=4 IGNORED", key_block_size="4", visible=False
            ),
            Index(
                "o",
                "UNIQUE",
                (IndexPart("id"), IndexPart("app", other="WITHOUT OVERLAPS")),
                "UNIQUE KEY `o` (`id`,`app` WITHOUT OVERLAPS) USING HASH",
                using="HASH",
            ),
        ),
        foreign_keys=(
            ForeignKey(
                "f",
                ("id",),
                "p",
                ("id",),
                "CONSTRAINT `f` FOREIGN KEY (`id`) REFERENCES `other`.`p` (`id`) ON UPDATE NO ACTION",
                referenced_database="other",
                on_update="NO ACTION",
            ),
        ),
        periods=(Period("PERIOD FOR SYSTEM_TIME (`rs`, `re`)"),),
        options=MappingProxyType(
            {
                "ENGINE": "InnoDB",
                "CHARSET": "latin1",
                "COLLATE": "latin1_swedish_ci",
                "`page_compressed`": "'1'",
                "WITH SYSTEM VERSIONING": "",
            }
        ),
        partitions="PARTITION BY KEY (`id`)\nPARTITIONS 2",
        unparsed=("SOMETHING NEW (`x`)",),
    )


def test_what_ends_in_the_middle_is_kept_as_text() -> None:
    assert parse_table("CREATE TABLE `t` (\n  `id` int,\n  KEY `k` (`id`,\n").unparsed == ("KEY `k` (`id`,",)
