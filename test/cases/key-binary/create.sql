CREATE TABLE t (k VARBINARY(4) PRIMARY KEY, n INT);
INSERT INTO t VALUES (x'61', 1), (x'6100', 2), (x'', 3), (x'FF', 4), (x'00', 5), (x'275C', 6);
