-- 99 is 1999, and MariaDB sorts it before 00, which is 2000; its text is the two digits.
CREATE TABLE t (id INT PRIMARY KEY, y YEAR(2));
INSERT INTO t VALUES (1, 99), (2, 2000), (3, 70), (4, 69), (5, NULL);
