CREATE TABLE t (id INT PRIMARY KEY, a TINYTEXT, b TEXT, c MEDIUMTEXT, d LONGTEXT);
INSERT INTO t VALUES (1, REPEAT('x', 255), REPEAT('y', 65535), REPEAT('zä', 200000), REPEAT('🙂', 200000)), (2, '', '', '', ''), (3, NULL, NULL, NULL, NULL), (4, 'a ', 'b ', 'c ', 'd ');
