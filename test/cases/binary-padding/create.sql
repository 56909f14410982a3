CREATE TABLE t (id INT PRIMARY KEY, b BINARY(4), c BINARY, d BINARY(255));
INSERT INTO t VALUES (1, x'61', x'00', x'01'), (2, x'', x'', x''), (3, x'FFFFFFFF', x'FF', REPEAT(x'AB', 255)), (4, NULL, NULL, NULL), (5, x'00200000', ' ', NULL);
