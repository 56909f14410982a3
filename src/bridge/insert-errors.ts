import type { JavaInsertError, JavaInsertValidationResponse, JavaList } from './java-classes.ts';
import type { RefusedRow } from './row-bridge.ts';

/**
 * Reads the refused rows out of the SDK's response.
 *
 * @param indexOf gives a row's place in the batch from its place in the list that the SDK was given.
 */
export function refusedRows(
  response: JavaInsertValidationResponse,
  indexOf: (index: number) => number = (index) => index,
): RefusedRow[] {
  if (!response.hasErrorsSync()) return [];
  return elements(response.getInsertErrorsSync()).map((error) => {
    const column = columnOf(error);
    return {
      index: indexOf(Number(error.getRowIndexSync().longValue)),
      ...(column !== undefined && { column }),
      message: error.getMessageSync(),
    };
  });
}

function columnOf(error: JavaInsertError): string | undefined {
  const named =
    error.getNullValueForNotNullColNamesSync() ??
    error.getMissingNotNullColNamesSync() ??
    error.getExtraColNamesSync();
  // Bad values name their column in the sentence alone: "… Snowflake column C1 of type DATE, rowIndex:0".
  return elements(named)[0] ?? /column ((?:"(?:[^"]|"")*")|\S+) of type/.exec(error.getMessageSync())?.[1];
}

function elements<T>(list: JavaList<T> | null): T[] {
  return list === null ? [] : Array.from({ length: list.sizeSync() }, (_, index) => list.getSync(index));
}
