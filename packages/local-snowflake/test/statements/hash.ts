import { close, exact, type Family } from './case.ts';

export const HASH: Family = {
  title: 'Hashes',
  cases: [
    exact('MD5, MD5_HEX', [
      "select md5('Snowflake'), md5_hex(''), md5(x'00'), md5(null)",
      [
        [
          'edf1439075a83a447fb8b630ddc9c8de',
          'd41d8cd98f00b204e9800998ecf8427e',
          '93b885adfe0da089cdf634904fd59f71',
          null,
        ],
      ],
    ]),
    exact('MD5_BINARY', ["select md5_binary('Snowflake')", 'EDF1439075A83A447FB8B630DDC9C8DE']),
    exact('MD5_NUMBER_LOWER64, MD5_NUMBER_UPPER64', [
      "select md5_number_lower64('Snowflake'), md5_number_upper64('Snowflake')",
      [['9203306159527282910', '17145559544104499780']],
    ]),
    exact('SHA1, SHA1_HEX, SHA1_BINARY', [
      "select sha1('Snowflake'), sha1_binary('Snowflake')",
      [['fda76b0bcc1e87cf259b1d1e3271d76f590fb5dd', 'FDA76B0BCC1E87CF259B1D1E3271D76F590FB5DD']],
    ]),
    exact('SHA2, SHA2_HEX, SHA2_BINARY', [
      "select sha2('Snowflake', 224), sha2('Snowflake'), sha2('abc', 384), sha2_hex('abc', 512)",
      [
        [
          '6267d3d7a59929e6864dd4b737d98e3ef8569d9f88a7466647838532',
          '1dbd59f661d68b90724f21084396b865497173e4d2714f4d91cf05fa5fc5e18d',
          'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7',
          'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
        ],
      ],
    ]),
    close('HASH', 'other numbers than Snowflake’s, but the same for the same values', [
      "select hash(1, 'a') = hash(1, 'a'), hash(1) = hash(2), hash(null) is null",
      [['TRUE', 'FALSE', 'FALSE']],
    ]),
    close('HASH_AGG', 'other numbers than Snowflake’s; the order of the rows does not matter', [
      'select (select hash_agg(column1) from values (1), (2), (2)) = (select hash_agg(column1) from values (2), (1), (2)), (select hash_agg(column1) from values (1)) = (select hash_agg(column1) from values (1), (1))',
      [['TRUE', 'FALSE']],
    ]),
    close(
      'HASH_AGG(*), HASH(*)',
      'other numbers than Snowflake’s',
      [
        'select hash_agg(*) = hash_agg(a, b), hash_agg(t.*) = hash_agg(a, b), hash_agg(*) = hash_agg(a), hash_agg(* exclude b) = hash_agg(a) from (select 1 a, 2 b union all select 3, 4) t',
        [['TRUE', 'TRUE', 'FALSE', 'TRUE']],
      ],
      ['select hash(*) = hash(a, b) from (select 1 a, 2 b)', 'TRUE'],
      ['select hash_agg(*) from (select 1 a) where false', '0'],
    ),
  ],
};
