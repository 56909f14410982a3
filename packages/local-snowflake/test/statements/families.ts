import { AGGREGATE } from './aggregate.ts';
import { ARITHMETIC } from './arithmetic.ts';
import type { Family } from './case.ts';
import { CONDITIONAL } from './conditional.ts';
import { CONVERSION } from './conversion.ts';
import { DATE } from './date.ts';
import { DDL } from './ddl.ts';
import { DML } from './dml.ts';
import { FUNCTIONS } from './functions.ts';
import { HASH } from './hash.ts';
import { SELECT } from './select.ts';
import { SEMI_STRUCTURED } from './semi-structured.ts';
import { SESSION } from './session.ts';
import { SHOW_DESCRIBE } from './show-describe.ts';
import { STRING } from './string.ts';

/** All families, in the order of docs/emulator.md. */
export const FAMILIES: readonly Family[] = [
  DDL,
  DML,
  SELECT,
  SHOW_DESCRIBE,
  ARITHMETIC,
  CONDITIONAL,
  CONVERSION,
  DATE,
  STRING,
  HASH,
  SEMI_STRUCTURED,
  AGGREGATE,
  FUNCTIONS,
  SESSION,
];
