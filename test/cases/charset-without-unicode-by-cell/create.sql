CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(9) CHARACTER SET cp1251, b TEXT CHARACTER SET hebrew, c CHAR(3) CHARACTER SET greek, d LONGTEXT CHARACTER SET gbk);
-- UTF-8 in a cp1251 column, where D0 is a character and 98 is none; question marks of the text's own; other codes that are none.
INSERT INTO t VALUES (1, _cp1251 x'D098', NULL, NULL, NULL), (2, _cp1251 x'D03F', _hebrew x'E0E1', _greek x'C1C2', _gbk x'C4E3BAC3'),
  (3, 'a?b', _hebrew x'41BF', NULL, NULL), (4, '', '', _greek x'FF', ''), (5, NULL, NULL, NULL, NULL), (6, NULL, NULL, NULL, _gbk x'41A1403F');
