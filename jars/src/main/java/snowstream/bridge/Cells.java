package snowstream.bridge;

/**
 * The cells of a batch, one after the other, each after its length, as in MySQL's text protocol: a byte for a
 * length up to 250, or a mark and then a length of two, three or eight bytes, or a mark for null.
 * https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_dt_integers.html
 */
final class Cells {
  private static final int NULL = 0xFB;
  private static final int TWO_BYTES = 0xFC;
  private static final int THREE_BYTES = 0xFD;

  final byte[] bytes;
  /** Start and end of the current cell. */
  int from;
  int to;

  Cells(byte[] bytes) {
    this.bytes = bytes;
  }

  boolean hasMore() {
    return to < bytes.length;
  }

  void skip(int count) {
    to += count;
  }

  /**
   * Moves to the next cell.
   *
   * @return whether it is not null
   */
  boolean next() {
    int first = bytes[to++] & 0xFF;
    if (first == NULL) {
      from = to;
      return false;
    }
    int length = first < NULL ? first : longLength(first);
    from = to;
    to += length;
    return true;
  }

  int length() {
    return to - from;
  }

  private int longLength(int mark) {
    int size = mark == TWO_BYTES ? 2 : mark == THREE_BYTES ? 3 : 8;
    int length = 0;
    // No cell has more bytes than an int counts, so the upper four of eight are zero.
    for (int byteAt = Math.min(size, 4) - 1; byteAt >= 0; byteAt--) length = length << 8 | bytes[to + byteAt] & 0xFF;
    to += size;
    return length;
  }
}
