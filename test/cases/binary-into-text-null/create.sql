CREATE TABLE t (id INT PRIMARY KEY, b BLOB);
INSERT INTO t VALUES (1, 'plain'), (2, x'C3A9'), (3, x'E9'), (4, NULL), (5, x'FF');
