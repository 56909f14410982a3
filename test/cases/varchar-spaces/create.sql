CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(10) DEFAULT '  ');
INSERT INTO t VALUES (1, 'a   '), (2, '   a'), (3, '   '), (4, ''), (5, NULL), (6, 'a\tb'), (7, 'a\r\nb'), (8, CONVERT(_utf8mb4 x'C2A0E3808078' USING utf8mb4));
INSERT INTO t (id) VALUES (9);
