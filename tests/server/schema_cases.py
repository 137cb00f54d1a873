"""Single differences and equivalent pairs as data: a line each.

A definition is what follows `CREATE TABLE t (id INT PRIMARY KEY, `; table options follow ` | `. One that begins with
CREATE or SET is a whole statement, with the tables p and t already there. More statements follow `;;`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """`expected` are the changes from `before` to `after` as `object: attributes`, `-object` gone, `+object` new.

    `declared` are the names that the models chose in table t, None where they were not asked. What drift tolerates
    although a round trip does not is `round_trip_only`.
    """

    name: str
    before: str
    after: str
    expected: str = ""
    declared: tuple[str, ...] | None = None
    round_trip_only: bool = False


def statements(definition: str) -> list[str]:
    """Write the statements that build one side of a case."""
    parent = "CREATE TABLE p (id INT PRIMARY KEY, x INT, y INT, UNIQUE (x), UNIQUE (y), UNIQUE (x, y), UNIQUE (y, x))"
    first, *more = definition.split(";;")
    if first.startswith(("CREATE", "SET")):
        return [parent, "CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT)", first, *more]
    body, _, options = first.partition(" | ")
    return [parent, f"CREATE TABLE t (id INT PRIMARY KEY, {body}) {options}", *more]


COLUMNS = (
    Case("type", "a INT", "a BIGINT", "t.a: type"),
    Case("unsigned", "a INT", "a INT UNSIGNED", "t.a: type"),
    Case("zerofill", "a INT UNSIGNED", "a INT UNSIGNED ZEROFILL", "t.a: type"),
    Case("smallint to tinyint", "a SMALLINT", "a TINYINT", "t.a: type"),
    Case("boolean to tinyint", "a BOOL", "a TINYINT", "t.a: type"),
    Case("varchar length", "a VARCHAR(10)", "a VARCHAR(11)", "t.a: type"),
    Case("char to varchar", "a CHAR(10)", "a VARCHAR(10)", "t.a: type"),
    Case("text size", "a TEXT", "a MEDIUMTEXT", "t.a: type"),
    Case("blob to text", "a BLOB", "a TEXT", "t.a: type, character set, collation"),
    Case("binary length", "a BINARY(3)", "a BINARY(4)", "t.a: type"),
    Case("varbinary to varchar", "a VARBINARY(9)", "a VARCHAR(9)", "t.a: type, character set, collation"),
    Case("decimal precision", "a DECIMAL(10,2)", "a DECIMAL(11,2)", "t.a: type"),
    Case("decimal scale", "a DECIMAL(10,2)", "a DECIMAL(10,3)", "t.a: type"),
    Case("float to double", "a FLOAT", "a DOUBLE", "t.a: type"),
    Case("float digits", "a FLOAT(7,3)", "a FLOAT(7,2)", "t.a: type"),
    Case("datetime fraction", "a DATETIME", "a DATETIME(6)", "t.a: type"),
    Case("time fraction", "a TIME(2)", "a TIME(3)", "t.a: type"),
    Case("datetime to timestamp", "a DATETIME", "a TIMESTAMP NULL", "t.a: type"),
    Case("date to datetime", "a DATE", "a DATETIME", "t.a: type"),
    Case("bit length", "a BIT(3)", "a BIT(4)", "t.a: type"),
    Case("year to smallint", "a YEAR", "a SMALLINT", "t.a: type"),
    Case("enum value added", "a ENUM('x','y')", "a ENUM('x','y','z')", "t.a: type"),
    Case("enum order", "a ENUM('x','y')", "a ENUM('y','x')", "t.a: type"),
    Case("enum letter case", "a ENUM('x','y')", "a ENUM('X','y')", "t.a: type"),
    Case("enum value with a comma", "a ENUM('x,y')", "a ENUM('x','y')", "t.a: type"),
    Case("enum value with a quote", "a ENUM('x''y')", "a ENUM('xy')", "t.a: type"),
    Case("set value removed", "a SET('x','y')", "a SET('x')", "t.a: type"),
    Case("enum to set", "a ENUM('x')", "a SET('x')", "t.a: type"),
    Case("geometry subtype", "a POINT", "a GEOMETRY", "t.a: type"),
    Case("not null", "a INT", "a INT NOT NULL", "t.a: nullable"),
    Case("not null with a default", "a INT DEFAULT 1", "a INT NOT NULL DEFAULT 1", "t.a: nullable"),
    Case("not null text", "a TEXT", "a TEXT NOT NULL", "t.a: nullable"),
    Case("default added", "a INT", "a INT DEFAULT 0", "t.a: default"),
    Case("default value", "a INT DEFAULT 0", "a INT DEFAULT 1", "t.a: default"),
    Case("default fraction", "a DECIMAL(5,2) DEFAULT 1.10", "a DECIMAL(5,2) DEFAULT 1.01", "t.a: default"),
    Case("default sign", "a INT DEFAULT 1", "a INT DEFAULT -1", "t.a: default"),
    Case("default empty string", "a VARCHAR(9)", "a VARCHAR(9) DEFAULT ''", "t.a: default"),
    Case("default letter case", "a VARCHAR(9) DEFAULT 'x'", "a VARCHAR(9) DEFAULT 'X'", "t.a: default"),
    Case("default trailing blank", "a VARCHAR(9) DEFAULT 'x'", "a VARCHAR(9) DEFAULT 'x '", "t.a: default"),
    Case("default quote", "a VARCHAR(9) DEFAULT 'x''y'", "a VARCHAR(9) DEFAULT 'xy'", "t.a: default"),
    Case("default backslash", r"a VARCHAR(9) DEFAULT 'x\\n'", r"a VARCHAR(9) DEFAULT 'x\n'", "t.a: default"),
    Case("default string NULL", "a VARCHAR(9) DEFAULT 'NULL'", "a VARCHAR(9) DEFAULT NULL", "t.a: default"),
    Case("default text or call", "a VARCHAR(36) DEFAULT 'uuid()'", "a VARCHAR(36) DEFAULT (uuid())", "t.a: default"),
    Case("default number text", "a VARCHAR(9) DEFAULT '0'", "a VARCHAR(9) DEFAULT '0.0'", "t.a: default"),
    Case("default expression", "a INT DEFAULT (1 + 1)", "a INT DEFAULT (1 + 2)", "t.a: default"),
    Case("default call", "a VARCHAR(36) DEFAULT (uuid())", "a VARCHAR(36) DEFAULT (user())", "t.a: default"),
    Case("default now", "a DATETIME", "a DATETIME DEFAULT NOW()", "t.a: default"),
    Case("default date", "a DATE DEFAULT '2020-01-01'", "a DATE DEFAULT '2020-01-02'", "t.a: default"),
    Case("default time", "a DATETIME DEFAULT '2020-01-01'", "a DATETIME DEFAULT '2020-01-01 00:00:01'", "t.a: default"),
    Case("default bits", "a BIT(3) DEFAULT b'101'", "a BIT(3) DEFAULT b'100'", "t.a: default"),
    Case("default enum", "a ENUM('x','y') DEFAULT 'x'", "a ENUM('x','y') DEFAULT 'y'", "t.a: default"),
    Case("default boolean", "a BOOL DEFAULT TRUE", "a BOOL DEFAULT FALSE", "t.a: default"),
    Case("default and type", "a INT DEFAULT 1", "a BIGINT DEFAULT 2", "t.a: type, default"),
    Case("on update", "a DATETIME", "a DATETIME ON UPDATE NOW()", "t.a: on update"),
    Case(
        "timestamp on update",
        "a TIMESTAMP NOT NULL DEFAULT NOW()",
        "a TIMESTAMP NOT NULL DEFAULT NOW() ON UPDATE NOW()",
        "t.a: on update",
    ),
    Case("comment", "a INT", "a INT COMMENT 'c'", "t.a: comment"),
    Case("comment text", "a INT COMMENT 'it''s'", "a INT COMMENT 'its'", "t.a: comment"),
    Case(
        "comment that looks like syntax", "a INT COMMENT ') , `b` INT'", "a INT COMMENT ') , `c` INT'", "t.a: comment"
    ),
    Case("comment line end", r"a INT COMMENT 'x\ny'", r"a INT COMMENT 'x y'", "t.a: comment"),
    Case("character set", "a VARCHAR(9)", "a VARCHAR(9) CHARACTER SET latin2", "t.a: character set, collation"),
    Case("collation", "a VARCHAR(9)", "a VARCHAR(9) COLLATE utf8mb4_bin", "t.a: collation"),
    Case(
        "enum character set",
        "a ENUM('x')",
        "a ENUM('x') CHARACTER SET latin2",
        "t.a: character set, collation",
    ),
    Case(
        "generated expression",
        "a INT GENERATED ALWAYS AS (id + 1)",
        "a INT GENERATED ALWAYS AS (id + 2)",
        "t.a: expression",
    ),
    Case("generated kind", "a INT AS (id + 1) VIRTUAL", "a INT AS (id + 1) STORED", "t.a: stored"),
    Case("generated or plain", "a INT", "a INT AS (id + 1)", "t.a: expression, stored"),
    Case(
        "generated string",
        "a VARCHAR(9) AS (concat(id, 'x'))",
        "a VARCHAR(9) AS (concat(id, 'X'))",
        "t.a: expression",
    ),
    Case("invisible", "a INT", "a INT INVISIBLE", "t.a: visible"),
    Case("added", "a INT", "a INT, b INT", "+t.b"),
    Case("dropped", "a INT, b INT", "a INT", "-t.b"),
    Case("renamed", "a INT", "b INT", "-t.a +t.b"),
    Case("letter case of the name", "aa INT", "aA INT", "t.aa: name"),
    Case("name with a backtick", "`a``b` INT", "`a``b` BIGINT", "t.a`b: type"),
    Case("name with a comma and parenthesis", "`a, (b` INT", "`a, (b` BIGINT", "t.a, (b: type"),
    Case("name that is a keyword", "`key` INT, `primary` INT", "`key` INT, `primary` BIGINT", "t.primary: type"),
    Case("non-ASCII name", "`größe%` INT", "`größe%` BIGINT", "t.größe%: type"),
    Case("two attributes", "a VARCHAR(9) NOT NULL DEFAULT ''", "a VARCHAR(8)", "t.a: type, nullable, default"),
    Case("two columns", "a INT, b INT", "a BIGINT, b BIGINT", "t.a: type t.b: type"),
)

KEYS = (
    Case("index added", "a INT", "a INT, KEY k (a)", "+index k on t"),
    Case("index dropped", "a INT, KEY k (a)", "a INT", "-index k on t"),
    Case("index named like its column", "a INT", "a INT, KEY a (a)", "+index a on t"),
    Case("second index on a column", "a INT, KEY k (a)", "a INT, KEY k (a), KEY l (a)", "+index l on t"),
    Case("index renamed", "a INT, KEY k (a)", "a INT, KEY l (a)", "index k on t: name"),
    Case("index unique", "a INT, KEY k (a)", "a INT, UNIQUE KEY k (a)", "index k on t: kind"),
    Case("index column added", "a INT, b INT, KEY k (a)", "a INT, b INT, KEY k (a, b)", "index k on t: columns"),
    Case("index column order", "a INT, b INT, KEY k (a, b)", "a INT, b INT, KEY k (b, a)", "index k on t: columns"),
    Case("index other column", "a INT, b INT, KEY k (a)", "a INT, b INT, KEY k (b)", "index k on t: columns"),
    Case("index prefix", "a TEXT, KEY k (a(5))", "a TEXT, KEY k (a(6))", "index k on t: columns"),
    Case("index prefix or whole", "a VARCHAR(9), KEY k (a)", "a VARCHAR(9), KEY k (a(3))", "index k on t: columns"),
    Case("index descending", "a INT, KEY k (a)", "a INT, KEY k (a DESC)", "index k on t: columns"),
    Case("index comment", "a INT, KEY k (a)", "a INT, KEY k (a) COMMENT 'c'", "index k on t: comment"),
    Case("fulltext", "a TEXT, KEY k (a(9))", "a TEXT, FULLTEXT KEY k (a)", "index k on t: kind, columns"),
    Case("fulltext added", "a TEXT", "a TEXT, FULLTEXT KEY k (a)", "+index k on t"),
    Case(
        "fulltext columns",
        "a TEXT, b TEXT, FULLTEXT KEY k (a)",
        "a TEXT, b TEXT, FULLTEXT KEY k (a, b)",
        "index k on t: columns",
    ),
    Case("spatial added", "a POINT NOT NULL", "a POINT NOT NULL, SPATIAL KEY k (a)", "+index k on t"),
    Case(
        "hash or tree",
        "a INT, KEY k (a) | ENGINE=MEMORY",
        "a INT, KEY k (a) USING BTREE | ENGINE=MEMORY",
        "index k on t: using",
    ),
    Case("unique added", "a INT", "a INT UNIQUE", "+index a on t"),
    Case("unique renamed", "a INT, UNIQUE KEY k (a)", "a INT, UNIQUE KEY l (a)", "index k on t: name"),
    Case(
        "unique column order",
        "a INT, b INT, UNIQUE KEY k (a, b)",
        "a INT, b INT, UNIQUE KEY k (b, a)",
        "index k on t: columns",
    ),
    Case(
        "two indexes exchanged",
        "a INT, b INT, KEY k (a), KEY l (b)",
        "a INT, b INT, KEY k (b), KEY l (a)",
        "index k on t: name index l on t: name",
    ),
    Case("index on a strange name", "a INT", "a INT, KEY `k``) (x` (a)", "+index k`) (x on t"),
    Case(
        "primary key other column",
        "CREATE TABLE u (a INT NOT NULL, b INT NOT NULL, PRIMARY KEY (a))",
        "CREATE TABLE u (a INT NOT NULL, b INT NOT NULL, PRIMARY KEY (b))",
        "primary key of u: columns",
    ),
    Case(
        "primary key extended",
        "CREATE TABLE u (a INT NOT NULL, b INT NOT NULL, PRIMARY KEY (a))",
        "CREATE TABLE u (a INT NOT NULL, b INT NOT NULL, PRIMARY KEY (a, b))",
        "primary key of u: columns",
    ),
    Case(
        "primary key order",
        "CREATE TABLE u (a INT NOT NULL, b INT NOT NULL, PRIMARY KEY (a, b))",
        "CREATE TABLE u (a INT NOT NULL, b INT NOT NULL, PRIMARY KEY (b, a))",
        "primary key of u: columns",
    ),
    Case(
        "primary key dropped",
        "CREATE TABLE u (a INT NOT NULL PRIMARY KEY)",
        "CREATE TABLE u (a INT NOT NULL)",
        "-primary key of u",
    ),
    Case(
        "primary key or unique",
        "CREATE TABLE u (a INT NOT NULL PRIMARY KEY)",
        "CREATE TABLE u (a INT NOT NULL, UNIQUE KEY a (a))",
        "-primary key of u +index a on u",
    ),
    Case(
        "auto_increment gone",
        "CREATE TABLE u (a INT AUTO_INCREMENT PRIMARY KEY)",
        "CREATE TABLE u (a INT NOT NULL PRIMARY KEY)",
        "u.a: auto_increment",
    ),
    Case(
        "foreign key added",
        "a INT, KEY f (a)",
        "a INT, CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)",
        "+foreign key f on t",
    ),
    Case(
        "foreign key dropped, its index left",
        "a INT, CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)",
        "a INT, KEY f (a)",
        "-foreign key f on t",
    ),
    Case(
        "foreign key with its index",
        "a INT",
        "a INT, CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)",
        "+index f on t +foreign key f on t",
    ),
    Case(
        "foreign key on delete",
        "a INT, CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)",
        "a INT, CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id) ON DELETE CASCADE",
        "foreign key f on t: on delete",
    ),
    Case(
        "foreign key on delete set null",
        "a INT, CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id) ON DELETE CASCADE",
        "a INT, CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id) ON DELETE SET NULL",
        "foreign key f on t: on delete",
    ),
    Case(
        "foreign key on update",
        "a INT, CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)",
        "a INT, CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id) ON UPDATE CASCADE",
        "foreign key f on t: on update",
    ),
    Case(
        "foreign key target",
        "a INT, CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)",
        "a INT, CONSTRAINT f FOREIGN KEY (a) REFERENCES t (id)",
        "foreign key f on t: references",
    ),
    Case(
        "foreign key target column",
        "a INT, CONSTRAINT f FOREIGN KEY (a) REFERENCES p (x)",
        "a INT, CONSTRAINT f FOREIGN KEY (a) REFERENCES p (y)",
        "foreign key f on t: columns",
    ),
    Case(
        "foreign key index that another could replace",
        "a INT, CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id), KEY k (a, id)",
        "a INT, KEY f (a), KEY k (a, id), CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)",
        "+index f on t",
        declared=("f", "k"),
    ),
    Case(
        "foreign key renamed",
        "a INT, KEY k (a), CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)",
        "a INT, KEY k (a), CONSTRAINT g FOREIGN KEY (a) REFERENCES p (id)",
        "foreign key f on t: name",
    ),
    Case(
        "foreign key doubled",
        "a INT, KEY k (a), CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)",
        "a INT, KEY k (a), CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id), "
        "CONSTRAINT g FOREIGN KEY (a) REFERENCES p (id)",
        "+foreign key g on t",
    ),
    Case(
        "foreign key pairs crossed",
        "a INT, b INT, KEY k (a, b), CONSTRAINT f FOREIGN KEY (a, b) REFERENCES p (x, y)",
        "a INT, b INT, KEY k (a, b), CONSTRAINT f FOREIGN KEY (a, b) REFERENCES p (y, x)",
        "foreign key f on t: columns",
    ),
    Case("check added", "a INT", "a INT, CONSTRAINT c CHECK (a > 0)", "+check c on t"),
    Case("check dropped", "a INT, CONSTRAINT c CHECK (a > 0)", "a INT", "-check c on t"),
    Case(
        "check expression",
        "a INT, CONSTRAINT c CHECK (a > 0)",
        "a INT, CONSTRAINT c CHECK (a >= 0)",
        "check c on t: expression",
    ),
    Case(
        "check string",
        "a VARCHAR(9), CONSTRAINT c CHECK (a <> 'x')",
        "a VARCHAR(9), CONSTRAINT c CHECK (a <> 'X')",
        "check c on t: expression",
    ),
    Case(
        "check list",
        "a VARCHAR(9), CONSTRAINT c CHECK (a IN ('x', 'y'))",
        "a VARCHAR(9), CONSTRAINT c CHECK (a IN ('x', 'y', 'z'))",
        "check c on t: expression",
    ),
    Case(
        "check renamed", "a INT, CONSTRAINT c CHECK (a > 0)", "a INT, CONSTRAINT d CHECK (a > 0)", "check c on t: name"
    ),
)

TABLES = (
    Case("table", "CREATE TABLE u (a INT)", "CREATE TABLE v (a INT)", "-u +v"),
    Case("engine", "a INT", "a INT | ENGINE=MyISAM", "t: ENGINE"),
    Case("row format", "a INT", "a INT | ROW_FORMAT=COMPACT", "t: ROW_FORMAT"),
    Case(
        "compressed",
        "a INT | ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8",
        "a INT | ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=4",
        "t: KEY_BLOCK_SIZE",
    ),
    Case("table comment", "a INT", "a INT | COMMENT='c'", "t: COMMENT"),
    Case("table comment text", "a INT | COMMENT='c'", "a INT | COMMENT='c ENGINE=x'", "t: COMMENT"),
    Case("table collation", "a INT", "a INT | COLLATE=utf8mb4_bin", "t: COLLATE"),
    Case("table character set", "a INT", "a INT | CHARSET=latin2", "t: CHARSET, COLLATE"),
    Case(
        "table character set with its columns",
        "a VARCHAR(9)",
        "a VARCHAR(9) | CHARSET=latin2",
        "t: CHARSET, COLLATE",
    ),
    Case(
        "table character set with a column that deviates",
        "a VARCHAR(9), b VARCHAR(9)",
        "a VARCHAR(9), b VARCHAR(9) COLLATE latin2_bin | CHARSET=latin2",
        "t.b: character set, collation t: CHARSET, COLLATE",
    ),
    Case(
        "table character set but not its columns",
        "a VARCHAR(9)",
        "a VARCHAR(9) CHARACTER SET utf8mb4 | CHARSET=latin2",
        "t: CHARSET, COLLATE",
    ),
    Case("statistics", "a INT", "a INT | STATS_PERSISTENT=0", "t: STATS_PERSISTENT"),
    Case("statistics pages", "a INT | STATS_SAMPLE_PAGES=5", "a INT | STATS_SAMPLE_PAGES=6", "t: STATS_SAMPLE_PAGES"),
    Case("partitioned", "a INT", "a INT | PARTITION BY HASH (id) PARTITIONS 2", "+partitions of t"),
    Case(
        "partition count",
        "a INT | PARTITION BY HASH (id) PARTITIONS 2",
        "a INT | PARTITION BY HASH (id) PARTITIONS 3",
        "partitions of t: text",
    ),
    Case(
        "partition method",
        "a INT | PARTITION BY HASH (id) PARTITIONS 2",
        "a INT | PARTITION BY KEY (id) PARTITIONS 2",
        "partitions of t: text",
    ),
    Case(
        "partition bound",
        "a INT | PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (5))",
        "a INT | PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (6))",
        "partitions of t: text",
    ),
    Case(
        "partition name",
        "a INT | PARTITION BY LIST (id) (PARTITION q VALUES IN (1, 2))",
        "a INT | PARTITION BY LIST (id) (PARTITION r VALUES IN (1, 2))",
        "partitions of t: text",
    ),
    Case(
        "partition named otherwise",
        "a INT | PARTITION BY HASH (id) (PARTITION a, PARTITION b)",
        "a INT | PARTITION BY HASH (id) PARTITIONS 2",
        "partitions of t: text",
    ),
)

OBJECTS = (
    Case("view", "CREATE VIEW v AS SELECT 1 AS one", "CREATE VIEW w AS SELECT 1 AS one", "-view v +view w"),
    Case("view text", "CREATE VIEW v AS SELECT id FROM t", "CREATE VIEW v AS SELECT a FROM t", "view v: text"),
    Case("view string", "CREATE VIEW v AS SELECT 'x' AS s", "CREATE VIEW v AS SELECT 'X' AS s", "view v: text"),
    Case(
        "view security", "CREATE VIEW v AS SELECT 1", "CREATE SQL SECURITY INVOKER VIEW v AS SELECT 1", "view v: text"
    ),
    Case(
        "view algorithm",
        "CREATE VIEW v AS SELECT id FROM t",
        "CREATE ALGORITHM=MERGE VIEW v AS SELECT id FROM t",
        "view v: text",
    ),
    Case(
        "view check option",
        "CREATE VIEW v AS SELECT id FROM t WHERE id > 1",
        "CREATE VIEW v AS SELECT id FROM t WHERE id > 1 WITH CHECK OPTION",
        "view v: text",
    ),
    Case(
        "trigger",
        "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1",
        "CREATE TABLE u (a INT)",
        "+u -trigger g",
    ),
    Case(
        "trigger body",
        "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1",
        "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 2",
        "trigger g: text",
    ),
    Case(
        "trigger time",
        "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN END",
        "CREATE TRIGGER g AFTER INSERT ON t FOR EACH ROW BEGIN END",
        "trigger g: text",
    ),
    Case(
        "trigger event",
        "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN END",
        "CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW BEGIN END",
        "trigger g: text",
    ),
    Case(
        "trigger table",
        "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN END",
        "CREATE TRIGGER g BEFORE INSERT ON p FOR EACH ROW BEGIN END",
        "trigger g: text",
    ),
    Case(
        "trigger order",
        "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN END;;"
        "CREATE TRIGGER h BEFORE INSERT ON t FOR EACH ROW BEGIN END",
        "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN END;;"
        "CREATE TRIGGER h BEFORE INSERT ON t FOR EACH ROW PRECEDES g BEGIN END",
        "triggers BEFORE INSERT ON t: order",
    ),
    Case(
        "first of two triggers gone",
        "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN END;;"
        "CREATE TRIGGER h BEFORE INSERT ON t FOR EACH ROW BEGIN END",
        "CREATE TRIGGER h BEFORE INSERT ON t FOR EACH ROW BEGIN END",
        "-trigger g",
    ),
    Case("procedure", "CREATE PROCEDURE r() SELECT 1", "CREATE PROCEDURE s() SELECT 1", "-procedure r +procedure s"),
    Case("procedure body", "CREATE PROCEDURE r() SELECT 1", "CREATE PROCEDURE r() SELECT 2", "procedure r: text"),
    Case(
        "procedure parameter",
        "CREATE PROCEDURE r(IN a INT) SELECT 1",
        "CREATE PROCEDURE r(IN a BIGINT) SELECT 1",
        "procedure r: text",
    ),
    Case(
        "procedure comment",
        "CREATE PROCEDURE r() SELECT 1",
        "CREATE PROCEDURE r() COMMENT 'c' SELECT 1",
        "procedure r: text",
    ),
    Case(
        "function result",
        "CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1",
        "CREATE FUNCTION f() RETURNS BIGINT DETERMINISTIC RETURN 1",
        "function f: text",
    ),
    Case(
        "function determinism",
        "CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1",
        "CREATE FUNCTION f() RETURNS INT NO SQL RETURN 1",
        "function f: text",
    ),
    Case(
        "event", "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1", "CREATE TABLE u (a INT)", "+u -event e"
    ),
    Case(
        "event interval",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1",
        "CREATE EVENT e ON SCHEDULE EVERY 2 DAY DISABLE DO SELECT 1",
        "event e: text",
    ),
    Case(
        "event enabled",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY ENABLE DO SELECT 1",
        "event e: text",
    ),
    Case(
        "event start",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 00:00:00' DISABLE DO SELECT 1",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2037-01-02 00:00:00' DISABLE DO SELECT 1",
        "event e: text",
    ),
    Case(
        "database character set",
        "CREATE TABLE u (a INT)",
        "CREATE TABLE u (a INT);;ALTER DATABASE CHARACTER SET latin2",
        "database: text",
        round_trip_only=True,
    ),
)

MYSQL = (
    Case("srid", "a POINT NOT NULL", "a POINT NOT NULL SRID 4326", "t.a: srid"),
    Case("srid changed", "a POINT NOT NULL SRID 4326", "a POINT NOT NULL SRID 0", "t.a: srid"),
    Case("column format", "a INT", "a INT COLUMN_FORMAT FIXED", "t.a: column format"),
    Case("column storage", "a INT", "a INT STORAGE DISK", "t.a: storage"),
    Case("no default at all", "a INT", "a INT;;ALTER TABLE t ALTER a DROP DEFAULT", "t.a: default"),
    Case("check without a name", "a INT, CHECK (a > 0)", "a INT, CHECK (a > 1)", "check t_chk_1 on t: expression"),
    Case("vector", "a VECTOR(3)", "a VECTOR(4)", "t.a: type"),
    Case("functional index", "a INT, KEY k ((a + 1))", "a INT, KEY k ((a + 2))", "index k on t: columns"),
    Case(
        "functional index descending", "a INT, KEY k ((a + 1))", "a INT, KEY k ((a + 1) DESC)", "index k on t: columns"
    ),
    Case("functional or plain", "a INT, KEY k ((a + 1))", "a INT, KEY k (a)", "index k on t: columns"),
    Case("invisible index", "a INT, KEY k (a)", "a INT, KEY k (a) INVISIBLE", "index k on t: visible"),
    Case(
        "fulltext parser",
        "a TEXT, FULLTEXT KEY k (a)",
        "a TEXT, FULLTEXT KEY k (a) WITH PARSER ngram",
        "index k on t: parser",
    ),
    Case(
        "check not enforced",
        "a INT, CONSTRAINT c CHECK (a > 0)",
        "a INT, CONSTRAINT c CHECK (a > 0) NOT ENFORCED",
        "check c on t: enforced",
    ),
    Case("json default", "a JSON DEFAULT (json_array())", "a JSON DEFAULT (json_object())", "t.a: default"),
    Case("json or text", "a JSON", "a LONGTEXT", "t.a: type, character set, collation"),
    Case("text default", "a TEXT DEFAULT ('x')", "a TEXT DEFAULT ('y')", "t.a: default"),
    Case("text default gone", "a TEXT DEFAULT ('x')", "a TEXT", "t.a: default"),
    Case("fraction of now", "a DATETIME(3) DEFAULT NOW(3)", "a DATETIME(3) DEFAULT (NOW())", "t.a: default"),
    Case("compression", "a INT", "a INT | COMPRESSION='zlib'", "t: COMPRESSION"),
    Case("tablespace", "a INT", "a INT | TABLESPACE=innodb_file_per_table", "t: TABLESPACE"),
    Case("autoextend", "a INT", "a INT | AUTOEXTEND_SIZE=4M", "t: AUTOEXTEND_SIZE"),
    Case(
        "cast charset",
        "a VARCHAR(9) AS (cast(id AS CHAR CHARACTER SET ucs2))",
        "a VARCHAR(9) AS (cast(id AS CHAR))",
        "t.a: expression",
    ),
)

MARIADB = (
    Case("display width", "a INT(5)", "a INT(11)", "t.a: type", round_trip_only=True),
    Case("check without a name", "a INT, CHECK (a > 0)", "a INT, CHECK (a > 1)", "check CONSTRAINT_1 on t: expression"),
    Case("column check", "a INT CHECK (a > 0)", "a INT CHECK (a > 1)", "t.a: check"),
    Case("column check gone", "a INT CHECK (a > 0)", "a INT", "t.a: check"),
    Case("json or text", "a JSON", "a LONGTEXT", "t.a: collation, check"),
    Case("uuid", "a UUID", "a INET6", "t.a: type"),
    Case("compressed column", "a TEXT", "a TEXT COMPRESSED", "t.a: other"),
    Case("ignored index", "a INT, KEY k (a)", "a INT, KEY k (a) IGNORED", "index k on t: visible"),
    Case("index block size", "a INT, KEY k (a)", "a INT, KEY k (a) KEY_BLOCK_SIZE=4", "index k on t: key block size"),
    Case("system versioning", "a INT", "a INT | WITH SYSTEM VERSIONING", "t: WITH SYSTEM VERSIONING"),
    Case(
        "column without versioning",
        "a INT | WITH SYSTEM VERSIONING",
        "a INT WITHOUT SYSTEM VERSIONING | WITH SYSTEM VERSIONING",
        "t.a: other",
    ),
    Case(
        "period",
        "a DATE NOT NULL, b DATE NOT NULL",
        "a DATE NOT NULL, b DATE NOT NULL, PERIOD FOR app (a, b)",
        "+period of t",
    ),
    Case(
        "without overlaps",
        "a DATE, b DATE, PERIOD FOR q (a, b), UNIQUE KEY k (id, a)",
        "a DATE, b DATE, PERIOD FOR q (a, b), UNIQUE KEY k (id, q WITHOUT OVERLAPS)",
        "index k on t: columns",
    ),
    Case("page compression", "a INT", "a INT | PAGE_COMPRESSED=1", "t: `PAGE_COMPRESSED`"),
    Case("hash unique", "a INT, UNIQUE KEY k (a)", "a INT, UNIQUE KEY k (a) USING HASH", "index k on t: using"),
    Case("sequence", "CREATE SEQUENCE s", "CREATE SEQUENCE q", "+sequence q -sequence s"),
    Case("sequence start", "CREATE SEQUENCE s", "CREATE SEQUENCE s START WITH 5", "sequence s: text"),
    Case("sequence cache", "CREATE SEQUENCE s CACHE 5", "CREATE SEQUENCE s CACHE 6", "sequence s: text"),
    Case(
        "default of a sequence",
        "CREATE SEQUENCE s;;CREATE TABLE u (a INT DEFAULT NEXTVAL(s))",
        "CREATE SEQUENCE s;;CREATE TABLE u (a INT)",
        "u.a: default",
    ),
)

EQUIVALENT = (
    Case("now", "a DATETIME DEFAULT NOW()", "a DATETIME DEFAULT CURRENT_TIMESTAMP"),
    Case("now as an expression", "a DATETIME DEFAULT (NOW())", "a DATETIME DEFAULT CURRENT_TIMESTAMP"),
    Case("now with a fraction", "a DATETIME(3) DEFAULT (NOW(3))", "a DATETIME(3) DEFAULT CURRENT_TIMESTAMP(3)"),
    Case("localtime", "a DATETIME DEFAULT (LOCALTIME())", "a DATETIME DEFAULT NOW()"),
    Case("zero", "a DECIMAL(5,2) DEFAULT 0", "a DECIMAL(5,2) DEFAULT '0.00'"),
    Case("zero as an expression", "a DECIMAL(5,2) DEFAULT (0)", "a DECIMAL(5,2) DEFAULT 0.00"),
    Case("number as an expression", "a INT DEFAULT (5)", "a INT DEFAULT '5'"),
    Case("negative", "a INT DEFAULT (-1)", "a INT DEFAULT -1"),
    Case("negative fraction", "a DECIMAL(5,2) DEFAULT (-1.5)", "a DECIMAL(5,2) DEFAULT -1.50"),
    Case("exponent", "a DOUBLE DEFAULT (1e3)", "a DOUBLE DEFAULT 1000"),
    Case("string as an expression", "a VARCHAR(9) DEFAULT ('x')", "a VARCHAR(9) DEFAULT 'x'"),
    Case("quoted string as an expression", "a VARCHAR(9) DEFAULT ('it''s')", "a VARCHAR(9) DEFAULT 'it''s'"),
    Case("empty string as an expression", "a VARCHAR(9) DEFAULT ('')", "a VARCHAR(9) DEFAULT ''"),
    Case("backslash as an expression", r"a VARCHAR(9) DEFAULT ('x\\y')", r"a VARCHAR(9) DEFAULT 'x\\y'"),
    Case("enum as an expression", "a ENUM('x','y') DEFAULT ('y')", "a ENUM('x','y') DEFAULT 'y'"),
    Case("bits", "a BIT(3) DEFAULT (b'101')", "a BIT(3) DEFAULT 5"),
    Case("hexadecimal", "a BIT(8) DEFAULT 0x05", "a BIT(8) DEFAULT b'101'"),
    Case("false", "a BOOL DEFAULT FALSE", "a BOOL DEFAULT 0"),
    Case("false as an expression", "a BOOL DEFAULT (FALSE)", "a BOOL DEFAULT 0"),
    Case("true as an expression", "a BOOL DEFAULT (TRUE)", "a BOOL DEFAULT '1'"),
    Case("null", "a INT DEFAULT NULL", "a INT"),
    Case("null as an expression", "a INT DEFAULT (NULL)", "a INT NULL"),
    Case("date as an expression", "a DATE DEFAULT ('2020-01-01')", "a DATE DEFAULT '2020-01-01'"),
    Case("midnight", "a DATETIME DEFAULT '2020-01-01'", "a DATETIME DEFAULT '2020-01-01 00:00:00'"),
    Case("midnight as an expression", "a DATETIME(3) DEFAULT ('2020-01-01')", "a DATETIME(3) DEFAULT '2020-01-01'"),
    Case("bytes", "a BINARY(3) DEFAULT ('ab')", "a BINARY(3) DEFAULT 'ab'"),
    Case("nested parentheses", "a INT DEFAULT ((1 + 1))", "a INT DEFAULT (1 + 1)"),
    Case(
        "type synonyms",
        "a INTEGER, b NUMERIC(5), c DOUBLE PRECISION, d BOOLEAN, e DEC(5,2)",
        "a INT, b DECIMAL(5,0), c DOUBLE, d TINYINT(1), e DECIMAL(5,2)",
    ),
    Case("national", "a NVARCHAR(9)", "a VARCHAR(9) CHARACTER SET utf8mb3"),
    Case("utf8", "a VARCHAR(9) CHARACTER SET utf8", "a VARCHAR(9) CHARACTER SET utf8mb3"),
    Case("column character set spelled out", "a VARCHAR(9)", "a VARCHAR(9) CHARACTER SET utf8mb4"),
    Case(
        "column collation spelled out",
        "a VARCHAR(9) | COLLATE=utf8mb4_bin",
        "a VARCHAR(9) COLLATE utf8mb4_bin | COLLATE=utf8mb4_bin",
    ),
    Case(
        "default collation spelled out",
        "a VARCHAR(9) | CHARSET=latin1",
        "a VARCHAR(9) | CHARSET=latin1 COLLATE=latin1_swedish_ci",
    ),
    Case(
        "column default collation spelled out",
        "a VARCHAR(9) CHARACTER SET latin1",
        "a VARCHAR(9) COLLATE latin1_swedish_ci",
    ),
    Case("timestamp null", "a TIMESTAMP NULL", "a TIMESTAMP NULL DEFAULT NULL"),
    Case("generated keywords", "a INT AS (id + 1)", "a INT GENERATED ALWAYS AS ((id + 1)) VIRTUAL"),
    Case("display width", "a INT(5), b BIGINT(7) UNSIGNED, c YEAR(4)", "a INT, b BIGINT UNSIGNED, c YEAR"),
    Case("inline unique", "a INT UNIQUE", "a INT, UNIQUE KEY a (a ASC)"),
    Case(
        "primary key clause", "CREATE TABLE u (a INT PRIMARY KEY)", "CREATE TABLE u (a INT NOT NULL, PRIMARY KEY (a))"
    ),
    Case("index order", "a INT, b INT, KEY k (a), KEY l (b)", "a INT, b INT, KEY l (b), KEY k (a)"),
    Case("index algorithm", "a INT, KEY k (a)", "a INT, KEY k (a) USING BTREE"),
    Case("column order", "a INT, b INT", "b INT, a INT"),
    Case(
        "another route",
        "a INT, b VARCHAR(9) NOT NULL DEFAULT '', KEY k (b)",
        "b INT;;ALTER TABLE t ADD a INT FIRST, MODIFY b VARCHAR(9) NOT NULL DEFAULT '', ADD KEY k (b)",
    ),
    Case("renamed table", "CREATE TABLE u (a INT)", "CREATE TABLE v (a INT);;RENAME TABLE v TO u"),
    Case("counter", "a INT", "a INT | AUTO_INCREMENT=5"),
    Case("engine", "a INT", "a INT | ENGINE=InnoDB"),
    Case("row format", "a INT", "a INT | ROW_FORMAT=DYNAMIC"),
    Case(
        "partition names",
        "a INT | PARTITION BY HASH (id) PARTITIONS 2",
        "a INT | PARTITION BY HASH (id) (PARTITION p0, PARTITION p1)",
    ),
    Case(
        "restrict",
        "a INT, CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)",
        "a INT, CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id) ON DELETE RESTRICT ON UPDATE NO ACTION",
    ),
    Case(
        "foreign key without a name",
        "a INT, KEY k (a), FOREIGN KEY (a) REFERENCES p (id)",
        "a INT, KEY k (a), CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)",
        declared=("k",),
    ),
    Case(
        "foreign keys numbered otherwise",
        "a INT, b INT, FOREIGN KEY (a) REFERENCES p (id), FOREIGN KEY (b) REFERENCES p (id)",
        "a INT, b INT, FOREIGN KEY (b) REFERENCES p (id), FOREIGN KEY (a) REFERENCES p (id)",
    ),
    Case(
        "foreign key column order",
        "a INT, b INT, KEY k (a, b), KEY l (b, a), CONSTRAINT f FOREIGN KEY (a, b) REFERENCES p (x, y)",
        "a INT, b INT, KEY k (a, b), KEY l (b, a), CONSTRAINT f FOREIGN KEY (b, a) REFERENCES p (y, x)",
    ),
    Case(
        "check without a name",
        "a INT, CONSTRAINT c CHECK (a > 0), CHECK (a < 9)",
        "a INT, CONSTRAINT d CHECK (a < 9), CONSTRAINT c CHECK (a > 0)",
        declared=("c",),
    ),
    Case(
        "checks numbered otherwise",
        "a INT, b INT, CHECK (a > 0), CHECK (b > 0), CHECK (a > b)",
        "a INT, b INT, CHECK (a > b), CHECK (b > 0), CHECK (a > 0)",
    ),
    Case("unique without a name", "a INT, UNIQUE (a)", "a INT, UNIQUE KEY uq_a (a)", declared=()),
    Case(
        "index for a foreign key, named",
        "a INT, CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)",
        "a INT, KEY ix (a), CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)",
        declared=("f",),
    ),
    Case(
        "index for a foreign key, named by the server otherwise",
        "a INT, CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)",
        "a INT, KEY a (a), CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)",
    ),
    Case(
        "index for a foreign key, wider",
        "a INT, b INT, CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id), KEY k (a, b)",
        "a INT, b INT, KEY k (a, b), CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id);;DROP TABLE IF EXISTS nothing",
        declared=("f", "k"),
    ),
    Case(
        "connection character set in a generated column",
        "SET NAMES latin1;;CREATE TABLE u (a VARCHAR(9) AS ('x'))",
        "SET NAMES utf8mb4;;CREATE TABLE u (a VARCHAR(9) AS ('x'))",
    ),
    Case(
        "connection character set in a cast",
        "SET NAMES latin1;;CREATE TABLE u (id INT, a VARCHAR(9) AS (cast(id AS CHAR(9))))",
        "SET NAMES utf8mb4;;CREATE TABLE u (id INT, a VARCHAR(9) AS (cast(id AS CHAR(9))))",
    ),
    Case(
        "connection character set in a check",
        "SET NAMES latin1;;CREATE TABLE u (a VARCHAR(9), CONSTRAINT c CHECK (a IN ('x', 'y''z')))",
        "SET NAMES utf8mb4;;CREATE TABLE u (a VARCHAR(9), CONSTRAINT c CHECK (a IN ('x', 'y\\'z')))",
    ),
    Case(
        "connection character set in a default",
        "SET NAMES latin1;;CREATE TABLE u (a VARCHAR(9) DEFAULT (lower('X')))",
        "SET NAMES utf8mb4;;CREATE TABLE u (a VARCHAR(9) DEFAULT (lower('X')))",
    ),
    Case(
        "connection character set in a view",
        "SET NAMES latin1;;CREATE VIEW v AS SELECT 'x' AS s, _utf8mb4'y' AS r",
        "SET NAMES utf8mb4;;CREATE VIEW v AS SELECT 'x' AS s, _utf8mb4'y' AS r",
    ),
    Case("view blanks", "CREATE VIEW v AS SELECT id FROM t", "CREATE  VIEW v AS\n SELECT  id FROM  t"),
    Case(
        "trigger blanks",
        "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1",
        "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW\n  SET  NEW.a = 1",
    ),
    Case(
        "event created at another time",
        "SET timestamp = 1700000000;;CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1",
        "SET timestamp = 1800000000;;CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1",
    ),
    Case(
        "database default",
        "CREATE TABLE u (a INT) CHARSET utf8mb4",
        "CREATE TABLE u (a INT) CHARSET utf8mb4;;ALTER DATABASE CHARACTER SET latin2",
    ),
)

EQUIVALENT_ON_MYSQL = (
    Case("text default null", "a TEXT", "a TEXT DEFAULT (NULL)"),
    Case(
        "text literal",
        "a TEXT DEFAULT ('x')",
        "SET NAMES latin1;;DROP TABLE t;;CREATE TABLE t (id INT PRIMARY KEY, a TEXT DEFAULT ('x'))",
    ),
    Case(
        "functional index",
        "SET NAMES latin1;;CREATE TABLE u (a VARCHAR(9), KEY k ((concat(a, 'x'))))",
        "SET NAMES utf8mb4;;CREATE TABLE u (a VARCHAR(9), KEY k ((concat(a, 'x'))))",
    ),
    Case("hash that InnoDB does not have", "a INT, KEY k (a)", "a INT, KEY k (a) USING HASH"),
    Case("bytes from digits", "a VARBINARY(3) DEFAULT (0x6162)", "a VARBINARY(3) DEFAULT 'ab'"),
)

EQUIVALENT_ON_MARIADB = (
    Case("json", "a JSON", "a LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin CHECK (json_valid(a))"),
    Case("hash that InnoDB does not have", "a INT, KEY k (a)", "a INT, KEY k (a) USING HASH"),
    Case("dropped default", "a INT", "a INT DEFAULT 1;;ALTER TABLE t ALTER a DROP DEFAULT"),
)
