import type { RejectRecord } from '../../src/rejects/record.ts';

/** A record of a rejects file for tests. */
export const record = (key: string, more: Partial<RejectRecord> = {}): RejectRecord => ({
  table: 'shop.people',
  target: 'DB.PUBLIC.PEOPLE',
  channel: 'CH',
  key: [key],
  column: 'NAME',
  value: { text: 'Zoë 🙂\n"' },
  reason: 'too long\nby far',
  offset: '[1]',
  at: '2026-01-01T00:00:00.000Z',
  ...more,
});
