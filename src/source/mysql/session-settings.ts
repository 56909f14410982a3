import type { Connection, RowDataPacket } from 'mysql2/promise';
import { isServerAnswer } from './server-error.ts';
import { NEEDED_SETTINGS, type NeededSetting, OPTIONAL_SETTINGS } from './session-variables.ts';

/**
 * Sets the session of a new connection: what values depend on, then what the server knows of the rest. A server that
 * rejects several settings at once is given each apart, as proxies such as Vitess take some and not others.
 *
 * @throws the server's error for a setting that values depend on, unless the session has that value already
 */
export async function setSession(connection: Connection): Promise<void> {
  for (const setting of await rejectedOf(connection, NEEDED_SETTINGS, ({ clause }) => clause)) {
    const { item, error } = setting;
    if (!(await hasAlready(connection, item))) throw error;
  }
  const known = await knownVariables(connection);
  const optional = OPTIONAL_SETTINGS.filter(({ name }) => known?.has(name) ?? true);
  await rejectedOf(connection, optional, ({ name, value }) => `SESSION ${name} = ${value}`);
}

interface Rejected<Item> {
  readonly item: Item;
  readonly error: unknown;
}

/** Sets all in one statement, or each in its own when the server rejects that. Two of them cannot be combined with others. */
async function rejectedOf<Item>(
  connection: Connection,
  items: readonly Item[],
  clauseOf: (item: Item) => string,
): Promise<Rejected<Item>[]> {
  const alone = items.filter((item) => !/^SESSION \w+ =/u.test(clauseOf(item)));
  const together = items.filter((item) => !alone.includes(item));
  const rejected: Rejected<Item>[] = [];
  const setEach = async (each: readonly Item[]): Promise<void> => {
    for (const item of each) {
      const error = await rejection(connection, clauseOf(item));
      if (error !== undefined) rejected.push({ item, error });
    }
  };
  await setEach(alone);
  if (together.length > 0 && (await rejection(connection, together.map(clauseOf).join(', '))) !== undefined)
    await setEach(together);
  return rejected;
}

/** The server's own error, if it has one for a SET. */
async function rejection(connection: Connection, clauses: string): Promise<unknown> {
  try {
    await connection.query(`SET ${clauses}`);
    return undefined;
  } catch (error) {
    if (isServerAnswer(error)) return error;
    throw error;
  }
}

async function hasAlready(connection: Connection, { variables }: NeededSetting): Promise<boolean> {
  const values = await shown(connection, Object.keys(variables));
  return values.size > 0 && [...values].every(([name, value]) => variables[name]?.includes(value) === true);
}

/** The optional variables that the server has; undefined when it does not show them. */
async function knownVariables(connection: Connection): Promise<ReadonlyMap<string, string> | undefined> {
  try {
    return await shown(
      connection,
      OPTIONAL_SETTINGS.map(({ name }) => name),
    );
  } catch (error) {
    if (isServerAnswer(error)) return undefined;
    throw error;
  }
}

async function shown(connection: Connection, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const [rows] = await connection.query<RowDataPacket[][]>({
    sql: 'SHOW SESSION VARIABLES WHERE Variable_name IN (?)',
    values: [names],
    rowsAsArray: true,
  });
  return new Map(rows.map(([name, value]) => [String(name).toLowerCase(), String(value)]));
}
