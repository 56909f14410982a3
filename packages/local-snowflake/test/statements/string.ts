import { exact, type Family, unsupported } from './case.ts';

export const STRING: Family = {
  title: 'Text and binary',
  cases: [
    exact('CONCAT, CONCAT_WS, ||', [
      "select concat('George Washington ', 'Carver'), concat('a', null), concat_ws(',', 'one', 'two', 'three'), concat_ws(',', 'a', null), 'a' || 1 || true",
      [['George Washington Carver', null, 'one,two,three', null, 'a1true']],
    ]),
    exact('SUBSTR, SUBSTRING, LEFT, RIGHT', [
      "select substr('testing 1 2 3', 9, 5), substr('mystring', -1, 3), substr('abc', 0, 2), substr('abc', 1, -3), left('ABCDEF', 3), right('ABCDEFG', 3), left('abc', -1), substring('abc', 5)",
      [['1 2 3', 'g', 'ab', '', 'ABC', 'EFG', '', '']],
    ]),
    exact('LENGTH, LEN, OCTET_LENGTH, BIT_LENGTH', [
      "select length('Jöst'), len(''), octet_length('Jöst'), length(x'00ff'), bit_length('abc'), length('⛄😀')",
      [['4', '0', '5', '2', '24', '2']],
    ]),
    exact('UPPER, LOWER, INITCAP', [
      "select upper('çava'), lower('ÉA'), initcap('the quick gray-fox'), initcap('iqamqinterestedqinqthisqtopic', 'q')",
      [['ÇAVA', 'éa', 'The Quick Gray-Fox', 'IqAmqInterestedqInqThisqTopic']],
    ]),
    exact('TRIM, LTRIM, RTRIM', [
      "select trim('❄-❄ABC-❄-', '❄-'), ltrim('#000000123', '0#'), rtrim('$125.00', '0.'), '[' || trim('  x ') || ']', '[' || trim(' \t') || ']'",
      [['ABC', '123', '$125', '[x]', '[\t]']],
    ]),
    exact('LPAD, RPAD', [
      "select lpad('123', 5, '0'), rpad('ab', 5, 'xy'), lpad('abcdef', 3, 'x'), rpad('a', 3) || '|', lpad('a', 0, 'x')",
      [['00123', 'abxyx', 'abc', 'a  |', '']],
    ]),
    exact('REPLACE, TRANSLATE', [
      "select replace('down', 'down', 'up'), replace('abcd', 'bc'), translate('❄a❄bX❄dX❄', 'Xc❄', 'cX'), replace('a', null, 'b')",
      [['up', 'ad', 'abcdc', null]],
    ]),
    exact('REVERSE, REPEAT, SPACE', [
      "select reverse('Hello, world!'), repeat('xy', 5), space(3) || '|', repeat('x', 0)",
      [['!dlrow ,olleH', 'xyxyxyxyxy', '   |', '']],
    ]),
    exact('POSITION, CHARINDEX', [
      "select position('an', 'banana', 1), charindex('an', 'banana', 3), position('an', 'banana', 5), position('abc', 'x'), position('n' in 'banana'), position('', 'x')",
      [['2', '4', '0', '0', '3', '1']],
    ]),
    exact('CONTAINS, STARTSWITH, ENDSWITH', [
      "select contains('coffee', 'ff'), startswith('coffee', 'co'), endswith('coffee', 'x'), contains('a', null)",
      [['TRUE', 'TRUE', 'FALSE', null]],
    ]),
    exact('INSERT', [
      "select insert('abc', 1, 2, 'Z'), insert('abcdef', 3, 2, 'zzz'), insert('abc', 2, 1, '')",
      [['Zc', 'abzzzef', 'ac']],
    ]),
    exact('SPLIT, SPLIT_PART with an empty delimiter, or NULL', [
      "select to_json(split('a.b', '')), split(null, '.'), split('a', null), split_part('a.b', '', 1), split_part('a.b', '', 2), split_part('a.b', '', -1), split_part('', '.', 1), split_part(null, '.', 1), split_part('a', null, 1), split_part('a', '.', null)",
      [['["a.b"]', null, null, 'a.b', '', 'a.b', '', null, null, null]],
    ]),
    exact('SPLIT, SPLIT_PART', [
      "select split('127.0.0.1', '.'), split_part('11.22.33', '.', 0), split_part('11.22.33', '.', 3), split_part('127.0.0.1', '.', -1), split_part('a', '.', 5), split_part('|a|b|', '|', 1), split_part('aaa--bbb', '--', 2)",
      [['[\n  "127",\n  "0",\n  "0",\n  "1"\n]', '11', '33', '1', '', '', 'bbb']],
    ]),
    exact('STRTOK', [
      "select strtok('a.b.c', '.', 1), strtok('user@snowflake.com', '@.', 1), strtok('user@snowflake.com', '@.', 3), strtok('a.b', '.', 9), strtok('a b')",
      [['a', 'user', 'com', null, 'a']],
    ]),
    exact('ASCII, UNICODE, CHR', [
      "select ascii('!'), ascii('ab'), ascii(''), unicode('❄'), chr(83), chr(10052)",
      [['33', '97', '0', '10052', 'S', '❄']],
    ]),
    exact('EDITDISTANCE', [
      "select editdistance('Gute nacht', 'Ich weis nicht'), editdistance('', 'abc')",
      [['8', '3']],
    ]),
    exact('JAROWINKLER_SIMILARITY', [
      "select jarowinkler_similarity('Snowflake', 'Oracle'), jarowinkler_similarity('', ''), jarowinkler_similarity('a', 'A')",
      [['61', '0', '100']],
    ]),
    unsupported('SOUNDEX', "select soundex('a')", 'SOUNDEX'),
    exact('REGEXP_LIKE', [
      "select regexp_like('abc', '[a-z]+'), regexp_like('abc', 'b'), regexp_like('ABC', 'abc', 'i')",
      [['TRUE', 'FALSE', 'TRUE']],
    ]),
    exact('REGEXP_REPLACE', [
      String.raw`select regexp_replace('Customers - (NY)', '\\(|\\)', ''), regexp_replace('firstname middlename lastname', '(.*) (.*) (.*)', '\\3, \\1 \\2'), regexp_replace('It was the best of times, it was the worst of times', 'times', 'days', 1, 2), regexp_replace('aXbx', 'x', '-', 1, 0, 'i')`,
      [
        [
          'Customers - NY',
          'lastname, firstname middlename',
          'It was the best of times, it was the worst of days',
          'a-b-',
        ],
      ],
    ]),
    exact('REGEXP_SUBSTR', [
      String.raw`select regexp_substr('It was the best of times, it was the worst of times.', 'the\\W+\\w+'), regexp_substr('It was the best of times, it was the worst of times.', 'the\\W+\\w+', 1, 2), regexp_substr('It was the best of times', 'the\\W+(\\w+)', 1, 1, 'e', 1), regexp_substr('abc', 'z')`,
      [['the best', 'the worst', 'best', null]],
    ]),
    exact('REGEXP_COUNT, REGEXP_INSTR', [
      String.raw`select regexp_count('It was the best of times, it was the worst of times', '\\bwas\\b', 1), regexp_instr('It was the best of times, it was the worst of times.', 'the\\W+\\w+'), regexp_instr('It was the best of times, it was the worst of times.', 'the\\W+\\w+', 1, 2), regexp_instr('abc', 'z')`,
      [['2', '8', '34', '0']],
    ]),
    exact('HEX_ENCODE, HEX_DECODE_STRING, HEX_DECODE_BINARY', [
      "select hex_encode('SNOW'), hex_encode('SNOW', 0), hex_decode_string('536E6F77666C616B65'), hex_decode_binary('00ff')",
      [['534E4F57', '534e4f57', 'Snowflake', '00FF']],
    ]),
    exact('BASE64_ENCODE, BASE64_DECODE_STRING, BASE64_DECODE_BINARY', [
      "select base64_encode('Snowflake'), base64_decode_string('U25vd2ZsYWtl'), base64_decode_binary('AP8=')",
      [['U25vd2ZsYWtl', 'Snowflake', '00FF']],
    ]),
    exact('Texts are compared by code point', [
      "select 'a' < 'B', 'ä' > 'z', '😀' > '\uffff'",
      [['FALSE', 'TRUE', 'TRUE']],
    ]),
    exact('UUID_STRING', [
      "select uuid_string() rlike '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', uuid_string() = uuid_string(), uuid_string('fe971b24-9572-4005-b22f-351e9c09274d', 'foo')",
      [['TRUE', 'FALSE', 'dc0b6f65-fca6-5b4b-9d37-ccc3fde1f3e2']],
    ]),
  ],
};
