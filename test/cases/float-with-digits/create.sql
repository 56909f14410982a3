-- FLOAT(M,D) rounds when a value is stored; what is stored is then loaded with all its digits.
CREATE TABLE t (id INT PRIMARY KEY, f FLOAT(7,3), d DOUBLE(12,2));
INSERT INTO t VALUES (1, 1.23456, 1.239), (2, 9999.999, 9999999999.99), (3, -0.001, -0.5), (4, NULL, NULL);
