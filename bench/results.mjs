// @ts-check
/** @param {unknown} result */
export function writeResults(result) {
  console.log(JSON.stringify(result).length);
}
