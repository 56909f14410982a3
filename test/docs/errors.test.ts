import { expect, test } from 'vitest';
import { ERROR_CODES, exitCodeOf, factsOf } from '../../src/errors.ts';
import { ERRORS_PAGE, producedErrorsPage } from './errors-page.ts';

// `npm run docs:errors` runs this file and lets it write the page.
test('docs/errors.md is what src/errors.ts says', async () => {
  await expect(producedErrorsPage()).toMatchFileSnapshot(ERRORS_PAGE);
});

test('every code has a remedy of one line, and the exit code of the table', () => {
  for (const code of ERROR_CODES) {
    expect(factsOf(code).remedy).toMatch(/^[A-Z][^\n|]+\.$/u);
    expect(exitCodeOf(code)).toBe(factsOf(code).exitCode);
  }
});

test('only an end that cannot be reached is retried, and it ends the run when the retries are used up', () => {
  const retried = ERROR_CODES.filter((code) => factsOf(code).retry);
  expect(retried).toEqual(['MYSQL_UNREACHABLE', 'SNOWFLAKE_UNREACHABLE']);
  for (const code of retried) expect(factsOf(code)).toMatchObject({ exitCode: 5, endsRun: true });
});
