-- What is stored has the column's digits, and each of them is carried.
CREATE TABLE t (id INT PRIMARY KEY, a DATETIME, b DATETIME(1), c DATETIME(2), d DATETIME(3), e DATETIME(4), f DATETIME(5), g DATETIME(6));
INSERT INTO t SELECT 1, v, v, v, v, v, v, v FROM (SELECT CAST('2024-02-29 12:34:56.123444' AS DATETIME(6)) AS v) one;
INSERT INTO t VALUES (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO t SELECT 3, v, v, v, v, v, v, v FROM (SELECT CAST('2024-12-31 23:59:59' AS DATETIME(6)) AS v) one;
