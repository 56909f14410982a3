import { DOUBLE, type DuckDBConnection, DuckDBScalarFunction, VARCHAR } from '@duckdb/node-api';

/**
 * The shortest digits that read as the same double: plain from 0.0001 up to 16 digits, else with an exponent of two
 * digits or more. DuckDB 1.5.4 to 1.5.6 print 2^81, 2^91 and 2^807 as other numbers.
 */
function finiteText(value: number): string {
  const [mantissa = '', power = '0'] = Math.abs(value).toExponential().split('e');
  const exponent = Number(power);
  const digits = mantissa.replace('.', '');
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (exponent < -4 || exponent > 15) {
    return `${sign}${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = digits.slice(exponent + 1);
  return `${sign}${whole}${fraction && `.${fraction}`}`;
}

/** A FLOAT as it is converted to VARCHAR. */
export function realText(value: number, infinity = 'inf'): string {
  if (Number.isNaN(value)) return 'NaN';
  if (Number.isFinite(value)) return finiteText(value);
  return value > 0 ? infinity : `-${infinity}`;
}

/** A FLOAT inside of a VARIANT: only a number with an exponent is a double in JSON of Snowflake's. */
function realJson(value: number): string {
  const text = realText(value);
  if (!Number.isFinite(value)) return `"${text}"`;
  return text.includes('e') ? text : `${text}e0`;
}

/** Adds `sf_real_text`, `sf_real_json` and `sf_real_cell` to the instance of this connection. */
export function registerRealFunctions(connection: DuckDBConnection): void {
  register(connection, 'sf_real_text', (value) => realText(value));
  register(connection, 'sf_real_json', realJson);
  // On the wire.
  register(connection, 'sf_real_cell', (value) => realText(value, 'Infinity'));
}

function register(connection: DuckDBConnection, name: string, write: (value: number) => string): void {
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name,
      returnType: VARCHAR,
      parameterTypes: [DOUBLE],
      mainFunction: (_info, chunk, output) => {
        const values = chunk.getColumnVector(0);
        for (let row = 0; row < chunk.rowCount; row++) {
          const value = values.getItem(row) as number | null;
          output.setItem(row, value === null ? null : write(value));
        }
        output.flush();
      },
    }),
  );
}
