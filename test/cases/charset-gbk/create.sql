-- The second byte of the third one is that of a backslash.
CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(10) CHARACTER SET gbk);
INSERT INTO t VALUES (1, '中文'), (2, '啊'), (3, _gbk x'E55C'), (4, _gbk x'D6D0CEC4'), (5, 'abc'), (6, NULL);
