"""Single differences of what is no table. SQLAlchemy has no words for these: the models make them by DDL events."""

from __future__ import annotations

from tests.server.drift_cases.case import Case

# A case is a line.
# fmt: off

_NOTHING = "SET @nothing = 1"
_VIEW = "CREATE VIEW $v AS SELECT id FROM $t"

VIEWS = (
    Case("view missing", _VIEW, _NOTHING, "-view v"),
    Case("view renamed", "CREATE VIEW $v AS SELECT 1 AS one", "CREATE VIEW $w AS SELECT 1 AS one", "-view v +view w"),
    Case("view column", _VIEW, "CREATE VIEW $v AS SELECT a FROM $t", "view v: text"),
    Case("view alias", _VIEW, "CREATE VIEW $v AS SELECT id AS c FROM $t", "view v: text"),
    Case("view filter", "CREATE VIEW $v AS SELECT id FROM $t WHERE a = 1", "CREATE VIEW $v AS SELECT id FROM $t WHERE a = 2", "view v: text"),
    Case("view join", "CREATE VIEW $v AS SELECT p.x FROM $t JOIN p ON p.id = $t.a", "CREATE VIEW $v AS SELECT p.x FROM $t LEFT JOIN p ON p.id = $t.a", "view v: text"),
    Case("view string", "CREATE VIEW $v AS SELECT 'x' AS s", "CREATE VIEW $v AS SELECT 'X' AS s", "view v: text"),
    Case("view security", "CREATE VIEW $v AS SELECT 1", "CREATE SQL SECURITY INVOKER VIEW $v AS SELECT 1", "view v: text"),
    Case("view algorithm", _VIEW, "CREATE ALGORITHM=MERGE VIEW $v AS SELECT id FROM $t", "view v: text"),
    Case("view check option", "CREATE VIEW $v AS SELECT id FROM $t WHERE id > 1", "CREATE VIEW $v AS SELECT id FROM $t WHERE id > 1 WITH CHECK OPTION", "view v: text"),
    Case("view order", "CREATE VIEW $v AS SELECT id FROM $t ORDER BY id", "CREATE VIEW $v AS SELECT id FROM $t ORDER BY id DESC", "view v: text"),
    Case("view union", "CREATE VIEW $v AS SELECT id FROM $t UNION SELECT x FROM p", "CREATE VIEW $v AS SELECT id FROM $t UNION ALL SELECT x FROM p", "view v: text"),
    Case("view of a subquery", "CREATE VIEW $v AS WITH q AS (SELECT id FROM $t) SELECT id FROM q", "CREATE VIEW $v AS WITH q AS (SELECT a AS id FROM $t) SELECT id FROM q", "view v: text"),
    Case("view local check", "CREATE VIEW $v AS SELECT id FROM $t WHERE id > 1 WITH LOCAL CHECK OPTION", "CREATE VIEW $v AS SELECT id FROM $t WHERE id > 1 WITH CASCADED CHECK OPTION", "view v: text"),
    Case("view of another letter", "CREATE VIEW $v AS SELECT '😀' AS s", "CREATE VIEW $v AS SELECT '😁' AS s", "view v: text"),
    Case("duality view", "CREATE JSON RELATIONAL DUALITY VIEW $v AS SELECT JSON_DUALITY_OBJECT('_id': id, 'a': a) FROM $t", "CREATE JSON RELATIONAL DUALITY VIEW $v AS SELECT JSON_DUALITY_OBJECT('_id': id, 'b': b) FROM $t", "view v: text", needs="has_duality_views"),
    Case("view of a view", "CREATE VIEW $v AS SELECT id FROM $t ;; CREATE VIEW $w AS SELECT id FROM $v", "CREATE VIEW $v AS SELECT id FROM $t ;; CREATE VIEW $w AS SELECT id FROM $t", "view w: text"),
)

_TRIGGER = "CREATE TRIGGER $g BEFORE INSERT ON $t FOR EACH ROW"

TRIGGERS = (
    Case("trigger missing", f"{_TRIGGER} SET NEW.a = 1", _NOTHING, "-trigger g"),
    Case("trigger left", _NOTHING, f"{_TRIGGER} SET NEW.a = 1", "+trigger g"),
    Case("trigger body", f"{_TRIGGER} SET NEW.a = 1", f"{_TRIGGER} SET NEW.a = 2", "trigger g: text"),
    Case("trigger string", f"{_TRIGGER} SET @x = 'a  b'", f"{_TRIGGER} SET @x = 'a b'", "trigger g: text"),
    Case("trigger time", f"{_TRIGGER} BEGIN END", "CREATE TRIGGER $g AFTER INSERT ON $t FOR EACH ROW BEGIN END", "trigger g: text"),
    Case("trigger event", f"{_TRIGGER} BEGIN END", "CREATE TRIGGER $g BEFORE UPDATE ON $t FOR EACH ROW BEGIN END", "trigger g: text"),
    Case("trigger table", f"{_TRIGGER} BEGIN END", "CREATE TRIGGER $g BEFORE INSERT ON p FOR EACH ROW BEGIN END", "trigger g: text"),
    Case("trigger order", f"{_TRIGGER} BEGIN END ;; CREATE TRIGGER $h BEFORE INSERT ON $t FOR EACH ROW BEGIN END", f"{_TRIGGER} BEGIN END ;; CREATE TRIGGER $h BEFORE INSERT ON $t FOR EACH ROW PRECEDES $g BEGIN END", "triggers BEFORE INSERT ON t: order"),
    Case("first of two triggers missing", f"{_TRIGGER} BEGIN END ;; CREATE TRIGGER $h BEFORE INSERT ON $t FOR EACH ROW BEGIN END", "CREATE TRIGGER $h BEFORE INSERT ON $t FOR EACH ROW BEGIN END", "-trigger g"),
)

_FUNCTION = "CREATE FUNCTION $r() RETURNS INT DETERMINISTIC RETURN 1"

ROUTINES = (
    Case("procedure missing", "CREATE PROCEDURE $r() SELECT 1", _NOTHING, "-procedure r"),
    Case("procedure renamed", "CREATE PROCEDURE $r() SELECT 1", "CREATE PROCEDURE $s() SELECT 1", "-procedure r +procedure s"),
    Case("procedure body", "CREATE PROCEDURE $r() SELECT 1", "CREATE PROCEDURE $r() SELECT 2", "procedure r: text"),
    Case("procedure parameter", "CREATE PROCEDURE $r(IN a INT) SELECT 1", "CREATE PROCEDURE $r(IN a BIGINT) SELECT 1", "procedure r: text"),
    Case("procedure parameter mode", "CREATE PROCEDURE $r(IN a INT) BEGIN END", "CREATE PROCEDURE $r(INOUT a INT) BEGIN END", "procedure r: text"),
    Case("procedure comment", "CREATE PROCEDURE $r() SELECT 1", "CREATE PROCEDURE $r() COMMENT 'c' SELECT 1", "procedure r: text"),
    Case("procedure security", "CREATE PROCEDURE $r() SELECT 1", "CREATE PROCEDURE $r() SQL SECURITY INVOKER SELECT 1", "procedure r: text"),
    Case("procedure or function", "CREATE PROCEDURE $r() SELECT 1", _FUNCTION, "-procedure r +function r"),
    Case("function missing", _FUNCTION, _NOTHING, "-function r"),
    Case("function result", _FUNCTION, "CREATE FUNCTION $r() RETURNS BIGINT DETERMINISTIC RETURN 1", "function r: text"),
    Case("function determinism", _FUNCTION, "CREATE FUNCTION $r() RETURNS INT NO SQL RETURN 1", "function r: text"),
    Case("function body", _FUNCTION, "CREATE FUNCTION $r() RETURNS INT DETERMINISTIC RETURN 2", "function r: text"),
)

_PACKAGE = "SET sql_mode = 'ORACLE' ;; CREATE PACKAGE $k AS FUNCTION f RETURN INT; END"
_BODY = "CREATE PACKAGE BODY $k AS FUNCTION f RETURN INT AS BEGIN RETURN 1; END; END"
_BACK = "SET sql_mode = DEFAULT"

PACKAGES = (
    Case("package missing", f"{_PACKAGE} ;; {_BACK}", _NOTHING, "-package k", needs="is_mariadb"),
    Case("package text", f"{_PACKAGE} ;; {_BACK}", f"{_PACKAGE.replace('INT', 'BIGINT')} ;; {_BACK}", "package k: text", needs="is_mariadb"),
    Case("package body missing", f"{_PACKAGE} ;; {_BODY} ;; {_BACK}", f"{_PACKAGE} ;; {_BACK}", "-package body k", needs="is_mariadb"),
    Case("package body text", f"{_PACKAGE} ;; {_BODY} ;; {_BACK}", f"{_PACKAGE} ;; {_BODY.replace('1', '2')} ;; {_BACK}", "package body k: text", needs="is_mariadb"),
    Case("library missing", "CREATE LIBRARY $k LANGUAGE JAVASCRIPT AS 'export function f(n) { return n }'", _NOTHING, "-library k", needs="has_libraries"),
    Case("library text", "CREATE LIBRARY $k LANGUAGE JAVASCRIPT AS 'export function f(n) { return n }'", "CREATE LIBRARY $k LANGUAGE JAVASCRIPT AS 'export function f(n) { return n + 1 }'", "library k: text", needs="has_libraries"),
)

_EVENT = "CREATE EVENT $e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1"

EVENTS = (
    Case("event missing", _EVENT, _NOTHING, "-event e"),
    Case("event interval", _EVENT, "CREATE EVENT $e ON SCHEDULE EVERY 2 DAY DISABLE DO SELECT 1", "event e: text"),
    Case("event unit", _EVENT, "CREATE EVENT $e ON SCHEDULE EVERY 1 HOUR DISABLE DO SELECT 1", "event e: text"),
    Case("event enabled", _EVENT, "CREATE EVENT $e ON SCHEDULE EVERY 1 DAY ENABLE DO SELECT 1", "event e: text"),
    Case("event body", _EVENT, "CREATE EVENT $e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 2", "event e: text"),
    Case("event kept", _EVENT, "CREATE EVENT $e ON SCHEDULE EVERY 1 DAY ON COMPLETION PRESERVE DISABLE DO SELECT 1", "event e: text"),
    Case("event once", "CREATE EVENT $e ON SCHEDULE AT '2037-01-01 00:00:00' DO SELECT 1", "CREATE EVENT $e ON SCHEDULE AT '2038-01-01 00:00:00' DO SELECT 1", "event e: text"),
    Case("event comment", _EVENT, "CREATE EVENT $e ON SCHEDULE EVERY 1 DAY DISABLE COMMENT 'c' DO SELECT 1", "event e: text"),
    Case("event start", "CREATE EVENT $e ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 00:00:00' DISABLE DO SELECT 1", "CREATE EVENT $e ON SCHEDULE EVERY 1 DAY STARTS '2037-01-02 00:00:00' DISABLE DO SELECT 1", "event e: text"),
    Case("event end", _EVENT, "CREATE EVENT $e ON SCHEDULE EVERY 1 DAY ENDS '2037-01-02 00:00:00' DISABLE DO SELECT 1", "event e: text"),
)

SEQUENCES = (
    Case("sequence missing", "CREATE SEQUENCE $s", _NOTHING, "-sequence s", needs="is_mariadb"),
    Case("sequence renamed", "CREATE SEQUENCE $s", "CREATE SEQUENCE $q", "+sequence q -sequence s", needs="is_mariadb"),
    Case("sequence start", "CREATE SEQUENCE $s", "CREATE SEQUENCE $s START WITH 5", "sequence s: text", needs="is_mariadb"),
    Case("sequence increment", "CREATE SEQUENCE $s", "CREATE SEQUENCE $s INCREMENT BY 5", "sequence s: text", needs="is_mariadb"),
    Case("sequence cache", "CREATE SEQUENCE $s CACHE 5", "CREATE SEQUENCE $s CACHE 6", "sequence s: text", needs="is_mariadb"),
    Case("sequence cycle", "CREATE SEQUENCE $s", "CREATE SEQUENCE $s CYCLE", "sequence s: text", needs="is_mariadb"),
    Case("sequence maximum", "CREATE SEQUENCE $s", "CREATE SEQUENCE $s MAXVALUE 99", "sequence s: text", needs="is_mariadb"),
)
