-- Character types of the charset binary are binary types.
CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(10) CHARACTER SET binary, c CHAR(3) CHARACTER SET binary, b TINYTEXT CHARACTER SET binary);
INSERT INTO t VALUES (1, x'00FF', x'61', x'FE'), (2, '', '', ''), (3, NULL, NULL, NULL);
