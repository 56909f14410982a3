import { type DataType, text } from '../../catalog/data-type.ts';
import { duckText } from '../../store/duck-text.ts';
import { cast } from '../bind/cast.ts';
import type { Environment } from '../bind/environment.ts';
import { once, onceEach } from '../bind/once.ts';
import { GENERATED_ROW } from '../bind/scope.ts';
import { boundedBy } from '../bind/size-limit.ts';
import { nullValue, type Typed, textLiteral, typed, whole } from '../bind/typed.ts';
import type { FunctionBuilder } from './bound-call.ts';

const constant =
  (read: (environment: Environment) => string | null): FunctionBuilder =>
  ({ environment }) => {
    const value = read(environment);
    return value === null ? nullValue(text()) : { ...textLiteral(value), nullable: true };
  };

/** The moment of the statement, as an LTZ of nanoseconds, at an optional scale. */
const now: FunctionBuilder = (call) => {
  call.arity(0, 1);
  const scale = call.count === 1 ? Number(call.constant(0)) : 9;
  const type: DataType = { kind: 'TIMESTAMP_LTZ', scale };
  return cast(nowIn(call.environment), type, call.environment);
};

function nowIn(environment: Environment): Typed {
  return typed(
    `${BigInt(environment.now) * 1_000_000n}::HUGEINT`,
    { kind: 'TIMESTAMP_LTZ', scale: 9 },
    false,
  );
}

const nowAs =
  (type: DataType): FunctionBuilder =>
  (call) =>
    cast(nowIn(call.environment), type, call.environment);

/**
 * SEQ4() and its like count the rows of GENERATOR; without one, the rows as they come. After the largest number of
 * so many bytes they go on at 0, with the argument 1 at the smallest.
 */
const sequence =
  (bytes: number, precision: number): FunctionBuilder =>
  (call) => {
    call.arity(0, 1);
    const signed = call.count === 1 && call.constant(0) !== '0';
    const row = call.binder.scope.find([GENERATED_ROW], call.call)?.value.sql ?? '(row_number() OVER () - 1)';
    const half = `${2n ** BigInt(bytes * 8 - 1)}::HUGEINT`;
    const sql = signed
      ? `((CAST(${row} AS HUGEINT) + ${half}) % (2 * ${half}) - ${half})`
      : `(CAST(${row} AS HUGEINT) % ${half})`;
    return whole(sql, false, precision);
  };

/** UUID_STRING(): a random one; with a namespace and a name, version 5 of them. */
const uuid: FunctionBuilder = (call) => {
  if (call.count === 0) return typed('CAST(uuid() AS VARCHAR)', text(36), false);
  call.arity(2);
  const sql = `sf_uuid5(sha1(unhex(replace(${call.text(0)}, '-', '')) || encode(${call.text(1)})))`;
  return call.result(sql, text(36));
};

/** RANDOM([seed]): with a seed, the same number for the same row of GENERATOR. */
const random: FunctionBuilder = (call) => {
  call.arity(0, 1);
  if (call.count === 0)
    return whole('(random() * 18446744073709551615 - 9223372036854775808)::HUGEINT', false, 19);
  const row = call.binder.scope.find([GENERATED_ROW], call.call)?.value.sql ?? '0';
  return whole(`(hash(${call.integer(0)}, ${row})::HUGEINT - 9223372036854775808)`, false, 19);
};

/** A share between 0 and 1 that a value decides. */
function shareOf(value: string, salt = ''): string {
  return `((hash(${value}${salt}) + 1.0) / 18446744073709551617.0)`;
}

/** NORMAL(mean, deviation, generator), by Box and Muller. */
const normal: FunctionBuilder = (call) => {
  call.arity(3);
  const by = call.value(2).sql;
  // The generator may be random and must not be asked twice, so one number makes both shares.
  const pair = `list_transform([${by}], lambda g: sqrt(-2 * ln(${shareOf('g')})) * cos(2 * pi() * ${shareOf('g', ", 'b'")}))[1]`;
  return typed(`(${call.real(0)} + ${call.real(1)} * ${pair})`, { kind: 'REAL' }, false);
};

/** Who asks, where, and when. */
export const CONTEXT_FUNCTIONS: Readonly<Record<string, FunctionBuilder>> = {
  CURRENT_DATABASE: constant(({ database }) => database),
  CURRENT_SCHEMA: constant(({ schema }) => schema),
  CURRENT_SCHEMAS: constant(({ database, schema }) => JSON.stringify([`${database}.${schema}`])),
  CURRENT_USER: constant(({ user }) => user),
  CURRENT_ROLE: constant(({ role }) => role),
  CURRENT_SECONDARY_ROLES: constant(() => '{"roles":"","value":""}'),
  CURRENT_AVAILABLE_ROLES: constant(({ role }) => JSON.stringify([role])),
  CURRENT_WAREHOUSE: constant(({ warehouse }) => warehouse),
  CURRENT_ACCOUNT: constant(({ account }) => account),
  CURRENT_ACCOUNT_NAME: constant(({ account }) => account),
  CURRENT_ORGANIZATION_NAME: constant(() => 'LOCAL'),
  CURRENT_REGION: constant(() => 'LOCAL'),
  CURRENT_CLIENT: constant(() => 'LOCAL'),
  CURRENT_IP_ADDRESS: constant(() => '127.0.0.1'),
  CURRENT_VERSION: constant(() => '9.30.0'),
  CURRENT_SESSION: constant(({ sessionId }) => String(sessionId)),
  CURRENT_STATEMENT: (call) => textLiteral(call.call.text),
  CURRENT_TRANSACTION: constant(({ transactionId }) => transactionId),
  LAST_QUERY_ID: constant(({ lastQueryId }) => lastQueryId),
  CURRENT_TIMESTAMP: now,
  GETDATE: now,
  SYSTIMESTAMP: now,
  LOCALTIMESTAMP: now,
  SYSDATE: nowAs({ kind: 'TIMESTAMP_NTZ', scale: 9 }),
  CURRENT_DATE: nowAs({ kind: 'DATE' }),
  CURRENT_TIME: nowAs({ kind: 'TIME', scale: 9 }),
  LOCALTIME: nowAs({ kind: 'TIME', scale: 9 }),
  RANDOM: random,
  NORMAL: normal,
  UUID_STRING: uuid,
  SEQ1: sequence(1, 3),
  SEQ2: sequence(2, 5),
  SEQ4: sequence(4, 10),
  SEQ8: sequence(8, 19),
  RANDSTR: (call) => {
    call.arity(2);
    const letters = duckText('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz');
    const sql = onceEach([call.integer(0), call.value(1).sql], (length = '', seed = '') => {
      // Each letter is an element of a list first, of some eight bytes.
      const count = boundedBy(`8 * ${length}::DOUBLE`, "''", length);
      const list = `list_transform(range(${count}), lambda i: ${letters}[1 + (hash(i, ${seed}) % 62)::BIGINT])`;
      return `coalesce(list_aggregate(${list}, 'string_agg', ''), '')`;
    });
    return typed(sql, text(), false);
  },
  UNIFORM: (call) => {
    call.arity(3);
    const [low, high] = [call.value(0), call.value(1)];
    const share = `(hash(${call.value(2).sql}) / 18446744073709551616.0)`;
    if (low.type.kind === 'FIXED' && high.type.kind === 'FIXED' && low.type.scale + high.type.scale === 0) {
      const sql = once(
        call.integer(0),
        (least) => `(${least} + floor(${share} * (${call.integer(1)} - ${least} + 1)))`,
      );
      return whole(sql, false, 38);
    }
    const sql = once(call.real(0), (least) => `(${least} + ${share} * (${call.real(1)} - ${least}))`);
    return typed(sql, { kind: 'REAL' }, false);
  },
};

/** Those that need no parentheses. */
export const WITHOUT_PARENTHESES: ReadonlySet<string> = new Set(
  'CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP LOCALTIME LOCALTIMESTAMP CURRENT_USER CURRENT_ROLE'.split(' '),
);
