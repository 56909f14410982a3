// @ts-check
import { TITLES } from './programs.mjs';
import { grouped } from './text.mjs';

const WIDTH = 760;
const LABEL = 190;
const FIGURE = 130;
const BAR = 22;
const GAP = 12;
const TOP = 34;

/**
 * A bar for each program, as long as its median; a thin line from the least to the most.
 *
 * @param {import('./results.mjs').Result} result
 * @returns {string} SVG that is legible on light and on dark pages
 */
export function chartOf({ name, summaries }) {
  const seconds = name === 'one';
  const bars = summaries.map((summary) => ({
    title: TITLES[summary.contender],
    own: summary.contender === 'd',
    spread: seconds ? summary.totalSeconds : summary.pipelineRowsPerSecond,
  }));
  const most = Math.max(...bars.map(({ spread }) => spread.most));
  const scale = (WIDTH - LABEL - FIGURE) / most;
  const height = TOP + bars.length * (BAR + GAP);
  const lines = bars.map(({ title, own, spread }, index) => {
    const y = TOP + index * (BAR + GAP);
    const middle = y + BAR / 2;
    const x = (/** @type {number} */ value) => (LABEL + value * scale).toFixed(1);
    const figure = seconds ? `${spread.median.toFixed(2)} s` : `${grouped(spread.median)} rows/s`;
    return [
      `<text x="${LABEL - 10}" y="${middle + 5}" text-anchor="end">${escaped(title)}</text>`,
      `<rect x="${LABEL}" y="${y}" width="${(spread.median * scale).toFixed(1)}" height="${BAR}" rx="3" fill="${own ? '#1f8fd6' : '#9aa5b1'}"/>`,
      `<path d="M${x(spread.least)} ${middle}H${x(spread.most)}" stroke="#d97706" stroke-width="2"/>`,
      `<text x="${Number(x(spread.most)) + 8}" y="${middle + 5}">${figure}</text>`,
    ].join('\n  ');
  });
  const unit = seconds
    ? 'seconds from command to end, less is better'
    : 'rows a second from command to closed channel';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="14" fill="#6b7682">
  <text x="8" y="20">${unit}; median, least and most of ${summaries[0]?.rounds ?? 0} runs</text>
  ${lines.join('\n  ')}
</svg>
`;
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
