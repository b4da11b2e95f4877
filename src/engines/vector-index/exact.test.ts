import { contractDimensions, vectorIndexContract } from './contract.ts';
import { createExactIndex } from './exact.ts';

vectorIndexContract('createExactIndex honours the vector index contract', async () =>
  createExactIndex(contractDimensions),
);
