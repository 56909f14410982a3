-- 100 levels are the most that MySQL has.
CREATE TABLE t (id INT PRIMARY KEY, j JSON);
INSERT INTO t VALUES (1, CONCAT(REPEAT('[', 100), REPEAT(']', 100))), (2, CONCAT(REPEAT('{"a":', 99), '1', REPEAT('}', 99)));
