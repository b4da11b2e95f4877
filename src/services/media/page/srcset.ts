/** Reads `srcset`: the candidates of a responsive picture. Source: the HTML standard, "Parsing a srcset attribute". */

/** The largest candidate's URL and its width where it is given in pixels. */
export interface Candidate {
  readonly url: string;
  readonly width: number | null;
}

const longest = 20_000;

/** URLs with their descriptors. Commas inside a URL belong to it (image servers use them), those at its end do not. One pass. */
function* candidates(srcset: string): Generator<{ url: string; descriptor: string }> {
  let url = '';
  for (const word of srcset.slice(0, longest).split(/\s+/)) {
    let rest = word;
    if (url !== '') {
      const comma = word.indexOf(',');
      yield { url, descriptor: comma === -1 ? word : word.slice(0, comma) };
      url = '';
      rest = comma === -1 ? '' : word.slice(comma + 1);
    }
    const bare = trimCommas(rest);
    if (bare !== '' && rest.endsWith(',')) yield { url: bare, descriptor: '' };
    else url = bare;
  }
  if (url !== '') yield { url, descriptor: '' };
}

function trimCommas(text: string): string {
  let [start, end] = [0, text.length];
  while (text[start] === ',') start += 1;
  while (end > start && text[end - 1] === ',') end -= 1;
  return text.slice(start, end);
}

/** The largest candidate, by width or else by density; undefined when there is none. */
export function largestCandidate(srcset: string): Candidate | undefined {
  let best: { candidate: Candidate; size: number } | undefined;
  for (const { url, descriptor } of candidates(srcset)) {
    const size = Number.parseFloat(descriptor) || 1;
    const width = descriptor.endsWith('w') ? size : null;
    if (!best || size > best.size) best = { candidate: { url, width }, size };
  }
  return best?.candidate;
}
