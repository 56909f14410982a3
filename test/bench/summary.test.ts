import { expect, test } from 'vitest';
import { requireAllRows, spreadOf, summarize } from '../../bench/summary.mjs';

const run = {
  scenario: 'people',
  contender: 'd' as const,
  round: 1,
  rows: 1_000,
  openSeconds: 1,
  pipelineSeconds: 5,
  insertSeconds: 4,
  totalSeconds: 6,
  cpuSeconds: 7,
  peakBytes: 2 ** 20,
  snowflakeCpuSeconds: 0.5,
  delayedInserts: 0,
  mysqlCpuSeconds: 0.25,
  reported: {},
};

test('the median is the middle one, or lies between the middle two', () => {
  expect(spreadOf([5, 1, 3])).toEqual({ median: 3, least: 1, most: 5 });
  expect(spreadOf([10, 9, 1, 2])).toEqual({ median: 5.5, least: 1, most: 10 });
  expect(spreadOf([4])).toEqual({ median: 4, least: 4, most: 4 });
});

test('runs are put together by scenario and program', () => {
  const slower = { ...run, round: 2, pipelineSeconds: 10, insertSeconds: 8 };
  const summaries = summarize([run, { ...run, contender: 'a' as const }, slower]);
  expect(summaries.map(({ contender, rounds }) => [contender, rounds])).toEqual([
    ['d', 2],
    ['a', 1],
  ]);
  expect(summaries[0]?.pipelineRowsPerSecond).toEqual({ median: 150, least: 100, most: 200 });
  expect(summaries[0]?.insertRowsPerSecond).toEqual({ median: 187.5, least: 125, most: 250 });
});

test('a row or a value that is missing in the target fails the run', () => {
  const source = { N: '1000', N0: '1000', N1: '980' };
  expect(() => requireAllRows('people, ours', source, { ...source })).not.toThrow();
  expect(() => requireAllRows('people, ours', source, { ...source, N: '999' })).toThrow(
    'people, ours: N counts 999 in the target and 1000 in the source',
  );
  expect(() => requireAllRows('people, ours', source, { ...source, N1: '1000' })).toThrow('N1');
  expect(() => requireAllRows('people, ours', source, {})).toThrow('undefined');
});
