/** Answers as CSV (RFC 4180). */

/** What there is to write. */
export interface CsvSource {
  readonly columns: readonly { readonly name: string }[];
  readonly rows: readonly (readonly unknown[])[];
}

function fieldOf(value: unknown): string {
  const text = value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A head and a line a row, without an end of line behind the last. */
export function csvOf({ columns, rows }: CsvSource): string {
  const lines = [columns.map(({ name }) => name), ...rows].map((row) => row.map(fieldOf).join(','));
  return lines.join('\r\n');
}
