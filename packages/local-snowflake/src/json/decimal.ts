/** A NUMBER as DuckDB prints it: all its digits, and how many of them are after the point. */
interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

function decimal(text: string): Decimal {
  return { digits: BigInt(text.replace('.', '')), scale: text.split('.')[1]?.length ?? 0 };
}

function size(number: bigint): bigint {
  return number < 0n ? -number : number;
}

/** The quotient of two whole numbers, rounded half away from zero. */
function rounded(dividend: bigint, divisor: bigint): bigint {
  const [a, b] = [size(dividend), size(divisor)];
  const quotient = (a * 2n + b) / (b * 2n);
  return dividend < 0n === divisor < 0n ? quotient : -quotient;
}

function printed(digits: bigint, scale: number): string {
  const text = String(size(digits)).padStart(scale + 1, '0');
  const sign = digits < 0n ? '-' : '';
  return scale === 0 ? sign + text : `${sign}${text.slice(0, -scale)}.${text.slice(-scale)}`;
}

const shifted = (places: number): bigint => 10n ** BigInt(places);

function nonZero({ digits, scale }: Decimal): Decimal {
  if (digits === 0n) throw new Error('SF|100051|22012|Division by zero');
  return { digits, scale };
}

/** Arithmetic of NUMBERs whose digits DuckDB's 128 bits do not hold; they take and give text. */
export const DECIMAL_FUNCTIONS: Readonly<Record<string, (...values: string[]) => string>> = {
  sf_divide: (dividend: string, divisor: string, scale: string) => {
    const [a, b] = [decimal(dividend), nonZero(decimal(divisor))];
    const shift = Number(scale) + b.scale - a.scale;
    return printed(rounded(a.digits * shifted(shift), b.digits), Number(scale));
  },
  sf_multiply: (left: string, right: string, scale: string) => {
    const [a, b] = [decimal(left), decimal(right)];
    const product = a.digits * b.digits;
    return printed(rounded(product, shifted(a.scale + b.scale - Number(scale))), Number(scale));
  },
  sf_modulo: (left: string, right: string, scale: string) => {
    const [a, b] = [decimal(left), nonZero(decimal(right))];
    const kept = Number(scale);
    return printed((a.digits * shifted(kept - a.scale)) % (b.digits * shifted(kept - b.scale)), kept);
  },
};
