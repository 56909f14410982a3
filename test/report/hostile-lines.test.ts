import { PassThrough, Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { confirmAt } from '../../src/commands/confirm-restart.ts';
import { connectionLines } from '../../src/commands/local-text.ts';
import { redact, registerSecret } from '../../src/config/secrets.ts';
import { SnowstreamError } from '../../src/errors.ts';
import { createLog } from '../../src/log.ts';
import { renderError, settingsDetail } from '../../src/rendered-error.ts';
import { logProgress } from '../../src/report/log-progress.ts';
import { runText } from '../../src/report/run-text.ts';
import { terminalProgress } from '../../src/report/terminal-progress.ts';
import { statementLines } from '../../src/snowflake/statement-lines.ts';
import { visibleLines } from '../../src/terminal-text.ts';
import { FORGED, forgedLines, HOSTILE, hostileIn, STORABLE } from './hostile-characters.ts';

/** A name with each hostile character, and behind each what a line would be forged of. */
const named = (characters: readonly string[]): string =>
  `name${characters.map((character) => `${character}${FORGED}`).join('')}`;
const NAME = named(HOSTILE);
const [CUT, WRAP_AGAIN, WIPE] = ['\u001b[?7l', '\u001b[?7h', '\r\u001b[J'];

function expectVisible(printed: string): void {
  expect(forgedLines(printed)).toEqual([]);
  expect(hostileIn(printed)).toEqual([]);
  expect(printed).toContain(FORGED);
}

/** What a terminal, or none, is given, without what the bar itself moves the cursor by. */
function given(isTTY: boolean, act: (stream: NodeJS.WriteStream) => void): string {
  let written = '';
  const stream = new Writable({
    write(chunk, _, done) {
      written += chunk;
      done();
    },
  });
  act(Object.assign(stream, { isTTY, columns: 9_000_000, rows: 50 }) as unknown as NodeJS.WriteStream);
  return [CUT, WRAP_AGAIN, WIPE, '\r'].reduce((rest, own) => rest.replaceAll(own ?? '', ''), written);
}

test.each([true, false])('progress, on a terminal: %s', (isTTY) => {
  const printed = given(isTTY, (stream) => {
    const progress = terminalProgress(stream);
    progress.step(`checking ${NAME}`);
    progress.begin(NAME, 2);
    progress.advance(1, 1, NAME);
    progress.step(`closing channel ${NAME}`);
    progress.finish(NAME);
    progress.end();
  });
  expectVisible(printed);
  expect(printed).toContain('1 rows');
});

test.each(['text', 'json'] as const)('the log as %s', (format) => {
  const lines: string[] = [];
  const log = createLog({ level: 'trace', format, write: (line) => lines.push(line) });
  log.info(NAME);
  log.warn({ table: NAME, [NAME]: 1, list: [NAME], error: new Error(NAME) }, `reading ${NAME}`);
  const progress = logProgress(log);
  progress({ type: 'table-started', table: NAME, expectedRows: 1 });
  progress({ type: 'table-loaded', table: NAME });
  progress({ type: 'step', message: NAME });
  expect(lines).toHaveLength(5);
  for (const line of lines) expect(line.indexOf('\n')).toBe(line.length - 1);
  expectVisible(lines.join(''));
  if (format === 'json') expect(JSON.parse(lines[1] ?? '')).toMatchObject({ table: NAME, list: [NAME] });
});

describe('an error', () => {
  test.each([
    ['of ours', new SnowstreamError('CONFIG_INVALID', `column ${NAME} is none`, { detail: ['first', NAME] })],
    [
      'with a trace of Java',
      new SnowstreamError('JAVA_EXCEPTION', NAME, {
        detail: `x.Y: ${NAME.replaceAll('\n', '')}\n\tat x.Y.z(Y.java:1)`,
      }),
    ],
    ['of another', new TypeError(NAME)],
    ['with a cause', new SnowstreamError('UNEXPECTED', 'x', { cause: new Error(NAME) })],
    ['that is a text', NAME],
  ])('%s', (_, thrown) => {
    const { message, detail = '' } = renderError(thrown);
    expect(message).not.toContain('\n');
    expectVisible(`${message}\n${detail}`);
    expectVisible(visibleLines([message, ...settingsDetail(thrown), ...detail.split('\n')]));
  });

  test('has a line for each call of a Java trace', () => {
    const { detail } = new SnowstreamError('JAVA_EXCEPTION', 'x', {
      detail: 'x.Y: no\r\n\tat x.Y.z(Y.java:1)',
    });
    expect(detail).toBe('x.Y: no\n    at x.Y.z(Y.java:1)');
  });

  test('hides a secret that it shows by numbers', () => {
    const secret = 'pass\u0001word\u202e';
    registerSecret(secret);
    const { message, detail } = renderError(
      new SnowstreamError('CONFIG_INVALID', `not ${secret}!`, { detail: [`a ${secret}`, 'b'] }),
    );
    expect([message, detail]).toEqual(['not ***!', 'a ***\nb']);
    expect(redact(JSON.stringify({ secret }))).toBe('{"secret":"***"}');
  });
});

test('the question before a restart', async () => {
  const output = new PassThrough();
  const input = new PassThrough();
  input.end('yes\n');
  const target = { target: NAME, rows: 2, otherChannels: [NAME] };
  await confirmAt(input, output, new AbortController().signal)([target, target]);
  const printed = String(output.read());
  expectVisible(printed);
  expect(printed.split('\n')).toHaveLength(4);
  expect(printed.endsWith('\nType yes to delete them and load again: ')).toBe(true);
});

test('the settings that lead to a local Snowflake', () => {
  // A command line and an environment hold no halves of surrogate pairs.
  const name = named(STORABLE);
  const names = { account: name, user: name, password: name, database: name, schema: name, role: name };
  const places = { url: 'http://127.0.0.1:1', host: '127.0.0.1', port: 1, pid: 1, faultSeed: 1 };
  const lines = connectionLines(
    {
      ...{ ...names, ...places, warehouse: name, privateKeyPath: name, dataDir: name },
      ...{
        reset: async () => undefined,
        stop: async () => undefined,
        exited: Promise.resolve(),
        [Symbol.asyncDispose]: async () => undefined,
      },
    },
    { publicKey: undefined, faults: [name] },
  );
  expectVisible(visibleLines(lines));
  // What is for Python and Node.js says the same in their notation.
  expect(JSON.parse(/password=("[^"]*")/.exec(visibleLines(lines))?.[1] ?? '')).toBe(name);
});

test('a report as the library prints it', () => {
  const text = runText({
    ...{ outcome: 'failed', ok: false },
    tables: [],
    outcomes: [
      {
        ...{ source: NAME, target: NAME, outcome: 'failed', ok: false },
        ...{ rowsCommitted: 0, channels: [] },
        error: { code: 'CONFIG_INVALID', exitCode: 2, message: NAME, detail: [NAME] },
      },
    ],
    emptied: [{ target: NAME, rows: 1, otherChannels: [] }],
    gold: { table: NAME, rows: 1, invalidPhones: 0, seconds: 1 },
    goldFailure: { code: 'CONFIG_INVALID', exitCode: 2, message: NAME },
    pipelineSeconds: 1,
    peakMemoryBytes: 1,
  });
  expectVisible(text);
});

test('the lines of a statement end where it ends them, not where a name or a text does', () => {
  const sql = `CREATE TABLE "a\n""b" (\n  "c'\nd" VARCHAR COMMENT 'it''s "\n\\\\',\n  E DATE\n)`;
  expect(statementLines(sql)).toEqual([
    'CREATE TABLE "a\n""b" (',
    `  "c'\nd" VARCHAR COMMENT 'it''s "\n\\\\',`,
    '  E DATE',
    ')',
  ]);
});
