import { type ThriftField, ThriftReader } from './thrift-compact.ts';

/** A column of a flat Parquet file, in the file's order. */
export interface ParquetColumn {
  readonly name: string;
}

/** The footer of a Parquet file: Thrift's compact encoding of FileMetaData (parquet-format/parquet.thrift). */
export interface ParquetFooter {
  readonly columns: readonly ParquetColumn[];
  /**
   * The footer without the annotations of the given columns, which turns them into plain bytes. Snowflake's
   * client calls BINARY columns UTF-8 strings, and DuckDB then rejects bytes that are not.
   */
  withoutAnnotations(columns: ReadonlySet<number>): Buffer;
}

const FILE_SCHEMA = 2;
const ELEMENT_NAME = 4;
const ELEMENT_CHILDREN = 5;
const ANNOTATIONS: ReadonlySet<number> = new Set([
  6, // converted_type
  7, // scale
  8, // precision
  10, // logicalType
]);

interface SchemaElement {
  readonly start: number;
  readonly end: number;
  readonly fields: readonly ThriftField[];
}

/**
 * Reads the schema out of a footer (the bytes between the data and the last eight bytes of the file).
 * @throws RangeError when the bytes are not a footer, or the schema is nested.
 */
export function readFooter(footer: Buffer): ParquetFooter {
  const [, ...elements] = schemaElements(footer);
  const columns = elements.map((element) => {
    if (element.fields.some((field) => field.id === ELEMENT_CHILDREN)) {
      throw new RangeError('The Parquet schema is nested.');
    }
    const name = element.fields.find((field) => field.id === ELEMENT_NAME);
    if (!name) throw new RangeError('A Parquet column has no name.');
    return { name: new ThriftReader(footer, name.start).text() };
  });
  return {
    columns,
    withoutAnnotations(stripped) {
      const parts: Buffer[] = [];
      let copied = 0;
      elements.forEach((element, index) => {
        if (!stripped.has(index)) return;
        parts.push(footer.subarray(copied, element.start), ...withoutFields(footer, element));
        copied = element.end;
      });
      return Buffer.concat([...parts, footer.subarray(copied)]);
    },
  };
}

function schemaElements(footer: Buffer): SchemaElement[] {
  const schema = new ThriftReader(footer).fields().find((field) => field.id === FILE_SCHEMA);
  if (!schema) throw new RangeError('The Parquet footer has no schema.');
  const reader = new ThriftReader(footer, schema.start);
  return Array.from({ length: reader.listOfStructs() }, () => {
    const start = reader.position;
    const fields = reader.fields();
    return { start, end: reader.position, fields };
  });
}

/** The element's fields but the annotations, each with a header that counts from the field kept before it. */
function withoutFields(footer: Buffer, element: SchemaElement): Buffer[] {
  let previous = 0;
  const kept = element.fields.filter((field) => !ANNOTATIONS.has(field.id));
  const parts = kept.flatMap((field) => {
    const header = Buffer.of(((field.id - previous) << 4) | field.type);
    previous = field.id;
    return [header, footer.subarray(field.start, field.end)];
  });
  return [...parts, Buffer.of(0)];
}
