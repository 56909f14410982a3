/** Milliseconds between two looks at the parent. */
const INTERVAL = 500;

/**
 * Ends this process as SIGTERM does once npx, which started it, is gone: npx ends on SIGTERM without passing it on, so
 * that `npx snowstream local &` and a `kill` would leave the program behind. Started in any other way, a process
 * outlives its parent, as a background job outlives its shell.
 */
export function endWithNpx(): void {
  // What npx started hands its variables on to what it starts itself.
  const { npm_lifecycle_event: event, npm_lifecycle_script: script = '' } = process.env;
  if (event !== 'npx' || !/^['"]?snowstream\b/u.test(script)) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    // Whose child it is now depends on the system.
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, INTERVAL);
  timer.unref();
}
