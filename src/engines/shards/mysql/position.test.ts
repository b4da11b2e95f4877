import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  covers,
  furthest,
  lengthOf,
  noPosition,
  positionBehind,
  positionOf,
  positionText,
} from './position.ts';

const uuid = '3e11fa47-71ca-11e1-9e33-c80aa9429562';
const other = '9f2c0000-71ca-11e1-9e33-c80aa9429562';

describe('positions', () => {
  it('are read from MariaDB, a number a domain, whoever wrote last', () => {
    assert.deepEqual(
      positionOf('0-17-42,3-2-7'),
      new Map([
        ['0', 42],
        ['3', 7],
      ]),
    );
    assert.deepEqual(positionBehind('0-17-42'), new Map([['0', 42]]));
    assert.deepEqual(positionOf(''), noPosition);
  });

  it('are read from MySQL, as far as no transaction is missing', () => {
    assert.deepEqual(
      positionOf(`${uuid.toUpperCase()}:1-42,\n${other}:1`),
      new Map([
        [uuid, 42],
        [other, 1],
      ]),
    );
    assert.deepEqual(positionOf(`${uuid}:1-42:50-60`), new Map([[uuid, 42]]));
    assert.deepEqual(positionOf(`${uuid}:2-42`), noPosition);
    assert.deepEqual(positionOf(`${uuid}:tag:1-5`), new Map([[`${uuid}:tag`, 5]]));
  });

  it('behind a transaction of MySQL take in all before it', () => {
    assert.deepEqual(positionBehind(`${uuid}:23`), new Map([[uuid, 23]]));
    assert.deepEqual(positionBehind(`${uuid}:5-9:11-23`), new Map([[uuid, 23]]));
  });

  it('are written so that a server can be asked to wait for them', () => {
    assert.equal(positionText(positionOf('0-17-42,3-2-7')), '0-1-42,3-1-7');
    assert.equal(positionText(positionOf(`${uuid}:1-42`)), `${uuid}:1-42`);
  });

  it('cover one another source by source', () => {
    const [a, b] = [positionOf('0-1-5,1-1-2'), positionOf('0-2-4')];
    assert.ok(covers(a, b) && covers(a, a) && covers(b, noPosition));
    assert.ok(!covers(b, a) && !covers(noPosition, b));
    assert.ok(!covers(positionOf('0-1-9'), positionOf('1-1-1')));
  });

  it('together are the first that covers both', () => {
    const [a, b] = [positionOf('0-1-5,1-1-2'), positionOf('0-2-9')];
    assert.deepEqual(furthest(a, b), positionOf('0-1-9,1-1-2'));
    assert.equal(furthest(a, noPosition), a);
    assert.equal(lengthOf(furthest(a, b)), 11);
  });
});
