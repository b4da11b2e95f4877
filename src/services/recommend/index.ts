export { createRecommend } from './recommend.ts';
export type { SourceDeps as RecommendDeps } from './sources.ts';
