-- Rows that are alike are as many in the target.
CREATE TABLE t (a INT, b VARCHAR(5));
INSERT INTO t VALUES (1, 'x'), (1, 'x'), (NULL, 'y'), (2, NULL), (NULL, NULL), (NULL, NULL);
