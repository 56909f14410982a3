-- 16,777,216 bytes are the most; the limit is in bytes, so a character of two can be one too many.
CREATE TABLE t (id INT PRIMARY KEY, v LONGTEXT);
INSERT INTO t VALUES (1, REPEAT('x', 16777216)), (2, REPEAT('x', 16777217)), (3, 'short'), (4, CONCAT(REPEAT('x', 16777215), 'é'));
