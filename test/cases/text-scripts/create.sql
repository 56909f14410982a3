-- Nothing is normalized: the two spellings of é stay two.
CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(40));
INSERT INTO t VALUES (1, 'שלום עולם'), (2, 'مرحبا بالعالم'), (3, _utf8mb4 x'E280AE7268674C'), (4, _utf8mb4 x'65CC81'), (5, _utf8mb4 x'C3A9'),
  (6, _utf8mb4 x'E18492E185A1E186AB'), (7, '한'), (8, _utf8mb4 x'61CC80CC81CC82CC83CC84CC85'), (9, 'नमस्ते'), (10, 'İıŞş'), (11, 'ﬁ①ａ');
