CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(9) CHARACTER SET ucs2 COLLATE ucs2_bin, b LONGTEXT CHARACTER SET utf32);
-- Half a pair, one in the middle, and the mark that stands for bytes which are no character, thrice.
INSERT INTO t VALUES (1, _ucs2 x'D800', NULL), (2, NULL, _utf32 x'000000410000DC000000005A'), (3, _ucs2 x'FFFDFFFDFFFD', _utf32 x'0000FFFD'),
  -- A question mark across two characters.
  (4, _ucs2 x'4E003F00', NULL);
