-- Two names for MySQL, one in capitals: STRASSE.
CREATE TABLE t (id INT PRIMARY KEY, `straße` INT, strasse INT);
INSERT INTO t VALUES (1, 2, 3);
