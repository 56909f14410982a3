-- MariaDB's JSON functions go no deeper than 32 levels.
CREATE TABLE t (id INT PRIMARY KEY, j JSON);
INSERT INTO t VALUES (1, CONCAT(REPEAT('[', 30), REPEAT(']', 30))), (2, CONCAT(REPEAT('{"a":', 30), '1', REPEAT('}', 30)));
