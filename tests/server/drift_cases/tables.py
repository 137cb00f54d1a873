"""Single differences of tables as a whole: options, partitions, presence."""

from __future__ import annotations

from tests.server.drift_cases.case import Case

# A case is a line.
# fmt: off

PRESENCE = (
    Case("table missing", "CREATE TABLE $u (c INT)", "SET @nothing = 1", "-u", 'Table("$u", metadata, Column("c", Integer))'),
    Case("table left", "SET @nothing = 1", "CREATE TABLE $u (c INT)", "+u"),
    Case("table renamed", "CREATE TABLE $u (c INT)", "CREATE TABLE $v (c INT)", "-u +v", 'Table("$u", metadata, Column("c", Integer))'),
    Case("view where a table should be", "CREATE TABLE $u (id INT)", "CREATE VIEW $u AS SELECT id FROM $t", "-u +view u", 'Table("$u", metadata, Column("id", Integer))'),
)

OPTIONS = (
    Case("engine", "a INT", "a INT | ENGINE=MyISAM", "t: ENGINE", 'Column("a", Integer)'),
    Case("engine of the models", "a INT | ENGINE=MEMORY", "a INT", "t: ENGINE", 'Column("a", Integer), mysql_engine="MEMORY"'),
    Case("row format", "a INT", "a INT | ROW_FORMAT=COMPACT", "t: ROW_FORMAT", 'Column("a", Integer), mysql_row_format="DYNAMIC"'),
    Case("row format missing", "a INT | ROW_FORMAT=COMPRESSED", "a INT", "t: ROW_FORMAT", 'Column("a", Integer), mysql_row_format="COMPRESSED"'),
    Case("block size", "a INT | ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8", "a INT | ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=4", "t: KEY_BLOCK_SIZE", 'Column("a", Integer), mysql_row_format="COMPRESSED", mysql_key_block_size="8"'),
    Case("table comment", "a INT", "a INT | COMMENT='c'", "t: COMMENT", 'Column("a", Integer)'),
    Case("table comment missing", "a INT | COMMENT='it''s'", "a INT", "t: COMMENT", 'Column("a", Integer), comment="it\'s"'),
    Case("table comment text", "a INT | COMMENT='c'", "a INT | COMMENT='c ENGINE=x'", "t: COMMENT", 'Column("a", Integer), comment="c"'),
    Case("table collation", "a INT", "a INT | COLLATE=utf8mb4_bin", "t: COLLATE", 'Column("a", Integer)'),
    Case("table collation of the models", "a INT | CHARSET=utf8mb4 COLLATE=utf8mb4_bin", "a INT", "t: COLLATE", 'Column("a", Integer), mysql_charset="utf8mb4", mysql_collate="utf8mb4_bin"'),
    Case("table character set", "a INT", "a INT | CHARSET=latin2", "t: CHARSET, COLLATE", 'Column("a", Integer)'),
    Case("table character set with its columns", "a VARCHAR(9)", "a VARCHAR(9) | CHARSET=latin2", "t: CHARSET, COLLATE", 'Column("a", String(9))'),
    Case("table collation with its columns", "a VARCHAR(9), b TEXT | COLLATE=utf8mb4_bin", "a VARCHAR(9), b TEXT", "t: COLLATE", 'Column("a", String(9)), Column("b", Text), mysql_collate="utf8mb4_bin"'),
    Case("table character set with a column that deviates", "a VARCHAR(9), b VARCHAR(9)", "a VARCHAR(9), b VARCHAR(9) COLLATE latin2_bin | CHARSET=latin2", "t.b: character set, collation t: CHARSET, COLLATE", 'Column("a", String(9)), Column("b", String(9))'),
    Case("table character set but not its columns", "a VARCHAR(9) | COLLATE=utf8mb4_bin", "a VARCHAR(9) COLLATE utf8mb4_bin | CHARSET=latin2", "t: CHARSET, COLLATE", 'Column("a", String(9)), mysql_collate="utf8mb4_bin"'),
    Case("statistics", "a INT", "a INT | STATS_PERSISTENT=0", "t: STATS_PERSISTENT", 'Column("a", Integer)'),
    Case("statistics pages", "a INT | STATS_SAMPLE_PAGES=5", "a INT | STATS_SAMPLE_PAGES=6", "t: STATS_SAMPLE_PAGES", 'Column("a", Integer), mysql_stats_sample_pages="5"'),
    Case("statistics recalculation", "a INT", "a INT | STATS_AUTO_RECALC=0", "t: STATS_AUTO_RECALC", 'Column("a", Integer)'),
    Case("packed keys", "a INT", "a INT | PACK_KEYS=1", "t: PACK_KEYS", 'Column("a", Integer)'),
    Case("rows", "a INT", "a INT | MAX_ROWS=100", "t: MAX_ROWS", 'Column("a", Integer)'),
    Case("fewest rows", "a INT", "a INT | MIN_ROWS=5", "t: MIN_ROWS", 'Column("a", Integer)'),
    Case("engine that writes an option of its own", "a INT", "a INT | ENGINE=Aria", "t: ENGINE", 'Column("a", Integer)', "is_mariadb"),
    Case("page checksum", "a INT | ENGINE=Aria", "a INT | ENGINE=Aria PAGE_CHECKSUM=0", "t: PAGE_CHECKSUM", needs="is_mariadb"),
    Case("transactional", "a INT | ENGINE=Aria", "a INT | ENGINE=Aria TRANSACTIONAL=0", "t: TRANSACTIONAL", needs="is_mariadb"),
    Case("merged tables", "CREATE TABLE $u (c INT) ENGINE=MyISAM ;; CREATE TABLE $v (c INT) ENGINE=MERGE UNION=($u) INSERT_METHOD=LAST", "CREATE TABLE $u (c INT) ENGINE=MyISAM ;; CREATE TABLE $v (c INT) ENGINE=MERGE UNION=($u) INSERT_METHOD=FIRST", "v: INSERT_METHOD"),
    Case("secondary engine", "a INT", "a INT | SECONDARY_ENGINE=rapid", "t: SECONDARY_ENGINE", 'Column("a", Integer)', "is_mysql"),
    Case("history columns shown", "a INT, s TIMESTAMP(6) GENERATED ALWAYS AS ROW START, e TIMESTAMP(6) GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME (s, e) | WITH SYSTEM VERSIONING", "a INT, s TIMESTAMP(6) GENERATED ALWAYS AS ROW START INVISIBLE, e TIMESTAMP(6) GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME (s, e) | WITH SYSTEM VERSIONING", "t.s: visible", needs="is_mariadb"),
    Case("checksum", "a INT | ENGINE=MyISAM", "a INT | ENGINE=MyISAM CHECKSUM=1", "t: CHECKSUM", 'Column("a", Integer), mysql_engine="MyISAM"'),
    Case("compression", "a INT", "a INT | COMPRESSION='zlib'", "t: COMPRESSION", 'Column("a", Integer)', "is_mysql"),
    Case("compression by pages", "a INT", "a INT | PAGE_COMPRESSED=1", "t: `PAGE_COMPRESSED`", 'Column("a", Integer)', "is_mariadb"),
    Case("tablespace", "a INT", "a INT | TABLESPACE=innodb_file_per_table", "t: TABLESPACE", 'Column("a", Integer)', "is_mysql"),
    Case("autoextend", "a INT", "a INT | AUTOEXTEND_SIZE=4M", "t: AUTOEXTEND_SIZE", 'Column("a", Integer)', "is_mysql"),
    Case("table engine attribute", "a INT", """a INT | SECONDARY_ENGINE_ATTRIBUTE='{"x": 1}'""", "t: SECONDARY_ENGINE_ATTRIBUTE", 'Column("a", Integer)', "is_mysql"),
    Case("system versioning", "a INT", "a INT | WITH SYSTEM VERSIONING", "t: WITH SYSTEM VERSIONING", 'Column("a", Integer)', "is_mariadb"),
    Case("system versioning missing", "a INT | WITH SYSTEM VERSIONING", "a INT", "t: WITH SYSTEM VERSIONING", needs="is_mariadb"),
    Case("period", "a DATE NOT NULL, b DATE NOT NULL", "a DATE NOT NULL, b DATE NOT NULL, PERIOD FOR app (a, b)", "+period of t", 'Column("a", Date, nullable=False), Column("b", Date, nullable=False)', "is_mariadb"),
    Case("counter below its start", "CREATE TABLE $u (c INT AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT=1000", "CREATE TABLE $u (c INT AUTO_INCREMENT PRIMARY KEY)", "", 'Table("$u", metadata, Column("c", Integer, primary_key=True), mysql_auto_increment="1000")', drift="u: AUTO_INCREMENT"),
    Case("counter below its later start", "CREATE TABLE $u (c INT AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT=1000", "CREATE TABLE $u (c INT AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT=100", "", 'Table("$u", metadata, Column("c", Integer, primary_key=True), mysql_auto_increment="1000")', drift="u: AUTO_INCREMENT"),
    Case("database character set", "SET @nothing = 1", "SET @nothing = 1 ;; ALTER DATABASE CHARACTER SET latin2", "database: text", drift="", alone=True),
)

_HASH = "a INT | PARTITION BY HASH (id) PARTITIONS 2"
_HASH_MODEL = 'Column("a", Integer), mysql_partition_by="HASH (id)", mysql_partitions="2"'

PARTITIONS = (
    Case("partitions left", "a INT", _HASH, "+partitions of t", 'Column("a", Integer)'),
    Case("partitions missing", _HASH, "a INT", "-partitions of t", _HASH_MODEL),
    Case("partition count", _HASH, "a INT | PARTITION BY HASH (id) PARTITIONS 3", "partitions of t: text", _HASH_MODEL),
    Case("partition method", _HASH, "a INT | PARTITION BY KEY (id) PARTITIONS 2", "partitions of t: text", _HASH_MODEL),
    Case("partition by linear hash", _HASH, "a INT | PARTITION BY LINEAR HASH (id) PARTITIONS 2", "partitions of t: text", _HASH_MODEL),
    Case("partition expression", _HASH, "a INT | PARTITION BY HASH (id + 1) PARTITIONS 2", "partitions of t: text", _HASH_MODEL),
    Case("partition bound", "a INT | PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (5))", "a INT | PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (6))", "partitions of t: text"),
    Case("partition missing", "a INT | PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (5), PARTITION p1 VALUES LESS THAN MAXVALUE)", "a INT | PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (5))", "partitions of t: text"),
    Case("partition name", "a INT | PARTITION BY LIST (id) (PARTITION q VALUES IN (1, 2))", "a INT | PARTITION BY LIST (id) (PARTITION r VALUES IN (1, 2))", "partitions of t: text"),
    Case("partition named otherwise", "a INT | PARTITION BY HASH (id) (PARTITION a, PARTITION b)", _HASH, "partitions of t: text"),
    Case("partition comment", "a INT | PARTITION BY LIST (id) (PARTITION q VALUES IN (1) COMMENT = 'x  y')", "a INT | PARTITION BY LIST (id) (PARTITION q VALUES IN (1) COMMENT = 'x y')", "partitions of t: text"),
    Case("subpartitions", "a INT | PARTITION BY RANGE (id) SUBPARTITION BY HASH (id) SUBPARTITIONS 2 (PARTITION q VALUES LESS THAN (5))", "a INT | PARTITION BY RANGE (id) SUBPARTITION BY HASH (id) SUBPARTITIONS 3 (PARTITION q VALUES LESS THAN (5))", "partitions of t: text"),
)
