-- KOI8-R, Greek, EUC-KR and Big5, each with what it alone is for.
CREATE TABLE t (id INT PRIMARY KEY, r VARCHAR(10) CHARACTER SET koi8r, g VARCHAR(10) CHARACTER SET greek, k VARCHAR(10) CHARACTER SET euckr, b VARCHAR(10) CHARACTER SET big5);
INSERT INTO t VALUES (1, 'Привет', 'Ωμέγα', '한글', '功蓋'), (2, _koi8r x'C1C2', _greek x'E1', _euckr x'B0A1', _big5 x'A55C'), (3, NULL, NULL, NULL, NULL);
