export { createRecommend, type RecommendDeps } from './recommend.ts';
