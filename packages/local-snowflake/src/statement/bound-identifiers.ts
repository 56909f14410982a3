import { compilationError, type SqlError } from '../sql/error.ts';
import type { Token } from '../sql/token.ts';
import type { Bindings } from './binds.ts';

/** Words before the name of a table. */
const BEFORE_TABLE = new Set(['FROM', 'JOIN', 'INTO', 'UPDATE', 'TABLE', 'VIEW', 'USING']);

const TAKE_NAME = new Set(['IDENTIFIER', 'TABLE']);

/**
 * Tokens with the bound text in place of the place holder in `IDENTIFIER(?)` and `TABLE(?)`; the other place holders keep their
 * numbers.
 *
 * @throws SqlError 002128 or 002129 when nothing is bound there; JDBC, which describes statements before it binds, goes
 * on after these two
 */
export function withBoundIdentifiers(tokens: readonly Token[], bindings: Bindings): Token[] {
  let positional = 0;
  return tokens.map((token, index) => {
    if (token.kind !== 'bind') return token;
    const number = token.value === '' ? ++positional : Number(token.value);
    const [opening, word] = [tokens[index - 1], tokens[index - 2]];
    const isName = opening?.value === '(' && word?.kind === 'word' && TAKE_NAME.has(word.value);
    if (!isName) return { ...token, value: String(number) };
    const value = bindings[String(number)]?.value;
    if (typeof value !== 'string') throw notBound(word.value === 'TABLE' ? word : tokens[index - 3]);
    return { ...token, kind: 'string', value };
  });
}

function notBound(before: Token | undefined): SqlError {
  const isTable = before?.kind === 'word' && BEFORE_TABLE.has(before.value);
  return isTable
    ? compilationError('002128', '42601', 'Bind variable for table name not set.')
    : compilationError('002129', '42601', 'Bind variable for object name not set.');
}
