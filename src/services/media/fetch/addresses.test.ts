import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isLoopbackAddress, isPublicAddress } from './addresses.ts';

const inside: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.1', '127.1.2.3', '127.255.255.255', '::1', '[::1]', '0:0:0:0:0:0:0:1'],
  unspecified: ['0.0.0.0', '0.1.2.3', '::', '[::]'],
  private: ['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1', '192.168.255.255'],
  'link-local, cloud metadata': ['169.254.0.1', '169.254.169.254', 'fe80::1', 'fe80::1%eth0', 'febf::1'],
  'carrier-grade NAT': ['100.64.0.1', '100.127.255.255', '100.100.100.200'],
  'protocol assignments': ['192.0.0.1', '192.0.0.170', '192.0.0.192'],
  documentation: ['192.0.2.1', '198.51.100.1', '203.0.113.255', '2001:db8::1', '3fff::1'],
  benchmarking: ['198.18.0.1', '198.19.255.255', '2001:2::1'],
  'former relays': ['192.88.99.1'],
  multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1', 'ff0e::1'],
  reserved: ['240.0.0.1', '255.255.255.255', '255.255.255.254'],
  'unique local': ['fc00::1', 'fd00:ec2::254', 'fdff::1'],
  'former site-local': ['fec0::1', 'feff::1'],
  'IPv4 mapped into IPv6': [
    '::ffff:127.0.0.1',
    '[::ffff:7f00:1]',
    '::ffff:10.0.0.1',
    '::ffff:169.254.169.254',
  ],
  'IPv4-compatible IPv6': ['::127.0.0.1', '::7f00:1', '::808:808'],
  'IPv4 translated': ['::ffff:0:127.0.0.1', '64:ff9b::7f00:1', '64:ff9b::8.8.8.8', '64:ff9b:1::1'],
  '6to4 and Teredo': ['2002:7f00:1::1', '2002:808:808::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
  discard: ['100::1', '100::ffff'],
  'not allocated': ['4000::1', '1::1', '8000::1'],
  'not plain addresses': [
    '',
    'localhost',
    '2130706433',
    '0x7f.1',
    '0177.0.0.1',
    '127.1',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
  ],
};

const outside = [
  '8.8.8.8',
  '1.1.1.1',
  '93.184.216.34',
  '100.63.255.255',
  '100.128.0.1',
  '172.15.255.255',
  '172.32.0.1',
  '169.253.255.255',
  '192.167.255.255',
  '198.17.255.255',
  '223.255.255.255',
  '2606:4700::1111',
  '[2001:4860:4860::8888]',
  '2a00:1450:4001:81b::200e',
  '::ffff:8.8.8.8',
];

describe('isPublicAddress', () => {
  for (const [kind, addresses] of Object.entries(inside)) {
    it(`refuses: ${kind}`, () => {
      for (const address of addresses) assert.equal(isPublicAddress(address), false, address);
    });
  }

  it('allows addresses of the public internet', () => {
    for (const address of outside) assert.equal(isPublicAddress(address), true, address);
  });

  it('gives a mapped IPv4 address the answer of the address itself', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        assert.equal(isPublicAddress(`::ffff:${address}`), isPublicAddress(address));
      }),
    );
  });

  it('answers false for any text that is no address', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 12 }).filter((text) => !/[.:]/.test(text)),
        (text) => !isPublicAddress(text),
      ),
    );
  });
});

describe('isLoopbackAddress', () => {
  it('knows this machine in every form', () => {
    for (const address of ['127.0.0.1', '127.9.9.9', '::1', '[::1]', '::ffff:127.0.0.1']) {
      assert.equal(isLoopbackAddress(address), true, address);
    }
    for (const address of ['10.0.0.1', '8.8.8.8', '::', 'localhost']) {
      assert.equal(isLoopbackAddress(address), false, address);
    }
  });
});
