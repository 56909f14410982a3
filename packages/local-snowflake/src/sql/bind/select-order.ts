import type { Expression, OrderItem, Select } from '../ast.ts';
import { compilationError } from '../error.ts';
import type { Binder } from './binder.ts';
import { comparisonKey } from './comparison.ts';
import type { Output } from './select-list.ts';

/** `GROUP BY …`, whose numbers are places in the select list. */
export function groupBySql(select: Select, outputs: readonly Output[], binder: Binder): string {
  if (select.groupBy === null) return '';
  if (select.groupBy === 'ALL') return ' GROUP BY ALL';
  const key = (item: Expression): string => {
    const place = ordinal(item, outputs.length);
    const sql = place === undefined ? binder.bind(item).sql : outputs[Number(place) - 1]?.value.sql;
    return `(${sql ?? place})`;
  };
  const items = select.groupBy.map(({ kind, sets }) => {
    const lists = sets.map((set) => set.map(key).join(', '));
    if (kind === 'PLAIN') return lists[0];
    return kind === 'GROUPING SETS'
      ? `GROUPING SETS (${lists.map((list) => `(${list})`).join(', ')})`
      : `${kind} (${lists[0]})`;
  });
  return ` GROUP BY ${items.join(', ')}`;
}

/** The items of ORDER BY, which may be places in the select list and names that it gives. */
export function orderBySql(
  orderBy: readonly OrderItem[],
  outputs: readonly Output[],
  binder: Binder,
): string {
  const [only] = orderBy;
  if (only?.value.node === 'star') {
    const { descending, nulls } = only;
    const order = `${descending ? 'DESC' : 'ASC'} NULLS ${nulls ?? (descending ? 'FIRST' : 'LAST')}`;
    return outputs.map(({ value }) => `${comparisonKey(value)} ${order}`).join(', ');
  }
  return binder.orderBy(orderBy, (item) => {
    const place = ordinal(item, outputs.length);
    if (place !== undefined) return place;
    const name = item.node === 'column' && item.name.length === 1 ? item.name[0] : undefined;
    const index = name === undefined ? -1 : outputs.findIndex((each) => each.name === name);
    const found = outputs[index];
    if (found && found.type.kind !== 'TIMESTAMP_TZ') return String(index + 1);
    return comparisonKey(found?.value ?? binder.bind(item));
  });
}

/** The place a number in GROUP BY or ORDER BY means. */
export function ordinal(item: Expression, count: number): string | undefined {
  if (item.node !== 'literal' || item.type !== 'number') return undefined;
  const place = Number(item.value);
  if (!Number.isInteger(place) || place < 1 || place > count) {
    throw compilationError('002023', '42601', `position ${item.value} is not in the select list`);
  }
  return String(place);
}
