/** Lines of UTF-8. */

const newline = 10;

/** The lines of a byte stream, those of each chunk together, without their ends; a last line without an end too. */
export async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncIterable<string[]> {
  let rest: Uint8Array[] = [];
  for await (const chunk of stream) {
    const end = chunk.lastIndexOf(newline);
    if (end < 0) {
      rest.push(chunk);
      continue;
    }
    const whole = Buffer.concat([...rest, chunk.subarray(0, end)]);
    rest = [chunk.subarray(end + 1)];
    yield whole.toString('utf8').split('\n');
  }
  const last = Buffer.concat(rest);
  if (last.length > 0) yield last.toString('utf8').split('\n');
}
