import {
  BIGINT,
  type DuckDBConnection,
  DuckDBScalarFunction,
  type DuckDBType,
  HUGEINT,
  SMALLINT,
  VARCHAR,
} from '@duckdb/node-api';
import { detectTime, parseWallClock, type WallClock } from './wall-clock.ts';

/**
 * Adds `sf_wall_ns(text, format)`, `sf_wall_offset(text, format)` and `sf_time_ns(text)` to the instance of
 * this connection. As SQL macros the same made statements of a few kilobytes each time, which DuckDB took
 * up to a second to plan.
 */
export function registerTimeFunctions(connection: DuckDBConnection): void {
  let last: { text: string; format: string; wall: WallClock | null } | undefined;
  // Both functions are asked for the same text, mostly one after the other.
  const read = (text: string, format: string): WallClock | null => {
    if (last?.text !== text || last.format !== format)
      last = { text, format, wall: parseWallClock(text, format) };
    return last.wall;
  };
  register(connection, 'sf_wall_ns', HUGEINT, 2, (text, format) => read(text, format)?.ns ?? null);
  register(connection, 'sf_wall_offset', SMALLINT, 2, (text, format) => read(text, format)?.offset ?? null);
  register(connection, 'sf_time_ns', BIGINT, 1, (text) => detectTime(text));
}

function register(
  connection: DuckDBConnection,
  name: string,
  returnType: DuckDBType,
  parameters: 1 | 2,
  compute: (text: string, format: string) => bigint | number | null,
): void {
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name,
      returnType,
      parameterTypes: Array.from({ length: parameters }, () => VARCHAR),
      mainFunction: (info, chunk, output) => {
        const texts = chunk.getColumnVector(0);
        const formats = parameters === 2 ? chunk.getColumnVector(1) : null;
        try {
          for (let row = 0; row < chunk.rowCount; row++) {
            const text = texts.getItem(row) as string | null;
            const format = formats ? (formats.getItem(row) as string | null) : '';
            output.setItem(row, text === null || format === null ? null : compute(text, format));
          }
          output.flush();
        } catch (error) {
          info.setError(error instanceof Error ? error.message : String(error));
        }
      },
    }),
  );
}
