CREATE TABLE t (id INT PRIMARY KEY, `select` INT, `from` INT, `order` INT, `table` INT, `group` INT, `null` INT, `date` DATE, `values` INT, `current_date` INT);
INSERT INTO t VALUES (1, 1, 2, 3, 4, 5, 6, '2024-01-01', 7, 8);
