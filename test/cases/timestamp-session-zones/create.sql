-- What is stored is an instant. One wall clock in three zones is three of them, as when summer time ends.
CREATE TABLE t (id INT PRIMARY KEY, s TIMESTAMP(6) NULL);
SET time_zone = '+02:00';
INSERT INTO t VALUES (1, '2024-10-27 02:30:00.5');
SET time_zone = '+01:00';
INSERT INTO t VALUES (2, '2024-10-27 02:30:00.5');
SET time_zone = '+05:30';
INSERT INTO t VALUES (3, '2024-01-01 00:00:00'), (4, NULL);
SET time_zone = '-08:00';
INSERT INTO t VALUES (5, '2023-12-31 16:00:00.000001');
