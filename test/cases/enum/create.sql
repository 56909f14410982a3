CREATE TABLE t (id INT PRIMARY KEY, e ENUM('small', 'medium', 'large') DEFAULT 'medium', f ENUM('a', '', 'b'), g ENUM('x') NOT NULL, h ENUM(''));
INSERT INTO t VALUES (1, 'small', 'a', 'x', ''), (2, 'large', '', 'x', NULL), (3, NULL, 'b', 'x', NULL);
INSERT INTO t (id, g) VALUES (4, 1);
