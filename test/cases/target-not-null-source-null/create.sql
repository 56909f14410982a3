-- The column takes no NULL: the rows that have one are rejected, the others are loaded.
CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(5));
INSERT INTO t VALUES (1, 'a'), (2, NULL), (3, 'c');
