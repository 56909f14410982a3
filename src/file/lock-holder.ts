import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { codeOf } from './unsafe-file.ts';

/** The holder of a lock, as written in the lock file. */
export interface LockHolder {
  /** Unique for each lock. */
  readonly token: string;
  readonly pid: number;
  /** The name of its machine or container, for people. */
  readonly hostname: string;
  /** When it acquired the lock, in ISO 8601. */
  readonly at: string;
  /** The scope of its process id; absent where unknown. */
  readonly host?: string;
  /** Start time of its process, by the clock of that host, so that a later process with the same id is not taken for it. */
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

/** Parses a lock file; undefined when it is incomplete, as while it is being written. */
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
 * Whether a text may be the beginning of a lock file, as when its program was killed while it wrote; after a power loss,
 * zero bytes may replace the rest.
 */
export function isTornHolder(text: string): boolean {
  const whole = text.replace(/\0+$/u, '');
  return whole.startsWith(BEGINNING) ? !whole.includes('}') : BEGINNING.startsWith(whole);
}

/** Whether the process of a holder is running; undefined when only its heartbeat can show that, as on another host. */
export function isRunning({ pid, host, started }: LockHolder): boolean | undefined {
  if (host === undefined || host !== hostOfNumbers()) return undefined;
  const found = processOf(pid);
  if (found.isGone) return false;
  return found.started === undefined ? undefined : found.started === started;
}

/**
 * The scope of process ids: this boot of the kernel and this PID namespace, such as a container's. Only Linux exposes
 * both.
 * https://man7.org/linux/man-pages/man5/proc_sys_kernel.5.html https://man7.org/linux/man-pages/man7/pid_namespaces.7.html
 */
function hostOfNumbers(): string | undefined {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return undefined;
  }
}

/** Positions of state and start time in /proc/PID/stat, counted after the name, which may contain anything. */
const STATE = 0;
const STARTED = 19;

/** A process by its id. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function processOf(pid: number): { readonly isGone: boolean; readonly started?: string } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state = '', started] = [fields[STATE], fields[STARTED]];
    // A zombie has ended; only its parent has not collected it yet.
    return { isGone: /^[ZXx]$/u.test(state), ...(started !== undefined && { started }) };
  } catch {
    // Another user's may be hidden: https://man7.org/linux/man-pages/man5/proc.5.html (hidepid)
    return { isGone: !isThere(pid) };
  }
}

/** Whether a process with that id exists, of any user. */
export function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}
