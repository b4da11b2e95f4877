/** Figures for people: short, the same on the server and in the browser. */

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** "12", "8.4 kB", "1.2 TB": thousands, one digit behind the point below ten. */
export function bytesText(bytes: number): string {
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const scaled = bytes / 1000 ** power;
  return `${scaled.toFixed(scaled < 10 && power > 0 ? 1 : 0)} ${units[power]}`;
}

/** "950", "12.3K", "4.5M"; whole below a thousand. */
export function shortText(value: number): string {
  return short.format(value < 1000 ? Math.round(value) : value);
}

/** "1,234,567". */
export function wholeText(value: number): string {
  return Math.round(value).toLocaleString('en');
}

/** "87 %", "0.024 %", "< 0.001 %". */
export function percentText(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.001) return '< 0.001 %';
  return `${percent >= 10 || percent === 0 ? Math.round(percent) : percent.toPrecision(2)} %`;
}

/** "2027-03-09", in UTC. */
export function dayText(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** "7", "7–12". */
export function spanText({ from, through }: { readonly from: number; readonly through: number }): string {
  return from === through ? `${from}` : `${from}–${through}`;
}
