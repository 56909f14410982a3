/** How the page looks: light and dark as the browser is set, down to the width of a telephone. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f5f7f9, #11161b);
  --card: light-dark(#ffffff, #1a2128);
  --line: light-dark(#d9e0e6, #2f3a44);
  --text: light-dark(#16202a, #e6ecf1);
  --quiet: light-dark(#55636f, #9aa8b4);
  --accent: light-dark(#0b6796, #6cc0ea);
  --good: light-dark(#1c7040, #6ccf95);
  --bad: light-dark(#b3261e, #ff9a92);
  --code: ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace;
}
* { box-sizing: border-box; }
body {
  margin: 0 auto;
  padding: 1.25rem;
  max-width: 76rem;
  background: var(--ground);
  color: var(--text);
  font: 15px/1.45 system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif;
}
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1.25rem; margin-bottom: 1rem; }
h1 { font-size: 1.35rem; margin: 0; }
h2 { font-size: 1rem; margin: 0; }
.status { color: var(--quiet); }
.status::before { content: '●'; color: var(--good); margin-right: .4em; }
.status.lost::before { color: var(--bad); }
.skip { position: absolute; left: -99rem; }
.skip:focus { position: static; }
main { display: grid; gap: 1rem; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
section { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .9rem 1rem; min-width: 0; }
.wide { grid-column: 1 / -1; }
.head { display: flex; justify-content: space-between; gap: 1rem; margin-bottom: .5rem; }
.quiet, .empty { color: var(--quiet); }
.empty { margin: .25rem 0; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: .2rem; }
a { color: var(--accent); }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .2rem 1rem; margin: 0; align-items: baseline; }
dt { color: var(--quiet); }
dd { margin: 0; }
dd, code, .name, .sql, .token { font-family: var(--code); font-size: .87em; overflow-wrap: anywhere; }
.name, .sql, .token { unicode-bidi: isolate; }
summary { cursor: pointer; padding: .15rem 0; overflow-wrap: anywhere; }
summary .rows { float: right; color: var(--quiet); font-variant-numeric: tabular-nums; padding-left: 1rem; }
details details { margin-left: 1.1rem; }
.columns { list-style: none; margin: .1rem 0 .4rem 1.1rem; padding: 0 0 0 .8rem; border-left: 2px solid var(--line); }
.columns li { display: flex; justify-content: space-between; gap: 1rem; }
.columns .quiet { text-align: right; font-size: .87em; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-weight: 600; color: var(--quiet); font-size: .87em; }
th, td { padding: .3rem 1.25rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child td { border-bottom: 0; }
th:last-child, td:last-child { padding-right: 0; }
th.number, td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.time { white-space: nowrap; color: var(--quiet); font-variant-numeric: tabular-nums; }
.sql { white-space: pre-wrap; max-height: 7.5em; overflow: auto; margin: 0; }
.failed { color: var(--bad); }
.done { color: var(--good); }
.error { color: var(--bad); font-size: .87em; white-space: pre-wrap; overflow-wrap: anywhere; margin: .2rem 0 0; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: .87em/1.4 var(--code); margin: .2rem 0 0; }
@media (max-width: 46rem) {
  body { padding: .75rem; }
  main { grid-template-columns: minmax(0, 1fr); }
  thead { position: absolute; left: -99rem; }
  table, tbody, tr, td { display: block; }
  tr { border-bottom: 1px solid var(--line); padding: .4rem 0; }
  tr:last-child { border-bottom: 0; }
  td, td.number { display: inline-block; border: 0; padding: .05rem 0; margin-right: 1rem; text-align: left; white-space: normal; }
  td.main { display: block; margin: 0; }
  td::before { content: attr(data-label) ' '; color: var(--quiet); font-size: .87em; }
  td.main::before { content: ''; }
}
`;
