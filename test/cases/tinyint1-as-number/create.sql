-- BOOLEAN is another name for TINYINT(1), and holds any small number.
CREATE TABLE t (id INT PRIMARY KEY, a TINYINT(1), b BOOLEAN DEFAULT TRUE);
INSERT INTO t VALUES (1, 0, FALSE), (2, 1, TRUE), (3, 2, 127), (4, -128, NULL), (5, NULL, -1);
INSERT INTO t (id) VALUES (6);
