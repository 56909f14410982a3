CREATE TABLE t (id INT PRIMARY KEY, j JSON);
INSERT INTO t VALUES (1, '{"k": "\\u00e9\\ud83d\\ude42"}'), (2, '"é🙂漢"'), (3, '"\\n\\t\\"\\\\\\/"'), (4, '{"ключ": "שלום"}'), (5, '"\\u0000\\u001f\\u007f"'), (6, '"it''s $$ ` ;"');
