import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { local } from '../../scripts/setup/places.mjs';
import { BatchBridge } from '../../src/bridge/batch.ts';
import { classPath } from '../../src/bridge/jars.ts';
import type { JavaChannel } from '../../src/bridge/java-classes.ts';
import { ensureJvm, type Jvm, stopJvm } from '../../src/bridge/jvm.ts';
import { testClasses } from './recorder.ts';

/** Milliseconds, far beyond the time limit of a test: nothing here may end by a time-out. */
const TIMEOUT = 3_600_000;

let jvm: Jvm;

beforeAll(async () => {
  const classes = testClasses('HungryChannel');
  jvm = await ensureJvm({
    classPath: [...classPath(), classes],
    logFile: join(local, 'test-java.log'),
    options: ['-Xmx32m'],
  });
  jvm.callStatic('java.lang.Class', 'forName', 'HungryChannel');
  rmSync(classes, { recursive: true, force: true });
});

afterAll(() => stopJvm());

test('an insert that waits for a thread that had no memory ends, and so does the next one', async () => {
  const channel = jvm.callStatic<JavaChannel>('HungryChannel', 'create');
  const bridge = new BatchBridge(jvm, TIMEOUT);
  const columns = [{ key: 'V', encoder: { java: 'String', text: String } as const }];
  const batch = { rows: [['a']], columns, offsetToken: '1' };
  await expect(bridge.insertRows(channel, batch)).rejects.toMatchObject({ code: 'JVM_MEMORY' });
  await expect(bridge.insertRows(channel, batch)).rejects.toMatchObject({ code: 'JVM_MEMORY' });
});
