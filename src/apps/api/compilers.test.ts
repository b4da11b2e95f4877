import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fastify } from 'fastify';
import { lazyCompilers } from './compilers.ts';

const schema = {
  querystring: { type: 'object', properties: { limit: { type: 'integer', maximum: 3 } } },
  response: { 200: { type: 'object', properties: { shown: { type: 'integer' } } } },
} as const;

function server() {
  const made = fastify({ schemaController: { compilersFactory: lazyCompilers() } });
  made.get('/pins', { schema }, async (request) => ({ ...(request.query as object), shown: 1, hidden: 2 }));
  return made;
}

describe('lazyCompilers', () => {
  it('shapes answers by their schema, the second as the first', async () => {
    const site = server();
    for (const limit of [1, 2]) {
      const { statusCode, body } = await site.inject({ url: '/pins', query: { limit: `${limit}` } });
      assert.deepEqual([statusCode, body], [200, '{"shown":1}']);
    }
  });

  it('refuses what breaks the schema, in words that name the field and the limit', async () => {
    const site = server();
    for (const limit of ['4', '5']) {
      const answer = await site.inject({ url: '/pins', query: { limit } });
      assert.equal(answer.statusCode, 400);
      assert.match(answer.json().message, /limit must be <= 3/);
    }
    assert.equal((await site.inject({ url: '/pins' })).statusCode, 200);
  });

  it('compiles no schema before it is needed', async () => {
    const site = fastify({ schemaController: { compilersFactory: lazyCompilers() } });
    site.get('/broken', { schema: { querystring: { type: 'nothing' } } }, async () => 'never');
    await site.ready();
    assert.equal((await site.inject({ url: '/broken' })).statusCode, 500);
  });
});
