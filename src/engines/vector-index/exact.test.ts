import { vectorIndexContract } from './contract.ts';
import { contractDimensions } from './contract-fixtures.ts';
import { createExactIndex } from './exact.ts';

vectorIndexContract('createExactIndex honours the vector index contract', async () =>
  createExactIndex(contractDimensions),
);
