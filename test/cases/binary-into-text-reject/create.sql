CREATE TABLE t (id INT PRIMARY KEY, b VARBINARY(20));
-- Latin1 bytes, half a character, an over-long slash, half a surrogate pair: none is UTF-8.
INSERT INTO t VALUES (1, 'plain'), (2, x'C3A9F09F9982'), (3, x'E9'), (4, x'F09F99'), (5, x'C0AF'), (6, x'EDA080'), (7, NULL), (8, ''), (9, x'00');
