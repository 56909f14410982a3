import type { KeyValue, TableKey } from '../key.ts';
import type { SourceTable } from '../table.ts';
import { keysetOf } from './keyset.ts';
import { rowsByKey } from './rows-by-key.ts';
import type { MysqlSession } from './session.ts';

/** Bytes of a statement that stay free of identities, for what the server adds to it. */
const RESERVE = 64 * 1024;

/** Identities a statement at the least, however little room its SELECT list leaves. */
const FEWEST = 100;

/**
 * Rejected rows, which a check excludes on the source's side. They are found by their keys once, through the index.
 * From then on each is its identity, a hash that the server computes: whatever the types, collations and number of the
 * key's columns, one ASCII text is compared with a sorted list of others.
 */
export class ExcludedRows {
  /** Sorted. */
  readonly #identities: readonly string[];
  readonly #expression: string;

  /**
   * @param keys each once; rows that are not there any more do not count
   * @throws SnowstreamError MYSQL_QUERY or MYSQL_UNREACHABLE.
   */
  static async find(
    session: MysqlSession,
    table: SourceTable,
    key: TableKey,
    keys: readonly KeyValue[],
  ): Promise<ExcludedRows> {
    const keyset = keysetOf(key);
    const rows = await rowsByKey(session, { table, keyset, expressions: [keyset.identity], keys });
    return new ExcludedRows(
      keyset.identity,
      rows.map(([identity]) => String(identity)),
    );
  }

  private constructor(expression: string, identities: readonly string[]) {
    this.#expression = expression;
    // Two keys of the list may have become one row's: by some collations they are equal.
    this.#identities = [...new Set(identities)].sort();
  }

  get count(): number {
    return this.#identities.length;
  }

  get identities(): ReadonlySet<string> {
    return new Set(this.#identities);
  }

  /**
   * Conditions of which each row of the table that is not excluded meets exactly one. There is one condition unless the
   * server's limit for a statement asks for more.
   *
   * @param statementBytes the length of the statement without its condition
   * @param limit bytes that the server takes in a statement
   * @example
   * excluded.conditions(200, 1024 * 1024); // [undefined] without excluded rows
   */
  conditions(statementBytes: number, limit: number): (string | undefined)[] {
    if (this.count === 0) return [undefined];
    const bytesEach = (this.#identities[0] as string).length + "'',".length;
    const room = Math.max(Math.floor((limit - statementBytes - RESERVE) / bytesEach), FEWEST);
    const conditions: string[] = [];
    for (let at = 0; at < this.count; at += room) {
      const list = this.#identities.slice(at, at + room);
      const next = this.#identities[at + room];
      conditions.push(
        [
          ...(at === 0 ? [] : [`${this.#expression} >= '${list[0]}'`]),
          ...(next === undefined ? [] : [`${this.#expression} < '${next}'`]),
          `${this.#expression} NOT IN ('${list.join("','")}')`,
        ].join(' AND '),
      );
    }
    return conditions;
  }
}
