/** A whole number with a comma between thousands: `100,000`. */
export function grouped(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
