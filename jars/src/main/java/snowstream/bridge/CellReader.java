package snowstream.bridge;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * Reads one cell out of a batch's text, as the Java class of its column. The names are those of JavaKind in
 * src/types/family.ts.
 */
enum CellReader {
  String {
    @Override
    Object read(String text, int from, int to) {
      return text.substring(from, to);
    }
  },
  Boolean {
    @Override
    Object read(String text, int from, int to) {
      // Only these two are written.
      return to - from == 4 ? java.lang.Boolean.TRUE : java.lang.Boolean.FALSE;
    }
  },
  Long {
    @Override
    Object read(String text, int from, int to) {
      return java.lang.Long.valueOf(java.lang.Long.parseLong(text, from, to, 10));
    }
  },
  BigInteger {
    @Override
    Object read(String text, int from, int to) {
      return new BigInteger(text.substring(from, to));
    }
  },
  BigDecimal {
    @Override
    Object read(String text, int from, int to) {
      return new BigDecimal(text.substring(from, to));
    }
  },
  Double {
    @Override
    Object read(String text, int from, int to) {
      return java.lang.Double.valueOf(text.substring(from, to));
    }
  },
  bytes {
    @Override
    Object read(String text, int from, int to) {
      byte[] value = new byte[(to - from) / 2];
      for (int index = 0; index < value.length; index++) {
        int place = from + 2 * index;
        value[index] =
            (byte) (Character.digit(text.charAt(place), 16) << 4 | Character.digit(text.charAt(place + 1), 16));
      }
      return value;
    }
  },
  LocalDate {
    @Override
    Object read(String text, int from, int to) {
      return to - from == Iso.DATE ? Iso.date(text, from) : java.time.LocalDate.parse(text.substring(from, to));
    }
  },
  LocalTime {
    @Override
    Object read(String text, int from, int to) {
      return Iso.time(text, from, to);
    }
  },
  LocalDateTime {
    @Override
    Object read(String text, int from, int to) {
      return Iso.dateTime(text, from, to);
    }
  },
  OffsetDateTime {
    @Override
    Object read(String text, int from, int to) {
      if (text.charAt(to - 1) != 'Z') return java.time.OffsetDateTime.parse(text.substring(from, to));
      return java.time.OffsetDateTime.of(Iso.dateTime(text, from, to - 1), ZoneOffset.UTC);
    }
  };

  /** The value in text[from, to); throws a RuntimeException that says why it is none. */
  abstract Object read(String text, int from, int to);

  /**
   * The fixed forms in which MySQL prints times. java.time's own parsers take ten times as long, and are what
   * anything unusual goes to.
   */
  private static final class Iso {
    static final int DATE = 10;
    private static final int TIME = 8;
    private static final int NANO_DIGITS = 9;

    static LocalDate date(String text, int from) {
      int year = digits(text, from, 4);
      int month = digits(text, from + 5, 2);
      int day = digits(text, from + 8, 2);
      if ((year | month | day) < 0 || text.charAt(from + 4) != '-' || text.charAt(from + 7) != '-')
        return java.time.LocalDate.parse(text.substring(from, from + DATE));
      return java.time.LocalDate.of(year, month, day);
    }

    static LocalTime time(String text, int from, int to) {
      int length = to - from;
      if (length < TIME) return java.time.LocalTime.parse(text.substring(from, to));
      int hour = digits(text, from, 2);
      int minute = digits(text, from + 3, 2);
      int second = digits(text, from + 6, 2);
      int count = length == TIME ? 0 : length - TIME - 1;
      int nanos = count == 0 ? 0 : fraction(text, from + TIME + 1, count);
      boolean usual =
          (hour | minute | second | nanos) >= 0
              && text.charAt(from + 2) == ':'
              && text.charAt(from + 5) == ':'
              && (length == TIME || (count > 0 && text.charAt(from + TIME) == '.'));
      if (!usual) return java.time.LocalTime.parse(text.substring(from, to));
      return java.time.LocalTime.of(hour, minute, second, nanos);
    }

    static LocalDateTime dateTime(String text, int from, int to) {
      if (to - from <= DATE || text.charAt(from + DATE) != 'T')
        return java.time.LocalDateTime.parse(text.substring(from, to));
      return java.time.LocalDateTime.of(date(text, from), time(text, from + DATE + 1, to));
    }

    private static int fraction(String text, int from, int count) {
      if (count > NANO_DIGITS) return -1;
      int value = digits(text, from, count);
      for (int digit = count; digit < NANO_DIGITS && value > 0; digit++) value *= 10;
      return value;
    }

    /** The number that so many digits make, or -1 where one of them is none. */
    private static int digits(String text, int from, int count) {
      int value = 0;
      for (int place = from; place < from + count; place++) {
        int digit = text.charAt(place) - '0';
        if (digit < 0 || digit > 9) return -1;
        value = value * 10 + digit;
      }
      return value;
    }
  }
}
