/** One element of a date and time format, or literal text between elements. */
export type FormatElement = { readonly element: string } | { readonly literal: string };

/** Longer names first, so that none is taken for a shorter one. */
const ELEMENTS = [
  ...['YYYY', 'UUUU', 'YY', 'MMMM', 'MON', 'MM', 'DD', 'DY', 'HH24', 'HH12', 'HH', 'AM', 'PM', 'MI', 'SS'],
  ...['FF0', 'FF1', 'FF2', 'FF3', 'FF4', 'FF5', 'FF6', 'FF7', 'FF8', 'FF9', 'FF'],
  ...['TZH:TZM', 'TZHTZM', 'TZH', 'TZM'],
];

/** Cuts a format of Snowflake's into elements; text in double quotes is literal. */
export function formatElements(format: string): FormatElement[] {
  const elements: FormatElement[] = [];
  for (let at = 0; at < format.length; ) {
    const rest = format.slice(at);
    const quoted = /^"([^"]*)"/.exec(rest);
    const element = ELEMENTS.find((each) => rest.slice(0, each.length).toUpperCase() === each);
    if (quoted) elements.push({ literal: quoted[1] ?? '' });
    else if (element) elements.push({ element });
    else elements.push({ literal: rest[0] ?? '' });
    at += quoted?.[0].length ?? element?.length ?? 1;
  }
  return elements;
}
