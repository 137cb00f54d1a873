"""Single differences of keys and constraints."""

from __future__ import annotations

from tests.server.drift_cases.case import Case

# A case is a line.
# fmt: off

INDEXES = (
    Case("index missing", "a INT, KEY k (a)", "a INT", "-index k on t", 'Column("a", Integer), Index("k", "a")'),
    Case("index left", "a INT", "a INT, KEY k (a)", "+index k on t", 'Column("a", Integer)'),
    Case("index by naming convention missing", "a INT, KEY ix_$t_a (a)", "a INT", "-index ix_t_a on t", 'Column("a", Integer), Index("ix_$t_a", "a")'),
    Case("index named like its column", "a INT", "a INT, KEY a (a)", "+index a on t", 'Column("a", Integer)'),
    Case("index named like its column, missing", "a INT, KEY a (a)", "a INT", "-index a on t", 'Column("a", Integer), Index("a", "a")'),
    Case("second index on a column", "a INT, KEY k (a)", "a INT, KEY k (a), KEY l (a)", "+index l on t", 'Column("a", Integer), Index("k", "a")'),
    Case("index renamed", "a INT, KEY k (a)", "a INT, KEY l (a)", "index k on t: name", 'Column("a", Integer), Index("k", "a")'),
    Case("index unique", "a INT, KEY k (a)", "a INT, UNIQUE KEY k (a)", "index k on t: kind", 'Column("a", Integer), Index("k", "a")'),
    Case("index no longer unique", "a INT, UNIQUE KEY k (a)", "a INT, KEY k (a)", "index k on t: kind", 'Column("a", Integer), Index("k", "a", unique=True)'),
    Case("index column missing", "a INT, b INT, KEY k (a, b)", "a INT, b INT, KEY k (a)", "index k on t: columns", 'Column("a", Integer), Column("b", Integer), Index("k", "a", "b")'),
    Case("index column added", "a INT, b INT, KEY k (a)", "a INT, b INT, KEY k (a, b)", "index k on t: columns", 'Column("a", Integer), Column("b", Integer), Index("k", "a")'),
    Case("index column order", "a INT, b INT, KEY k (a, b)", "a INT, b INT, KEY k (b, a)", "index k on t: columns", 'Column("a", Integer), Column("b", Integer), Index("k", "a", "b")'),
    Case("index other column", "a INT, b INT, KEY k (a)", "a INT, b INT, KEY k (b)", "index k on t: columns", 'Column("a", Integer), Column("b", Integer), Index("k", "a")'),
    Case("index prefix", "a TEXT, KEY k (a(5))", "a TEXT, KEY k (a(6))", "index k on t: columns", 'Column("a", Text), Index("k", "a", mysql_length=5)'),
    Case("index prefix or whole", "a VARCHAR(9), KEY k (a)", "a VARCHAR(9), KEY k (a(3))", "index k on t: columns", 'Column("a", String(9)), Index("k", "a")'),
    Case("index prefix of the second column", "a INT, b TEXT, KEY k (a, b(5))", "a INT, b TEXT, KEY k (a, b(9))", "index k on t: columns", 'Column("a", Integer), Column("b", Text), Index("k", "a", "b", mysql_length={"b": 5})'),
    Case("index of bytes, prefix", "a BLOB, KEY k (a(5))", "a BLOB, KEY k (a(6))", "index k on t: columns", 'Column("a", LargeBinary), Index("k", "a", mysql_length=5)'),
    Case("index ascending", "a INT, KEY k (a DESC)", "a INT, KEY k (a)", "index k on t: columns", 'Column("a", Integer), Index("k", text("a DESC"))', "has_descending_indexes"),
    Case("index descending", "a INT, KEY k (a)", "a INT, KEY k (a DESC)", "index k on t: columns", 'Column("a", Integer), Index("k", "a")', "has_descending_indexes"),
    Case("index comment", "a INT, KEY k (a)", "a INT, KEY k (a) COMMENT 'c'", "index k on t: comment", 'Column("a", Integer), Index("k", "a")'),
    Case("index block size", "a INT, KEY k (a)", "a INT, KEY k (a) KEY_BLOCK_SIZE=4", "index k on t: key block size", 'Column("a", Integer), Index("k", "a")', "is_mariadb"),
    Case("fulltext", "a TEXT, KEY k (a(9))", "a TEXT, FULLTEXT KEY k (a)", "index k on t: kind, columns", 'Column("a", Text), Index("k", "a", mysql_length=9)'),
    Case("fulltext missing", "a TEXT, FULLTEXT KEY k (a)", "a TEXT", "-index k on t", 'Column("a", Text), Index("k", "a", mysql_prefix="FULLTEXT")'),
    Case("fulltext lost", "a VARCHAR(99), FULLTEXT KEY k (a)", "a VARCHAR(99), KEY k (a)", "index k on t: kind", 'Column("a", String(99)), Index("k", "a", mysql_prefix="FULLTEXT")'),
    Case("fulltext columns", "a TEXT, b TEXT, FULLTEXT KEY k (a)", "a TEXT, b TEXT, FULLTEXT KEY k (a, b)", "index k on t: columns", 'Column("a", Text), Column("b", Text), Index("k", "a", mysql_prefix="FULLTEXT")'),
    Case("fulltext parser", "a TEXT, FULLTEXT KEY k (a) WITH PARSER ngram", "a TEXT, FULLTEXT KEY k (a)", "index k on t: parser", 'Column("a", Text), Index("k", "a", mysql_prefix="FULLTEXT", mysql_with_parser="ngram")', "is_mysql"),
    Case("spatial", "a POINT NOT NULL, SPATIAL KEY k (a)", "a POINT NOT NULL", "-index k on t", 'Column("a", Raw("POINT"), nullable=False), Index("k", "a", mysql_prefix="SPATIAL")'),
    Case("hash or tree", "a INT, KEY k (a) | ENGINE=MEMORY", "a INT, KEY k (a) USING BTREE | ENGINE=MEMORY", "index k on t: using", 'Column("a", Integer), Index("k", "a"), mysql_engine="MEMORY"'),
    Case("tree or hash", "a INT, KEY k (a) USING BTREE | ENGINE=MEMORY", "a INT, KEY k (a) | ENGINE=MEMORY", "index k on t: using", 'Column("a", Integer), Index("k", "a", mysql_using="btree"), mysql_engine="MEMORY"'),
    Case("hash unique", "a INT, UNIQUE KEY k (a)", "a INT, UNIQUE KEY k (a) USING HASH", "index k on t: using", 'Column("a", Integer), Index("k", "a", unique=True)', "has_hash_unique_keys"),
    Case("functional index", "a INT, KEY k ((a + 1))", "a INT, KEY k ((a + 2))", "index k on t: columns", 'Column("a", Integer), Index("k", text("(a + 1)"))', "is_mysql"),
    Case("functional index of a function", "a VARCHAR(9), KEY k ((lower(a)))", "a VARCHAR(9), KEY k ((upper(a)))", "index k on t: columns", 'Column("a", String(9)), Index("k", text("(lower(a))"))', "is_mysql"),
    Case("functional index descending", "a INT, KEY k ((a + 1))", "a INT, KEY k ((a + 1) DESC)", "index k on t: columns", 'Column("a", Integer), Index("k", text("(a + 1)"))', "is_mysql"),
    Case("functional or plain", "a INT, KEY k ((a + 1))", "a INT, KEY k (a)", "index k on t: columns", 'Column("a", Integer), Index("k", text("(a + 1)"))', "is_mysql"),
    Case("multi-valued index", "a JSON, KEY k ((cast(a AS UNSIGNED ARRAY)))", "a JSON, KEY k ((cast(a AS SIGNED ARRAY)))", "index k on t: columns", 'Column("a", JSON), Index("k", text("(cast(a AS UNSIGNED ARRAY))"))', "is_mysql"),
    Case("invisible index", "a INT, KEY k (a)", "a INT, KEY k (a) INVISIBLE", "index k on t: visible", 'Column("a", Integer), Index("k", "a")', "is_mysql"),
    Case("ignored index", "a INT, KEY k (a)", "a INT, KEY k (a) IGNORED", "index k on t: visible", 'Column("a", Integer), Index("k", "a")', "is_mariadb"),
    Case("vector index", "a VECTOR(3) NOT NULL, VECTOR KEY k (a)", "a VECTOR(3) NOT NULL, VECTOR KEY k (a) M=8", "index k on t: other", needs="has_vector_indexes"),
    Case("vector index distance", "a VECTOR(3) NOT NULL, VECTOR KEY k (a)", "a VECTOR(3) NOT NULL, VECTOR KEY k (a) DISTANCE=cosine", "index k on t: other", needs="has_vector_indexes"),
    Case("index attribute", "a INT, KEY k (a)", """a INT, KEY k (a) SECONDARY_ENGINE_ATTRIBUTE='{"x": 1}'""", "index k on t: other", 'Column("a", Integer), Index("k", "a")', "is_mysql"),
    Case("two indexes exchanged", "a INT, b INT, KEY k (a), KEY l (b)", "a INT, b INT, KEY k (b), KEY l (a)", "index k on t: name index l on t: name", 'Column("a", Integer), Column("b", Integer), Index("k", "a"), Index("l", "b")'),
    Case("index on a strange name", "a INT", "a INT, KEY `k``) (x` (a)", "+index k`) (x on t", 'Column("a", Integer)'),
    Case("index of the model's own flag", "a INT, KEY ix_$t_a (a)", "a INT, UNIQUE KEY ix_$t_a (a)", "index ix_t_a on t: kind", 'Column("a", Integer, index=True)'),
)

UNIQUES = (
    Case("unique missing", "a INT, UNIQUE KEY k (a)", "a INT", "-index k on t", 'Column("a", Integer), UniqueConstraint("a", name="k")'),
    Case("unique without a name missing", "a INT UNIQUE", "a INT", "-index a on t", 'Column("a", Integer, unique=True)'),
    Case("unique left", "a INT", "a INT UNIQUE", "+index a on t", 'Column("a", Integer)'),
    Case("unique renamed", "a INT, UNIQUE KEY k (a)", "a INT, UNIQUE KEY l (a)", "index k on t: name", 'Column("a", Integer), UniqueConstraint("a", name="k")'),
    Case("unique column order", "a INT, b INT, UNIQUE KEY k (a, b)", "a INT, b INT, UNIQUE KEY k (b, a)", "index k on t: columns", 'Column("a", Integer), Column("b", Integer), UniqueConstraint("a", "b", name="k")'),
    Case("unique column missing", "a INT, b INT, UNIQUE (a, b)", "a INT, b INT, UNIQUE (a)", "index a on t: columns", 'Column("a", Integer), Column("b", Integer), UniqueConstraint("a", "b")'),
    Case("unique of two as two", "a INT, b INT, UNIQUE KEY k (a, b)", "a INT, b INT, UNIQUE KEY k (a), UNIQUE KEY l (b)", "index k on t: columns +index l on t", 'Column("a", Integer), Column("b", Integer), UniqueConstraint("a", "b", name="k")'),
    Case("unique with a prefix", "a VARCHAR(99), UNIQUE KEY k (a)", "a VARCHAR(99), UNIQUE KEY k (a(9))", "index k on t: columns", 'Column("a", String(99)), UniqueConstraint("a", name="k")'),
    Case("without overlaps", "a DATE, b DATE, PERIOD FOR q (a, b), UNIQUE KEY k (id, a)", "a DATE, b DATE, PERIOD FOR q (a, b), UNIQUE KEY k (id, q WITHOUT OVERLAPS)", "index k on t: columns", needs="is_mariadb"),
)

PRIMARY_KEYS = (
    Case("primary key other column", "CREATE TABLE $u (c INT NOT NULL, d INT NOT NULL, PRIMARY KEY (c))", "CREATE TABLE $u (c INT NOT NULL, d INT NOT NULL, PRIMARY KEY (d))", "primary key of u: columns", 'Table("$u", metadata, Column("c", Integer, primary_key=True, autoincrement=False), Column("d", Integer, nullable=False))'),
    Case("primary key extended", "CREATE TABLE $u (c INT NOT NULL, d INT NOT NULL, PRIMARY KEY (c))", "CREATE TABLE $u (c INT NOT NULL, d INT NOT NULL, PRIMARY KEY (c, d))", "primary key of u: columns", 'Table("$u", metadata, Column("c", Integer, primary_key=True, autoincrement=False), Column("d", Integer, nullable=False))'),
    Case("primary key cut", "CREATE TABLE $u (c INT NOT NULL, d INT NOT NULL, PRIMARY KEY (c, d))", "CREATE TABLE $u (c INT NOT NULL, d INT NOT NULL, PRIMARY KEY (c))", "primary key of u: columns", 'Table("$u", metadata, Column("c", Integer, primary_key=True, autoincrement=False), Column("d", Integer, primary_key=True))'),
    Case("primary key order", "CREATE TABLE $u (c INT NOT NULL, d INT NOT NULL, PRIMARY KEY (c, d))", "CREATE TABLE $u (c INT NOT NULL, d INT NOT NULL, PRIMARY KEY (d, c))", "primary key of u: columns", 'Table("$u", metadata, Column("c", Integer, nullable=False), Column("d", Integer, nullable=False), PrimaryKeyConstraint("c", "d"))'),
    Case("primary key missing", "CREATE TABLE $u (c VARCHAR(9) NOT NULL PRIMARY KEY)", "CREATE TABLE $u (c VARCHAR(9) NOT NULL)", "-primary key of u", 'Table("$u", metadata, Column("c", String(9), primary_key=True))'),
    Case("primary key left", "CREATE TABLE $u (c INT NOT NULL)", "CREATE TABLE $u (c INT NOT NULL PRIMARY KEY)", "+primary key of u", 'Table("$u", metadata, Column("c", Integer, nullable=False))'),
    Case("primary key or unique", "CREATE TABLE $u (c INT NOT NULL PRIMARY KEY)", "CREATE TABLE $u (c INT NOT NULL, UNIQUE KEY c (c))", "-primary key of u +index c on u", 'Table("$u", metadata, Column("c", Integer, primary_key=True, autoincrement=False))'),
    Case("primary key prefix", "CREATE TABLE $u (c VARCHAR(99) NOT NULL, PRIMARY KEY (c))", "CREATE TABLE $u (c VARCHAR(99) NOT NULL, PRIMARY KEY (c(9)))", "primary key of u: columns", 'Table("$u", metadata, Column("c", String(99), primary_key=True))'),
    Case("primary key of another type", "CREATE TABLE $u (c BIGINT AUTO_INCREMENT PRIMARY KEY)", "CREATE TABLE $u (c INT AUTO_INCREMENT PRIMARY KEY)", "u.c: type", 'Table("$u", metadata, Column("c", BigInteger, primary_key=True))'),
)

_F = "CONSTRAINT $f FOREIGN KEY (a) REFERENCES p (id)"
_F_MODEL = 'Column("a", Integer), ForeignKeyConstraint(["a"], ["p.id"], name="$f"'

FOREIGN_KEYS = (
    Case("foreign key missing, its index there", f"a INT, {_F}", "a INT, KEY $f (a)", "-foreign key f on t", f"{_F_MODEL})"),
    Case("foreign key missing with its index", f"a INT, {_F}", "a INT", "-index f on t -foreign key f on t", f"{_F_MODEL})", drift="-foreign key f on t"),
    Case("foreign key without a name missing", "a INT, KEY k (a), FOREIGN KEY (a) REFERENCES p (id)", "a INT, KEY k (a)", "-foreign key t_ibfk_1 on t", 'Column("a", Integer, ForeignKey("p.id")), Index("k", "a")', "is_mysql"),
    Case("foreign key left", "a INT, KEY $f (a)", f"a INT, {_F}", "+foreign key f on t", 'Column("a", Integer), Index("$f", "a")'),
    Case("foreign key left with its index", "a INT", f"a INT, {_F}", "+index f on t +foreign key f on t", 'Column("a", Integer)'),
    Case("foreign key on delete", f"a INT, {_F}", f"a INT, {_F} ON DELETE CASCADE", "foreign key f on t: on delete", f"{_F_MODEL})"),
    Case("foreign key on delete missing", f"a INT, {_F} ON DELETE CASCADE", f"a INT, {_F}", "foreign key f on t: on delete", f'{_F_MODEL}, ondelete="CASCADE")'),
    Case("foreign key on delete set null", f"a INT, {_F} ON DELETE CASCADE", f"a INT, {_F} ON DELETE SET NULL", "foreign key f on t: on delete", f'{_F_MODEL}, ondelete="CASCADE")'),
    Case("foreign key on update", f"a INT, {_F}", f"a INT, {_F} ON UPDATE CASCADE", "foreign key f on t: on update", f"{_F_MODEL})"),
    Case("foreign key on update missing", f"a INT, {_F} ON DELETE CASCADE ON UPDATE CASCADE", f"a INT, {_F} ON DELETE CASCADE", "foreign key f on t: on update", f'{_F_MODEL}, ondelete="CASCADE", onupdate="CASCADE")'),
    Case("foreign key target", f"a INT, {_F}", "a INT, CONSTRAINT $f FOREIGN KEY (a) REFERENCES $t (id)", "foreign key f on t: references", f"{_F_MODEL})"),
    Case("foreign key target column", "a INT, CONSTRAINT $f FOREIGN KEY (a) REFERENCES p (x)", "a INT, CONSTRAINT $f FOREIGN KEY (a) REFERENCES p (y)", "foreign key f on t: columns", 'Column("a", Integer), ForeignKeyConstraint(["a"], ["p.x"], name="$f")'),
    Case("foreign key other column", f"a INT, b INT, KEY k (a), KEY l (b), {_F}", "a INT, b INT, KEY k (a), KEY l (b), CONSTRAINT $f FOREIGN KEY (b) REFERENCES p (id)", "foreign key f on t: columns", f'{_F_MODEL}), Column("b", Integer), Index("k", "a"), Index("l", "b")'),
    Case("foreign key renamed", f"a INT, KEY k (a), {_F}", "a INT, KEY k (a), CONSTRAINT $g FOREIGN KEY (a) REFERENCES p (id)", "foreign key f on t: name", f'{_F_MODEL}), Index("k", "a")'),
    Case("foreign key doubled", f"a INT, KEY k (a), {_F}", f"a INT, KEY k (a), {_F}, CONSTRAINT $g FOREIGN KEY (a) REFERENCES p (id)", "+foreign key g on t", f'{_F_MODEL}), Index("k", "a")'),
    Case("foreign key pairs crossed", "a INT, b INT, KEY k (a, b), CONSTRAINT $f FOREIGN KEY (a, b) REFERENCES p (x, y)", "a INT, b INT, KEY k (a, b), CONSTRAINT $f FOREIGN KEY (a, b) REFERENCES p (y, x)", "foreign key f on t: columns", 'Column("a", Integer), Column("b", Integer), Index("k", "a", "b"), ForeignKeyConstraint(["a", "b"], ["p.x", "p.y"], name="$f")'),
    Case("foreign key of two as one", "a INT, b INT, KEY k (a, b), CONSTRAINT $f FOREIGN KEY (a, b) REFERENCES p (x, y)", "a INT, b INT, KEY k (a, b), CONSTRAINT $f FOREIGN KEY (a) REFERENCES p (x)", "foreign key f on t: columns", 'Column("a", Integer), Column("b", Integer), Index("k", "a", "b"), ForeignKeyConstraint(["a", "b"], ["p.x", "p.y"], name="$f")'),
    Case("foreign key index that another could replace", f"a INT, {_F}, KEY k (a, id)", f"a INT, KEY $f (a), KEY k (a, id), {_F}", "+index f on t", f'{_F_MODEL}), Index("k", "a", "id")'),
    Case("foreign key index, its name missing", f"a INT, KEY ix_$t_a (a), {_F}", f"a INT, {_F}", "index ix_t_a on t: name", f'{_F_MODEL}), Index("ix_$t_a", "a")'),
    Case("foreign key and its column's type", f"a INT, {_F}", f"a INT NOT NULL, {_F}", "t.a: nullable", f"{_F_MODEL})"),
    Case("foreign key to itself", "a INT, CONSTRAINT $f FOREIGN KEY (a) REFERENCES $t (id) ON DELETE SET NULL", "a INT, CONSTRAINT $f FOREIGN KEY (a) REFERENCES $t (id)", "foreign key f on t: on delete", 'Column("a", Integer), ForeignKeyConstraint(["a"], ["$t.id"], name="$f", ondelete="SET NULL")'),
    Case("foreign key that use_alter left out", f"a INT, KEY $f (a), {_F}", "a INT, KEY $f (a)", "-foreign key f on t", f'{_F_MODEL}, use_alter=True), Index("$f", "a")'),
)

CHECKS = (
    Case("check missing", "a INT, CONSTRAINT $c CHECK (a > 0)", "a INT", "-check c on t", 'Column("a", Integer), CheckConstraint("a > 0", name="$c")'),
    Case("check left", "a INT", "a INT, CONSTRAINT $c CHECK (a > 0)", "+check c on t", 'Column("a", Integer)'),
    Case("check expression", "a INT, CONSTRAINT $c CHECK (a > 0)", "a INT, CONSTRAINT $c CHECK (a >= 0)", "check c on t: expression", 'Column("a", Integer), CheckConstraint("a > 0", name="$c")'),
    Case("check operator", "a INT, b INT, CONSTRAINT $c CHECK (a > 0 AND b > 0)", "a INT, b INT, CONSTRAINT $c CHECK (a > 0 OR b > 0)", "check c on t: expression", 'Column("a", Integer), Column("b", Integer), CheckConstraint("a > 0 AND b > 0", name="$c")'),
    Case("check precedence", "a INT, b INT, CONSTRAINT $c CHECK ((a = 1 OR b = 1) AND id > 0)", "a INT, b INT, CONSTRAINT $c CHECK (a = 1 OR b = 1 AND id > 0)", "check c on t: expression", 'Column("a", Integer), Column("b", Integer), CheckConstraint("(a = 1 OR b = 1) AND id > 0", name="$c")'),
    Case("check string", "a VARCHAR(9), CONSTRAINT $c CHECK (a <> 'x')", "a VARCHAR(9), CONSTRAINT $c CHECK (a <> 'X')", "check c on t: expression", """Column("a", String(9)), CheckConstraint("a <> 'x'", name="$c")"""),
    Case("check string with blanks", "a VARCHAR(9), CONSTRAINT $c CHECK (a <> 'x  y')", "a VARCHAR(9), CONSTRAINT $c CHECK (a <> 'x y')", "check c on t: expression", """Column("a", String(9)), CheckConstraint("a <> 'x  y'", name="$c")"""),
    Case("check list", "a VARCHAR(9), CONSTRAINT $c CHECK (a IN ('x', 'y'))", "a VARCHAR(9), CONSTRAINT $c CHECK (a IN ('x', 'y', 'z'))", "check c on t: expression", """Column("a", String(9)), CheckConstraint("a IN ('x', 'y')", name="$c")"""),
    Case("check of an enum, value missing", "a VARCHAR(2), CONSTRAINT $c CHECK (a IN ('x', 'yy'))", "a VARCHAR(2), CONSTRAINT $c CHECK (a IN ('x'))", "check c on t: expression", 'Column("a", Enum("x", "yy", native_enum=False, create_constraint=True, name="$c"))'),
    Case("check of a boolean missing", "a BOOL, CONSTRAINT $c CHECK (a IN (0, 1))", "a BOOL", "-check c on t", 'Column("a", Boolean(create_constraint=True, name="$c"))'),
    Case("check renamed", "a INT, CONSTRAINT $c CHECK (a > 0)", "a INT, CONSTRAINT $d CHECK (a > 0)", "check c on t: name", 'Column("a", Integer), CheckConstraint("a > 0", name="$c")'),
    Case("check that lost its name", "a INT, CONSTRAINT $c CHECK (a > 0)", "a INT CHECK (a > 0)", "t.a: check -check c on t", 'Column("a", Integer), CheckConstraint("a > 0", name="$c")', "is_mariadb", drift="check c on t: name"),
    Case("check left at its column", "a INT", "a INT CHECK (a > 0)", "t.a: check", 'Column("a", Integer)', "is_mariadb"),
    Case("check not enforced", "a INT, CONSTRAINT $c CHECK (a > 0)", "a INT, CONSTRAINT $c CHECK (a > 0) NOT ENFORCED", "check c on t: enforced", 'Column("a", Integer), CheckConstraint("a > 0", name="$c")', "is_mysql"),
    Case("check without a name", "a INT, CHECK (a > 0)", "a INT, CHECK (a > 1)", "check t_chk_1 on t: expression", 'Column("a", Integer), CheckConstraint("a > 0")', "is_mysql"),
    Case("check without a name on MariaDB", "a INT, CHECK (a > 0)", "a INT, CHECK (a > 1)", "check CONSTRAINT_1 on t: expression", 'Column("a", Integer), CheckConstraint("a > 0")', "is_mariadb"),
    Case("one of two checks without names missing", "a INT, CHECK (a > 0), CHECK (a < 9)", "a INT, CHECK (a < 9)", "-check t_chk_1 on t check t_chk_2 on t: name", 'Column("a", Integer), CheckConstraint("a > 0"), CheckConstraint("a < 9")', "is_mysql", drift="-check t_chk_1 on t"),
)
