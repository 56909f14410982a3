-- The SDK's parser takes names of 50,000 characters; MySQL's JSON takes 65,535 bytes.
CREATE TABLE t (id INT PRIMARY KEY, j JSON);
INSERT INTO t VALUES (1, CONCAT('{"', REPEAT('n', 50000), '":1}')), (2, CONCAT('{"', REPEAT('n', 50001), '":1}')), (3, CONCAT('[{"a":{"', REPEAT('é', 30000), '":1}}]')), (4, '[]');
