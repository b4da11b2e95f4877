/** Decodes HTML as browsers do: the server's word first, then a byte order mark, then what the page says of itself. */
import { TextDecoder } from 'node:util';

const sniffed = 1024;
const looked = 4096;
const declared = /<meta[^>]+charset\s*=\s*["']?\s*([a-z0-9_:.-]+)/i;

function decoderFor(label: string): TextDecoder | undefined {
  try {
    return label === '' ? undefined : new TextDecoder(label);
  } catch {
    return undefined;
  }
}

/** A page cannot be UTF-16 and ASCII-readable at once, so such a claim in the page itself means UTF-8. */
function ownLabel(start: Buffer): string {
  const label = declared.exec(start.toString('latin1', 0, looked))?.[1]?.toLowerCase() ?? '';
  return label.startsWith('utf-16') ? 'utf-8' : label;
}

function chooseDecoder(start: Buffer, label: string): TextDecoder {
  const marks = [start[0], start[1]];
  if (marks[0] === 0xfe && marks[1] === 0xff) return new TextDecoder('utf-16be');
  if (marks[0] === 0xff && marks[1] === 0xfe) return new TextDecoder('utf-16le');
  const isUtf8 = marks[0] === 0xef && marks[1] === 0xbb;
  if (isUtf8) return new TextDecoder('utf-8');
  return decoderFor(label) ?? decoderFor(ownLabel(start)) ?? new TextDecoder('utf-8');
}

/** The text of a page, piece by piece. `label` is the charset that the server named, or empty. Bytes that make no sense become U+FFFD. */
export async function* decodeHtml(body: AsyncIterable<Uint8Array>, label: string): AsyncGenerator<string> {
  let start: Buffer = Buffer.alloc(0);
  let decoder: TextDecoder | undefined;
  for await (const chunk of body) {
    if (decoder) yield decoder.decode(chunk, { stream: true });
    else {
      start = Buffer.concat([start, chunk]);
      if (start.length < sniffed) continue;
      decoder = chooseDecoder(start, label);
      yield decoder.decode(start, { stream: true });
    }
  }
  yield decoder ? decoder.decode() : chooseDecoder(start, label).decode(start);
}
