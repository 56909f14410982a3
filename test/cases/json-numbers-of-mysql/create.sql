-- MySQL makes doubles of what is no whole number of 64 bits.
CREATE TABLE t (id INT PRIMARY KEY, j JSON);
INSERT INTO t VALUES (1, '1.10'), (2, '{"n": 12345678901234567890123}'), (3, '[100, 1.0, 0.50]'), (4, '18446744073709551615'), (5, CAST(CAST('1.10' AS DECIMAL(5,2)) AS JSON));
