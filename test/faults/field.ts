import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmulatorOptions } from 'local-snowflake';
import { expect } from 'vitest';
import { Commits } from './commits.ts';
import { type Comparison, compare } from './compare.ts';
import { counted, type Figures, record } from './figures.ts';
import { KillableMysql } from './mysql.ts';
import { type Ended, Program } from './program.ts';
import { TcpProxy } from './proxy.ts';
import { isFull, seed } from './size.ts';
import { KillableSnowflake } from './snowflake.ts';
import type { Workload } from './workload.ts';

/** Rows a batch and milliseconds of lag: so small that a run of seconds has many commits. */
const SMALL_STEPS = ['--batch-rows', '250', '--max-client-lag', '1000'];

/**
 * MySQL, a proxy, the program, a proxy, the local Snowflake: all real, all of them killable. A test makes one,
 * names its fault and its rows, and asks for the comparison.
 */
export class Field implements AsyncDisposable {
  readonly cwd: string;
  readonly mysql: KillableMysql;
  readonly snowflake: KillableSnowflake;
  readonly beforeMysql: TcpProxy;
  readonly beforeSnowflake: TcpProxy;
  /** When rows were committed, as the proxy before Snowflake sees it. */
  readonly commits: Commits;
  readonly #started: Program[] = [];

  private constructor(
    cwd: string,
    mysql: KillableMysql,
    snowflake: KillableSnowflake,
    beforeMysql: TcpProxy,
    beforeSnowflake: TcpProxy,
  ) {
    this.cwd = cwd;
    this.mysql = mysql;
    this.snowflake = snowflake;
    this.beforeMysql = beforeMysql;
    this.beforeSnowflake = beforeSnowflake;
    this.commits = new Commits(beforeSnowflake);
  }

  static async open(options: EmulatorOptions = {}): Promise<Field> {
    console.log(`FAULT_SEED=${seed}`);
    const cwd = mkdtempSync(join(tmpdir(), 'snowstream-faults-'));
    const [mysql, snowflake] = await Promise.all([
      KillableMysql.start(join(cwd, 'mysql')),
      KillableSnowflake.start(join(cwd, 'snowflake'), options),
    ]);
    const [beforeMysql, beforeSnowflake] = await Promise.all([
      TcpProxy.before(mysql.port),
      TcpProxy.before(snowflake.port),
    ]);
    return new Field(cwd, mysql, snowflake, beforeMysql, beforeSnowflake);
  }

  /** Both ends, by the proxies. */
  get environment(): NodeJS.ProcessEnv {
    return {
      ...this.mysql.environment(this.beforeMysql.port),
      ...this.snowflake.environment(this.beforeSnowflake.port),
      // A JVM that compiles less starts in half the processor time: test:rest starts it a hundred times.
      ...(!isFull && { JAVA_TOOL_OPTIONS: '-XX:TieredStopAtLevel=1' }),
    };
  }

  /** Starts the program on a table; it goes on after the last committed row. */
  start(load: Workload, ...more: readonly string[]): Program {
    return this.command([
      'run',
      '--table',
      `${load.table}:${load.target}`,
      '--create',
      ...SMALL_STEPS,
      ...more,
    ]);
  }

  /** Starts the program with any arguments, and with other settings where the environment has some. */
  command(args: readonly string[], env: NodeJS.ProcessEnv = {}): Program {
    const program = new Program(args, { cwd: this.cwd, env: { ...this.environment, ...env } });
    this.#started.push(program);
    return program;
  }

  /** Runs the program until a run ends with the proof; how often it was started. */
  async completeAgain(load: Workload, most: number, ...more: readonly string[]): Promise<number> {
    for (let starts = 1; ; starts += 1) {
      const { code, stderr } = await this.start(load, ...more).ended;
      if (code === 0) return starts;
      expect(starts, stderr).toBeLessThan(most);
    }
  }

  /** Runs the program to its end, which must be a proven one. */
  async complete(load: Workload, ...more: readonly string[]): Promise<Ended> {
    const ended = await this.start(load, ...more).ended;
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    return ended;
  }

  /** Starts the program while MySQL sends so many bytes a second, and waits for its first commit. */
  async startSlowly(load: Workload, pace: number, ...more: readonly string[]): Promise<Program> {
    this.beforeMysql.pace = pace;
    const program = this.start(load, ...more);
    expect(await this.commits.more(1), program.stderr).toBe(true);
    return program;
  }

  /** Lets MySQL send as fast as it can, and waits for the program's end, which must be a proven one. */
  async expectProven(program: Program): Promise<Ended> {
    this.beforeMysql.pace = Number.POSITIVE_INFINITY;
    const ended = await program.ended;
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    return ended;
  }

  compare(load: Workload): Promise<Comparison> {
    return compare(this.mysql, this.snowflake, load);
  }

  /** Compares, leaves the figures, and fails when a row is lost, twice there, or another. */
  async expectExactlyOnce(
    load: Workload,
    figures: Omit<Figures, 'rows' | 'lost' | 'twice' | 'different'>,
  ): Promise<void> {
    const comparison = await this.compare(load);
    record({ ...figures, ...counted(comparison) });
    const { sourceRows, targetRows, lost, twice, strangers, different } = comparison;
    expect({ lost, twice, strangers, different }, `FAULT_SEED=${seed}`).toEqual({
      lost: [],
      twice: [],
      strangers: [],
      different: [],
    });
    expect(targetRows).toBe(sourceRows);
    expect(figures.injected).toBeGreaterThan(0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#started.map((program) => program.kill()));
    await Promise.all([this.beforeMysql, this.beforeSnowflake].map((proxy) => proxy[Symbol.asyncDispose]()));
    await Promise.all([this.mysql[Symbol.asyncDispose](), this.snowflake[Symbol.asyncDispose]()]);
    rmSync(this.cwd, { recursive: true, force: true });
  }
}
