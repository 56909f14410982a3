import { close, exact, type Family, type Proof, unsupported } from './case.ts';

const T =
  "create table t (id number(10,2) not null default 5, name varchar(20) comment 'who', at timestamp_tz(3))";

const TABLES_COLUMNS =
  'TABLE_CATALOG TABLE_SCHEMA TABLE_NAME TABLE_OWNER TABLE_TYPE IS_TRANSIENT CLUSTERING_KEY ROW_COUNT BYTES RETENTION_TIME SELF_REFERENCING_COLUMN_NAME REFERENCE_GENERATION USER_DEFINED_TYPE_CATALOG USER_DEFINED_TYPE_SCHEMA USER_DEFINED_TYPE_NAME IS_INSERTABLE_INTO IS_TYPED COMMIT_ACTION CREATED LAST_ALTERED LAST_DDL LAST_DDL_BY AUTO_CLUSTERING_ON COMMENT IS_TEMPORARY IS_ICEBERG IS_DYNAMIC IS_IMMUTABLE IS_HYBRID'.split(
    ' ',
  );
const COLUMNS_COLUMNS =
  'TABLE_CATALOG TABLE_SCHEMA TABLE_NAME COLUMN_NAME ORDINAL_POSITION COLUMN_DEFAULT IS_NULLABLE DATA_TYPE CHARACTER_MAXIMUM_LENGTH CHARACTER_OCTET_LENGTH NUMERIC_PRECISION NUMERIC_PRECISION_RADIX NUMERIC_SCALE DATETIME_PRECISION INTERVAL_TYPE INTERVAL_PRECISION CHARACTER_SET_CATALOG CHARACTER_SET_SCHEMA CHARACTER_SET_NAME COLLATION_CATALOG COLLATION_SCHEMA COLLATION_NAME DOMAIN_CATALOG DOMAIN_SCHEMA DOMAIN_NAME UDT_CATALOG UDT_SCHEMA UDT_NAME SCOPE_CATALOG SCOPE_SCHEMA SCOPE_NAME MAXIMUM_CARDINALITY DTD_IDENTIFIER IS_SELF_REFERENCING IS_IDENTITY IDENTITY_GENERATION IDENTITY_START IDENTITY_INCREMENT IDENTITY_MAXIMUM IDENTITY_MINIMUM IDENTITY_CYCLE IDENTITY_ORDERED SCHEMA_EVOLUTION_RECORD COMMENT'.split(
    ' ',
  );

/** The columns that SHOW TABLES and SHOW OBJECTS begin with. */
const OBJECT =
  'created_on name database_name schema_name kind comment cluster_by rows bytes owner retention_time';

/** The columns of SHOW, whatever it lists. */
const columnsOf = (kind: string, ...names: readonly string[]): Proof => [
  `show ${kind} like 'nothing'`,
  [],
  { names: names.flatMap((list) => list.split(' ')) },
];

export const SHOW_DESCRIBE: Family = {
  title: 'SHOW, DESCRIBE and INFORMATION_SCHEMA',
  cases: [
    exact('SHOW DATABASES', [
      ['create or replace database shown', "show databases like 'SHO_N'"],
      [['SHOWN', 'Y', 'STANDARD']],
      { only: ['name', 'is_current', 'kind'] },
    ]),
    exact('SHOW SCHEMAS', [
      "show schemas like 'cases' in database local_db",
      [['CASES', 'Y', 'LOCAL_DB']],
      { only: ['name', 'is_current', 'database_name'] },
    ]),
    close('SHOW TABLES', '`bytes` is 0', [
      [T, "insert into t (name) values ('x')", "show tables like 't' in schema cases"],
      [['T', 'LOCAL_DB', 'CASES', 'TABLE', '1']],
      { only: ['name', 'database_name', 'schema_name', 'kind', 'rows'] },
    ]),
    exact(
      'LIKE, STARTS WITH, LIMIT of SHOW',
      [
        ['create table ab (n int)', 'create table "ac" (n int)', "show tables like 'A%'"],
        [['AB'], ['ac']],
        { only: ['name'] },
      ],
      [
        ['create table ab (n int)', 'create table "ac" (n int)', "show tables starts with 'a'"],
        [['ac']],
        { only: ['name'] },
      ],
      [
        ['create table ab (n int)', 'create table b (n int)', 'show tables limit 1'],
        [['AB']],
        { only: ['name'] },
      ],
    ),
    exact('SHOW VIEWS', [
      [T, 'create view v as select id from t', "show views like 'V'"],
      [['V', 'CASES']],
      { only: ['name', 'schema_name'] },
    ]),
    exact('SHOW COLUMNS', [
      [T, 'show columns in table t'],
      [
        ['T', 'ID', '{"type":"FIXED","precision":10,"scale":2,"nullable":false}', 'NOT_NULL', '5'],
        [
          'T',
          'NAME',
          '{"type":"TEXT","length":20,"byteLength":80,"nullable":true,"fixed":false}',
          'true',
          '',
        ],
        ['T', 'AT', '{"type":"TIMESTAMP_TZ","precision":0,"scale":3,"nullable":true}', 'true', ''],
      ],
      { only: ['table_name', 'column_name', 'data_type', 'null?', 'default'] },
    ]),
    exact(
      'Columns of SHOW DATABASES, SCHEMAS, TABLES, VIEWS, OBJECTS, COLUMNS',
      columnsOf(
        'databases',
        'created_on name is_default is_current origin owner comment options retention_time kind owner_role_type',
      ),
      columnsOf(
        'schemas',
        'created_on name is_default is_current database_name owner comment options retention_time owner_role_type classification_profile_database classification_profile_schema classification_profile',
      ),
      columnsOf(
        'tables',
        OBJECT,
        'automatic_clustering change_tracking is_external enable_schema_evolution owner_role_type is_event budget is_hybrid is_iceberg is_dynamic is_immutable',
      ),
      columnsOf(
        'views',
        'created_on name reserved database_name schema_name owner comment text is_secure is_materialized owner_role_type change_tracking',
      ),
      columnsOf('objects', OBJECT, 'owner_role_type budget is_hybrid is_dynamic is_iceberg'),
      columnsOf(
        'columns',
        'table_name schema_name column_name data_type null? default kind expression comment database_name autoincrement schema_evolution_record',
      ),
    ),
    exact(
      'SHOW TERSE',
      ...['databases', 'schemas', 'tables', 'views', 'objects'].map((kind) =>
        columnsOf(`terse ${kind}`, 'created_on name kind database_name schema_name'),
      ),
      [
        ['create transient table t (a int)', 'create view v as select a from t', 'show terse objects'],
        [
          ['T', 'TABLE', 'LOCAL_DB', 'CASES'],
          ['V', 'VIEW', 'LOCAL_DB', 'CASES'],
        ],
        { only: ['name', 'kind', 'database_name', 'schema_name'] },
      ],
    ),
    exact('SHOW OBJECTS', [
      ['create transient table t (a int)', 'insert into t values (1)', 'show objects'],
      [['T', 'TABLE', '1', 'N', 'N', 'N']],
      { only: ['name', 'kind', 'rows', 'is_dynamic', 'is_iceberg', 'is_hybrid'] },
    ]),
    exact('SHOW UNIQUE KEYS', [
      [
        'create table t (a int, b int unique, constraint u unique (b, a) rely)',
        'show unique keys in table t',
      ],
      [
        ['B', '1', 'false'],
        ['B', '1', 'true'],
        ['A', '2', 'true'],
      ],
      { only: ['column_name', 'key_sequence', 'rely'] },
    ]),
    exact(
      'SHOW IMPORTED KEYS, EXPORTED KEYS',
      ...(
        ['imported keys in table c', 'exported keys in table p', 'exported keys in schema cases'] as const
      ).map(
        (what) =>
          [
            [
              'create table p (a int, b int, constraint pk primary key (b, a))',
              'create table c (x int, y int, constraint fk foreign key (x, y) references p on delete cascade)',
              `show ${what}`,
            ],
            [
              ['P', 'B', 'C', 'X', '1', 'NO ACTION', 'CASCADE', 'FK', 'PK', 'NOT DEFERRABLE'],
              ['P', 'A', 'C', 'Y', '2', 'NO ACTION', 'CASCADE', 'FK', 'PK', 'NOT DEFERRABLE'],
            ],
            {
              only: [
                'pk_table_name',
                'pk_column_name',
                'fk_table_name',
                'fk_column_name',
                'key_sequence',
                'update_rule',
                'delete_rule',
                'fk_name',
                'pk_name',
                'deferrability',
              ],
            },
          ] as const,
      ),
      [
        [
          'create table p (a int primary key)',
          'create table c (x int references p (a))',
          'drop table p',
          'show imported keys in table c',
        ],
        [],
      ],
    ),
    exact('SHOW PRIMARY KEYS', [
      ['create table k (a int, b int, primary key (b))', 'show primary keys in table k'],
      [['K', 'B', '1']],
      { only: ['table_name', 'column_name', 'key_sequence'] },
    ]),
    exact('SHOW PARAMETERS', [
      ["alter session set query_tag = 'me'", "show parameters like 'query_tag'"],
      [['QUERY_TAG', 'me', '', 'SESSION']],
      { only: ['key', 'value', 'default', 'level'] },
    ]),
    exact('SHOW USER FUNCTIONS', [
      ["create function f (a int) returns int as 'a + 1'", "show user functions like 'f'"],
      [['F', 'CASES', 'SQL']],
      { only: ['name', 'schema_name', 'language'] },
    ]),
    close(
      'SHOW WAREHOUSES, ROLES, USERS',
      'warehouses are always started; there is one user',
      [
        "show warehouses like 'local%'",
        [['LOCAL_WH', 'STARTED', 'X-Small', 'Y', 'Y']],
        { only: ['name', 'state', 'size', 'is_default', 'is_current'] },
      ],
      [
        [
          "create or replace warehouse w warehouse_size = 'XXLARGE' comment = 'large'",
          "show warehouses like 'w'",
        ],
        [['W', '2X-Large', 'Y', 'large']],
        { only: ['name', 'size', 'is_current', 'comment'] },
      ],
      [
        "show roles like 's%admin'",
        [
          ['SECURITYADMIN', 'N'],
          ['SYSADMIN', 'Y'],
        ],
        { only: ['name', 'is_current'] },
      ],
    ),
    close('SHOW GRANTS, STAGES, STREAMS, PIPES, TASKS, SEQUENCES, PROCEDURES', 'empty lists', [
      'show streams',
      [],
    ]),
    close('SHOW CHANNELS', 'also has the sequencers, which Snowflake does not show', [
      'show channels',
      [],
      {
        names: [
          'created_on',
          'name',
          'database_name',
          'schema_name',
          'table_name',
          'client_sequencer',
          'row_sequencer',
          'offset_token',
        ],
      },
    ]),
    exact(
      'DESCRIBE TABLE',
      // Which of its parts does not exist.
      ['describe table nowhere.s.t', { code: '002003', state: '02000', names: "Database 'NOWHERE'" }],
      [
        [T, 'create or replace database d9', 'describe table d9.nowhere.t'],
        { code: '002003', state: '02000', names: "Schema 'D9.NOWHERE'" },
      ],
      ['describe table nowhere', { code: '002003', state: '42S02', names: "'NOWHERE'" }],
      [
        [T, 'describe table t'],
        [
          ['ID', 'NUMBER(10,2)', 'COLUMN', 'N', '5', 'N', 'N', null],
          ['NAME', 'VARCHAR(20)', 'COLUMN', 'Y', null, 'N', 'N', 'who'],
          ['AT', 'TIMESTAMP_TZ(3)', 'COLUMN', 'Y', null, 'N', 'N', null],
        ],
        { only: ['name', 'type', 'kind', 'null?', 'default', 'primary key', 'unique key', 'comment'] },
      ],
      [
        [
          'create table t (a int, b float, c boolean, d binary, e date, f time, g timestamp_ltz, h variant, i object, j array, k char, l decimal(5), m timestamp, n double)',
          'desc table t',
        ],
        [
          ...['NUMBER(38,0)', 'FLOAT', 'BOOLEAN', 'BINARY(8388608)', 'DATE', 'TIME(9)', 'TIMESTAMP_LTZ(9)'],
          ...['VARIANT', 'OBJECT', 'ARRAY', 'VARCHAR(1)', 'NUMBER(5,0)', 'TIMESTAMP_NTZ(9)', 'FLOAT'],
        ].map((type) => [type]),
        { only: ['type'] },
      ],
    ),
    exact('DESCRIBE VIEW', [
      [T, 'create view v as select id, name from t', 'describe view v'],
      [
        ['ID', 'NUMBER(10,2)'],
        ['NAME', 'VARCHAR(20)'],
      ],
      { only: ['name', 'type'] },
    ]),
    close('DESCRIBE FUNCTION', 'has no `volatility` or `handler`', [
      ["create function f (a int) returns varchar as 'a::varchar'", 'describe function f (int)'],
      [
        ['signature', '(A NUMBER(38,0))'],
        ['returns', 'VARCHAR(16777216)'],
        ['language', 'SQL'],
        ['null handling', 'CALLED ON NULL INPUT'],
        ['body', 'a::varchar'],
      ],
    ]),
    unsupported('DESCRIBE WAREHOUSE, USER, STAGE', 'describe warehouse w', 'DESCRIBE WAREHOUSE'),
    exact('INFORMATION_SCHEMA.TABLES', [
      [
        T,
        'create view v as select 1 as a',
        "insert into t (name) values ('x')",
        "select table_name, table_type, row_count from information_schema.tables where table_schema = 'CASES' order by 1",
      ],
      [
        ['T', 'BASE TABLE', '1'],
        ['V', 'VIEW', null],
      ],
    ]),
    exact('INFORMATION_SCHEMA.COLUMNS', [
      [
        T,
        "select column_name, ordinal_position, data_type, is_nullable, numeric_precision, numeric_scale, character_maximum_length from information_schema.columns where table_schema = 'CASES' order by 2",
      ],
      [
        ['ID', '1', 'NUMBER', 'NO', '10', '2', null],
        ['NAME', '2', 'TEXT', 'YES', null, null, '20'],
        ['AT', '3', 'TIMESTAMP_TZ', 'YES', null, null, null],
      ],
    ]),
    exact('INFORMATION_SCHEMA.SCHEMATA, DATABASES, VIEWS', [
      "select catalog_name, schema_name from local_db.information_schema.schemata where schema_name = 'CASES'",
      [['LOCAL_DB', 'CASES']],
    ]),
    exact('INFORMATION_SCHEMA.TABLE_CONSTRAINTS', [
      [
        'create table p (a int primary key rely, b int unique)',
        "select table_name, constraint_type, enforced, rely from information_schema.table_constraints where table_schema = 'CASES' order by 2",
      ],
      [
        ['P', 'PRIMARY KEY', 'NO', 'YES'],
        ['P', 'UNIQUE', 'NO', 'NO'],
      ],
    ]),
    exact('INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS', [
      [
        'create table p (a int constraint pk primary key)',
        'create table c (x int constraint fk references p match full on update set null)',
        "select constraint_name, unique_constraint_name, match_option, update_rule, delete_rule from information_schema.referential_constraints where constraint_schema = 'CASES'",
      ],
      [['FK', 'PK', 'FULL', 'SET NULL', 'NO ACTION']],
    ]),
    exact('INFORMATION_SCHEMA.FUNCTIONS', [
      [
        "create function f (a int, s varchar) returns number(10,2) strict as 'a + 1'",
        "select function_name, argument_signature, data_type, numeric_precision, function_language, is_null_call from information_schema.functions where function_schema = 'CASES'",
      ],
      [['F', '(A NUMBER, S TEXT)', 'NUMBER(10,2)', '10', 'SQL', 'NO']],
    ]),
    exact(
      'INFORMATION_SCHEMA: APPLICABLE_ROLES, ENABLED_ROLES, SEQUENCES, PROCEDURES, STAGES, PIPES, EXTERNAL_TABLES',
      ["select role_name from information_schema.enabled_roles where role_name = 'PUBLIC'", 'PUBLIC'],
      ["select grantee from information_schema.applicable_roles where role_name = 'SYSADMIN'", 'LOCAL_USER'],
      ...['sequences', 'procedures', 'stages', 'pipes', 'external_tables'].map(
        (view) => [`select count(*) from information_schema.${view}`, '0'] as const,
      ),
    ),
    exact(
      'Columns of INFORMATION_SCHEMA.TABLES, COLUMNS',
      ['select * from information_schema.tables where false', [], { names: TABLES_COLUMNS }],
      ['select * from information_schema.columns where false', [], { names: COLUMNS_COLUMNS }],
    ),
  ],
};
