CREATE TABLE t (id INT PRIMARY KEY, y YEAR DEFAULT 2024);
-- Two digits mean 1970 to 2069; the text '0000' is the year zero, which YEAR can hold.
INSERT INTO t VALUES (1, 1901), (2, 2155), (3, '0000'), (4, NULL), (5, '70'), (6, '69');
INSERT INTO t (id) VALUES (7);
