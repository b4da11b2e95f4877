import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviceLabel } from './device-label.ts';

const mozilla = 'Mozilla/5.0';
const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)';

test('browsers are told from those they imitate, systems likewise', () => {
  const labels: [string, string][] = [
    [`${mozilla} (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0`, 'Firefox on Linux'],
    [`${mozilla} (Windows NT 10.0; Win64; x64) ${webkit} Chrome/140.0 Safari/537.36`, 'Chrome on Windows'],
    [`${mozilla} (Windows NT 10.0) ${webkit} Chrome/140.0 Safari/537.36 Edg/140.0`, 'Edge on Windows'],
    [`${mozilla} (Linux; Android 15; K) ${webkit} Chrome/140.0 Mobile Safari/537.36`, 'Chrome on Android'],
    [
      `${mozilla} (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605 Version/18.0 Safari/605`,
      'Safari on macOS',
    ],
    [
      `${mozilla} (iPhone; CPU iPhone OS 18 like Mac OS X) AppleWebKit/605 CriOS/140 Mobile Safari/604`,
      'Chrome on iPhone',
    ],
    [`${mozilla} (X11; CrOS x86_64) ${webkit} Chrome/140.0 Safari/537.36`, 'Chrome on ChromeOS'],
  ];
  for (const [userAgent, label] of labels) assert.equal(deviceLabel(userAgent), label);
});

test('a program goes by its own name, and what tells nothing is unknown', () => {
  assert.equal(deviceLabel('curl/8.5.0'), 'curl');
  assert.equal(deviceLabel(''), 'Unknown device');
  assert.equal(deviceLabel('\u0000<script>'), 'Unknown device');
  assert.equal(deviceLabel('A'.repeat(100_000)), 'Unknown device');
});
