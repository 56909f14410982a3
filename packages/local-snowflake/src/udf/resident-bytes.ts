import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const PAGE_BYTES = 4096;

/** The memory that a process of this machine has now; 0 where that cannot be known. */
export function residentBytes(pid: number): number {
  if (process.platform === 'linux') {
    try {
      // Size and resident set in pages: https://man7.org/linux/man-pages/man5/proc_pid_statm.5.html
      return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES;
    } catch {
      return 0; // it has ended
    }
  }
  if (process.platform === 'win32') return 0;
  const { stdout } = spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return Number(stdout ?? 0) * 1024 || 0;
}
