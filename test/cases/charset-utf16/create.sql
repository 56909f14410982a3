-- A TEXT of utf16 holds 65,535 bytes, two and more of them a character.
CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(10) CHARACTER SET utf16, b VARCHAR(10) CHARACTER SET ucs2, c VARCHAR(10) CHARACTER SET utf32, d TEXT CHARACTER SET utf16);
INSERT INTO t VALUES (1, '🙂é', 'é漢', '🙂é', '🙂'), (2, _utf16 x'D83DDE42', _ucs2 x'0041', _utf32 x'0001F642', ''), (3, NULL, NULL, NULL, NULL), (4, '', '', '', NULL);
