import { expect, test } from 'vitest';
import { Field } from '../faults/field.ts';

test('four tables of rows of a megabyte go at once, as they do by default', {
  timeout: 600_000,
}, async () => {
  await using field = await Field.open();
  const tables = ['wide_1', 'wide_2', 'wide_3', 'wide_4'];
  for (const table of tables) {
    await field.mysql.admin.query(`CREATE TABLE ${table} (id INT PRIMARY KEY, body LONGTEXT NOT NULL)`);
    // No two bodies are alike: a dictionary would make them small.
    await field.mysql.admin.query(
      `INSERT INTO ${table} SELECT seq, CONCAT(seq, REPEAT(SHA2(seq, 512), 8000)) FROM seq_1_to_150`,
    );
  }
  const args = tables.flatMap((table) => ['--table', table]);
  // The JVM as it is in use.
  const program = field.command(['run', '--create', ...args], { JAVA_TOOL_OPTIONS: '' });
  const ended = await program.ended;
  expect(ended, ended.stderr).toMatchObject({ code: 0 });
});
