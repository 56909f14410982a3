CREATE TABLE t (k VARCHAR(5) CHARACTER SET sjis PRIMARY KEY, n INT);
INSERT INTO t VALUES ('ソ', 1), ('表', 2), ('ｱ', 3), ('ア', 4), ('a', 5);
