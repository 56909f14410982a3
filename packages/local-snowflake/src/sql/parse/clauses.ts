import type { Expression, Window } from '../ast.ts';
import type { ExpressionParser } from './expression.ts';

type Case = Extract<Expression, { node: 'case' }>;

/** `CASE [operand] WHEN … THEN … [ELSE …] END` */
export function parseCase(parser: ExpressionParser): Omit<Case, 'line' | 'column' | 'text'> {
  const { tokens } = parser;
  tokens.expect('CASE');
  const operand = tokens.is('WHEN') ? null : parser.expression();
  const whens: { when: Expression; result: Expression }[] = [];
  while (tokens.accept('WHEN')) {
    const when = parser.expression();
    tokens.expect('THEN');
    whens.push({ when, result: parser.expression() });
  }
  if (whens.length === 0) throw tokens.unexpected();
  const otherwise = tokens.accept('ELSE') ? parser.expression() : null;
  tokens.expect('END');
  return { node: 'case', operand, whens, otherwise };
}

/** `([PARTITION BY …] [ORDER BY …] [frame])` */
export function parseWindow(parser: ExpressionParser): Window {
  const { tokens } = parser;
  tokens.expect('(');
  const partitionBy: Expression[] = [];
  if (tokens.accept('PARTITION', 'BY'))
    do partitionBy.push(parser.expression());
    while (tokens.accept(','));
  const orderBy = tokens.accept('ORDER', 'BY') ? parser.orderItems() : [];
  const frame = parseFrame(parser);
  tokens.expect(')');
  return { partitionBy, orderBy, frame };
}

function parseFrame(parser: ExpressionParser): string | null {
  const { tokens } = parser;
  const unit = tokens.acceptAny('ROWS', 'RANGE');
  if (!unit) return null;
  if (!tokens.accept('BETWEEN')) return `${unit} ${parseBound(parser)}`;
  const low = parseBound(parser);
  tokens.expect('AND');
  return `${unit} BETWEEN ${low} AND ${parseBound(parser)}`;
}

function parseBound(parser: ExpressionParser): string {
  const { tokens } = parser;
  if (tokens.accept('CURRENT', 'ROW')) return 'CURRENT ROW';
  const distance = tokens.accept('UNBOUNDED') ? 'UNBOUNDED' : String(tokens.integer());
  const direction = tokens.acceptAny('PRECEDING', 'FOLLOWING');
  if (!direction) throw tokens.unexpected();
  return `${distance} ${direction}`;
}
