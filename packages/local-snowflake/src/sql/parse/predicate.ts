import type { BinaryOperator, Expression, Query } from '../ast.ts';
import type { Token } from '../token.ts';
import type { ExpressionParser } from './expression.ts';

const COMPARISONS: Readonly<Record<string, BinaryOperator>> = {
  '=': '=',
  '<>': '<>',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

/** Reads what may follow an operand: a comparison, IS, BETWEEN, IN, LIKE; `undefined` when none does. */
export function parsePredicate(
  parser: ExpressionParser,
  start: Token,
  left: Expression,
): Expression | undefined {
  const { tokens } = parser;
  const comparison = tokens.peek().kind === 'operator' ? COMPARISONS[tokens.peek().value] : undefined;
  if (comparison) {
    tokens.next();
    const quantifier = ['ANY', 'SOME', 'ALL'].find((word) => tokens.accept(word, '('));
    if (quantifier) {
      const query = parser.query();
      tokens.expect(')');
      return {
        ...{ node: 'quantified', operator: comparison, operand: left, query },
        quantifier: quantifier === 'ALL' ? 'ALL' : 'ANY',
        ...parser.place(start),
      };
    }
    const right = parser.sum();
    return { node: 'binary', operator: comparison, left, right, ...parser.place(start) };
  }
  if (tokens.accept('IS')) return parseIs(parser, start, left);
  const negated =
    tokens.is('NOT') && ['BETWEEN', 'IN', 'LIKE', 'ILIKE', 'RLIKE', 'REGEXP'].includes(tokens.peek(1).value);
  if (negated) tokens.next();
  if (tokens.accept('BETWEEN')) {
    const low = parser.sum();
    tokens.expect('AND');
    const high = parser.sum();
    return { node: 'between', operand: left, low, high, negated, ...parser.place(start) };
  }
  if (tokens.accept('IN')) {
    const list = parseInList(parser);
    return { node: 'in', operand: left, list, negated, ...parser.place(start) };
  }
  const operator = tokens.acceptAny('LIKE', 'ILIKE', 'RLIKE', 'REGEXP');
  return operator ? parseLike(parser, start, left, operator, negated) : undefined;
}

function parseIs(parser: ExpressionParser, start: Token, left: Expression): Expression {
  const { tokens } = parser;
  const negated = tokens.accept('NOT');
  if (tokens.accept('DISTINCT', 'FROM')) {
    const operator = negated ? 'IS NOT DISTINCT FROM' : 'IS DISTINCT FROM';
    const right = parser.sum();
    return { node: 'binary', operator, left, right, ...parser.place(start) };
  }
  const what = tokens.acceptAny('NULL', 'TRUE', 'FALSE') as 'NULL' | 'TRUE' | 'FALSE' | undefined;
  if (!what) throw tokens.unexpected();
  return { node: 'is', operand: left, what, negated, ...parser.place(start) };
}

function parseInList(parser: ExpressionParser): readonly Expression[] | Query {
  const { tokens } = parser;
  if (!parser.atSubquery) return tokens.parenthesized(() => parser.expression());
  tokens.expect('(');
  const query = parser.query();
  tokens.expect(')');
  return query;
}

function parseLike(
  parser: ExpressionParser,
  start: Token,
  operand: Expression,
  word: string,
  negated: boolean,
): Expression {
  const { tokens } = parser;
  const quantifier = tokens.acceptAny('ANY', 'ALL') as 'ANY' | 'ALL' | undefined;
  const patterns = quantifier ? tokens.parenthesized(() => parser.expression()) : [parser.sum()];
  const escapedBy = tokens.accept('ESCAPE') ? parser.sum() : null;
  const operator = word === 'REGEXP' ? 'RLIKE' : (word as 'LIKE' | 'ILIKE' | 'RLIKE');
  return {
    ...{ node: 'like', operator, operand, patterns, quantifier: quantifier ?? 'ANY', escapedBy, negated },
    ...parser.place(start),
  };
}
