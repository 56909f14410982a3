-- MySQL keeps the last one when it stores.
CREATE TABLE t (id INT PRIMARY KEY, j JSON);
INSERT INTO t VALUES (1, '{"a": 1, "a": 2}'), (2, '{"a": 1, "A": 2}');
