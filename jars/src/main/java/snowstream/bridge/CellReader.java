package snowstream.bridge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;

/**
 * Reads one cell of a batch as the Java class of its column: text as MySQL prints it, or as an encoder of src/types
 * writes it. The names are those of JavaKind in src/types/family.ts.
 */
enum CellReader {
  String {
    @Override
    Object read(byte[] bytes, int from, int to) {
      return new String(bytes, from, to - from, UTF_8);
    }
  },
  Json {
    @Override
    Object read(byte[] bytes, int from, int to) {
      String text = new String(bytes, from, to - from, UTF_8);
      // The SDK would make it NULL.
      if (text.isBlank()) throw new IllegalArgumentException("not JSON");
      return text;
    }
  },
  Boolean {
    @Override
    Object read(byte[] bytes, int from, int to) {
      switch (ascii(bytes, from, to)) {
        case "1":
        case "true":
          return java.lang.Boolean.TRUE;
        case "0":
        case "false":
          return java.lang.Boolean.FALSE;
        default:
          throw new IllegalArgumentException("neither true nor false");
      }
    }
  },
  Long {
    @Override
    Object read(byte[] bytes, int from, int to) {
      int first = afterSign(bytes, from, to);
      long value = to - first > SAFE_DIGITS ? -1 : digits(bytes, first, to);
      if (value < 0) return java.lang.Long.valueOf(ascii(bytes, from, to));
      return first == from ? value : -value;
    }
  },
  BigInteger {
    @Override
    Object read(byte[] bytes, int from, int to) {
      return new BigInteger(ascii(bytes, from, to));
    }
  },
  BigDecimal {
    @Override
    Object read(byte[] bytes, int from, int to) {
      int first = afterSign(bytes, from, to);
      int point = first;
      while (point < to && bytes[point] != '.') point++;
      int scale = point == to ? 0 : to - point - 1;
      if (point == first || point == to - 1 || point - first + scale > SAFE_DIGITS)
        return new BigDecimal(ascii(bytes, from, to));
      long whole = digits(bytes, first, point);
      long fraction = scale == 0 ? 0 : digits(bytes, point + 1, to);
      if (whole < 0 || fraction < 0) return new BigDecimal(ascii(bytes, from, to));
      long unscaled = whole * POWERS_OF_TEN[scale] + fraction;
      return java.math.BigDecimal.valueOf(first == from ? unscaled : -unscaled, scale);
    }
  },
  Double {
    @Override
    Object read(byte[] bytes, int from, int to) {
      return java.lang.Double.valueOf(ascii(bytes, from, to));
    }
  },
  bytes {
    @Override
    Object read(byte[] bytes, int from, int to) {
      return Arrays.copyOfRange(bytes, from, to);
    }
  },
  LocalDate {
    @Override
    Object read(byte[] bytes, int from, int to) {
      return date(bytes, from, to);
    }
  },
  LocalTime {
    @Override
    Object read(byte[] bytes, int from, int to) {
      return time(bytes, from, to);
    }
  },
  LocalDateTime {
    @Override
    Object read(byte[] bytes, int from, int to) {
      return dateTime(bytes, from, to);
    }
  },
  OffsetDateTime {
    @Override
    Object read(byte[] bytes, int from, int to) {
      // The session of the reader is in UTC, so MySQL prints no zone.
      int end = to > from && bytes[to - 1] == 'Z' ? to - 1 : to;
      return java.time.OffsetDateTime.of(dateTime(bytes, from, end), ZoneOffset.UTC);
    }
  };

  /** The value in bytes[from, to); throws a RuntimeException with the reason when it is invalid. */
  abstract Object read(byte[] bytes, int from, int to);

  /** A number with this many digits always fits into a long. */
  private static final int SAFE_DIGITS = 18;

  private static final long[] POWERS_OF_TEN = new long[SAFE_DIGITS + 1];

  static {
    POWERS_OF_TEN[0] = 1;
    for (int power = 1; power <= SAFE_DIGITS; power++) POWERS_OF_TEN[power] = POWERS_OF_TEN[power - 1] * 10;
  }

  private static final int DATE = 10;
  private static final int TIME = 8;
  private static final int NANO_DIGITS = 9;

  private static String ascii(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, ISO_8859_1);
  }

  private static int afterSign(byte[] bytes, int from, int to) {
    return from < to && bytes[from] == '-' ? from + 1 : from;
  }

  /** The number, or -1 where there are no digits or another character is among them. */
  private static long digits(byte[] bytes, int from, int to) {
    if (from == to) return -1;
    long value = 0;
    for (int index = from; index < to; index++) {
      int digit = bytes[index] - '0';
      if (digit < 0 || digit > 9) return -1;
      value = value * 10 + digit;
    }
    return value;
  }

  /** `YYYY-MM-DD`; java.time's own parsers take ten times as long, here and below. */
  private static LocalDate date(byte[] bytes, int from, int to) {
    int year = part(bytes, from, to, 0, 4);
    // MySQL has a year 0 without dates; Java's calendar has years before 1.
    if (year == 0 || to - from != DATE || bytes[from + 4] != '-' || bytes[from + 7] != '-')
      throw new IllegalArgumentException("not a date of the form YYYY-MM-DD");
    return java.time.LocalDate.of(year, part(bytes, from, to, 5, 2), part(bytes, from, to, 8, 2));
  }

  /** `HH:MM:SS`, with up to nine fractional digits. */
  private static LocalTime time(byte[] bytes, int from, int to) {
    int length = to - from;
    boolean hasForm =
        length >= TIME
            && bytes[from + 2] == ':'
            && bytes[from + 5] == ':'
            && (length == TIME
                || (bytes[from + TIME] == '.' && length > TIME + 1 && length <= TIME + 1 + NANO_DIGITS));
    if (!hasForm) throw new IllegalArgumentException("not a time of the form HH:MM:SS");
    int nanos = 0;
    if (length > TIME) {
      int count = length - TIME - 1;
      nanos = part(bytes, from, to, TIME + 1, count) * (int) POWERS_OF_TEN[NANO_DIGITS - count];
    }
    return java.time.LocalTime.of(
        part(bytes, from, to, 0, 2), part(bytes, from, to, 3, 2), part(bytes, from, to, 6, 2), nanos);
  }

  /** A date and a time, a space or a T between them. */
  private static LocalDateTime dateTime(byte[] bytes, int from, int to) {
    int between = from + DATE;
    if (between >= to || (bytes[between] != ' ' && bytes[between] != 'T'))
      throw new IllegalArgumentException("not a date with a time");
    return java.time.LocalDateTime.of(date(bytes, from, between), time(bytes, between + 1, to));
  }

  private static int part(byte[] bytes, int from, int to, int at, int count) {
    long value = from + at + count > to ? -1 : digits(bytes, from + at, from + at + count);
    if (value < 0) throw new IllegalArgumentException("not all digits");
    return (int) value;
  }
}
