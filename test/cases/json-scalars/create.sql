-- The JSON null is a value: Snowflake's SQL tells it from NULL, and so must we.
CREATE TABLE t (id INT PRIMARY KEY, j JSON);
INSERT INTO t VALUES (1, 'null'), (2, NULL), (3, 'true'), (4, 'false'), (5, '0'), (6, '-1'), (7, '""'), (8, '"null"'), (9, '" a "');
