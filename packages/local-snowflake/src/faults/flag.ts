import { SEED_LIMIT } from './faults.ts';
import { firstProblem } from './problem.ts';
import { type FaultRule, faultRule } from './rule.ts';

const BARE_KINDS = ['reset', 'cut', 'lost'];
/** `code=7` says the kind and its number in one. */
const VALUE_KEYS: ReadonlyMap<string, string> = new Map([
  ['code', 'code'],
  ['http', 'status'],
  ['delay', 'ms'],
  ['slow', 'ms'],
]);
const OPTIONS = ['count', 'after', 'probability', 'table', 'channel', 'level'];
const NUMBERS = ['code', 'status', 'ms', 'count', 'after', 'probability'];
const FORM = 'ENDPOINT:KIND[:OPTION=VALUE…], such as register:code=7:count=3';

/**
 * Reads the value of a `--faults` flag: the endpoint, the kind of fault and its options, with colons between
 * them. Kinds are `code=N`, `http=STATUS`, `delay=MS`, `slow=MS`, `reset`, `cut` and `lost`; options `count`,
 * `after`, `probability`, `table`, `channel` and `level`.
 * @throws RangeError with one line that names what to change.
 * @example parseFaultFlag('register:code=7:count=3')
 */
export function parseFaultFlag(flag: string): FaultRule {
  const wrong = (problem: string): RangeError => new RangeError(`invalid --faults ${flag}: ${problem}`);
  const [endpoint = '', ...parts] = flag.split(':');
  if (parts.length === 0) throw wrong(`write ${FORM}`);
  const rule: Record<string, unknown> = { endpoint };
  for (const part of parts) {
    const equals = part.indexOf('=');
    const name = equals < 0 ? part : part.slice(0, equals);
    const value = equals < 0 ? undefined : part.slice(equals + 1);
    const kind = BARE_KINDS.includes(name) || VALUE_KEYS.has(name);
    if (!kind && !OPTIONS.includes(name)) {
      throw wrong(`unknown part '${part}'; kinds are ${[...VALUE_KEYS.keys(), ...BARE_KINDS].join(', ')}`);
    }
    if (BARE_KINDS.includes(name) ? value !== undefined : !value) {
      throw wrong(BARE_KINDS.includes(name) ? `${name} takes no value` : `${name} takes a value: ${name}=…`);
    }
    if (kind && rule.kind !== undefined) throw wrong(`one kind of fault only, not ${rule.kind} and ${name}`);
    const key = VALUE_KEYS.get(name) ?? name;
    if (kind) rule.kind = name;
    if (kind && value === undefined) continue;
    if (key in rule) throw wrong(`${name} is there twice`);
    rule[key] = NUMBERS.includes(key) ? Number(value) : value;
  }
  if (rule.kind === undefined) throw wrong(`the kind of fault is missing; write ${FORM}`);
  const parsed = faultRule.safeParse(rule);
  if (!parsed.success) throw wrong(firstProblem(parsed.error));
  return parsed.data;
}

/**
 * Reads the value of `--fault-seed`.
 * @throws RangeError when it is not a whole number below 2^32.
 */
export function parseFaultSeed(flag: string): number {
  const seed = /^\d{1,10}$/.test(flag) ? Number(flag) : Number.NaN;
  if (!(seed < SEED_LIMIT))
    throw new RangeError(`invalid --fault-seed ${flag}: expected a whole number below 2^32`);
  return seed;
}
