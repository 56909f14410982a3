-- The second bytes of these are those of a backslash; half-width katakana have one byte.
CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(10) CHARACTER SET sjis, w VARCHAR(10) CHARACTER SET cp932);
INSERT INTO t VALUES (1, 'ソ表示', 'ソ表示'), (2, 'ｱｲｳ', '①㈱'), (3, _sjis x'835C955C', _cp932 x'FA40'), (4, NULL, NULL);
