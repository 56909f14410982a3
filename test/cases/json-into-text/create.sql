-- MariaDB's JSON is a text, blanks, order and all.
CREATE TABLE t (id INT PRIMARY KEY, j JSON);
INSERT INTO t VALUES (1, '{"b": 1,  "a":1.10}'), (2, 'null'), (3, NULL), (4, '{"a": 1, "a": 2}');
