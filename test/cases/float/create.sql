-- A FLOAT has a value of its own, of which MySQL prints six digits; Snowflake's FLOAT is a double and holds it exactly.
CREATE TABLE t (id INT PRIMARY KEY, f FLOAT DEFAULT 0.1);
INSERT INTO t VALUES (1, 3.4028234663852886e38), (2, -3.4028234663852886e38), (3, 1.1754943508222875e-38), (4, NULL),
  (5, 0.1), (6, 16777217), (7, 123456.789), (8, 1.4e-45), (9, -0e0), (10, 0), (11, 1234567.8);
INSERT INTO t (id) VALUES (12);
