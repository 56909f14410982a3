-- MariaDB keeps a number of any length as it was written; the SDK's parser takes 1,000 digits.
CREATE TABLE t (id INT PRIMARY KEY, j JSON);
INSERT INTO t VALUES (1, CONCAT('[', REPEAT('1', 1000), ']')), (2, CONCAT('[', REPEAT('1', 1001), ']')), (3, CONCAT('{"a":0.', REPEAT('3', 1001), '}')), (4, '1');
