CREATE TABLE t (k CHAR(4) PRIMARY KEY, n INT) COLLATE utf8mb4_general_ci;
INSERT INTO t VALUES ('a', 1), ('ab  ', 2), ('  a', 3), ('', 4), ('a\tb', 5);
