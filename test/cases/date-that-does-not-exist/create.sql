-- The mode lets every month have 31 days; no calendar has the 31st of February.
SET sql_mode = 'ALLOW_INVALID_DATES';
CREATE TABLE t (id INT PRIMARY KEY, d DATE, s DATETIME(3));
INSERT INTO t VALUES (1, '2023-02-31', NULL), (2, '2023-02-28', '2023-02-28'), (3, NULL, '2023-02-29 01:02:03'), (4, '2024-02-29', '2024-02-29');
