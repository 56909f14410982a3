// @ts-check
// The figures of the fault tests as a table for docs/guarantees.md.

/**
 * What one test measured; see test/faults/figures.ts.
 *
 * @typedef {object} Figures
 * @property {number} row
 * @property {string} fault
 * @property {number} injected
 * @property {number} [rows]
 * @property {number} [lost]
 * @property {number} [twice]
 * @property {number} [different]
 * @property {number} [secondsToRecover]
 * @property {string} [note]
 * @property {string} size
 * @property {number} seed
 */

/**
 * @param {readonly Figures[]} figures
 * @returns {string} a Markdown table, a row for each test, in the order of the list of faults
 */
export function figuresTable(figures) {
  const head = [
    '| # | fault | times injected | rows compared | lost | duplicated | different values | seconds to recover | |',
    '|---|---|---|---|---|---|---|---|---|',
  ];
  const rows = [...figures]
    .sort((a, b) => a.row - b.row || (a.fault < b.fault ? -1 : 1))
    .map(({ row, fault, injected, rows, lost, twice, different, secondsToRecover, note }) =>
      [
        row,
        cell(fault),
        grouped(injected),
        grouped(rows),
        grouped(lost),
        grouped(twice),
        grouped(different),
        secondsToRecover === undefined ? '' : secondsToRecover.toFixed(1),
        cell(note ?? ''),
      ].join(' | '),
    );
  return [...head, ...rows.map((row) => `| ${row} |`)].join('\n');
}

/** @param {number | undefined} value */
function grouped(value) {
  return value === undefined ? '' : value.toLocaleString('en-US');
}

/** @param {string} text */
function cell(text) {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

/**
 * @param {string} page
 * @param {string} table
 * @returns {string} the page with the table between its marks
 */
export function withTable(page, table) {
  return page.replace(
    /<!-- figures -->[\s\S]*<!-- \/figures -->/,
    () => `<!-- figures -->\n${table}\n<!-- /figures -->`,
  );
}
