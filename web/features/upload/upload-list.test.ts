import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newUpload, progressOf, type UploadEvent, uploadsAfter } from './upload-list.ts';

const file = (name: string, bytes: number) => new File([new Uint8Array(bytes)], name, { type: 'image/png' });
const [a, b] = [newUpload(file('a.png', 300)), newUpload(file('b.png', 100))];
const after = (...events: UploadEvent[]) =>
  events.reduce(uploadsAfter, uploadsAfter([], { type: 'added', uploads: [a, b] }));

test('progress counts bytes, not files', () => {
  const uploads = after({ type: 'moved', id: a.id, state: { kind: 'sending', share: 0.5 } });
  assert.equal(progressOf(uploads).share, 150 / 400);
  assert.equal(progressOf([]).share, 0);
});

test('a refusal concerns its own file only', () => {
  const uploads = after({ type: 'moved', id: b.id, state: { kind: 'refused', reason: 'not a picture' } });
  const { sending, refused, kept } = progressOf(uploads);
  assert.deepEqual([sending, refused, kept], [1, 1, 0]);
  assert.deepEqual(uploads[1]?.state, { kind: 'refused', reason: 'not a picture' });
});

test('words are added to, and stay with their file', () => {
  const uploads = after(
    { type: 'worded', id: a.id, words: { title: 'Pie' } },
    { type: 'worded', id: a.id, words: { altText: 'A pie' } },
  );
  assert.deepEqual(uploads[0]?.words, { title: 'Pie', description: '', altText: 'A pie' });
  assert.equal(uploads[1]?.words.title, '');
});

test('a file that is dropped is gone', () => {
  assert.deepEqual(
    after({ type: 'dropped', id: a.id }).map(({ id }) => id),
    [b.id],
  );
});
