-- Without strict mode a value that is no label becomes the error value: index 0, which reads as ''.
SET sql_mode = '';
CREATE TABLE t (id INT PRIMARY KEY, e ENUM('a', 'b'), f ENUM('a', 'b') NOT NULL);
INSERT INTO t VALUES (1, 'nope', 'nope'), (2, 'b', 'a');
