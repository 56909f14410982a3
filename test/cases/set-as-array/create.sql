CREATE TABLE t (id INT PRIMARY KEY, s SET('a', 'say "x"', 'back\\slash', '🙂', 'd e'));
INSERT INTO t VALUES (1, ''), (2, 'd e,a'), (3, 31), (4, NULL), (5, '🙂');
