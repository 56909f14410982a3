-- MySQL's latin1 is Windows-1252: byte 80 is the euro, and the five bytes that Windows leaves out are control characters.
CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(10) CHARACTER SET latin1) CHARACTER SET latin1;
INSERT INTO t VALUES (1, 'é'), (2, _latin1 x'80'), (3, _latin1 x'E4F6FCDF'), (4, _latin1 x'818D8F909D'), (5, _latin1 x'A0FFAD'), (6, ''), (7, NULL);
