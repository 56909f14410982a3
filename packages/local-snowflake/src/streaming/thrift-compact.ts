/** Where a field of a struct lies: `start` is behind its header, `end` behind its value. */
export interface ThriftField {
  readonly id: number;
  readonly type: number;
  readonly start: number;
  readonly end: number;
}

const TYPE = {
  STOP: 0,
  TRUE: 1,
  FALSE: 2,
  BYTE: 3,
  I16: 4,
  I32: 5,
  I64: 6,
  DOUBLE: 7,
  BINARY: 8,
  LIST: 9,
  SET: 10,
  MAP: 11,
  STRUCT: 12,
} as const;

const FIXED_SIZES: ReadonlyMap<number, number> = new Map([
  [TYPE.TRUE, 1],
  [TYPE.FALSE, 1],
  [TYPE.BYTE, 1],
  [TYPE.DOUBLE, 8],
]);

/** Deeper than any Parquet footer, and far from the end of the stack. */
const MAX_DEPTH = 32;

/**
 * Walks Thrift's compact encoding
 * (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md) without a schema.
 * Every method throws a RangeError when the bytes end too early or mean nothing.
 */
export class ThriftReader {
  readonly #bytes: Buffer;
  position: number;

  constructor(bytes: Buffer, position = 0) {
    this.#bytes = bytes;
    this.position = position;
  }

  /** The fields of the struct that begins here; the reader ends up behind it. */
  fields(depth = 0): ThriftField[] {
    const fields: ThriftField[] = [];
    let id = 0;
    for (let header = this.#byte(); (header & 0x0f) !== TYPE.STOP; header = this.#byte()) {
      const delta = header >> 4;
      id = delta === 0 ? this.#zigzag() : id + delta;
      const type = header & 0x0f;
      const start = this.position;
      if (type !== TYPE.TRUE && type !== TYPE.FALSE) this.#skip(type, depth);
      fields.push({ id, type, start, end: this.position });
    }
    return fields;
  }

  /** Reads the head of a list of structs; its length. */
  listOfStructs(): number {
    const { type, size } = this.#listHead();
    if (type !== TYPE.STRUCT) throw new RangeError('A Thrift list holds no structs.');
    return size;
  }

  /** A length and that many bytes of UTF-8. */
  text(): string {
    const length = this.#varint();
    const start = this.position;
    this.#advance(length);
    return this.#bytes.toString('utf8', start, this.position);
  }

  #skip(type: number, depth: number): void {
    if (depth > MAX_DEPTH) throw new RangeError('The Thrift struct is nested too deeply.');
    const fixed = FIXED_SIZES.get(type);
    if (fixed !== undefined) this.#advance(fixed);
    else if (type === TYPE.I16 || type === TYPE.I32 || type === TYPE.I64) this.#varint();
    else if (type === TYPE.BINARY) this.#advance(this.#varint());
    else if (type === TYPE.LIST || type === TYPE.SET) this.#skipList(depth);
    else if (type === TYPE.MAP) this.#skipMap(depth);
    else if (type === TYPE.STRUCT) this.fields(depth + 1);
    else throw new RangeError(`Thrift has no type ${type}.`);
  }

  #skipList(depth: number): void {
    const { type, size } = this.#listHead();
    for (let index = 0; index < size; index++) this.#skip(type, depth + 1);
  }

  #skipMap(depth: number): void {
    const size = this.#varint();
    if (size === 0) return;
    const types = this.#byte();
    for (let index = 0; index < size; index++) {
      this.#skip(types >> 4, depth + 1);
      this.#skip(types & 0x0f, depth + 1);
    }
  }

  #listHead(): { type: number; size: number } {
    const head = this.#byte();
    const size = head >> 4 === 15 ? this.#varint() : head >> 4;
    // Every element takes a byte at least, so a larger size is a lie that would keep us busy.
    if (size > this.#bytes.length - this.position) throw new RangeError('A Thrift list is cut off.');
    return { type: head & 0x0f, size };
  }

  #zigzag(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  #varint(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('A Thrift number is too long.');
  }

  #byte(): number {
    const byte = this.#bytes[this.position];
    if (byte === undefined) throw new RangeError('The Thrift struct is cut off.');
    this.position++;
    return byte;
  }

  #advance(length: number): void {
    if (length > this.#bytes.length - this.position) throw new RangeError('The Thrift struct is cut off.');
    this.position += length;
  }
}
