CREATE TABLE t (a VARCHAR(5), b INT, c CHAR(1), PRIMARY KEY (a, b)) COLLATE utf8mb4_general_ci;
INSERT INTO t VALUES ('x', 1, 'a'), ('x', 2, 'b'), ('x', 3, 'c'), ('X ', 4, 'd'), ('y', 1, 'e'), ('y', -1, 'f'), ('', 0, 'g');
