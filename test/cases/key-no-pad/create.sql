-- A collation that counts trailing spaces has both as keys.
CREATE TABLE t (k VARCHAR(4) PRIMARY KEY, n INT) COLLATE utf8mb4_nopad_bin;
INSERT INTO t VALUES ('a', 1), ('a ', 2), ('a  ', 3), (' ', 4), ('', 5);
