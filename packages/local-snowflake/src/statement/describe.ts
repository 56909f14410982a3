import { type DataType, displayType, text } from '../catalog/data-type.ts';
import type { Column, Constraint } from '../catalog/entities.ts';
import { qualifiedName } from '../sql/bind/qualified-name.ts';
import { QueryBinder } from '../sql/bind/query-binder.ts';
import { doesNotExist, unsupported } from '../sql/error.ts';
import { FUNCTIONS } from '../sql/functions/registry.ts';
import { STATEMENT_TYPE, type StatementResult, table } from './result.ts';
import { columns } from './show-list.ts';
import type { StatementHandler } from './statement.ts';
import { objectNamed, shown } from './target.ts';

type Cell = string | null;

/** DESCRIBE TABLE, VIEW or FUNCTION; a bare name is a table. */
export const describe: StatementHandler = async (statement) => {
  const { tokens, environment, parser } = statement;
  tokens.acceptAny('DESCRIBE', 'DESC');
  if (tokens.accept('FUNCTION')) {
    const name = tokens.name();
    const kinds = tokens.parenthesized(() => tokens.dataType().kind).join();
    const found = environment.catalog
      .functions(...qualifiedName(name, environment))
      .find((each) => each.arguments.map(({ type }) => type.kind).join() === kinds);
    if (!found) throw doesNotExist('Function', shown(name));
    const signature = found.arguments.map((each) => `${each.name} ${displayType(each.type)}`).join(', ');
    const rows: Cell[][] = [
      ['signature', `(${signature})`],
      ['returns', displayType(found.returns)],
      ['language', found.language],
      ['null handling', found.strict ? 'RETURNS NULL ON NULL INPUT' : 'CALLED ON NULL INPUT'],
      ['body', found.body],
    ];
    return table(STATEMENT_TYPE.DESCRIBE, columns('property value'), rows);
  }
  if (parser.atQuery) {
    const query = new QueryBinder(environment, FUNCTIONS).bind(parser.query());
    return described(
      query.columns.map((column) => ({
        ...column,
        default: null,
        collation: null,
        comment: null,
        identity: null,
      })),
    );
  }
  if (
    ['STAGE', 'WAREHOUSE', 'USER', 'PROCEDURE', 'RESULT', 'DATABASE', 'SCHEMA'].includes(
      tokens.peek().value,
    ) &&
    tokens.peek(1).kind !== 'end'
  ) {
    throw unsupported(`DESCRIBE ${tokens.peek().value}`);
  }
  tokens.acceptAny('TABLE', 'VIEW');
  const object = objectNamed(statement, tokens.name());
  if (tokens.accept('TYPE', '=')) tokens.identifier();
  tokens.expectEnd();
  return described(object.columns, object.constraints);
};

type Described = Pick<
  Column,
  'name' | 'type' | 'nullable' | 'default' | 'identity' | 'collation' | 'comment'
>;

function described(list: readonly Described[], constraints: readonly Constraint[] = []): StatementResult {
  const isIn = (kind: Constraint['kind'], column: Described): string =>
    constraints.some(
      (each) => each.kind === kind && 'ordinal' in column && each.columns.includes(column.ordinal as number),
    )
      ? 'Y'
      : 'N';
  const rows = list.map((column): Cell[] => [
    column.name,
    `${displayType(column.type)}${column.collation === null ? '' : ` COLLATE '${column.collation}'`}`,
    'COLUMN',
    column.nullable ? 'Y' : 'N',
    column.identity
      ? `IDENTITY START ${column.identity.start} INCREMENT ${column.identity.step} NOORDER`
      : column.default,
    isIn('PRIMARY KEY', column),
    isIn('UNIQUE', column),
    null,
    null,
    column.comment,
    null,
    null,
  ]);
  const names: [string, DataType][] = [
    ...['name', 'type', 'kind', 'null?', 'default', 'primary key', 'unique key'],
    ...['check', 'expression', 'comment', 'policy name', 'privacy domain'],
  ].map((name) => [name, text()]);
  return table(STATEMENT_TYPE.DESCRIBE, names, rows);
}
