-- MySQL keeps the labels in the order of the definition.
CREATE TABLE t (id INT PRIMARY KEY, s SET('a', 'b', 'c') DEFAULT 'b,c', u SET('one') NOT NULL);
INSERT INTO t VALUES (1, '', 'one'), (2, 'c,a', ''), (3, 'a,b,c', 'one'), (4, NULL, ''), (5, 'b', 'one'), (6, 'a,a', 'one');
INSERT INTO t (id, u) VALUES (7, '');
