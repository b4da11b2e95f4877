/** Reads schema.org data that pages carry as JSON-LD: name, description, author, pictures. */

/** A picture that a page names. */
export interface NamedPicture {
  readonly url: string;
  readonly alt: string;
  readonly width: number | null;
  readonly height: number | null;
}

/** What was found; first ones win. */
export interface LinkedData {
  name: string;
  description: string;
  author: string;
  readonly pictures: NamedPicture[];
}

const mostNodes = 500;

type Node = Record<string, unknown>;

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Sizes come as numbers, as texts, or as quantities with a value. */
function sizeOf(value: unknown): number | null {
  const plain = isNode(value) ? value['value'] : value;
  const size = typeof plain === 'number' ? plain : Number.parseInt(textOf(plain), 10);
  return Number.isFinite(size) && size > 0 ? size : null;
}

function pictureOf(value: unknown): NamedPicture | undefined {
  if (typeof value === 'string') return { url: value, alt: '', width: null, height: null };
  if (!isNode(value)) return undefined;
  const url = textOf(value['contentUrl']) || textOf(value['url']) || textOf(value['@id']);
  const alt = textOf(value['caption']) || textOf(value['name']);
  return url === ''
    ? undefined
    : { url, alt, width: sizeOf(value['width']), height: sizeOf(value['height']) };
}

function authorOf(value: unknown): string {
  const [first] = listOf(value);
  return isNode(first) ? textOf(first['name']) : textOf(first);
}

// Logos and portraits are not what somebody wants to save from a page.
const aside = new Set([
  'Organization',
  'Person',
  'WebSite',
  'BreadcrumbList',
  'ListItem',
  'NewsMediaOrganization',
]);

function read(node: Node, found: LinkedData): void {
  if (listOf(node['@type']).some((type) => aside.has(textOf(type)))) return;
  found.name ||= textOf(node['headline']) || textOf(node['name']);
  found.description ||= textOf(node['description']);
  found.author ||= authorOf(node['author'] ?? node['creator']);
  if (node['@type'] === 'ImageObject') found.pictures.push(...listOf(pictureOf(node)).filter(isPicture));
  for (const value of listOf(node['image']))
    found.pictures.push(...listOf(pictureOf(value)).filter(isPicture));
}

function isPicture(value: unknown): value is NamedPicture {
  return isNode(value);
}

/** Reads one script's text into `found`; text that is not JSON is ignored, as browsers do. */
export function readLinkedData(text: string, found: LinkedData): void {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    return;
  }
  const open: unknown[] = [root];
  for (let seen = 0; seen < mostNodes && open.length > 0; seen += 1) {
    const next = open.shift();
    if (Array.isArray(next)) open.push(...next);
    if (!isNode(next)) continue;
    read(next, found);
    open.push(
      ...listOf(next['@graph']),
      ...listOf(next['mainEntity']),
      ...listOf(next['primaryImageOfPage']),
    );
  }
}
