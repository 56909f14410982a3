import type { Connection, Query } from 'mysql2';
import type { Cell, Rows, SentRows } from '../../types/cell.ts';

/** Bytes that the protocol has before each packet: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_packets.html */
const HEADER = 4;

/** What mysql2 shows of a packet; it makes one object serve for all of them. */
interface Packet {
  readonly buffer: Buffer;
  /** Where its header begins. */
  readonly start: number;
  /** Where the next value is read. */
  readonly offset: number;
  readonly end: number;
  isEOF(): boolean;
}

/**
 * The parts of a statement of mysql2 that take its rows in. They are no public interface of mysql2, which has none for
 * rows that are not decoded; `test/source/row-packets.test.ts` holds them to what its public one gives.
 */
interface RowTaking {
  /** Takes a packet in, and gives the function that takes the next one. */
  row(packet: Packet, connection: unknown): unknown;
  /** Decodes a row; there once the columns are known. */
  readonly _rowParser: { next(packet: Packet, fields: unknown, options: unknown): Cell[] };
  readonly _currentFields: readonly unknown[];
  readonly options: unknown;
}

/** The text of a DOUBLE, which mysql2 would make a number and round some of them; the rest as ever. */
const withDoublesAsText = (
  field: { readonly type: string; string(): string | null },
  next: () => unknown,
): unknown => (field.type === 'DOUBLE' ? field.string() : next());

/**
 * Runs a statement and takes its rows as the server sent them. What decoding costs, for each cell an object in
 * JavaScript, is a third of a load's own CPU, and Java would have to undo it.
 *
 * @throws what mysql2 throws.
 */
export function rowPackets(connection: Connection, sql: string): Promise<RowPackets> {
  return new Promise((resolve, reject) => {
    const packets = new ReceivedPackets();
    const query = connection.query({ sql, rowsAsArray: true, typeCast: withDoublesAsText }, (error) => {
      if (error) reject(error);
      else resolve(new RowPackets(packets, command._currentFields.length, (row) => decoded(command, row)));
    });
    const command = query as Query & RowTaking;
    // The answer comes later than this.
    const { row } = command;
    command.row = function take(packet, from) {
      if (packet.isEOF()) return row.call(command, packet, from);
      packets.add(packet);
      return take;
    };
  });
}

function decoded(command: RowTaking, packet: Packet): Cell[] {
  return command._rowParser.next(packet, command._currentFields, command.options);
}

/** Takes packets in, as pieces of what was received. */
class ReceivedPackets {
  readonly starts: number[] = [];
  packetClass: (new (id: number, buffer: Buffer, start: number, end: number) => Packet) | undefined;
  readonly #pieces: Buffer[] = [];
  #length = 0;
  /** Adjacent packets of one received buffer, not yet a piece. */
  #run: { readonly buffer: Buffer; readonly start: number; end: number } | undefined;

  add(packet: Packet): void {
    this.packetClass ??= packet.constructor as NonNullable<ReceivedPackets['packetClass']>;
    let run = this.#run;
    if (run?.buffer !== packet.buffer || run.end !== packet.start) {
      this.#finishRun();
      run = { buffer: packet.buffer, start: packet.start, end: packet.start };
      this.#run = run;
    }
    this.starts.push(this.#length + packet.start - run.start);
    run.end = packet.end;
  }

  get pieces(): readonly Buffer[] {
    this.#finishRun();
    return this.#pieces;
  }

  #finishRun(): void {
    if (this.#run === undefined) return;
    const { buffer, start, end } = this.#run;
    this.#pieces.push(buffer.subarray(start, end));
    this.#length += end - start;
    this.#run = undefined;
  }
}

/** Rows as MySQL sent them: they cross the bridge without having been looked at. Cells are decoded when asked for. */
export class RowPackets implements Rows {
  readonly length: number;
  readonly sent: SentRows;
  readonly #starts: readonly number[];
  readonly #decode: (packet: Packet) => Cell[];
  readonly #packetClass: ReceivedPackets['packetClass'];
  #bytes: Buffer | undefined;

  constructor(
    { pieces, starts, packetClass }: ReceivedPackets,
    width: number,
    decode: (packet: Packet) => Cell[],
  ) {
    this.length = starts.length;
    this.sent = { packets: pieces, width };
    this.#starts = starts;
    this.#packetClass = packetClass;
    this.#decode = decode;
  }

  /** Bytes of all values and of their length prefixes. */
  get bytes(): number {
    const received = this.sent.packets.reduce((sum, { length }) => sum + length, 0);
    return received - this.length * HEADER;
  }

  at(index: number): Cell[] | undefined {
    const start = this.#starts[index];
    if (start === undefined || this.#packetClass === undefined) return undefined;
    this.#bytes ??= Buffer.concat(this.sent.packets);
    const end = this.#starts[index + 1] ?? this.#bytes.length;
    return this.#decode(new this.#packetClass(0, this.#bytes, start, end));
  }
}
