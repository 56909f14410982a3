import { describe, expect, it } from 'vitest';
import { exitCodeOf, SnowstreamError } from '../../src/errors.ts';
import { renderError } from '../../src/rendered-error.ts';

describe('an error', () => {
  it('carries its code, its exit code, one line, a detail and its cause', () => {
    const cause = new Error('deeper');
    const error = new SnowstreamError('ROWS_DIFFER', ' one with a\nb ', { cause, detail: 'more' });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      code: 'ROWS_DIFFER',
      exitCode: 3,
      message: 'one with a\\u000ab',
      detail: 'more',
      cause,
    });
    const rendered = renderError(error);
    expect(rendered).toMatchObject({ code: 'ROWS_DIFFER', exitCode: 3, message: 'one with a\\u000ab' });
    expect(rendered.detail).toMatch(/^more\ncaused by Error: deeper\n\s+at /u);
  });

  it('is the first one when closing things failed after it', () => {
    // As `await using` throws it, twice: what came last is `error`.
    const suppressed = (error: unknown, before: unknown) =>
      Object.assign(new Error('An error was suppressed during disposal.'), {
        name: 'SuppressedError',
        error,
        suppressed: before,
      });
    const first = new SnowstreamError('JVM_TIMEOUT', 'closing did not come back');
    const thrown = suppressed(new Error('third'), suppressed(new Error('second'), first));
    expect(renderError(thrown)).toMatchObject({
      code: 'JVM_TIMEOUT',
      exitCode: 1,
      message: 'closing did not come back',
    });
  });

  it('ends with the exit code that the documentation promises', () => {
    expect(
      (['UNEXPECTED', 'CONFIG_INVALID', 'ROWS_DIFFER', 'ROWS_REFUSED', 'MYSQL_UNREACHABLE'] as const).map(
        exitCodeOf,
      ),
    ).toEqual([1, 2, 3, 4, 5]);
    expect((['SNOWFLAKE_UNREACHABLE', 'INTERRUPTED', 'TERMINATED'] as const).map(exitCodeOf)).toEqual([
      5, 130, 143,
    ]);
  });

  it.each([
    ['a foreign error', new TypeError('not\na function'), 'TypeError: not a function'],
    ['an error without a message', new RangeError(), 'RangeError'],
    [
      'several refused addresses',
      new AggregateError([new Error('connect ECONNREFUSED ::1:3306')], ''),
      'Error: connect ECONNREFUSED ::1:3306',
    ],
    ['text', 'gone wrong', 'gone wrong'],
    ['null', null, 'a value was thrown that is not an error (null)'],
    ['undefined', undefined, 'a value was thrown that is not an error (undefined)'],
    ['an object', { a: 1 }, 'a value was thrown that is not an error (object)'],
  ])('of another kind is rendered as unexpected: %s', (_kind, thrown, message) => {
    expect(renderError(thrown)).toMatchObject({ code: 'UNEXPECTED', exitCode: 1, message });
  });

  it('is rendered even when it is its own cause', () => {
    const error = new Error('round');
    error.cause = error;
    expect(renderError(error).message).toBe('Error: round');
  });
});
