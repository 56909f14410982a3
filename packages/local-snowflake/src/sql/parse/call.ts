import type { Argument, Call, Expression, OrderItem, Window } from '../ast.ts';
import { unsupported } from '../error.ts';
import type { Token } from '../token.ts';
import { parseWindow } from './clauses.ts';
import type { ExpressionParser } from './expression.ts';

/** Reads the arguments of a function and what may follow them. */
export function parseCall(parser: ExpressionParser, name: readonly string[], start: Token): Call {
  const { tokens } = parser;
  tokens.expect('(');
  const distinct = tokens.accept('DISTINCT');
  const values: Argument[] = [];
  if (!tokens.is(')'))
    do values.push(argumentOf(parser, name));
    while (tokens.accept(',') || acceptSeparator(parser, name));
  const inside = ignoresNulls(parser);
  tokens.expect(')');
  const ignoreNulls = ignoresNulls(parser) || inside;
  let withinGroup: OrderItem[] | null = null;
  if (tokens.accept('WITHIN', 'GROUP', '(', 'ORDER', 'BY')) {
    withinGroup = parser.orderItems();
    tokens.expect(')');
  }
  const over: Window | null = tokens.accept('OVER') ? parseWindow(parser) : null;
  const rest = { distinct, withinGroup, ignoreNulls, over };
  return { node: 'call', name, arguments: values, ...rest, ...parser.place(start) };
}

/** EXTRACT(part FROM value) and POSITION(text IN text) have words where others have commas. */
function acceptSeparator({ tokens }: ExpressionParser, name: readonly string[]): boolean {
  if (name[0] === 'EXTRACT') return tokens.accept('FROM');
  return name[0] === 'POSITION' && tokens.accept('IN');
}

/** `IGNORE NULLS` or `RESPECT NULLS` */
function ignoresNulls({ tokens }: ExpressionParser): boolean {
  if (tokens.accept('IGNORE', 'NULLS')) return true;
  tokens.accept('RESPECT', 'NULLS');
  return false;
}

function argumentOf(parser: ExpressionParser, name: readonly string[]): Argument {
  const { tokens } = parser;
  if (tokens.peek().kind === 'word' && tokens.peek(1).value === '=>' && tokens.peek(1).kind === 'operator') {
    const argument = tokens.identifier();
    tokens.expect('=>');
    return { name: argument, value: queryOrExpression(parser) };
  }
  if (name[0] === 'EXTRACT' && tokens.peek(1).value === 'FROM') {
    const start = tokens.next();
    return { name: null, value: { node: 'column', name: [start.value], ...parser.place(start) } };
  }
  if (tokens.peek(1).value === '->') throw unsupported(`Function ${name.at(-1)}`);
  if (name[0] === 'POSITION') return { name: null, value: parser.sum() };
  return { name: null, value: queryOrExpression(parser) };
}

function queryOrExpression(parser: ExpressionParser): Expression {
  const start = parser.tokens.peek();
  if (start.kind !== 'word' || start.value !== 'SELECT') return parser.expression();
  const query = parser.query();
  return { node: 'subquery', query, ...parser.place(start) };
}
