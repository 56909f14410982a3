-- Compared with a double, a FLOAT is the float that it stores.
CREATE TABLE t (k FLOAT PRIMARY KEY);
INSERT INTO t VALUES (0.1), (0.2), (16777216), (1.5), (-3.4028234663852886e38), (123456.789);
