// @ts-check
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const LOOK_MS = 50;
/** Ticks of /proc/PID/stat a second; Linux has had 100 for ever. */
const TICKS = 100;

/**
 * What one process took.
 *
 * @typedef {object} Measured
 * @property {number} openSeconds from its start until its channel was open
 * @property {number} pipelineSeconds from its start until its channel was closed, all rows committed
 * @property {number} insertSeconds from the open channel to the closed one
 * @property {number} totalSeconds from its start to its end
 * @property {number} cpuSeconds of all its threads until the channel was closed; 0 where there is no /proc
 * @property {number[]} othersCpuSeconds of the processes that it worked with, from its start until then
 * @property {number} peakBytes of resident memory; 0 where there is no /proc
 * @property {Record<string, string>} reported what else it printed, by the first word
 */

/**
 * Runs a program and measures it from outside. Its channel's times are those that it prints, by the clock of this
 * machine: `bench open MILLISECONDS` and `bench closed MILLISECONDS`.
 *
 * @param {{ command: string, args: string[], env: NodeJS.ProcessEnv, timeout: number }} program
 * @param {number[]} others processes that it works with
 * @returns {Promise<Measured>}
 * @throws {Error} with its last lines, when it fails or takes too long
 */
export async function measure({ command, args, env, timeout }, others) {
  const cpuOfOthers = () => others.map((pid) => usedBy(pid)?.cpuSeconds ?? 0);
  const before = cpuOfOthers();
  const started = Date.now();
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let used = { cpuSeconds: 0, peakBytes: 0 };
  let output = '';
  let complaints = '';
  /** @type {{ own: number, others: number[] } | undefined} */
  let atClose;
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
    // What comes after it, such as our check, is no part of the load.
    if (output.includes('bench closed ')) {
      atClose ??= { own: usedBy(child.pid ?? 0)?.cpuSeconds ?? used.cpuSeconds, others: cpuOfOthers() };
    }
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    complaints = (complaints + text).slice(-5_000);
  });
  const look = setInterval(() => {
    used = usedBy(child.pid ?? 0) ?? used;
  }, LOOK_MS);
  const stop = setTimeout(() => child.kill('SIGKILL'), timeout);
  /** @type {unknown} */
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve(signal ?? status));
  }).finally(() => {
    clearInterval(look);
    clearTimeout(stop);
  });
  const ended = Date.now();
  if (code !== 0) throw new Error(`${command} ended with ${code}:\n${complaints}${output.slice(-2_000)}`);

  const reported = Object.fromEntries(
    [...output.matchAll(/^bench (\w+) (.*)$/gm)].map(([, word = '', rest = '']) => [word, rest]),
  );
  const at = (/** @type {string} */ event) => Number(reported[event] ?? ended);
  return {
    openSeconds: (at('open') - started) / 1000,
    pipelineSeconds: (at('closed') - started) / 1000,
    insertSeconds: (at('closed') - at('open')) / 1000,
    totalSeconds: (ended - started) / 1000,
    peakBytes: used.peakBytes,
    cpuSeconds: atClose?.own ?? used.cpuSeconds,
    othersCpuSeconds: (atClose?.others ?? cpuOfOthers()).map((cpu, index) => cpu - (before[index] ?? 0)),
    reported,
  };
}

/**
 * What a process has used so far.
 *
 * @param {number} pid
 * @returns {{ cpuSeconds: number, peakBytes: number } | undefined} undefined when it has ended, or without /proc
 */
export function usedBy(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Behind the name, which may hold anything: user and system ticks are fields 14 and 15 of all.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [, peak] = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    if (peak === undefined) return undefined;
    return {
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS,
      peakBytes: Number(peak) * 1024,
    };
  } catch {
    return undefined;
  }
}
