-- TIMESTAMP_LTZ holds the same instants.
SET time_zone = '+02:00';
CREATE TABLE t (id INT PRIMARY KEY, s TIMESTAMP(3) NULL);
INSERT INTO t VALUES (1, '2024-07-01 02:00:00.5'), (2, NULL);
