import { z } from 'zod';
import { splitQualified } from '../catalog/identifier.ts';
import { isStatusCode } from '../protocol/codes.ts';
import { ENDPOINTS, type FaultEndpoint, isSql, isStreaming } from './endpoint.ts';

/** Longer than any client waits. */
const MAX_MS = 600_000;
/** Beyond these a single request cannot be found among so many. */
const MAX_COUNT = 1_000_000_000;

const STATUSES = [400, 401, 403, 404, 408, 410, 429, 500, 502, 503, 504] as const;

const ms = z
  .int('takes milliseconds')
  .min(1, `takes 1 to ${MAX_MS} milliseconds`)
  .max(MAX_MS, `takes 1 to ${MAX_MS} milliseconds`);

const common = {
  endpoint: z.enum(ENDPOINTS, `takes one of ${ENDPOINTS.join(', ')}`),
  /** Only requests that name this table: `T` or `DB.SCHEMA.T`, as SQL identifiers. */
  table: z.string().refine(isTableName, 'takes a table as TABLE or DATABASE.SCHEMA.TABLE').optional(),
  /** Only requests that name this channel. */
  channel: z.string().min(1, 'takes the name of a channel').optional(),
  /** How many times at most. */
  count: z.int('takes a whole number').min(1, 'takes 1 or more').max(MAX_COUNT).optional(),
  /** How many matching requests pass unharmed first. */
  after: z.int('takes a whole number').min(0, 'takes 0 or more').max(MAX_COUNT).optional(),
  /** Of each matching request; 0.1 harms one in ten. */
  probability: z
    .number('takes a number')
    .gt(0, 'takes a number above 0 and up to 1')
    .max(1, 'takes a number above 0 and up to 1')
    .optional(),
};

const shape = z.discriminatedUnion(
  'kind',
  [
    /** The answer is this code, and nothing is done. Per channel, or for the request as a whole. */
    z.strictObject({
      ...common,
      kind: z.literal('code'),
      code: z.int('takes a number').min(1, 'takes a number above 0').max(999_999),
      level: z.enum(['channel', 'request'], 'takes channel or request').optional(),
    }),
    /** The answer is this HTTP status, and nothing is done. */
    z.strictObject({
      ...common,
      kind: z.literal('http'),
      status: z.literal(STATUSES, `takes one of ${STATUSES.join(', ')}`),
    }),
    /** The work begins so much later. */
    z.strictObject({ ...common, kind: z.literal('delay'), ms }),
    /** The work is done at once, the answer comes in drops over so long. */
    z.strictObject({ ...common, kind: z.literal('slow'), ms }),
    /** The connection is reset, and nothing is done. */
    z.strictObject({ ...common, kind: z.literal('reset') }),
    /** The work is done, the connection is reset in the middle of the answer's body. */
    z.strictObject({ ...common, kind: z.literal('cut') }),
    /** The work is done, the connection is reset instead of an answer. */
    z.strictObject({ ...common, kind: z.literal('lost') }),
  ],
  'takes one of code, http, delay, slow, reset, cut, lost',
);

/** The codes that the server gives to single channels; all others are about the whole request. */
const CHANNEL_CODES: Partial<Record<FaultEndpoint, readonly number[]>> = {
  register: [7, 10, 19, 20, 21, 22, 36, 40, 48, 58],
  status: [19, 20, 25],
};

/** Checks a fault rule that comes as JSON, and says for each code whether it is about channels. */
export const faultRule = shape.superRefine(checkTogether).transform((rule) => {
  if (rule.kind !== 'code' || rule.level !== undefined) return rule;
  const perChannel = CHANNEL_CODES[rule.endpoint]?.includes(rule.code) ?? false;
  return { ...rule, level: perChannel ? ('channel' as const) : ('request' as const) };
});

/** What is to go wrong where, and how often. */
export type FaultRule = z.output<typeof faultRule>;

function checkTogether(rule: z.output<typeof shape>, context: z.RefinementCtx): void {
  const { endpoint } = rule;
  const problem = (path: string, message: string): void =>
    context.addIssue({ code: 'custom', path: [path], message });
  const named = ['open', 'status', 'register', 'drop'].includes(endpoint);
  if (rule.table !== undefined && !named) problem('table', 'works with open, status, register and drop only');
  if (rule.channel !== undefined && !named)
    problem('channel', 'works with open, status, register and drop only');
  if (rule.kind !== 'code') return;
  if (isStreaming(endpoint)) {
    if (!isStatusCode(rule.code)) problem('code', `${rule.code} is not a status code of the streaming API`);
  } else if (isSql(endpoint)) {
    if (rule.code < 100) problem('code', 'takes a code of the SQL API for this endpoint, such as 390112');
  } else problem('code', 'works with the endpoints of the streaming and SQL APIs only; for others use http');
  if (rule.level === 'channel' && endpoint !== 'register' && endpoint !== 'status') {
    problem('level', 'channel works with register and status only');
  }
}

function isTableName(sql: string): boolean {
  try {
    return [1, 3].includes(splitQualified(sql).length);
  } catch {
    return false;
  }
}
