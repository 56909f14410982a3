CREATE TABLE t (k VARCHAR(10) PRIMARY KEY, n INT) CHARACTER SET utf8mb4 COLLATE utf8mb4_uca1400_ai_ci;
INSERT INTO t VALUES ('a', 1), ('B', 2), ('c', 3), ('D', 4), ('é', 5), ('Zz', 6), ('ß', 7), ('', 8), ('o''b"`\\', 9), ('10', 10), ('9', 11), ('ä%_', 12);
