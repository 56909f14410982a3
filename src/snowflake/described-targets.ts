import { qualifiedName, type TableName } from './identifier.ts';
import type { SnowflakeSession } from './session.ts';
import { describeTarget, type Target } from './target.ts';

/** Statements at once: enough that two hundred answers of a distant account take about a second. */
const AT_ONCE = 16;

/** What many targets are, in the order in which they are asked for. */
export async function describeTargets(
  session: SnowflakeSession,
  names: readonly TableName[],
): Promise<Target[]> {
  const wanted = new Map(names.map((name) => [qualifiedName(name), name]));
  const targets = new Map<string, Target>();
  // All workers take from one iterator.
  const waiting = wanted.entries();
  const worker = async (): Promise<void> => {
    for (const [key, name] of waiting) targets.set(key, await describeTarget(session, name));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return names.map((name) => targets.get(qualifiedName(name)) as Target);
}
