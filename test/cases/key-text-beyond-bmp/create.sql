CREATE TABLE t (k VARCHAR(5) PRIMARY KEY) COLLATE utf8mb4_bin;
INSERT INTO t VALUES ('🙂'), ('🙃'), (_utf8mb4 x'EFBFBF'), (_utf8mb4 x'F48FBFBF'), ('漢');
