-- MariaDB keeps both; a VARIANT cannot, and choosing one would lose the other.
CREATE TABLE t (id INT PRIMARY KEY, j JSON);
INSERT INTO t VALUES (1, '{"a": 1, "a": 2}'), (2, '{"a": 1, "A": 2}'), (3, '[{"x": {"k": 1, "k": 1}}]'), (4, NULL);
