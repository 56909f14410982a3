-- A number with an exponent is a double in Snowflake.
CREATE TABLE t (id INT PRIMARY KEY, j JSON);
INSERT INTO t VALUES (1, '1e5'), (2, '-2.5E-3'), (3, '[1E+2]');
