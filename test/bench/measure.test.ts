import { expect, test } from 'vitest';
import { measure } from '../../bench/measure.mjs';

/** A program that says when its channel is open and closed, and works on afterwards. */
function program(code: string, timeout = 30_000) {
  return { command: process.execPath, args: ['-e', code], env: { PATH: process.env.PATH }, timeout };
}

const busy = (ms: number) => `{ const end = Date.now() + ${ms}; while (Date.now() < end); }`;

test('times go from the start of the process, by the lines that it prints', async () => {
  const say = (event: string) => `console.log('bench ${event} ' + Date.now());`;
  const code = `${say('open')} ${busy(300)} ${say('closed')} setTimeout(() => { ${busy(300)} }, 100);`;
  const measured = await measure(program(code), [process.pid]);
  expect(measured.insertSeconds).toBeGreaterThanOrEqual(0.3);
  expect(measured.pipelineSeconds).toBeCloseTo(measured.openSeconds + measured.insertSeconds, 6);
  expect(measured.totalSeconds).toBeGreaterThanOrEqual(measured.pipelineSeconds + 0.3);
  expect(measured.othersCpuSeconds).toHaveLength(1);
});

test.runIf(process.platform === 'linux')(
  'memory is the most it had, CPU what it took until closed',
  async () => {
    const code = `Buffer.alloc(200 * 2 ** 20, 1); ${busy(400)} console.log('bench closed ' + Date.now()); setTimeout(() => { ${busy(600)} }, 200);`;
    const measured = await measure(program(code), []);
    expect(measured.peakBytes).toBeGreaterThan(200 * 2 ** 20);
    expect(measured.cpuSeconds).toBeGreaterThan(0.1);
    expect(measured.cpuSeconds).toBeLessThan(measured.totalSeconds);
  },
);

test('a program that fails is no figure', async () => {
  await expect(measure(program('console.error("lost it"); process.exitCode = 3;'), [])).rejects.toThrow(
    /ended with 3:\nlost it/,
  );
});

test('nor is one that takes too long', async () => {
  await expect(measure(program('setInterval(() => {}, 1000)', 300), [])).rejects.toThrow('SIGKILL');
});
