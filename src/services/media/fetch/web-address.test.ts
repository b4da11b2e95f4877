import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { InvalidInputError } from '#kernel/errors';
import { isLoopbackAddress, isPublicAddress } from './addresses.ts';
import { checkedUrl } from './web-address.ts';

/** Spellings of inner addresses, schemes and ports that no fetch may start with. */
const refused: Readonly<Record<string, readonly string[]>> = {
  'must lead to a public address': [
    'http://127.0.0.1/',
    'http://127.0.0.1./',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://017700000001/',
    'http://127.1/',
    'http://127.0.1/',
    'http://0/',
    'http://①②⑦.⓪.⓪.①/',
    'http://%31%32%37.0.0.1/',
    'http:127.0.0.1/',
    'http:\\\\127.0.0.1\\x',
    'http://[::1]/',
    'http://[::]/',
    'http://[0:0:0:0:0:0:0:1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[::127.0.0.1]/',
    'http://[64:ff9b::127.0.0.1]/',
    'http://[2002:7f00:1::]/',
    'http://[fe80::1]/',
    'http://[fd00::1]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://0xa9fea9fe/',
    'http://2852039166/',
    'http://0251.0376.0251.0376/',
    'http://[::ffff:169.254.169.254]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://10.0.0.1/',
    'http://192.168.1.1/',
    'http://172.16.0.1/',
    'http://100.64.0.1/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
  ],
  'must use port 80 or 443': [
    'http://example.org:22/',
    'http://example.org:8080/',
    'https://example.org:3306/',
    'http://8.8.8.8:25/',
  ],
  'must not carry a name or password': ['http://somebody@example.org/', 'https://a:b@example.org/'],
  'must be a web address': [
    '',
    'example.org',
    '/path',
    'ftp://example.org/',
    'file:///etc/passwd',
    'data:text/html,hello',
    'javascript:alert(1)',
    'gopher://127.0.0.1/',
    'http://',
    'http://[fe80::1%25eth0]/',
    'http://999.1.1.1/',
    'blob:http://example.org/1',
  ],
};

describe('checkedUrl', () => {
  for (const [rule, urls] of Object.entries(refused)) {
    it(`says "${rule}"`, () => {
      for (const url of urls) {
        assert.throws(
          () => checkedUrl(url, isPublicAddress, false),
          (error) => error instanceof InvalidInputError && error.message.startsWith(`url ${rule}`),
          url,
        );
      }
    });
  }

  it('lets public addresses and names pass', () => {
    for (const url of [
      'http://example.org',
      'https://example.org:443/a?b',
      'http://8.8.8.8:80/',
      'http://[2606:4700::1111]/',
    ]) {
      assert.equal(checkedUrl(url, isPublicAddress, false).href, new URL(url).href);
    }
  });

  it('resolves what a redirect says, and checks it alike', () => {
    const base = new URL('https://example.org/a/b');
    assert.equal(checkedUrl('../c', isPublicAddress, false, base).href, 'https://example.org/c');
    assert.throws(() => checkedUrl('//127.0.0.1/c', isPublicAddress, false, base), InvalidInputError);
    assert.throws(() => checkedUrl('file:///etc/passwd', isPublicAddress, false, base), InvalidInputError);
  });

  it('lets tests reach this machine on any port and nothing else', () => {
    assert.equal(checkedUrl('http://127.0.0.1:4321/', isLoopbackAddress, true).port, '4321');
    assert.throws(() => checkedUrl('http://10.0.0.1:4321/', isLoopbackAddress, true), InvalidInputError);
  });
});
