import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newColumn, type StreamingEmulator, startStreaming } from './emulator.ts';
import { RawClient } from './raw-client.ts';

let emulator: StreamingEmulator;
let client: RawClient;

beforeAll(async () => {
  emulator = await startStreaming();
  client = new RawClient(emulator);
});

afterAll(() => emulator[Symbol.asyncDispose]());

beforeEach(() => emulator.createTable('T', { ID: 'NUMBER(18,0)!', NAME: 'VARCHAR(10)' }));

const openCode = async (fields: Record<string, unknown>) => {
  const all = { role: 'R1', database: 'DB1', schema: 'PUBLIC', table: 'T', channel: 'C', ...fields };
  return (await client.post('channels/open', all)).body.status_code;
};

describe('configure', () => {
  test('gives each client a prefix of its own, the stage, and always the same deployment', async () => {
    const [one, two] = await Promise.all([
      client.post('client/configure', { role: 'R1' }),
      client.post('client/configure', { role: 'R1', file_name: 'x.bdec' }),
    ]);
    expect(one?.body).toMatchObject({
      status_code: 0,
      prefix: expect.stringMatching(/^[0-9a-f]{16}$/),
      deployment_id: expect.any(Number),
      stage_location: { locationType: 'LOCAL_FS', location: emulator.stageDir },
    });
    expect(two?.body.deployment_id).toBe(one?.body.deployment_id);
    expect(two?.body.prefix).not.toBe(one?.body.prefix);
  });
});

describe('open', () => {
  test('describes table and channel', async () => {
    await emulator.createTable('Odd "Name"', {
      N: 'NUMBER(10,2)!',
      lower: 'VARCHAR(7)',
      '': 'BINARY(9)',
      T3: 'TIME(3)',
      T6: 'TIME(6)',
      Z: 'TIMESTAMP_TZ(4)',
      V: 'VARIANT',
    });
    const { body } = await client.post('channels/open', {
      database: 'db1',
      schema: '"PUBLIC"',
      table: '"Odd ""Name"""',
      channel: 'my channel-1',
      offset_token: 'start',
    });
    const none = {
      precision: null,
      scale: null,
      byte_length: null,
      length: null,
      collation: null,
      nullable: true,
    };
    expect(body).toEqual({
      status_code: 0,
      message: 'Success',
      database: 'DB1',
      schema: 'PUBLIC',
      table: '"Odd ""Name"""',
      channel: 'MY CHANNEL-1',
      client_sequencer: 0,
      row_sequencer: 0,
      offset_token: 'start',
      encryption_key: expect.stringMatching(/^[A-Za-z0-9+/]{22}==$/),
      encryption_key_id: expect.any(Number),
      table_columns: [
        {
          ...none,
          name: 'N',
          type: 'NUMBER(10,2)',
          logical_type: 'FIXED',
          physical_type: 'SB8',
          precision: 10,
          scale: 2,
          nullable: false,
          ordinal: 1,
        },
        {
          ...none,
          name: '"lower"',
          type: 'VARCHAR(7)',
          logical_type: 'TEXT',
          physical_type: 'LOB',
          length: 7,
          byte_length: 28,
          ordinal: 2,
        },
        {
          ...none,
          name: '""',
          type: 'BINARY(9)',
          logical_type: 'BINARY',
          physical_type: 'LOB',
          length: 9,
          byte_length: 9,
          ordinal: 3,
        },
        {
          ...none,
          name: 'T3',
          type: 'TIME(3)',
          logical_type: 'TIME',
          physical_type: 'SB4',
          precision: 0,
          scale: 3,
          ordinal: 4,
        },
        {
          ...none,
          name: 'T6',
          type: 'TIME(6)',
          logical_type: 'TIME',
          physical_type: 'SB8',
          precision: 0,
          scale: 6,
          ordinal: 5,
        },
        {
          ...none,
          name: 'Z',
          type: 'TIMESTAMP_TZ(4)',
          logical_type: 'TIMESTAMP_TZ',
          physical_type: 'SB16',
          precision: 0,
          scale: 4,
          ordinal: 6,
        },
        { ...none, name: 'V', type: 'VARIANT', logical_type: 'VARIANT', physical_type: 'LOB', ordinal: 7 },
      ],
    });
  });

  test('names sent back as they were answered mean the same channel', async () => {
    const first = await client.open('t', '"quoted ""and"" lower"');
    expect(first.channel).toBe('"quoted ""and"" lower"');
    expect(await client.open(first.table, first.channel)).toMatchObject({ client_sequencer: 1 });
    expect(await client.open('T', 'quoted "and" lower')).toMatchObject({ client_sequencer: 0 });
    expect(await client.open('T', '"C"')).toMatchObject({ client_sequencer: 0 });
    expect(await client.open('T', 'c')).toMatchObject({ client_sequencer: 1, channel: 'C' });
  });

  test('counts opens without a gap, however many come at once', async () => {
    const opens = await Promise.all(Array.from({ length: 40 }, () => client.open('T', 'C')));
    const sequencers = opens.map((each) => each.client_sequencer).sort((x, y) => x - y);
    expect(sequencers).toEqual(Array.from({ length: 40 }, (_, index) => index));
    expect(new Set(opens.map((each) => each.encryption_key)).size).toBe(1);
  });

  test('keeps rows and token, unless a token is given', async () => {
    const first = await client.open('T', 'C');
    const query = "SELECT 1::DECIMAL(18,0) AS ID, 'x' AS NAME";
    await client.register(
      await client.blob([{ query, writes: [{ of: first, rowSequencer: 1, token: 'one' }] }]),
    );
    expect(await client.open('T', 'C')).toMatchObject({
      client_sequencer: 1,
      row_sequencer: 1,
      offset_token: 'one',
    });
    const given = { client_sequencer: 2, row_sequencer: 1, offset_token: 'mine' };
    expect(await client.open('T', 'C', { offset_token: 'mine' })).toMatchObject(given);
    expect(await client.open('T', 'C')).toMatchObject({ ...given, client_sequencer: 3 });
  });

  test.each<[number, string, Record<string, unknown>]>([
    [4, 'an unknown table', { table: 'NOPE' }],
    [4, 'a table of other case', { table: '"t"' }],
    [4, 'a table that is no identifier', { table: 'a b' }],
    [8, 'an unknown database', { database: 'NOPE' }],
    [9, 'an unknown schema', { schema: 'NOPE' }],
    [6, 'an Iceberg table', { is_iceberg: true }],
    [15, 'no database', { database: undefined }],
    [16, 'no schema', { schema: undefined }],
    [17, 'no table', { table: undefined }],
    [18, 'no channel', { channel: '' }],
  ])('%i for %s', async (code, _, fields) => {
    expect(await openCode(fields)).toBe(code);
  });

  test('6 for columns that streaming cannot fill, and for views', async () => {
    const { catalog } = emulator.context;
    const plain = newColumn('ID', 'NUMBER(18,0)');
    const tables = { D: { default: '1' }, I: { identity: { start: 1, step: 1 } }, K: { collation: 'en-ci' } };
    await catalog.change(async (change) => {
      for (const [name, special] of Object.entries(tables)) {
        await change.createTable({
          database: 'DB1',
          schema: 'PUBLIC',
          name,
          columns: [{ ...plain, ...special }],
        });
      }
      const view = { sql: 'SELECT 1 AS ID', database: 'DB1', schema: 'PUBLIC' };
      await change.createTable({ database: 'DB1', schema: 'PUBLIC', name: 'W', columns: [plain], view });
    });
    for (const table of ['D', 'I', 'K', 'W']) expect(await openCode({ table })).toBe(6);
  });
});

describe('drop', () => {
  const drop = async (fields: Record<string, unknown> = {}) =>
    (
      await client.post('channels/drop', {
        database: 'DB1',
        schema: 'PUBLIC',
        table: 'T',
        channel: 'c',
        ...fields,
      })
    ).body;

  test('forgets the channel: 25 in status, 19 in register, and a reopen starts anew', async () => {
    const opened = await client.open('T', 'C');
    await client.open('T', 'C');
    expect(await drop()).toEqual({
      status_code: 0,
      message: 'Success',
      database: 'DB1',
      schema: 'PUBLIC',
      table: 'T',
      channel: 'C',
    });
    expect((await client.status(opened)).body.channels).toMatchObject([{ status_code: 25 }]);
    const query = "SELECT 1::DECIMAL(18,0) AS ID, 'x' AS NAME";
    const blob = await client.blob([{ query, writes: [{ of: opened, rowSequencer: 1, token: 'one' }] }]);
    expect(await client.registerCodes(blob)).toEqual([[[19]]]);
    expect(await client.open('T', 'C')).toMatchObject({ client_sequencer: 0 });
  });

  test('of a version that is not the current one is 20, of a channel that is not there 25', async () => {
    await client.open('T', 'C');
    await client.open('T', 'C');
    expect((await drop({ client_sequencer: 0 })).status_code).toBe(20);
    expect((await drop({ client_sequencer: 1 })).status_code).toBe(0);
    expect((await drop({ client_sequencer: 1 })).status_code).toBe(25);
    expect((await drop({ table: 'NOPE' })).status_code).toBe(4);
  });
});

describe('status', () => {
  test('answers in the order of the request, across tables', async () => {
    await emulator.createTable('U', { ID: 'NUMBER(18,0)' });
    const [t1, u1, t2] = [
      await client.open('T', 'C1'),
      await client.open('U', 'C1'),
      await client.open('T', 'C2'),
    ];
    await client.open('T', 'C2', { offset_token: 'second' });
    const { body } = await client.status(t2, u1, t1, { ...t1, channel: 'NONE' }, { ...t1, table: 'NONE' });
    expect(
      body.channels.map((each) => [
        each.status_code,
        each.persisted_client_sequencer,
        each.persisted_offset_token,
      ]),
    ).toEqual([
      [20, 1, 'second'],
      [0, 0, null],
      [0, 0, null],
      [25, null, null],
      [25, null, null],
    ]);
  });

  test('of 500 channels in one request', async () => {
    const names = Array.from({ length: 500 }, (_, index) => `C${index}`);
    const channels = await Promise.all(names.map((name) => client.open('T', name)));
    const { body } = await client.status(...channels);
    expect(body.channels).toHaveLength(500);
    expect(body.channels.every((each) => each.status_code === 0)).toBe(true);
  });
});

describe('authentication', () => {
  const paths = [
    'client/configure',
    'channels/open',
    'channels/status',
    'channels/drop',
    'channels/write/blobs',
  ];
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const now = Math.floor(Date.now() / 1000);

  test.each<[number, string, () => string | undefined]>([
    [401, 'no header', () => undefined],
    [400, 'an empty header', () => ''],
    [400, 'a bearer with a blank', () => `Bearer ${client.jwt()} x`],
    [400, 'two bearers', () => `Bearer ${client.jwt()}, Bearer ${client.jwt()}`],
    [400, 'no token', () => 'Bearer '],
    [400, 'another scheme', () => `Basic ${Buffer.from('U1:x').toString('base64')}`],
    [401, 'a token of two parts', () => `Bearer ${client.jwt().split('.').slice(0, 2).join('.')}`],
    [401, 'an unsigned token', () => `Bearer ${client.jwt().split('.').slice(0, 2).join('.')}.`],
    [401, 'a bearer that is no token', () => 'Bearer invalid_token'],
    [401, 'the key of a stranger', () => `Bearer ${client.jwt(stranger)}`],
    [401, 'an expired token', () => `Bearer ${client.jwt(undefined, { iat: now - 7200, exp: now - 3600 })}`],
    [401, 'another user', () => `Bearer ${client.jwt(undefined, { sub: '127.EVE' })}`],
    [401, 'parts that are no JSON', () => 'Bearer aaaa.bbbb.cccc'],
  ])('%i for %s, at every endpoint', async (status, _, header) => {
    const authorization = header();
    for (const path of paths) {
      for (const slash of ['', '/']) {
        const response = await fetch(`${emulator.url}/v1/streaming/${path}${slash}`, {
          method: 'POST',
          headers: { 'user-agent': 'Raw/1', ...(authorization === undefined ? {} : { authorization }) },
          body: '{}',
        });
        expect([path, response.status]).toEqual([path, status]);
      }
    }
  });

  test('is not asked of telemetry', async () => {
    const response = await fetch(`${emulator.url}/telemetry/send/sessionless`, {
      method: 'POST',
      body: '{}',
    });
    expect([response.status, await response.json()]).toMatchObject([200, { success: true }]);
  });

  test('a body that is no JSON object is 400', async () => {
    for (const body of ['', '{', '[]', 'null', '7'])
      expect((await client.post('channels/open', body)).status).toBe(400);
  });
});
