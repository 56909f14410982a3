CREATE TABLE t (id INT PRIMARY KEY, v CHAR(1)) PARTITION BY HASH (id) PARTITIONS 4;
INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd'), (5, 'e'), (6, 'f'), (7, 'g'), (8, 'h'), (9, 'i');
