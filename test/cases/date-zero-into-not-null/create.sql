-- There is no NULL to put in the place of a zero date.
SET sql_mode = '';
CREATE TABLE t (id INT PRIMARY KEY, d DATE NOT NULL, s DATETIME NOT NULL, n DATE);
INSERT INTO t VALUES (1, '0000-00-00', '2020-01-01', '2020-01-01'), (2, '2020-01-10', '0000-00-00', NULL), (3, '2020-01-11', '2020-01-11 01:02:03', '0000-00-00');
