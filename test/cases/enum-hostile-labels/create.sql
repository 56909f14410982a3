CREATE TABLE t (id INT PRIMARY KEY, e ENUM('it''s', 'a,b', 'say "x"', 'back\\slash', '漢字', '🙂', '1', 'NULL', '(c)'));
INSERT INTO t VALUES (1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6), (7, 7), (8, 8), (9, 9), (10, NULL);
