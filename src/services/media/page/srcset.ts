/** Reads `srcset`: the candidates of a responsive picture. Source: the HTML standard, "Parsing a srcset attribute". */

/** The largest candidate's URL and its width where it is given in pixels. */
export interface Candidate {
  readonly url: string;
  readonly width: number | null;
}

// A candidate ends at a comma outside its URL; commas inside URLs (image servers use them) are followed by no space.
const candidate = /([^\s,]\S*[^\s,]|[^\s,])(?:\s+([\d.]+)([wx]))?\s*(?:,|$)/g;

/** The largest candidate, by width or else by density; undefined when there is none. */
export function largestCandidate(srcset: string): Candidate | undefined {
  let best: { candidate: Candidate; size: number } | undefined;
  for (const [, url = '', number = '1', unit] of srcset.slice(0, 20_000).matchAll(candidate)) {
    const size = Number(number);
    const width = unit === 'w' && Number.isFinite(size) ? size : null;
    if (!best || size > best.size) best = { candidate: { url, width }, size };
  }
  return best?.candidate;
}
