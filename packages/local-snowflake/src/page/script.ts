/**
 * What runs in the browser: it asks for the state every two seconds and shows what has changed. Texts become text
 * nodes and nothing else, and what a person has opened or focused stays so.
 */
export const SCRIPT = `
'use strict';
const POLL_MS = 2000;
const shown = new Map();
const opened = new Map();

function element(name, properties, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties || {})) {
    if (key === 'class') made.className = value;
    else made.setAttribute(key, value);
  }
  made.append(...children.map((child) => (child instanceof Node ? child : document.createTextNode(String(child)))));
  return made;
}

const number = (value) => value.toLocaleString('en');
const counted = (count, one) => number(count) + ' ' + one + (count === 1 ? '' : 's');
function sized(tables) {
  const views = tables.filter((each) => each.kind === 'view').length;
  const text = counted(tables.length - views, 'table');
  return views === 0 ? text : text + ', ' + counted(views, 'view');
}

const empty = (text) => [element('p', { class: 'empty' }, text)];
const name = (text) => element('bdi', { class: 'name' }, text);

function duration(ms) {
  if (ms < 1000) return Math.round(ms) + ' ms';
  if (ms < 60000) return (ms / 1000).toFixed(1) + ' s';
  const minutes = Math.floor(ms / 60000);
  if (minutes < 60) return minutes + ' min';
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return hours + ' h ' + (minutes % 60) + ' min';
  return Math.floor(hours / 24) + ' days';
}

function fold(key, open, summary, ...content) {
  const made = element('details', { 'data-key': key }, element('summary', { 'data-focus': key }, ...summary), ...content);
  made.open = opened.get(key) ?? open;
  made.addEventListener('toggle', () => opened.set(key, made.open));
  return made;
}

function rows(value, kind) {
  return element('span', { class: 'rows' }, value === null ? kind : counted(value, 'row'));
}

function tableView(table) {
  const columns = table.columns.map((column) =>
    element('li', {}, name(column.name),
      element('span', { class: 'quiet' }, column.type + (column.nullable ? '' : ' NOT NULL'))));
  return fold('t' + table.id, false, [name(table.name), ' ', rows(table.rows, table.kind)],
    element('ul', { class: 'columns' }, ...columns));
}

function databases(state) {
  if (state.databases.length === 0) return empty('No database yet.');
  return state.databases.map((database) =>
    fold('d' + database.name, true, [name(database.name)],
      ...database.schemas.map((schema) =>
        fold('s' + database.name + '.' + schema.name, true,
          [name(schema.name), ' ', element('span', { class: 'rows' }, sized(schema.tables))],
          ...schema.tables.map(tableView)))));
}

function grid(labels, lines) {
  const first = lines[0].map((each) => (each.className === 'number' ? 'number' : ''));
  const heads = labels.map((label, index) => element('th', { scope: 'col', class: first[index] }, label));
  const cells = (line) => line.map((each, index) => {
    each.setAttribute('data-label', labels[index]);
    return each;
  });
  return element('table', {},
    element('thead', {}, element('tr', {}, ...heads)),
    element('tbody', {}, ...lines.map((line) => element('tr', {}, ...cells(line)))));
}

const cell = (kind, ...content) => element('td', { class: kind }, ...content);

function channels(state) {
  if (state.channels.length === 0) return empty('No channel is open. A streaming client opens one.');
  const lines = state.channels.map((channel) => [
    cell('main', name(channel.name)),
    cell('', name(channel.table)),
    cell('number', channel.clientSequencer),
    cell('number', number(channel.rowSequencer)),
    cell('', element('bdi', { class: 'token' }, channel.offsetToken ?? '–')),
  ]);
  const more = state.moreChannels > 0 ? empty('and ' + counted(state.moreChannels, 'more channel')) : [];
  return [grid(['Channel', 'Table', 'Client sequencer', 'Row sequencer', 'Offset token'], lines), ...more];
}

function queries(state) {
  if (state.queries.length === 0) return empty('No query yet.');
  const lines = state.queries.map((query) => {
    // One that has to be scrolled is reached by keyboard, the many others are not tab stops.
    const long = query.sql.length > 400 || query.sql.split('\\n').length > 5;
    const text = element('pre', { class: 'sql', dir: 'auto', 'data-focus': 'q' + query.id, ...(long && { tabindex: '0' }) }, query.sql);
    const error = query.error === null ? [] : [element('p', { class: 'error', dir: 'auto' }, query.error)];
    return [
      cell('main', text, ...error),
      cell(query.status, query.status),
      cell('number', query.rows === null ? '–' : number(query.rows)),
      cell('number', duration(query.took)),
      cell('time', new Date(query.startedOn).toLocaleTimeString('en-GB')),
    ];
  });
  return [grid(['Statement', 'Status', 'Rows', 'Duration', 'Started'], lines)];
}

function faults(state) {
  if (state.faults.rules.length === 0) return [];
  return [
    element('p', { class: 'empty' }, 'Seed ' + state.faults.seed),
    grid(['Fault', 'Requests seen', 'Harmed'], state.faults.rules.map((fault) => [
      cell('main', element('bdi', { class: 'name' }, fault.rule)),
      cell('number', number(fault.seen)),
      cell('number', number(fault.injected)),
    ])),
  ];
}

function show(id, state, part, draw) {
  const text = JSON.stringify(part);
  if (shown.get(id) === text) return;
  shown.set(id, text);
  const place = document.getElementById(id);
  const active = document.activeElement;
  const focus = place.contains(active) ? active.getAttribute('data-focus') : null;
  const scrolled = new Map([...place.querySelectorAll('[data-focus]')].map((each) => [each.getAttribute('data-focus'), each.scrollTop]));
  place.replaceChildren(...draw(state));
  for (const each of place.querySelectorAll('[data-focus]')) {
    const key = each.getAttribute('data-focus');
    if (scrolled.get(key)) each.scrollTop = scrolled.get(key);
    if (key === focus) each.focus({ preventScroll: true });
  }
}

function showState(state) {
  show('databases', state, state.databases, databases);
  show('channels', state, [state.channels, state.moreChannels], channels);
  show('queries', state, state.queries, queries);
  document.getElementById('faults-section').hidden = state.faults.rules.length === 0;
  show('faults', state, state.faults, faults);
  const tables = state.databases.flatMap((each) => each.schemas).flatMap((each) => each.tables);
  document.getElementById('table-count').textContent = sized(tables);
  document.getElementById('channel-count').textContent = counted(state.channels.length + state.moreChannels, 'channel');
  document.getElementById('uptime').textContent = 'up ' + duration(state.now - state.startedOn);
}

function report(text, lost) {
  const status = document.getElementById('status');
  if (status.textContent !== text) status.textContent = text;
  status.classList.toggle('lost', lost);
}

async function poll() {
  try {
    if (document.visibilityState === 'visible') {
      const answer = await fetch('/page/state', { cache: 'no-store', signal: AbortSignal.timeout(10000) });
      const state = await answer.json();
      if (!answer.ok || !Array.isArray(state.databases)) throw new Error('no state');
      showState(state);
      report('live', false);
    }
  } catch {
    report('no answer; trying again', true);
  }
  setTimeout(poll, POLL_MS);
}

poll();
`;
