-- Value by value: what fits exactly goes in, nothing is rounded or cut.
CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(10), d DECIMAL(10,2), s DATETIME(6), n INT);
INSERT INTO t VALUES (1, 'abc', 1.50, '2024-01-01 00:00:00.123000', 999), (2, 'abcd', NULL, NULL, NULL), (3, NULL, 1.55, NULL, NULL), (4, NULL, NULL, '2024-01-01 00:00:00.123400', NULL),
  (5, NULL, NULL, NULL, 1000), (6, '🙂🙂🙂', -99.90, '2024-01-01', -999), (7, NULL, 1000.0, NULL, -1000);
