import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { codeOf } from './unsafe-file.ts';

/** Who holds a lock, as the lock file says. */
export interface LockHolder {
  /** Of this lock alone; no other one has had it, nor will. */
  readonly token: string;
  readonly pid: number;
  /** The name of its machine or container, for people. */
  readonly hostname: string;
  /** When it took the lock, by ISO 8601. */
  readonly at: string;
  /** Where its process number counts; absent where that cannot be known. */
  readonly host?: string;
  /** When its process began, by the clock of that host, so that a later process of the same number is not taken for it. */
  readonly started?: string;
}

const BEGINNING = '{"token":"';

/** This process as a new holder. */
export function newHolder(): LockHolder {
  const [host, { started }] = [hostOfNumbers(), processOf(process.pid)];
  return {
    token: randomUUID(),
    pid: process.pid,
    hostname: hostname(),
    at: new Date().toISOString(),
    ...(host !== undefined && started !== undefined && { host, started }),
  };
}

/** Reads what a lock file says; undefined when it says nothing whole, as in the moment in which it is written. */
export function parseHolder(text: string): LockHolder | undefined {
  let value: Readonly<Record<string, unknown>>;
  try {
    value = Object(JSON.parse(text));
  } catch {
    return undefined;
  }
  const { token, pid, hostname, at, host, started } = value;
  if (typeof token !== 'string' || !/^[\w-]+$/u.test(token) || !Number.isInteger(pid)) return undefined;
  return {
    token,
    pid: Number(pid),
    hostname: String(hostname),
    at: String(at),
    ...(typeof host === 'string' && typeof started === 'string' && { host, started }),
  };
}

/**
 * Whether a text may be the beginning of what a lock file says, as it is when its program was killed while it wrote;
 * after a power cut, zero bytes may be in the place of the rest.
 */
export function isTornHolder(text: string): boolean {
  const whole = text.replace(/\0+$/u, '');
  return whole.startsWith(BEGINNING) ? !whole.includes('}') : BEGINNING.startsWith(whole);
}

/** Whether the process of a holder is there; undefined when only its heartbeat can tell, as on another host. */
export function isRunning({ pid, host, started }: LockHolder): boolean | undefined {
  if (host === undefined || host !== hostOfNumbers()) return undefined;
  const found = processOf(pid);
  if (found.isGone) return false;
  return found.started === undefined ? undefined : found.started === started;
}

/**
 * Where process numbers count: since this start of the kernel, within this namespace of numbers, as that of a
 * container. Linux alone tells both.
 * https://man7.org/linux/man-pages/man5/proc_sys_kernel.5.html https://man7.org/linux/man-pages/man7/pid_namespaces.7.html
 */
function hostOfNumbers(): string | undefined {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return undefined;
  }
}

/** Where /proc/PID/stat has the state and the time of the start, counted behind the name, which may hold anything. */
const STATE = 0;
const STARTED = 19;

/** A process by its number. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function processOf(pid: number): { readonly isGone: boolean; readonly started?: string } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state = '', started] = [fields[STATE], fields[STARTED]];
    // A zombie has ended; only its parent has not asked yet.
    return { isGone: /^[ZXx]$/u.test(state), ...(started !== undefined && { started }) };
  } catch {
    // Another user's may be hidden: https://man7.org/linux/man-pages/man5/proc.5.html (hidepid)
    return { isGone: !isThere(pid) };
  }
}

/** Whether a process of that number is there, of any user. */
export function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}
