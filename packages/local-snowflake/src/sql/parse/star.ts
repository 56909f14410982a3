import type { Expression, StarItem } from '../ast.ts';
import type { ExpressionParser } from './expression.ts';

type StarOptions = Pick<StarItem, 'exclude' | 'like' | 'rename' | 'replace'>;

/** What may follow a `*`: `ILIKE 'pattern'`, `EXCLUDE …`, `REPLACE (…)`, `RENAME …`. */
export function parseStarOptions(parser: ExpressionParser): StarOptions {
  const { tokens } = parser;
  const like = tokens.is('ILIKE') && tokens.peek(1).kind === 'string' && tokens.accept('ILIKE');
  const list = <T>(item: () => T): T[] => (tokens.is('(') ? tokens.parenthesized(item) : [item()]);
  const pattern = like ? tokens.string() : null;
  const exclude = tokens.accept('EXCLUDE') ? list(() => tokens.identifier()) : [];
  const replace = tokens.is('REPLACE', '(') && tokens.accept('REPLACE') ? replacements(parser) : [];
  const rename = tokens.accept('RENAME')
    ? list(() => {
        const from = tokens.identifier();
        tokens.expect('AS');
        return [from, tokens.identifier()] as const;
      })
    : [];
  return { exclude, like: pattern, rename: new Map(rename), replace: new Map(replace) };
}

/** `(expression AS column, …)` */
function replacements(parser: ExpressionParser): (readonly [string, Expression])[] {
  return parser.tokens.parenthesized(() => {
    const value = parser.expression();
    parser.tokens.expect('AS');
    return [parser.tokens.identifier(), value] as const;
  });
}
