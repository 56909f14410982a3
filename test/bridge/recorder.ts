import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { local, root } from '../../scripts/setup/places.mjs';
import { classPath } from '../../src/bridge/jars.ts';
import type {
  JavaChannel,
  JavaHashMap,
  JavaList,
  JavaObject,
  JavaValue,
} from '../../src/bridge/java-classes.ts';
import { ensureJvm, type Jvm } from '../../src/bridge/jvm.ts';

interface JavaRecorder extends JavaObject {
  channelSync(): JavaChannel;
  takeSync(): readonly string[];
}

/** A JVM whose HashMaps tell what is in them: see RowRecorder.java. */
export interface RecordingJvm {
  readonly jvm: Jvm;
  /** Class and exact value of what a HashMap holds, as Java sees it. */
  inspect(value: JavaValue): Promise<string>;
  /** The same for each entry of a HashMap. */
  inspectMap(map: JavaHashMap): Promise<string>;
}

/** Compiles a class of test/bridge/java. */
export function testClasses(name: string): string {
  mkdirSync(local, { recursive: true });
  const classes = mkdtempSync(join(local, 'test-classes-'));
  const source = join(root, `test/bridge/java/${name}.java`);
  execFileSync('javac', ['-nowarn', '-cp', classPath().join(delimiter), '-d', classes, source]);
  return classes;
}

export async function startRecordingJvm(): Promise<RecordingJvm> {
  const classes = testClasses('RowRecorder');
  const jars = classPath();
  const jvm = await ensureJvm({ classPath: [...jars, classes], logFile: join(local, 'test-java.log') });
  const recorder = jvm.create<JavaRecorder>('RowRecorder');
  const channel = recorder.channelSync();
  rmSync(classes, { recursive: true, force: true });

  const inspectMap = async (map: JavaHashMap): Promise<string> => {
    const list = jvm.create<JavaList<JavaHashMap>>('java.util.ArrayList');
    list.addSync(map);
    await jvm.call({ what: 'inspecting', timeout: 60_000 }, 'insertRows', channel, list, null);
    return recorder.takeSync()[0]?.replace(/^java\.util\.HashMap/, '') ?? '';
  };
  return {
    jvm,
    inspectMap,
    async inspect(value) {
      const map = jvm.create<JavaHashMap>('java.util.HashMap');
      map.putSync('V', value);
      return (await inspectMap(map)).replace(/^\{V=(.*)\}$/s, '$1');
    },
  };
}
