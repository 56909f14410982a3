import { describe, expect, test } from 'vitest';
import { parseFaultFlag, parseFaultSeed } from '../../src/faults/flag.ts';
import { firstProblem } from '../../src/faults/problem.ts';
import { faultRule } from '../../src/faults/rule.ts';

describe('--faults', () => {
  test.each<[flag: string, rule: Record<string, unknown>]>([
    ['register:code=7:count=3', { endpoint: 'register', kind: 'code', code: 7, level: 'channel', count: 3 }],
    ['register:code=10', { endpoint: 'register', kind: 'code', code: 10, level: 'channel' }],
    ['register:code=10:level=request', { endpoint: 'register', kind: 'code', code: 10, level: 'request' }],
    ['register:code=46', { endpoint: 'register', kind: 'code', code: 46, level: 'request' }],
    ['status:code=25', { endpoint: 'status', kind: 'code', code: 25, level: 'channel' }],
    ['open:code=4', { endpoint: 'open', kind: 'code', code: 4, level: 'request' }],
    [
      'query:code=390112:after=2',
      { endpoint: 'query', kind: 'code', code: 390112, level: 'request', after: 2 },
    ],
    ['any:http=503:probability=0.1', { endpoint: 'any', kind: 'http', status: 503, probability: 0.1 }],
    ['stage:reset', { endpoint: 'stage', kind: 'reset' }],
    ['result:cut:count=1', { endpoint: 'result', kind: 'cut', count: 1 }],
    ['login:slow=20', { endpoint: 'login', kind: 'slow', ms: 20 }],
    [
      'open:lost:table=DB1.PUBLIC."my t":channel=a=b',
      { endpoint: 'open', kind: 'lost', table: 'DB1.PUBLIC."my t"', channel: 'a=b' },
    ],
  ])('%s', (flag, rule) => {
    expect(parseFaultFlag(flag)).toEqual(rule);
  });

  test.each<[flag: string, problem: string]>([
    ['', 'write ENDPOINT:KIND[:OPTION=VALUE…], such as register:code=7:count=3'],
    ['register', 'write ENDPOINT:KIND[:OPTION=VALUE…], such as register:code=7:count=3'],
    ['regster:code=7', 'endpoint takes one of configure, open, status, register, drop, stage'],
    ['register:kode=7', "unknown part 'kode=7'; kinds are code, http, delay, slow, reset, cut, lost"],
    ['register:count=3', 'the kind of fault is missing'],
    ['register:code', 'code takes a value: code=…'],
    ['register:code=', 'code takes a value: code=…'],
    ['register:reset=1', 'reset takes no value'],
    ['register:reset:lost', 'one kind of fault only, not reset and lost'],
    ['register:code=7:count=1:count=2', 'count is there twice'],
    ['register:code=x', 'code takes a number'],
    ['register:code=35', '35 is not a status code of the streaming API'],
    ['query:code=7', 'code takes a code of the SQL API'],
    ['any:code=7', 'use http'],
    ['stage:code=7', 'use http'],
    ['open:code=10:level=channel', 'level channel works with register and status only'],
    ['open:http=200', 'status takes one of 400, 401, 403'],
    ['open:delay=0', 'ms takes 1 to 600000 milliseconds'],
    ['open:delay=1e9', 'ms takes 1 to 600000 milliseconds'],
    ['open:reset:count=0', 'count takes 1 or more'],
    ['open:reset:count=1.5', 'count takes a whole number'],
    ['open:reset:after=-1', 'after takes 0 or more'],
    ['open:reset:probability=0', 'probability takes a number above 0 and up to 1'],
    ['open:reset:probability=1.1', 'probability takes a number above 0 and up to 1'],
    ['query:reset:table=T', 'table works with open, status, register and drop only'],
    ['any:reset:channel=C', 'channel works with open, status, register and drop only'],
    ['open:reset:table=A.B', 'table takes a table as TABLE or DATABASE.SCHEMA.TABLE'],
  ])('%s is invalid, and the message says what to change', (flag, problem) => {
    expect(() => parseFaultFlag(flag)).toThrow(RangeError);
    expect(() => parseFaultFlag(flag)).toThrow(problem);
    expect(() => parseFaultFlag(flag)).toThrow(/^invalid --faults [^\n]*$/);
  });
});

test.each(['', '-1', '4294967296', '1.5', 'x', ' 1', '99999999999'])('--fault-seed %j is invalid', (flag) => {
  expect(() => parseFaultSeed(flag)).toThrow(RangeError);
});

test.each<[string, number]>([
  ['0', 0],
  ['4294967295', 4294967295],
])('--fault-seed %s', (flag, seed) => {
  expect(parseFaultSeed(flag)).toBe(seed);
});

test.each<[rule: unknown, problem: string]>([
  [undefined, 'takes one of code, http'],
  ['register', 'takes one of code, http'],
  [{}, 'kind takes one of code, http'],
  [{ endpoint: 'open', kind: 'reset', times: 3 }, 'unknown: times'],
  [{ endpoint: 'open', kind: 'reset', count: '3' }, 'count takes a whole number'],
  [{ kind: 'reset' }, 'endpoint takes one of'],
])('the rule %j is invalid, in one line', (rule, problem) => {
  const parsed = faultRule.safeParse(rule);
  if (parsed.success) throw new Error('It was accepted.');
  expect(firstProblem(parsed.error)).toContain(problem);
});
